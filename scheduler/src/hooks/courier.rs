//! Delivery, with patience.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::event::Event;
use super::sign::{Secret, signature};
use crate::clock::now_ms;
use crate::metrics::Webhook;
use crate::service::Service;

/// Events that may wait; more are given up.
const WAITING: usize = 1_024;
/// Deliveries at a time.
const AT_A_TIME: usize = 8;
/// How long what runs has to end once the scheduler does.
const LAST: Duration = Duration::from_secs(5);

/// Who is told.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where requests go.
    pub url: String,
    /// What they are signed with.
    pub secret: Secret,
    /// What sends them, with its own limit of time.
    pub agent: ureq::Agent,
    /// How failures are tried again.
    pub pace: Pace,
}

/// How often a delivery is tried.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Times in all.
    pub tries: u32,
    /// Wait before the second; doubled for each further one.
    pub first: Duration,
    /// Longest wait.
    pub longest: Duration,
}

impl Default for Pace {
    /// Ten times within about ten minutes.
    fn default() -> Self {
        Self { tries: 10, first: Duration::from_secs(1), longest: Duration::from_secs(300) }
    }
}

impl Pace {
    /// The wait after so many tries, at `chance` in 0 to 1 of its upper half.
    fn wait(&self, tries: u32, chance: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1)));
        doubled.min(self.longest).mul_f64(0.5 + chance / 2.0)
    }
}

/// Where events are handed in.
#[derive(Clone, Debug)]
pub struct Hooks {
    waiting: Sender<Event>,
    service: Arc<Service>,
}

/// Brings events to where they belong.
#[derive(Debug)]
pub struct Courier {
    waiting: Receiver<Event>,
    delivery: Arc<Delivery>,
}

#[derive(Debug)]
struct Delivery {
    target: Target,
    service: Arc<Service>,
}

/// Where events are handed in, and who brings them to the target.
#[must_use]
pub fn open(service: &Arc<Service>, target: Target) -> (Hooks, Courier) {
    let (sender, waiting) = mpsc::channel(WAITING);
    let delivery = Arc::new(Delivery { target, service: Arc::clone(service) });
    (Hooks { waiting: sender, service: Arc::clone(service) }, Courier { waiting, delivery })
}

impl Hooks {
    /// Hands an event in, and does not wait.
    pub fn tell(&self, event: Event) {
        if let Err(error) = self.waiting.try_send(event) {
            self.service.metrics.webhooks.of(Webhook::Dropped).inc();
            tracing::warn!(%error, "a webhook is dropped: too many wait");
        }
    }
}

impl Courier {
    /// Delivers until `shutdown`; what waits then is given up after a moment.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) {
        let free = Arc::new(Semaphore::new(AT_A_TIME));
        let mut running = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                next = next(&mut self.waiting, &free) => {
                    let Some((event, place)) = next else { break };
                    running.spawn(Arc::clone(&self.delivery).deliver(event, place));
                }
                Some(_) = running.join_next() => {}
                () = &mut shutdown => break,
            }
        }
        let ended = async { while running.join_next().await.is_some() {} };
        if timeout(LAST, ended).await.is_err() || !self.waiting.is_empty() {
            tracing::warn!(webhooks.left = running.len() + self.waiting.len(), "webhooks are not delivered");
        }
    }
}

/// An event and the place that its delivery takes.
async fn next(waiting: &mut Receiver<Event>, free: &Arc<Semaphore>) -> Option<(Event, OwnedSemaphorePermit)> {
    let place = Arc::clone(free).acquire_owned().await.ok()?;
    Some((waiting.recv().await?, place))
}

impl Delivery {
    async fn deliver(self: Arc<Self>, event: Event, _place: OwnedSemaphorePermit) {
        let Pace { tries, .. } = self.target.pace;
        let webhooks = &self.service.metrics.webhooks;
        for attempt in 1..=tries {
            let Err(reason) = self.once(&event).await else {
                webhooks.of(Webhook::Delivered).inc();
                return;
            };
            tracing::debug!(episode.id = %event.episode, webhook.id = event.id, attempt, reason, "webhook fails");
            if attempt == tries {
                webhooks.of(Webhook::GivenUp).inc();
                let (kind, id) = (event.event.name(), &event.id);
                tracing::warn!(episode.id = %event.episode, webhook.id = id, reason, tries, "{kind}: given up");
                return;
            }
            webhooks.of(Webhook::Retried).inc();
            sleep(self.target.pace.wait(attempt, rand::random())).await;
        }
    }

    /// Sends it once. Why it was not taken.
    async fn once(&self, event: &Event) -> Result<(), String> {
        let body = serde_json::to_vec(event).map_err(|error| error.to_string())?;
        let (target, id, kind) = (self.target.clone(), event.id.clone(), event.event.name());
        let send = move || {
            let seconds = now_ms() / 1000;
            let request = target.agent.post(&target.url).header("content-type", "application/json");
            let request = request.header("shiage-event", kind).header("shiage-delivery", &id);
            request.header("shiage-signature", signature(&target.secret, seconds, &body)).send(&body)
        };
        // Its answer is not read: a receiver that never ends one holds up nothing.
        let answer = tokio::task::spawn_blocking(send).await.map_err(|error| error.to_string())?;
        let status = answer.map_err(|error| error.to_string())?.status();
        if status.is_success() { Ok(()) } else { Err(format!("it answers {status}")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_longest() {
        let pace = Pace::default();
        let waits: Vec<u64> = (1..pace.tries).map(|tries| pace.wait(tries, 1.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256]);
        assert_eq!(pace.wait(400, 1.0), pace.longest);
        assert_eq!(pace.wait(1, 0.0), Duration::from_millis(500));
    }
}
