//! The scheduler's HTTP API, as its clients call it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::trace::{TRACEPARENT, TraceContext};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::header::{HeaderValue, RETRY_AFTER};
use ureq::http::{Method, Request, Response, Uri};
use ureq::{Agent, Body, Error};

use super::args::ServerArgs;
use super::error::ClientError;
use super::patience::{self, Patience, Repeat};
use super::tls;
use crate::exit::CliError;

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
    token: Option<HeaderValue>,
    /// What all requests of this command belong to.
    trace: TraceContext,
    /// Whether the farm has answered anything yet.
    known: Arc<AtomicBool>,
}

/// What is asked.
struct Question<'a> {
    method: Method,
    path: &'a str,
    /// Kind of the body; empty without one.
    kind: &'a str,
    body: &'a [u8],
    repeat: Repeat,
}

/// What came back, whether good or not.
struct Answer {
    status: u16,
    wait: Option<Duration>,
    body: Vec<u8>,
}

type Result<T> = std::result::Result<T, CliError>;

impl Client {
    /// A client of the farm that the arguments name.
    pub fn new(args: &ServerArgs) -> Result<Self> {
        let uri = address(&args.url)?;
        let mut config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .tls_config(tls::config(uri.scheme_str() == Some("https")))
            // The token is for the scheduler, not for whom it may name.
            .max_redirects(0)
            .http_status_as_error(false);
        if matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]")) {
            // No proxy leads back to this machine.
            config = config.proxy(None);
        }
        let token = args.token.as_deref().map(authorization).transpose()?;
        let url = args.url.trim_end_matches('/').to_owned();
        Ok(Self { agent: config.build().into(), url, token, trace: trace(), known: Arc::default() })
    }

    /// Reads something.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.parsed(path, &self.content(path)?)
    }

    /// Reads the content of a file.
    pub fn content(&self, path: &str) -> Result<Vec<u8>> {
        self.send(&Question { method: Method::GET, path, kind: "", body: &[], repeat: Repeat::Freely })
    }

    /// Changes something, for which twice is as good as once.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.with_json(Method::POST, path, body, Repeat::Freely)
    }

    /// Changes something that must not be changed twice.
    pub fn post_once<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.with_json(Method::POST, path, body, Repeat::IfUndone)
    }

    /// Does something that has no answer.
    pub fn tell(&self, path: &str) -> Result<()> {
        let repeat = Repeat::Freely;
        self.send(&Question { method: Method::POST, path, kind: "", body: &[], repeat }).map(|_| ())
    }

    /// Sets something.
    pub fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.with_json(Method::PUT, path, body, Repeat::Freely)
    }

    /// Uploads a file.
    pub fn upload(&self, path: &str, body: &[u8]) -> Result<()> {
        let (kind, repeat) = ("application/octet-stream", Repeat::Freely);
        self.send(&Question { method: Method::PUT, path, kind, body, repeat }).map(|_| ())
    }

    fn with_json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
        repeat: Repeat,
    ) -> Result<T> {
        let body = serde_json::to_vec(body).map_err(|error| CliError::Usage(error.to_string()))?;
        let kind = "application/json";
        self.parsed(path, &self.send(&Question { method, path, kind, body: &body, repeat })?)
    }

    fn parsed<T: DeserializeOwned>(&self, path: &str, body: &[u8]) -> Result<T> {
        serde_json::from_slice(body).map_err(|error| self.foreign(path, &error))
    }

    /// Sends a request until it is answered for good, and gives the body of a success.
    fn send(&self, question: &Question<'_>) -> Result<Vec<u8>> {
        let mut patience = Patience::new();
        loop {
            let answer = self.once(question);
            let (again, asked) = match &answer {
                Err(error) => (question.repeat.after_error(error), None),
                Ok(answer) => {
                    self.note(answer.status);
                    (question.repeat.after_status(answer.status), answer.wait)
                }
            };
            let pause = if again { patience.next(self.limit(), asked) } else { None };
            let Some(pause) = pause else { return self.judged(question, answer) };
            std::thread::sleep(pause);
        }
    }

    /// Remembers that the farm is there. With 502 and 504 only what stands before it has spoken.
    fn note(&self, status: u16) {
        if !matches!(status, 502 | 504) {
            self.known.store(true, Ordering::Relaxed);
        }
    }

    fn limit(&self) -> Duration {
        if self.known.load(Ordering::Relaxed) { patience::KNOWN } else { patience::UNKNOWN }
    }

    fn once(&self, question: &Question<'_>) -> std::result::Result<Answer, Error> {
        let mut request = Request::builder().method(&question.method).uri(self.full(question.path));
        request = request.header(TRACEPARENT, self.trace.child().to_string());
        if let Some(token) = &self.token {
            request = request.header("authorization", token);
        }
        if !question.kind.is_empty() {
            request = request.header("content-type", question.kind);
        }
        let mut answer = match question.method {
            Method::GET => self.agent.run(request.body(())?)?,
            _ => self.agent.run(request.body(question.body)?)?,
        };
        let (status, wait) = (answer.status().as_u16(), wait(&answer));
        let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec()?;
        Ok(Answer { status, wait, body })
    }

    fn judged(&self, question: &Question<'_>, answer: std::result::Result<Answer, Error>) -> Result<Vec<u8>> {
        match answer {
            Ok(Answer { status: 200..=299, body, .. }) => Ok(body),
            Ok(Answer { status, body, .. }) => Err(match serde_json::from_slice(&body) {
                Ok(body) => ClientError::Refused(body).into(),
                Err(_) => self.foreign(question.path, &format!("status {status}")),
            }),
            Err(error) => Err(self.failed(question, &error)),
        }
    }

    fn failed(&self, question: &Question<'_>, error: &Error) -> CliError {
        let (url, reason) = (self.full(question.path), error.to_string());
        match error {
            Error::BodyExceedsLimit(limit) => ClientError::TooLong { url, limit: *limit }.into(),
            Error::Tls(_) | Error::Rustls(_) => ClientError::Insecure { url, reason }.into(),
            Error::Io(error)
                if error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some() =>
            {
                ClientError::Insecure { url, reason }.into()
            }
            _ if !patience::is_transport(error) => self.foreign(question.path, &reason),
            _ if question.repeat == Repeat::IfUndone && !patience::is_refused(error) => {
                ClientError::Lost { url, reason }.into()
            }
            _ => ClientError::Unreachable { url: self.url.clone(), reason }.into(),
        }
    }

    fn foreign(&self, path: &str, reason: &dyn std::fmt::Display) -> CliError {
        ClientError::Foreign { url: self.full(path), reason: reason.to_string() }.into()
    }

    fn full(&self, path: &str) -> String {
        format!("{}/v1{path}", self.url)
    }
}

