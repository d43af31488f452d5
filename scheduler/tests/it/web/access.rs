//! Who may see and do what on pages.

use axum::http::Method;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, SET_COOKIE};

use super::studio::Studio;
use crate::http::site::{ADMIN, READ, SUBMIT};

const PAGES: [&str; 12] = [
    "/",
    "/live",
    "/episodes/e1",
    "/episodes/e1/live",
    "/episodes/e1/clip?name=c1",
    "/episodes/e1/clip/live?name=c1",
    "/episodes/e1/clip/palette?name=c1",
    "/episodes/e1/history?clip=c1&key=x",
    "/pictures/thumb?blob=0",
    "/pictures/full?blob=0",
    "/pictures/map?line=0&alpha=composite",
    "/pictures/segments?line=0&alpha=composite&blob=0",
];
const DECISIONS: [(&str, &str); 10] = [
    ("/episodes/e1/decide/pause", SUBMIT),
    ("/episodes/e1/decide/resume", SUBMIT),
    ("/episodes/e1/decide/cancel", SUBMIT),
    ("/episodes/e1/decide/retry", SUBMIT),
    ("/episodes/e1/restore", SUBMIT),
    ("/episodes/e1/decide/priority", SUBMIT),
    ("/workers/w/drain", ADMIN),
    ("/workers/w/forgive", ADMIN),
    ("/queue/pause", ADMIN),
    ("/queue/resume", ADMIN),
];
/// What every form may hold.
const FIELDS: [(&str, &str); 4] = [("priority", "high"), ("clip", "c1"), ("key", "x"), ("revision", "1")];

#[tokio::test]
async fn who_is_not_signed_in_is_asked_to_and_comes_back() {
    let studio = Studio::new().await;
    for page in PAGES {
        let answer = studio.send(Method::GET, page, &[], String::new()).await;
        assert_eq!(answer.status, 303, "{page}");
        let to = answer.headers[LOCATION].to_str().unwrap();
        assert!(to.starts_with("/login?next=%2F"), "{page}: {to}");
    }
    for (decision, _) in DECISIONS {
        let answer = studio.send(Method::POST, decision, &[], "form_key=x".into()).await;
        assert_eq!(answer.status, 303, "{decision}");
    }
    // A token of the API opens no page: another site could not send it, but neither can a browser by itself.
    let bearer = format!("Bearer {ADMIN}");
    let answer = studio.send(Method::GET, "/", &[("authorization", &bearer)], String::new()).await;
    assert_eq!(answer.status, 303);
}

#[tokio::test]
async fn a_token_opens_a_session_that_scripts_cannot_read() {
    let studio = Studio::new().await;
    let answer = studio.send(Method::POST, "/login", &[], format!("token={READ}&next=//evil.example")).await;
    assert_eq!((answer.status.as_u16(), &answer.headers[LOCATION]), (303, &"/".parse().unwrap()));
    let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains(READ));
    let behind_tls = [("x-forwarded-proto", "https")];
    let answer = studio.send(Method::POST, "/login", &behind_tls, format!("token={READ}")).await;
    assert!(answer.headers[SET_COOKIE].to_str().unwrap().contains("; Secure"));
    let answer = studio.send(Method::POST, "/login", &[], "token=nobody-0123456789abc".into()).await;
    assert_eq!(answer.status, 403);
    assert!(!answer.headers.contains_key(SET_COOKIE));
}

#[tokio::test]
async fn each_decision_needs_its_role_and_the_key_of_the_session() {
    let studio = Studio::new().await;
    let (reader, submitter, admin) =
        (studio.browser(READ).await, studio.browser(SUBMIT).await, studio.browser(ADMIN).await);
    for (decision, needed) in DECISIONS {
        assert_eq!(reader.form(decision, &FIELDS).await.status, 403, "{decision}");
        let of_another = format!("form_key={}&priority=high&clip=c1&key=x&revision=1", reader.form_key);
        assert_eq!(admin.post(decision, of_another).await.status, 403, "{decision}");
        let submitters = submitter.form(decision, &FIELDS).await.status.as_u16();
        assert_eq!(submitters == 403, needed == ADMIN, "{decision}: {submitters}");
        let admins = admin.form(decision, &FIELDS).await.status.as_u16();
        assert!([303, 404].contains(&admins), "{decision}: {admins}");
    }
    let body =
        format!(r#"{{"form_key":"{}","clip":"c1","key":"x","painted":"","colours":{{}}}}"#, reader.form_key);
    assert_eq!(reader.post("/episodes/e1/correct", body.clone()).await.status, 403);
    assert_eq!(submitter.post("/episodes/e1/correct", body).await.status, 403, "the key of another session");
}

#[tokio::test]
async fn another_site_sends_nothing() {
    let studio = Studio::new().await;
    for site in ["cross-site", "same-site"] {
        let headers = [("sec-fetch-site", site)];
        let answer = studio.send(Method::POST, "/login", &headers, format!("token={READ}")).await;
        assert_eq!(answer.status, 403, "{site}");
    }
}

#[tokio::test]
async fn pages_run_only_scripts_of_this_server() {
    let studio = Studio::new().await;
    let browser = studio.browser(ADMIN).await;
    for page in ["/", "/login"] {
        let answer = browser.get(page).await;
        let policy = answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers[CACHE_CONTROL], "no-store");
        let html = answer.text();
        assert!(
            !html.contains("style=\"") && !html.contains("<script>") && !html.contains(" onclick"),
            "{html}"
        );
        assert!(!html.contains("http://") && !html.contains("https://"), "{html}");
    }
}

#[tokio::test]
async fn who_signs_out_has_no_session() {
    let studio = Studio::new().await;
    let browser = studio.browser(READ).await;
    let answer = browser.form("/logout", &[]).await;
    assert_eq!((answer.status.as_u16(), &answer.headers[LOCATION]), (303, &"/login".parse().unwrap()));
    assert!(answer.headers[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn an_endless_form_is_refused() {
    let studio = Studio::new().await;
    let answer = studio.send(Method::POST, "/login", &[], "x".repeat(1 << 20)).await;
    assert_eq!(answer.status, 413);
}
