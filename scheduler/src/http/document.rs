//! The OpenAPI document: what the handlers say of themselves, and what is the same for all of them.

use utoipa::OpenApi as _;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, Content, OpenApi, PathItem, Ref, RefOr, Response, ResponseBuilder};

use super::auth::Role;
use super::failure::status;
use super::routes;
use crate::api::{ErrorBody, ErrorCode};

/// Name of the scheme of tokens in the document.
const SCHEME: &str = "token";

/// What stands at the head of the document.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Shiage",
        description = "Paints episodes of line drawings. Every answer that is no success is an `ErrorBody`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ErrorBody))
)]
struct Head;

/// The OpenAPI document of all routes, as it stands in `docs/openapi.json`.
///
/// # Errors
/// Never for the routes there are; the signature is that of the writer of JSON.
pub fn openapi() -> serde_json::Result<String> {
    let mut document = Head::openapi();
    document.merge(routes::open().into_openapi());
    for role in Role::ALL {
        document.merge(of_role(role));
    }
    let paths = std::mem::take(&mut document.paths.paths);
    document.paths.paths = paths.into_iter().map(|(path, item)| (path.replace("{*", "{"), item)).collect();
    for (path, item) in &mut document.paths.paths {
        item.get.iter_mut().for_each(|operation| failures(path, false, operation));
        [&mut item.put, &mut item.post]
            .into_iter()
            .flatten()
            .for_each(|operation| failures(path, true, operation));
    }
    complete(document.components.get_or_insert_default());
    document.to_pretty_json().map(|text| text + "\n")
}

/// The routes that need a role, which their operations say.
fn of_role(role: Role) -> OpenApi {
    let mut document = routes::of(role).into_openapi();
    let needs = SecurityRequirement::new(SCHEME, [role.name()]);
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        operation.security = Some(vec![needs.clone()]);
        let said = operation.description.take().map_or(String::new(), |said| said + "\n\n");
        operation.description = Some(format!("{said}Needs the role `{role}`."));
    }
    document
}

/// The operations of a path; the API has no other methods.
fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post].into_iter().flatten()
}

/// Adds to an operation what can go wrong with it. One that changes nothing fits every state.
fn failures(path: &str, changes: bool, operation: &mut Operation) {
    let guarded = operation.security.is_some();
    let named = path.contains('{');
    let body = operation.request_body.is_some();
    let asked = body || operation.parameters.is_some();
    for (code, name, _) in ANSWERS {
        let possible = match code {
            ErrorCode::Unauthorised | ErrorCode::Forbidden | ErrorCode::Unavailable => guarded,
            ErrorCode::Malformed | ErrorCode::Invalid => asked,
            ErrorCode::NotFound => named,
            // A submission may meet a decision about the same episode.
            ErrorCode::Conflict => changes && (named || path == "/v1/episodes"),
            ErrorCode::TooSlow | ErrorCode::TooLarge | ErrorCode::UnsupportedType => body,
            ErrorCode::MethodNotAllowed => false,
            ErrorCode::Internal => true,
        };
        if possible {
            let answer = RefOr::Ref(Ref::from_response_name(name));
            operation.responses.responses.insert(status(code).as_str().to_owned(), answer);
        }
    }
}

/// What can go wrong, with its name in the document. A wrong method is no operation.
const ANSWERS: [(ErrorCode, &str, &str); 11] = [
    (ErrorCode::Malformed, "Malformed", "The request is not understood."),
    (ErrorCode::Unauthorised, "Unauthorised", "No token, or one that nobody has."),
    (ErrorCode::Forbidden, "Forbidden", "The role of the token may not do this."),
    (ErrorCode::NotFound, "NotFound", "There is no such thing."),
    (ErrorCode::TooSlow, "TooSlow", "The body took too long to come in."),
    (ErrorCode::Conflict, "Conflict", "It does not fit the state of what it is for."),
    (ErrorCode::TooLarge, "TooLarge", "The body is longer than it may be."),
    (ErrorCode::UnsupportedType, "UnsupportedType", "The body is of a kind that is not understood."),
    (ErrorCode::Invalid, "Invalid", "Understood, but it cannot be done as asked."),
    (ErrorCode::Internal, "Internal", "A bug."),
    (
        ErrorCode::Unavailable,
        "Unavailable",
        "Queue or store do not serve now; try again after `Retry-After`.",
    ),
];

/// Adds what the operations refer to.
fn complete(components: &mut Components) {
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
        "A token with the role read, submit or admin; each may do what the ones before it may.",
    ));
    components.security_schemes.insert(SCHEME.to_owned(), SecurityScheme::Http(token.build()).into());
    for (_, name, text) in ANSWERS {
        components.responses.insert(name.to_owned(), RefOr::T(failure(text)));
    }
}

fn failure(text: &str) -> Response {
    let body = Content::new(Some(Ref::from_schema_name("ErrorBody")));
    ResponseBuilder::new().description(text).content("application/json", body).build()
}
