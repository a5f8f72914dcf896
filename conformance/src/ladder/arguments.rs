//! The options of `upqr ladder`.

use std::path::PathBuf;

use clap::Args;
use upqr::symbol::Level;

use super::Kind;
use super::symbol::level;

const EXAMPLES: &str = "\
Examples:
  upqr ladder --steps                                       (the ladders, and the amounts of their steps)
  upqr ladder payload.txt --output blurred --damage blur,noise
  upqr ladder --payload TEXT --level H --sheet ladders.png  (every image on one sheet, for the eye)
  upqr ladder --payloads 12 --seed 7 --output images        (synthetic payloads, of mixed kinds and levels)

The folder holds the images, PNG of 8 bits of grey, and `ladder.ndjson`, which says of each what it is. It appears once it is complete. The same call makes
the same bytes. `upqr run --ladders` puts such images to an implementation without a folder.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The payload of the symbol, a file that holds it, or `-` for standard input
    #[arg(value_name = "PAYLOAD|FILE|-", required_unless_present_any = ["payload", "payloads", "steps"], conflicts_with = "payload")]
    pub(super) input: Option<String>,
    /// The payload, whatever it looks like
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(super) payload: Option<String>,
    /// The whole input is the payload, line ends included, as codes of several lines are
    #[arg(long)]
    pub(super) whole: bool,
    /// So many synthetic payloads instead: merchant-presented ones, some with Chinese names, links of wallets, and digits
    #[arg(long, value_name = "N", conflicts_with_all = ["input", "payload"], value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) payloads: Option<u32>,
    /// The level of error correction: L, M, Q or H [default: M; of synthetic payloads, half have M]
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    pub(super) level: Option<Level>,
    /// Only these ladders
    #[arg(long, value_name = "LADDER", value_enum, value_delimiter = ',', hide_possible_values = true)]
    pub(super) damage: Vec<Kind>,
    /// Where choices begin: noise, directions, and synthetic payloads
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// The folder of the images, which is empty or does not exist yet
    #[arg(short, long, value_name = "FOLDER")]
    pub(super) output: Option<PathBuf>,
    /// Also, or instead, a PNG with every image of the first payload: a row for each ladder, a column for each step
    #[arg(long, value_name = "FILE")]
    pub(super) sheet: Option<PathBuf>,
    /// List the ladders and their steps instead
    #[arg(long, conflicts_with_all = ["input", "payload", "payloads", "output", "sheet"])]
    pub(super) steps: bool,
    /// No progress bar
    #[arg(long)]
    pub(super) quiet: bool,
}
