//! The OpenAPI document.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::Value;

use super::site::Site;

/// An operation of the document.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: Method,
    pub path: String,
    /// The role it needs, if any.
    pub role: Option<String>,
    pub answers: BTreeSet<u16>,
}

/// Every operation of the document that the program makes.
pub fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&scheduler::http::openapi().unwrap()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| Operation {
            method: method.to_uppercase().parse().unwrap(),
            path: path.clone(),
            role: operation.pointer("/security/0/token/0").map(|role| role.as_str().unwrap().to_owned()),
            answers: operation["responses"]
                .as_object()
                .unwrap()
                .keys()
                .map(|key| key.parse().unwrap())
                .collect(),
        })
    });
    all.collect()
}

#[test]
fn the_document_is_the_one_that_is_checked_in() {
    let kept = include_str!("../../../../docs/openapi.json");
    let made = scheduler::http::openapi().unwrap();
    assert!(
        kept == made,
        "docs/openapi.json is not what the program says; renew it: shiage scheduler --print-openapi > docs/openapi.json"
    );
}

#[test]
fn every_reference_leads_somewhere() {
    let document: Value = serde_json::from_str(&scheduler::http::openapi().unwrap()).unwrap();
    let mut left = vec![&document];
    let mut references = 0;
    while let Some(value) = left.pop() {
        match value {
            Value::Array(values) => left.extend(values),
            Value::Object(fields) => {
                if let Some(Value::String(to)) = fields.get("$ref") {
                    references += 1;
                    assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to}");
                }
                left.extend(fields.values());
            }
            _ => {}
        }
    }
    assert!(references > 50, "{references}");
}

#[test]
fn names_of_operations_are_their_own() {
    let document: Value = serde_json::from_str(&scheduler::http::openapi().unwrap()).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let all: Vec<&str> = paths
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
    assert_eq!(all.len(), 28);
}

#[tokio::test]
async fn it_is_served() {
    let site = Site::new().await;
    let answer = site.get("/v1/openapi.json").await;
    assert_eq!(answer.body, scheduler::http::openapi().unwrap());
    assert_eq!(answer.headers["content-type"], "application/json");
}
