//! Pages that change while they are looked at: parts of them, as HTML, over server-sent events.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::stream;
use maud::Markup;
use tokio::time::{Instant, sleep};

use super::fault::{Fault, Result};
use super::state::Web;
use crate::api::ErrorCode;

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(1);
/// How long a stream lasts; then the browser asks anew, and the session is looked at again.
const LASTS: Duration = Duration::from_secs(300);

/// Parts of a page by the ids of their elements.
pub type Parts = Vec<(&'static str, Markup)>;

/// Sends the parts of a page that change, for as long as somebody looks.
///
/// # Errors
/// When too many pages are watched.
pub fn watch<F, M>(web: &Web, make: M) -> Result<Response>
where
    M: Fn(Web) -> F + Send + 'static,
    F: Future<Output = Result<Parts>> + Send + 'static,
{
    let full = || Fault::new(ErrorCode::Unavailable, "Too many pages are watched at a time.");
    let place = std::sync::Arc::clone(&web.watchers).try_acquire_owned().map_err(|_| full())?;
    let (web, ends) = (web.clone(), Instant::now() + LASTS);
    let start = (Sent::default(), make, place);
    let events = stream::unfold(start, move |(mut sent, make, place)| {
        let web = web.clone();
        async move {
            if sent.begun {
                tokio::select! {
                    () = web.closed() => return None,
                    () = sleep(EVERY) => {}
                }
            }
            if Instant::now() > ends {
                return None;
            }
            sent.begun = true;
            let event = match make(web).await {
                Ok(parts) => sent.changes(parts),
                Err(fault) => trouble(&fault),
            };
            Some((Ok::<_, Infallible>(Bytes::from(event)), (sent, make, place)))
        }
    });
    Ok(([(CONTENT_TYPE, "text/event-stream")], Body::from_stream(events)).into_response())
}

/// What a browser has been sent.
#[derive(Default)]
struct Sent {
    begun: bool,
    parts: BTreeMap<&'static str, String>,
}

impl Sent {
    /// The event that brings the browser up to date; a comment if it is.
    fn changes(&mut self, parts: Parts) -> String {
        let mut changed: BTreeMap<&str, String> = BTreeMap::new();
        for (id, markup) in parts {
            let html = markup.into_string();
            if self.parts.get(id) != Some(&html) {
                changed.insert(id, html.clone());
                self.parts.insert(id, html);
            }
        }
        if changed.is_empty() {
            return ": the same\n\n".to_owned();
        }
        // JSON holds no line breaks.
        format!("data: {}\n\n", serde_json::to_string(&changed).unwrap_or_default())
    }
}

fn trouble(fault: &Fault) -> String {
    let message = match fault {
        Fault::SignIn { .. } => "sign in again",
        Fault::Problem(problem) => problem.message.as_str(),
    };
    format!("event: trouble\ndata: {}\n\n", serde_json::to_string(message).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use maud::html;

    use super::*;

    #[test]
    fn only_what_has_changed_is_sent() {
        let mut sent = Sent::default();
        let first = sent.changes(vec![("a", html! { "1" }), ("b", html! { p { "x\ny" } })]);
        assert_eq!(first, "data: {\"a\":\"1\",\"b\":\"<p>x\\ny</p>\"}\n\n");
        assert_eq!(
            sent.changes(vec![("a", html! { "2" }), ("b", html! { p { "x\ny" } })]),
            "data: {\"a\":\"2\"}\n\n"
        );
        assert_eq!(sent.changes(vec![("a", html! { "2" })]), ": the same\n\n");
    }

    #[test]
    fn trouble_is_one_line() {
        let fault = Fault::new(ErrorCode::Unavailable, "queue:\ngone");
        assert_eq!(trouble(&fault), "event: trouble\ndata: \"queue:\\ngone\"\n\n");
    }
}
