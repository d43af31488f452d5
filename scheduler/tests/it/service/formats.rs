//! Episodes that an earlier version of the workers reads, and others.

use cel::PaintRules;
use common::farm::{JobSpec, Manifest, SpecFormat, layout};
use common::ids::JobKey;
use common::queue::{Claim, ClaimRequest, Explanation, JobQueue as _, NewWorker};
use common::store::FrameStore as _;

use super::farm::{Farm, chain, label, pool};

fn with_rules() -> Manifest {
    Manifest { rules: PaintRules { close_gaps: 2, ..PaintRules::default() }, ..chain() }
}

#[tokio::test]
async fn a_document_has_the_format_that_it_needs() {
    let farm = Farm::new().await;
    for (submitted, format) in [(chain(), SpecFormat::FIRST), (with_rules(), SpecFormat::RULES)] {
        let id = farm.submit(&submitted).await;
        let stored = farm.store.get(&layout::manifest(&id)).await.unwrap();
        assert_eq!(Manifest::from_json(&stored).unwrap().format, format);
        let record = farm.service.record(&id).await.unwrap();
        let plan = farm.service.plan(&record).await.unwrap();
        assert!(plan.jobs.iter().all(|job| job.spec.format == format));
        let job = farm.queue.job(&JobKey { episode: id.clone(), index: 0 }).await.unwrap();
        assert_eq!(job.pool, pool(format));
        // Whichever format was written above it, it is the same episode.
        let other = Manifest { format: SpecFormat::RULES, ..submitted };
        assert_eq!(farm.submit(&other).await, id);
    }
}

/// A worker of an earlier version never sees what it cannot read, and the job is there for the next one.
#[tokio::test]
async fn what_nobody_can_read_waits() {
    let farm = Farm::new().await;
    let id = farm.submit(&with_rules()).await;
    assert!(farm.claim().await.is_none(), "the painter reads the first format alone");
    let key = JobKey { episode: id, index: 0 };
    let explained = farm.queue.explain(&key).await.unwrap();
    assert_eq!(explained, Explanation::Ready { rank: 0, workers: 0, shunned: 0 });
    assert_eq!(farm.queue.job(&key).await.unwrap().attempt, 0);

    let pools: Vec<_> = SpecFormat::LATEST.and_before().map(pool).collect();
    let worker = NewWorker {
        id: "updated".parse().unwrap(),
        nonce: "n".into(),
        pools: pools.clone(),
        info: String::new(),
    };
    farm.queue.register(worker).await.unwrap();
    let request = ClaimRequest { worker: "updated".parse().unwrap(), pools, warm: Vec::new() };
    let Claim::Granted(grant) = farm.queue.claim(&request).await.unwrap() else { panic!("nothing to claim") };
    assert_eq!((grant.key, grant.attempt), (key, 1));
    let payload: common::farm::Payload = serde_json::from_str(&grant.payload).unwrap();
    let spec = farm.store.get(&layout::spec(&payload.job)).await.unwrap();
    let spec = JobSpec::from_json(&payload.job, &spec).unwrap();
    assert_eq!((spec.format, spec.model), (SpecFormat::RULES, label().to_string()));
}
