//! The target `facts`: under cargo-fuzz as libFuzzer runs it, on stable as the driver does.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    guiju_fuzz::targets::facts::fuzz(data);
});

#[cfg(not(fuzzing))]
fn main() -> std::process::ExitCode {
    guiju_fuzz::drive::run(Some("facts".to_owned()))
}
