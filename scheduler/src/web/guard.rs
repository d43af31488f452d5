//! Who may see a page, and what browsers are told about every answer.

use axum::extract::{FromRequestParts, Request};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::fault::{Fault, Result};
use super::session::Session;
use super::state::Web;
use crate::api::ErrorCode;
use crate::http::Role;

/// Nothing but what this server gives, no script or style inside a page, no other site around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Somebody who may look.
#[derive(Debug)]
pub struct Viewer(pub Session);

impl FromRequestParts<Web> for Viewer {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self> {
        web.signer.session(&parts.headers).map(Self).ok_or_else(|| Fault::sign_in(&parts.uri))
    }
}

impl Viewer {
    /// Makes sure of a role.
    pub fn needs(&self, role: Role) -> Result<()> {
        if self.0.role >= role {
            return Ok(());
        }
        let message = format!("This needs the role {role}; your token has {}.", self.0.role);
        Err(Fault::new(ErrorCode::Forbidden, message))
    }

    /// Makes sure of a role, and that one of our own pages asks.
    pub fn decides(&self, role: Role, form_key: &str) -> Result<()> {
        self.needs(role)?;
        if self.0.made(form_key) {
            return Ok(());
        }
        Err(Fault::new(ErrorCode::Forbidden, "The page is from an earlier session; open it again."))
    }
}

/// Refuses what another site sends, and tells browsers what pages may do.
pub async fn pages(request: Request, next: Next) -> Result<Response> {
    if !request.method().is_safe() && is_foreign(request.headers()) {
        return Err(Fault::new(ErrorCode::Forbidden, "Another site sent this; open the page itself."));
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Whether a browser says that another site made it send this.
fn is_foreign(headers: &HeaderMap) -> bool {
    headers.get(FETCH_SITE).is_some_and(|site| site != "same-origin" && site != "none")
}
