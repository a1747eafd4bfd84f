//! `cargo run --release --manifest-path fuzz/Cargo.toml -- TARGET COUNT [SEED]`; TARGET `all` runs every one.

fn main() -> std::process::ExitCode {
    guiju_fuzz::drive::run(None)
}
