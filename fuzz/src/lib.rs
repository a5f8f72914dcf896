//! What the fuzz targets check. The same functions replay the corpora in `cargo test`, so they know nothing of libFuzzer.
//!
//! Each module is one target; its `check` takes the fuzzer's bytes and panics where a law is broken. From the root of the repository,
//! with new inputs in a folder of their own so that the corpus stays small:
//!
//! ```text
//! mkdir -p /tmp/found && cargo +nightly fuzz run unify_restore /tmp/found fuzz/corpus/unify_restore -- \
//!     -dict=fuzz/upqr.dict -max_len=1023 -max_total_time=180
//! ```

pub mod carrier;
pub mod cpm;
pub mod mpm_objects;
pub mod mpm_text;
pub mod picture;
pub mod recognise;
pub mod symbol;
pub mod terms;
pub mod unify_restore;

mod draw;
mod laws;
