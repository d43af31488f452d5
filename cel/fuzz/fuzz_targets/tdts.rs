//! Any TDTS file is a sound time sheet or an error.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod sound;

fuzz_target!(|bytes: &[u8]| {
    sound::read(&[&b"toeiDigitalTimeSheet Save Data"[..], bytes].concat());
    sound::read(bytes);
});
