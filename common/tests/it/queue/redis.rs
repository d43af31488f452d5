//! The contract on a real server.

common::queue_contract!(super::fixture::redis);
