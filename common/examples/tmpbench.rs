use common::queue::*;
use std::sync::Arc;
async fn stat(c: &mut redis::aio::MultiplexedConnection, name: &str) {
    let s: String = redis::cmd("INFO").arg("commandstats").query_async(c).await.unwrap();
    for l in s.lines().filter(|l| l.contains("fcall")) {
        println!("{name} {l}");
    }
    let () = redis::cmd("CONFIG").arg("RESETSTAT").query_async(c).await.unwrap();
}
#[tokio::main(flavor = "multi_thread")]
async fn main() {
    let address = std::env::args().nth(1).unwrap();
    let mut c =
        redis::Client::open(address.as_str()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let queue = Arc::new(RedisQueue::connect(&address, Policy::default()).await.unwrap());
    let epoch = queue.pulse().await.unwrap().epoch.unwrap_or(0);
    queue.reset(epoch + 1).await.unwrap();
    println!("fill {}", measure::fill(&queue, 100000).await.unwrap());
    if std::env::args().nth(2).is_some() {
        return;
    }
    stat(&mut c, "fill").await;
    let l = measure::latencies(queue.as_ref(), 5000).await.unwrap();
    println!("p50 {} p99 {}", l.quantile_ms(0.5), l.quantile_ms(0.99));
    for warm in [0, 2] {
        stat(&mut c, "").await;
        queue.memory_bytes().await.unwrap();
        let mut held = vec![];
        for n in 0..5000u32 {
            let r = ClaimRequest {
                worker: "bench-0".parse().unwrap(),
                pools: vec!["gpu".parse().unwrap()],
                warm: (0..warm).map(|i| Affinity::of(&format!("character {}", i))).collect(),
            };
            let Claim::Granted(g) = queue.claim(&r).await.unwrap() else { panic!() };
            held.push(Held { key: g.key, token: g.token });
            let _ = n;
        }
        stat(&mut c, "claim").await;
        queue.memory_bytes().await.unwrap();
        for h in held {
            queue.complete(&h, &common::Digest::of(b"x")).await.unwrap();
        }
        stat(&mut c, "complete").await;
    }
    for n in [1, 2, 4] {
        let mut handles = vec![];
        for _ in 0..n {
            handles.push(Arc::new(RedisQueue::connect(&address, Policy::default()).await.unwrap()));
        }
        println!("{n} handles {}", measure::pairs_per_s(&handles, 20000, 64).await.unwrap());
        stat(&mut c, "pairs").await;
    }
}
