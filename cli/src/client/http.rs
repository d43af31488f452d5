//! The scheduler's HTTP API, as its clients call it.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use scheduler::api::ErrorBody;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::{Method, Request, Uri};
use ureq::{Agent, Body};

use super::args::ServerArgs;
use crate::exit::CliError;

/// Attempts at a request that the farm does not answer, or cannot serve now.
const ATTEMPTS: u32 = 5;
/// Pause before the second attempt; doubled each time.
const PAUSE: Duration = Duration::from_millis(200);
const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(300);
/// Longest answer that is read.
const LONGEST: u64 = 1 << 30;
/// What needs no escape in a part of a path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A connection to a farm.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    url: String,
    token: Option<String>,
}

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody answers.
    #[error("cannot reach {url}: {reason}; is the scheduler running there? (--url, SHIAGE_URL)")]
    Unreachable {
        /// Where.
        url: String,
        /// What the connection said.
        reason: String,
    },
    /// The farm refuses.
    #[error("{}", told(.0))]
    Refused(ErrorBody),
    /// The answer is not one of a scheduler.
    #[error("{url}: not understood ({reason}); is it a scheduler of this version?")]
    Foreign {
        /// What was asked.
        url: String,
        /// What is wrong.
        reason: String,
    },
}

fn told(body: &ErrorBody) -> String {
    let problem = &body.error;
    std::iter::once(&problem.message).chain(&problem.details).cloned().collect::<Vec<_>>().join("\n  ")
}

type Result<T> = std::result::Result<T, CliError>;

impl Client {
    /// A client of the farm that the arguments name.
    pub fn new(args: &ServerArgs) -> Self {
        let url = args.url.trim_end_matches('/').to_owned();
        let mut config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .http_status_as_error(false);
        let host = url.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
        if matches!(host.as_deref(), Some("127.0.0.1" | "localhost" | "[::1]")) {
            // No proxy leads back to this machine.
            config = config.proxy(None);
        }
        Self { agent: config.build().into(), url, token: args.token.clone() }
    }

    /// Reads something.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.parsed(&Method::GET, path, "", &[])
    }

    /// Reads the content of a file.
    pub fn content(&self, path: &str) -> Result<Vec<u8>> {
        self.send(&Method::GET, path, "", &[])
    }

    /// Changes something.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.parsed(&Method::POST, path, "application/json", &json(body)?)
    }

    /// Does something that has no answer.
    pub fn tell(&self, path: &str) -> Result<()> {
        self.send(&Method::POST, path, "", &[]).map(|_| ())
    }

    /// Sets something.
    pub fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.parsed(&Method::PUT, path, "application/json", &json(body)?)
    }

    /// Uploads a file.
    pub fn upload(&self, path: &str, content: &[u8]) -> Result<()> {
        self.send(&Method::PUT, path, "application/octet-stream", content).map(|_| ())
    }

    fn parsed<T: DeserializeOwned>(&self, method: &Method, path: &str, kind: &str, body: &[u8]) -> Result<T> {
        let bytes = self.send(method, path, kind, body)?;
        serde_json::from_slice(&bytes).map_err(|error| self.foreign(path, &error))
    }

    /// Sends a request until it is answered, and gives the body of a success. All requests of a farm can be repeated.
    fn send(&self, method: &Method, path: &str, kind: &str, body: &[u8]) -> Result<Vec<u8>> {
        let mut pause = PAUSE;
        for attempt in 1.. {
            let answer = self.once(method, path, kind, body);
            let again = match &answer {
                Err(_) => true,
                Ok((status, _)) => matches!(status, 429 | 502 | 503 | 504),
            };
            if !again || attempt == ATTEMPTS {
                return self.judged(path, answer);
            }
            std::thread::sleep(pause);
            pause *= 2;
        }
        Err(self.foreign(path, &"no attempt was made"))
    }

    fn once(
        &self,
        method: &Method,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> std::result::Result<(u16, Vec<u8>), ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}/v1{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        let answer = match *method {
            Method::GET => self.agent.run(request.body(())?)?,
            _ => self.agent.run(request.body(body)?)?,
        };
        let status = answer.status().as_u16();
        let mut content: Body = answer.into_body();
        Ok((status, content.with_config().limit(LONGEST).read_to_vec()?))
    }

    fn judged(
        &self,
        path: &str,
        answer: std::result::Result<(u16, Vec<u8>), ureq::Error>,
    ) -> Result<Vec<u8>> {
        match answer {
            Ok((200..=299, body)) => Ok(body),
            Ok((status, body)) => Err(match serde_json::from_slice(&body) {
                Ok(body) => ClientError::Refused(body).into(),
                Err(_) => self.foreign(path, &format!("status {status}")),
            }),
            Err(error) => {
                let (url, reason) = (self.url.clone(), error.to_string());
                Err(ClientError::Unreachable { url, reason }.into())
            }
        }
    }

    fn foreign(&self, path: &str, reason: &dyn std::fmt::Display) -> CliError {
        ClientError::Foreign { url: format!("{}/v1{path}", self.url), reason: reason.to_string() }.into()
    }
}

fn json(body: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(body).map_err(|error| CliError::Usage(error.to_string()))
}

/// A name as one or more parts of a path: slashes stay, everything else that is not plain is escaped.
pub fn escaped(name: &str) -> String {
    name.split('/').map(|part| utf8_percent_encode(part, PLAIN).to_string()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_part_by_part() {
        assert_eq!(escaped("c 1/A#1?.png"), "c%201/A%231%3F.png");
        assert_eq!(escaped("仕.png"), "%E4%BB%95.png");
    }

    #[test]
    fn all_that_is_wrong_is_told() {
        let text = r#"{"error":{"code":"invalid","message":"no","details":["a","b"]}}"#;
        let body: ErrorBody = serde_json::from_str(text).unwrap();
        assert_eq!(ClientError::Refused(body).to_string(), "no\n  a\n  b");
    }
}
