//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use upqr::network::{Mode, Network};
use upqr::recognise::Symbology;

const EXIT_CODES: &str = "\
Exit codes: 0 everything conforms; 1 findings, refusals or unexpected results; 2 the call was wrong;
4 there was nothing to work on. Values of payees and payment codes are masked in listings unless
--show-values is given.";

/// Unified Payment QR: one payment payload that carries the codes of every wallet without losing a byte.
#[derive(Debug, Parser)]
#[command(name = "upqr", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the main job end to end on built-in codes: unify, decode, restore
    Demo,
    /// Take payloads apart: data objects, what they carry, and the model they stand for
    #[command(after_help = "\
Examples:
  upqr decode 000201...6304ABCD
  upqr decode --format ndjson payloads.txt | jq .natives
  upqr decode --format json --show-values PAYLOAD | jq .payment > payment.json")]
    Decode(Listing),
    /// Make the canonical payload of a payment's JSON
    #[command(after_help = "\
Examples:
  upqr encode payment.json
  upqr decode --format json --show-values PAYLOAD | upqr encode -

The JSON is what `decode --format json --show-values` gives under `payment`, or that whole object.")]
    Encode(Encode),
    /// Say whose code a text may be: ranked candidates with their evidence
    #[command(after_help = "\
Examples:
  upqr recognise 28763443825664394
  upqr recognise --mode consumer-presented --symbology code-128 codes.txt")]
    Recognise(Recognise),
    /// Put wallets' codes into one payload
    #[command(after_help = "\
Examples:
  upqr unify --native 'weixin://wxpay/bizpayurl?pr=NwY5Mz9' --native https://qr.alipay.com/fkx00000synthetic00aaa \\
       --name 'LUCKY NOODLES' --city SHANGHAI --mcc 5812 --local-name 幸运面馆
  upqr unify --native https://qr.alipay.com/fkx00000synthetic00aaa --base \"$(cat hkqr.txt)\"
  upqr unify --native 134650328919428540          (a payment code: the consumer-presented form)")]
    Unify(Box<Unify>),
    /// Give back the codes that a payload carries, one a line, byte for byte
    #[command(after_help = "\
Examples:
  upqr restore PAYLOAD
  upqr restore PAYLOAD --network alipay
  upqr restore PAYLOAD --base          (the national code that was extended)

Where one of the codes cannot be restored, none is printed; `--network` asks for those of one network alone.")]
    Restore(Restore),
    /// Put every native code into a payload and back, and compare the bytes
    #[command(after_help = "\
Examples:
  upqr roundtrip codes.txt
  upqr roundtrip --format ndjson - < codes.ndjson

A payment code goes through the consumer-presented form, everything else through the merchant-presented one. Blank lines are passed over.")]
    Roundtrip(Roundtrip),
    /// Find what is wrong with payloads, where, and what that means for money
    #[command(after_help = "\
Examples:
  upqr check 000201...6304ABCD
  upqr check --format ndjson payloads.txt")]
    Check(Listing),
}

/// What to read, and how to show it.
#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// A file, a folder, `-` for standard input, or a payload; files hold one payload a line, or NDJSON objects with a `payload`
    #[arg(required_unless_present = "payload", value_name = "FILE|-|PAYLOAD")]
    pub(crate) inputs: Vec<PathBuf>,
    /// A payload, whatever it looks like
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) payload: Vec<String>,
    /// How to show the results; `json` is the objects of `ndjson`, indented
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Show the values of payees and payment codes
    #[arg(long)]
    pub(crate) show_values: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person
    Human,
    /// Indented objects, one after another
    Json,
    /// One object a line
    Ndjson,
}

#[derive(Debug, Args)]
pub(crate) struct Recognise {
    #[command(flatten)]
    pub(crate) listing: Listing,
    /// Who showed the code; candidates that contradict it sink
    #[arg(long, value_parser = mode)]
    pub(crate) mode: Option<Mode>,
    /// What the code was read from; candidates that contradict it sink
    #[arg(long, value_parser = symbology, value_name = "qr|code-128|gs1-128|other")]
    pub(crate) symbology: Option<Symbology>,
}

#[derive(Debug, Args)]
pub(crate) struct Roundtrip {
    #[command(flatten)]
    pub(crate) listing: Listing,
    /// The network of codes that no family claims, or that several claim
    #[arg(long, value_parser = network)]
    pub(crate) network: Option<Network>,
}

