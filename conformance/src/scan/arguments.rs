//! The options of `upqr scan`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use upqr::rules::Profile;
use upqr::symbol::Reader;

use crate::arguments::{CheckFormat, day};
use crate::explain;
use crate::language::Language;

/// Who reads the pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    /// `rxing` and our own detector, and `rqrr` where they read nothing
    #[default]
    Auto,
    /// Everyone, with every preparation, and their results compared
    All,
    /// The crate `rxing` alone
    Rxing,
    /// Our own detector alone
    Own,
    /// The crate `rqrr` alone
    Rqrr,
}

impl Choice {
    /// The readers that are asked.
    pub(crate) const fn readers(self) -> &'static [Reader] {
        match self {
            Self::Auto | Self::All => &Reader::ALL,
            Self::Rxing => &[Reader::Rxing],
            Self::Own => &[Reader::Own],
            Self::Rqrr => &[Reader::Rqrr],
        }
    }
}

/// What a worker is made to do wrong once it has read a picture, so that tests see that nobody is harmed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Misbehaviour {
    /// Never come back
    Hang,
    /// End the process
    Abort,
    /// Ask for memory without end
    Grow,
    /// Panic
    Panic,
}

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Images (PNG, JPEG, WebP, GIF, BMP, SVG, PDF), folders of them without the folders inside, or `-` for standard input
    #[arg(required = true, value_name = "IMAGE|FOLDER|-")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Say what is inside the symbol, what error correction did, and who read it
    #[arg(long)]
    pub(crate) explain: bool,
    /// How to show the results; `json` is the objects of `ndjson`, indented
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub(crate) format: CheckFormat,
    /// Print the bytes of the payload and a line end, and nothing else; takes one picture
    #[arg(long, conflicts_with_all = ["explain", "format"])]
    pub(crate) raw: bool,
    /// Who reads
    #[arg(long, value_enum, default_value_t)]
    pub(crate) reader: Choice,
    /// Seconds that a picture may take; what was read by then counts
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "2")]
    pub(crate) timeout: Duration,
    /// Pictures that are read at a time, each by a process of its own [default: the processors at hand]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Pixels an inch with which the pictures are printed, so that the size of modules is checked; drawings state their own, or have none
    #[arg(long, value_name = "NUMBER", value_parser = resolution)]
    pub(crate) dpi: Option<f64>,
    /// Show the values of payees and payment codes
    #[arg(long)]
    pub(crate) show_values: bool,
    /// Against what to check: EMVCo alone, also the schemes that a payload belongs to, or also this standard's canonical form
    #[arg(long, value_parser = profile(), default_value = Profile::default().key())]
    pub(crate) profile: Profile,
    /// The day whose rules apply, such as 2026-11-23; what starts failing later is listed apart [default: every published rule]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) as_of: Option<Date>,
    /// Only the rules whose ids begin so; the longest prefix of `--select` and `--ignore` decides
    #[arg(long, value_name = "PREFIX", value_delimiter = ',', value_parser = explain::known_prefix)]
    pub(crate) select: Vec<String>,
    /// Not the rules whose ids begin so
    #[arg(long, value_name = "PREFIX", value_delimiter = ',', value_parser = explain::known_prefix)]
    pub(crate) ignore: Vec<String>,
    /// The language of what is said of findings
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
    /// Write to this file, which is there only once it is complete
    #[arg(long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// Make the workers do something wrong
    #[arg(long, value_enum, hide = true)]
    pub(crate) misbehave: Option<Misbehaviour>,
}

/// Seconds that a picture may be given at most: an hour.
const MOST_SECONDS: f64 = 3600.0;

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.1..=MOST_SECONDS).contains(seconds));
    let message = "expected seconds from 0.1 to 3600, such as 0.5";
    seconds.map(Duration::from_secs_f64).ok_or_else(|| message.to_owned())
}

fn resolution(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (1.0..=100_000.0).contains(number));
    number.ok_or_else(|| "expected pixels an inch from 1 to 100000, such as 300".to_owned())
}

fn profile() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.map(Profile::key))
        .map(|key| Profile::ALL.into_iter().find(|profile| profile.key() == key).unwrap_or_default())
}
