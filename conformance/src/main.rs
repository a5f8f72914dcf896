//! The `upqr` command.
fn main() {}
