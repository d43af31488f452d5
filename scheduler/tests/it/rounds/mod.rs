//! The rounds of schedulers, with workers that paint nothing.

mod control;
mod farm;
mod manifest;
mod painter;
mod pods;
mod publish;
mod recovery;
mod replicas;
