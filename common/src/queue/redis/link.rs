//! The connection to Redis, and what is done when it breaks: every function can be called again, so it is.

use std::time::Duration;

use redis::{Cmd, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::address::Address;
use super::client::{Client, Connection};
use super::library::{KEYS, Library};
use super::remedy::Remedy;
use crate::queue::chance::Chance;
use crate::queue::error::{QueueError, Result};

/// How long a call is tried again before it is given up.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a server may take to answer; a call that takes longer is made again.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(5);
const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Arguments of a function.
#[derive(Clone, Debug, Default)]
pub(super) struct Args {
    values: Vec<Vec<u8>>,
    /// The argument that tells a call from its repetition.
    again_at: Option<usize>,
}

impl Args {
    pub fn with(self, value: impl std::fmt::Display) -> Self {
        self.add(&value)
    }

    fn add(mut self, value: &dyn std::fmt::Display) -> Self {
        self.values.push(value.to_string().into_bytes());
        self
    }

    /// An argument that is 0, and 1 once the call may have been carried out.
    pub fn with_again(mut self) -> Self {
        self.again_at = Some(self.values.len());
        self.with(0)
    }
}

/// A connection that comes back.
pub(super) struct Link {
    pub address: Address,
    library: Library,
    client: Client,
    connection: Mutex<Slot>,
    chance: Chance,
}

/// The connection that all calls share, and how many there have been.
#[derive(Default)]
struct Slot {
    generation: u64,
    open: Option<Connection>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("address", &self.address).finish_non_exhaustive()
    }
}

/// What to send.
#[derive(Clone, Debug)]
pub(super) enum Request<'a> {
    Function(&'a str, Args),
    Command(Cmd),
}

impl Link {
    pub fn new(address: Address, library: Library) -> Result<Self> {
        let client = Client::new(&address)?;
        Ok(Self { address, library, client, connection: Mutex::default(), chance: Chance::new() })
    }

    /// Sends a request, again where that helps.
    pub async fn send(&self, mut request: Request<'_>) -> Result<Value> {
        let began = Instant::now();
        let mut wait = FIRST_WAIT;
        loop {
            let (generation, outcome) = match self.connection().await {
                Ok((generation, mut connection)) => {
                    (generation, execute(&mut connection, &self.library, &request).await)
                }
                Err(error) => (0, Err(error)),
            };
            let error = match outcome {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            match Remedy::of(&error, &request, &self.address) {
                Remedy::GiveUp(error) => return Err(error),
                Remedy::Wait => {}
                Remedy::Reconnect => {
                    self.drop_connection(generation).await;
                    request.may_have_been_carried_out();
                }
            }
            if began.elapsed() + wait > PATIENCE {
                let address = self.address.to_string();
                return Err(QueueError::Unavailable { address, reason: error.to_string() });
            }
            tracing::debug!(address = %self.address, %error, "queue.retry");
            tokio::time::sleep(wait * self.chance.jitter() / 2000 + wait / 2).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// A connection of its own, for a command that blocks.
    pub async fn connect(&self, response_timeout: Duration) -> redis::RedisResult<Connection> {
        self.client.connect(response_timeout).await
    }

    /// The connection and which one it is, made if there is none.
    async fn connection(&self) -> redis::RedisResult<(u64, Connection)> {
        let mut slot = self.connection.lock().await;
        if let Some(connection) = &slot.open {
            return Ok((slot.generation, connection.clone()));
        }
        let connection = self.client.connect(RESPONSE_TIMEOUT).await?;
        slot.generation += 1;
        slot.open = Some(connection.clone());
        Ok((slot.generation, connection))
    }

    /// Drops a connection, unless another call has already replaced it.
    async fn drop_connection(&self, generation: u64) {
        let mut slot = self.connection.lock().await;
        if slot.generation == generation {
            slot.open = None;
        }
    }
}

impl Request<'_> {
    fn may_have_been_carried_out(&mut self) {
        if let Self::Function(_, args) = self
            && let Some(at) = args.again_at
        {
            args.values[at] = b"1".to_vec();
        }
    }

    pub(super) const fn name(&self) -> &str {
        match self {
            Self::Function(name, _) => name,
            Self::Command(_) => "a command",
        }
    }
}

async fn execute(
    connection: &mut Connection,
    library: &Library,
    request: &Request<'_>,
) -> redis::RedisResult<Value> {
    let call = match request {
        Request::Command(command) => return command.query_async(connection).await,
        Request::Function(name, args) => call(&library.function(name), args),
    };
    match call.query_async(connection).await {
        // The server is new to this version, or its functions were flushed.
        Err(error) if error.to_string().contains("Function not found") => {
            load(connection, library).await?;
            call.query_async(connection).await
        }
        other => other,
    }
}

async fn load(connection: &mut Connection, library: &Library) -> redis::RedisResult<()> {
    let load = redis::cmd("FUNCTION").arg("LOAD").arg(&library.source).query_async::<()>(connection).await;
    match load {
        // Another process was faster.
        Err(error) if error.to_string().contains("already exists") => Ok(()),
        other => other,
    }
}

fn call(function: &str, args: &Args) -> Cmd {
    let mut command = redis::cmd("FCALL");
    command.arg(function).arg(KEYS.len()).arg(&KEYS[..]);
    for value in &args.values {
        command.arg(value.as_slice());
    }
    command
}