/// The address of a scheduler, if it can be one.
fn address(url: &str) -> Result<Uri> {
    let refused = |reason: &str| {
        CliError::Usage(format!(
            "{url:?}: {reason}; give http://HOST:PORT or https://HOST (--url, SHIAGE_URL)"
        ))
    };
    let uri: Uri = url.parse().map_err(|error| refused(&format!("not an address ({error})")))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(refused("an address begins with http:// or https://"));
    }
    if uri.host().is_none_or(str::is_empty) || uri.query().is_some() {
        return Err(refused("not the address of a scheduler"));
    }
    Ok(uri)
}

/// The trace that this command is a part of, if the environment names one; else one of its own.
fn trace() -> TraceContext {
    let given = std::env::var(TRACEPARENT.to_ascii_uppercase()).ok();
    given.and_then(|given| given.parse().ok()).unwrap_or_else(TraceContext::root)
}

/// The header that shows a token. The token itself is never told.
fn authorization(token: &str) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| {
        let remedy = "give it as it was handed out, without line ends (--token, SHIAGE_TOKEN)";
        CliError::Usage(format!("the token has characters that no token has; {remedy}"))
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// How long the server asks to wait.
fn wait(answer: &Response<Body>) -> Option<Duration> {
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// A value in a query.
pub fn value(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// A name as one or more parts of a path: slashes stay, everything else that is not plain is escaped.
pub fn escaped(name: &str) -> String {
    name.split('/').map(value).collect::<Vec<_>>().join("/")
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
    fn only_addresses_are_asked() {
        for good in ["http://127.0.0.1:8080", "https://farm.example/", "http://[::1]:1/behind/a/proxy"] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in ["", "farm", "farm:8080", "ftp://farm", "http://", "http://farm?x", "http://a b"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_token_is_one_line() {
        assert!(authorization("abc").is_ok());
        assert!(!authorization("abc\n").unwrap_err().to_string().contains("abc"));
    }
}