#[derive(Debug, Args)]
pub(crate) struct Encode {
    /// The JSON of a payment, or `-` for standard input
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
}

/// How `restore` tells codes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LineFormat {
    /// One code a line, byte for byte
    Lines,
    /// One object a line: `network`, and `native` or `native_hex`
    Ndjson,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The payload, a file that holds it, or `-` for standard input
    #[arg(value_name = "PAYLOAD|FILE|-")]
    pub(crate) payload: String,
    /// How to tell codes apart
    #[arg(long, value_enum, default_value_t = LineFormat::Lines)]
    pub(crate) format: LineFormat,
    /// Only the codes of this network
    #[arg(long, value_parser = network, conflicts_with = "base")]
    pub(crate) network: Option<Network>,
    /// The national code, with the templates of this standard taken out
    #[arg(long)]
    pub(crate) base: bool,
    /// The codes that other conventions carry in the payload
    #[arg(long, conflicts_with_all = ["base", "network"])]
    pub(crate) foreign: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Unify {
    /// A wallet's code; the first is the merchant's first preference
    #[arg(long, required = true, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) native: Vec<String>,
    /// The network of codes that no family claims, or that several claim
    #[arg(long, value_parser = network)]
    pub(crate) network: Option<Network>,
    /// A national code to extend, instead of a merchant's particulars
    #[arg(long, value_name = "EMV_PAYLOAD", conflicts_with_all = ["name", "city", "mcc", "country", "currency", "amount",
        "postal_code", "local_name", "local_city", "language", "bill", "reference", "terminal"])]
    pub(crate) base: Option<String>,
    /// Merchant name, 1 to 25 printable ASCII characters
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) name: Option<String>,
    /// Merchant city, 1 to 15 printable ASCII characters
    #[arg(long)]
    pub(crate) city: Option<String>,
    /// Merchant category code, four digits
    #[arg(long)]
    pub(crate) mcc: Option<String>,
    /// Country, two letters [default: CN]
    #[arg(long)]
    pub(crate) country: Option<String>,
    /// Currency, three letters or digits of ISO 4217 [default: CNY]
    #[arg(long)]
    pub(crate) currency: Option<String>,
    /// Amount in decimal text, such as 25.50
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) amount: Option<String>,
    /// Postal code
    #[arg(long)]
    pub(crate) postal_code: Option<String>,
    /// Merchant name in its own script
    #[arg(long, value_name = "TEXT")]
    pub(crate) local_name: Option<String>,
    /// Merchant city in its own script
    #[arg(long, value_name = "TEXT", requires = "local_name")]
    pub(crate) local_city: Option<String>,
    /// Language of the local name, two letters [default: ZH]
    #[arg(long, requires = "local_name")]
    pub(crate) language: Option<String>,
    /// Bill number
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) bill: Option<String>,
    /// Reference that ties the codes of one sale together
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) reference: Option<String>,
    /// Terminal label
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) terminal: Option<String>,
    /// Unix seconds before which the payload is not to be paid
    #[arg(long, value_name = "SECONDS")]
    pub(crate) not_before: Option<u64>,
    /// Unix seconds from which on the payload is not to be paid
    #[arg(long, value_name = "SECONDS")]
    pub(crate) expires: Option<u64>,
}

fn network(key: &str) -> Result<Network, String> {
    Network::with_key(key).ok_or_else(|| {
        let known: Vec<&str> = Network::all().map(Network::key).collect();
        format!("expected one of {}", known.join(", "))
    })
}

fn mode(key: &str) -> Result<Mode, String> {
    let modes = [Mode::MerchantPresented, Mode::ConsumerPresented];
    modes
        .into_iter()
        .find(|mode| mode.key() == key)
        .ok_or_else(|| "expected merchant-presented or consumer-presented".to_owned())
}

fn symbology(key: &str) -> Result<Symbology, String> {
    match key {
        "qr" => Ok(Symbology::Qr),
        "code-128" => Ok(Symbology::Code128),
        "gs1-128" => Ok(Symbology::Gs1128),
        "other" => Ok(Symbology::Other),
        _ => Err("expected qr, code-128, gs1-128 or other".to_owned()),
    }
}
