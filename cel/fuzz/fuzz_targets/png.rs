//! Any bytes are a PNG drawing or refused; a drawing that was read is written and read again as it is.

#![no_main]

use cel::FileKind;
use cel::codec::{decode, encode, probe};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let size = probe(bytes, FileKind::Png);
    // Larger ones are only slower.
    if size.as_ref().is_ok_and(|size| size.pixels() > 1 << 14) {
        return;
    }
    if let Ok(drawing) = decode(bytes, FileKind::Png) {
        assert_eq!(size.unwrap(), drawing.size);
        assert_eq!(decode(&encode(&drawing).unwrap(), FileKind::Png).unwrap(), drawing);
    }
});
