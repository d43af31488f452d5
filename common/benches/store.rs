//! Throughput of the stores: a folder, and a bucket of a server in this process.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark, run by hand")]

use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use common::store::{FrameStore, FsStore, S3Store, StoreKey};
use common::testing::s3::S3Server;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Runtime;

/// A line drawing, and a painted one.
const SIZES: [(&str, usize); 2] = [("100 KB", 100_000), ("2 MB", 2_000_000)];

fn stores(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let fs = runtime.block_on(FsStore::open(folder.path())).unwrap();
    throughput(criterion, &runtime, "folder", &fs);
    let server = runtime.block_on(S3Server::start());
    let s3 = runtime.block_on(S3Store::open_with(server.options(), server.credentials())).unwrap();
    throughput(criterion, &runtime, "bucket", &s3);
}

fn throughput(criterion: &mut Criterion, runtime: &Runtime, name: &str, store: &dyn FrameStore) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    for (label, size) in SIZES {
        // Neither zeros nor a pattern, should a file system pack them.
        let content: Bytes =
            (0..size as u64).map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect();
        let key: StoreKey = "out/e1/A0001.tga".parse().unwrap();
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("put", label), |bencher| {
            bencher.iter(|| runtime.block_on(store.put(&key, content.clone())).unwrap());
        });
        group.bench_function(BenchmarkId::new("get", label), |bencher| {
            bencher.iter(|| black_box(runtime.block_on(store.get(&key)).unwrap()));
        });
    }
    group.finish();
}

criterion_group!(benches, stores);
criterion_main!(benches);
