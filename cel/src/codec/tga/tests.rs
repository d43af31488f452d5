//! TGA variants.
