//! Any STS file is a sound time sheet or an error.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod sound;

fuzz_target!(|bytes: &[u8]| {
    sound::read(&[&b"\x11ShiraheiTimeSheet"[..], bytes].concat());
    sound::read(bytes);
});
