#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| isoflag_tests::fuzz::context(data));
