//! Who may do what, for every operation of the document: none can be forgotten.

use axum::body::Body;
use axum::http::Request;
use scheduler::api::ErrorCode;
use scheduler::http::Role;

use super::document::{Operation, operations};
use super::site::{ADMIN, Answer, READ, SUBMIT, Site};

/// The path with something in place of its parameters.
fn path(operation: &Operation) -> String {
    let digest = "0".repeat(64);
    let filled = [("{id}", "e1"), ("{key}", "e1.0"), ("{digest}", &digest), ("{name}", "a/b.png")];
    filled.into_iter().fold(operation.path.clone(), |path, (from, to)| path.replace(from, to))
}

async fn ask(site: &Site, operation: &Operation, header: Option<&str>) -> Answer {
    let mut request = Request::builder().method(operation.method.clone()).uri(path(operation));
    if let Some(header) = header {
        request = request.header("authorization", header);
    }
    site.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn each_operation_asks_for_its_role() {
    let site = Site::new().await;
    let tokens = [(READ, Role::Read), (SUBMIT, Role::Submit), (ADMIN, Role::Admin)];
    for operation in operations() {
        let Some(needed) = &operation.role else { continue };
        let needed = *Role::ALL.iter().find(|role| role.name() == needed).unwrap();
        for (token, role) in tokens {
            let answer = ask(&site, &operation, Some(&format!("Bearer {token}"))).await;
            if role < needed {
                let message = answer.refused(ErrorCode::Forbidden);
                assert!(message.contains(needed.name()), "{message}");
            } else {
                assert!(![401, 403].contains(&answer.status.as_u16()), "{operation:?} {role}: {answer:?}");
                assert!(operation.answers.contains(&answer.status.as_u16()), "{operation:?}: {answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_that_is_known() {
    let site = Site::new().await;
    let almost = format!("Bearer {}", &ADMIN[..ADMIN.len() - 1]);
    let basic = format!("Basic {ADMIN}");
    let mut open = Vec::new();
    for operation in operations() {
        for header in [None, Some(almost.as_str()), Some(basic.as_str()), Some("Bearer")] {
            let answer = ask(&site, &operation, header).await;
            if operation.role.is_some() {
                answer.refused(ErrorCode::Unauthorised);
                assert_eq!(answer.headers["www-authenticate"], "Bearer");
            } else {
                assert_eq!(answer.status, 200, "{operation:?}");
                open.push(operation.path.clone());
            }
        }
    }
    open.dedup();
    assert_eq!(open, ["/healthz", "/readyz", "/v1/openapi.json"]);
}

#[tokio::test]
async fn what_changes_something_needs_more_than_to_read() {
    for operation in operations() {
        let reads = operation.method == axum::http::Method::GET;
        assert_eq!(operation.role.as_deref().is_none_or(|role| role == "read"), reads, "{operation:?}");
    }
}
