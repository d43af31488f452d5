//! The contract in memory.

common::queue_contract!(super::fixture::memory);
