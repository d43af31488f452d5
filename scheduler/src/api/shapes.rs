//! What the document says of types that other crates define: which texts and objects they are read from.

use common::queue::Priority as QueuePriority;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// A text that a pattern describes.
macro_rules! text {
    ($(#[doc = $doc:literal])* $name:ident, $pattern:literal) => {
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some($pattern));
                text.description(Some(concat!($($doc),*).trim())).into()
            }
        }

        impl ToSchema for $name {}
    };
}

text!(
    /// SHA-256 of a file in lower-case hexadecimal.
    Digest, "^[0-9a-f]{64}$"
);
text!(
    /// An episode.
    EpisodeId, "^[a-z0-9-]{1,32}$"
);
text!(
    /// A worker.
    WorkerId, "^[a-z0-9-]{1,96}$"
);
text!(
    /// A job: `EPISODE.NUMBER`.
    JobKey, "^[a-z0-9-]{1,32}\\.(0|[1-9][0-9]{0,8})$"
);

/// A share of the farm.
#[derive(Debug)]
pub enum Priority {}

impl PartialSchema for Priority {
    fn schema() -> RefOr<Schema> {
        let names = QueuePriority::ALL.map(QueuePriority::name);
        let text = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names));
        text.description(Some("A share of the farm.")).into()
    }
}

impl ToSchema for Priority {}

/// A file that was uploaded.
#[derive(Debug)]
pub enum Blob {}

impl PartialSchema for Blob {
    fn schema() -> RefOr<Schema> {
        let size = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(i64::MAX));
        let object = ObjectBuilder::new()
            .property("digest", Ref::from_schema_name("Digest"))
            .property("size", size.description(Some("Its length in bytes.")))
            .property("name", ObjectBuilder::new().schema_type(Type::String))
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        ["digest", "size", "name"].into_iter().fold(object, ObjectBuilder::required).into()
    }
}

impl ToSchema for Blob {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Digest::name().into_owned(), Digest::schema()));
    }
}
