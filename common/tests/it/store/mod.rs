mod flaky;
mod fs;
mod s3;

use common::store::{Faults, FlakyStore, FsStore, S3Store};
use common::store_contract;
use common::testing::s3::{Conditions, S3Server};
use tempfile::TempDir;

async fn folder() -> (TempDir, FsStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = FsStore::open(folder.path()).await.unwrap();
    (folder, store)
}

async fn bucket() -> (S3Server, S3Store) {
    let server = S3Server::start().await;
    let store = S3Store::open_with(server.options(), server.credentials()).await.unwrap();
    assert!(common::store::FrameStore::create_is_atomic(&store));
    (server, store)
}

/// Below a prefix, in a bucket of a server that ignores conditions.
async fn bucket_without_conditions() -> (S3Server, S3Store) {
    let server = S3Server::start_with(Conditions::Ignored).await;
    let mut options = server.options();
    options.prefix = Some("farm/one".parse().unwrap());
    let store = S3Store::open_with(options, server.credentials()).await.unwrap();
    assert!(!common::store::FrameStore::create_is_atomic(&store));
    (server, store)
}

async fn flaky_folder() -> (TempDir, FlakyStore<FsStore>) {
    let (folder, store) = folder().await;
    (folder, FlakyStore::new(store, Faults::default()))
}

store_contract!(contract_of_a_folder, super::folder);
store_contract!(contract_of_a_bucket, super::bucket);
store_contract!(contract_of_a_bucket_without_conditions, super::bucket_without_conditions);
store_contract!(contract_of_a_flaky_store, super::flaky_folder);
