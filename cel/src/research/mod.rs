//! The files of research data sets: label images and lists of segment colours.
//!
//! A label image is an RGB PNG whose pixels hold red * 65536 + green * 256 + blue; 0 is line. A colour list is
//! JSON, `{"1":[r,g,b,a],…}`, keyed by label.

mod colour_list;
mod label_image;

pub use colour_list::{ColourListError, colours_by_label, colours_from_json, colours_to_json};
pub use label_image::{
    CompactLabels, LabelImageError, MAX_LABEL, decode_labels, decode_labels_compacting, encode_labels,
};
