#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| upqr_fuzz::terms::check(data));
