//! The web pages.

mod access;
mod correct;
mod counted;
mod large;
mod pages;
mod studio;
