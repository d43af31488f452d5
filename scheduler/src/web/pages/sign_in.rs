//! Signing in and out.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::shell;
use crate::http::{Query, Role};
use crate::web::fault::Result;
use crate::web::forms::Form;
use crate::web::guard::Viewer;
use crate::web::session::cleared;
use crate::web::state::Web;

/// Where somebody wanted to go.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    next: Option<String>,
}

/// The form to sign in with.
pub async fn sign_in_page(Query(wanted): Query<Wanted>) -> Markup {
    form(&inside(wanted.next.as_deref()), None)
}

/// What somebody typed in.
#[derive(Deserialize)]
pub struct Given {
    token: String,
    next: Option<String>,
}

/// Lets somebody in who has a token.
pub async fn sign_in(State(web): State<Web>, headers: HeaderMap, Form(given): Form<Given>) -> Response {
    let next = inside(given.next.as_deref());
    let secure = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    match web.signer.sign_in(given.token.trim(), secure) {
        Some(cookie) => ([(SET_COOKIE, cookie)], Redirect::to(&next)).into_response(),
        None => {
            let said = "Nobody has this token. Ask who runs the farm, or read shiage-farm/env.";
            (StatusCode::FORBIDDEN, form(&next, Some(said))).into_response()
        }
    }
}

/// A key of a form alone.
#[derive(Debug, Deserialize)]
pub struct Key {
    form_key: String,
}

/// Lets somebody out.
pub async fn sign_out(viewer: Viewer, Form(key): Form<Key>) -> Result<Response> {
    viewer.decides(Role::Read, &key.form_key)?;
    Ok(([(SET_COOKIE, cleared())], Redirect::to("/login")).into_response())
}

fn form(next: &str, said: Option<&str>) -> Markup {
    let body = html! {
        form.sign-in method="post" action="/login" {
            h1 { "Sign in" }
            label for="token" { "Your token" }
            input #token name="token" type="password" autocomplete="current-password" required autofocus
                aria-describedby="token-help";
            p #token-help.soft { "The same that " code { "shiage" } " uses: " code { "SHIAGE_TOKEN" } "." }
            @if let Some(said) = said { p.bad role="alert" { (said) } }
            input type="hidden" name="next" value=(next);
            button.main type="submit" { "Sign in" }
        }
    };
    shell::bare("Sign in", &body)
}

/// A path of this server: nobody is sent to another one.
fn inside(next: Option<&str>) -> String {
    let plain = |next: &&str| {
        next.starts_with('/')
            && !next[1..].starts_with(['/', '\\'])
            && next.bytes().all(|b| b.is_ascii_graphic())
    };
    next.filter(plain).unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_address_leads_to_this_server(next in "[/\\\\]{0,3}[ -~é\\r\\n]{0,20}") {
            let path = inside(Some(&next));
            prop_assert!(path.starts_with('/') && !path[1..].starts_with(['/', '\\']), "{path}");
            prop_assert!(!path.contains(['\r', '\n']));
        }
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        for (next, path) in [
            (Some("/episodes/e1?x=1"), "/episodes/e1?x=1"),
            (Some("//evil.example"), "/"),
            (Some("/\\evil.example"), "/"),
            (Some("https://evil.example"), "/"),
            (Some("/a\r\nb"), "/"),
            (None, "/"),
        ] {
            assert_eq!(inside(next), path, "{next:?}");
        }
    }
}
