//! The options of `upqr run`, and those that every command with an adapter has.

use std::path::PathBuf;

use clap::Args;

use super::partition::Partition;
use crate::ladder::Kind;
use crate::report::Format;
use crate::vectors::filter::Filter;

/// Which implementation is asked.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Target {
    /// The command that starts an adapter, which speaks the protocol of spec/adapter-protocol.md [default: the library itself]
    #[arg(long, value_name = "COMMAND", conflicts_with = "adapter_file")]
    pub(crate) adapter: Option<String>,
    /// A TOML file with the adapter's command, environment, folder, policies, error names and limits
    #[arg(long, value_name = "FILE")]
    pub(crate) adapter_file: Option<PathBuf>,
    /// Seconds that a case may take [default: 5, or what the adapter's file says]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<f64>,
}

/// A positive number of seconds, at most a day.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(seconds),
        _ => Err("expected a number of seconds above 0, such as 2.5".to_owned()),
    }
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Which vectors: `op(decode) & !flag(unicode) | req(UPQR-CRC-*)`
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    pub(crate) filter: Option<(String, Filter)>,
    /// A share of the vectors, such as `hash:1/4`; the shares of all four together are every vector, once
    #[arg(long, value_name = "hash:N/M")]
    pub(crate) partition: Option<Partition>,
    /// Adapters that run at once [default: the machine's cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(crate) jobs: Option<u32>,
    /// Ask every case so often; another answer to the same question is an outcome of its own
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) repeat: u32,
    /// Ask in another order, the one that `--seed` gives
    #[arg(long, group = "seeded")]
    pub(crate) shuffle: bool,
    /// Put damage ladders instead of the vectors: images that are harder to read with every step, and say how far each is read
    #[arg(long, group = "seeded", conflicts_with_all = ["filter", "partition", "repeat", "record", "resume", "min_asked", "rerun_failed", "baseline", "as_of"])]
    pub(crate) ladders: bool,
    /// With `--ladders`: so many synthetic payloads
    #[arg(long, value_name = "N", requires = "ladders", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) payloads: u32,
    /// With `--ladders`: only these; see `upqr ladder --steps`
    #[arg(
        long,
        value_name = "LADDER",
        requires = "ladders",
        value_enum,
        value_delimiter = ',',
        hide_possible_values = true
    )]
    pub(crate) damage: Vec<Kind>,
    /// The seed of `--shuffle` [default: a new one, which is told] or of `--ladders` [default: 1]
    #[arg(long, value_name = "N", requires = "seeded")]
    pub(crate) seed: Option<u64>,
    /// Keep a record of the run in this file, a row as soon as it is known
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// Go on with the record of an interrupted run
    #[arg(long, requires = "record")]
    pub(crate) resume: bool,
    /// Fail where fewer cases are asked, so that an adapter that declares less cannot pass unnoticed
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) min_asked: usize,
    /// Only the cases that failed in this record
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    pub(crate) rerun_failed: Option<PathBuf>,
    /// Known failures: see `upqr baseline --help`
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// The day on which entries of the baseline are held against their expiry, such as 2026-11-23 [default: today]
    #[arg(long, value_name = "DATE", value_parser = crate::arguments::day)]
    pub(crate) as_of: Option<jiff::civil::Date>,
    /// How to show what came of it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Write to this file, which is there only once it is complete
    #[arg(long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// No progress bar
    #[arg(long)]
    pub(crate) quiet: bool,
}

pub(crate) fn filter(text: &str) -> Result<(String, Filter), String> {
    Filter::parse(text).map(|filter| (text.to_owned(), filter)).map_err(|error| error.to_string())
}
