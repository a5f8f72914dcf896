//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use upqr::network::{Mode, Network};
use upqr::recognise::Symbology;
use upqr::rules::Profile;
use upqr::unified::terms::TermsHash;

use crate::explain;
use crate::language::Language;
use crate::{adapter, keygen, ladder, render, report, run, scan, sign, terms, vectors, verify};

const EXIT_CODES: &str = "\
Exit codes: 0 everything conforms; 1 findings, refusals or unexpected results; 2 the call was wrong;
3 an adapter would not start or broke the protocol; 4 there was nothing to work on; 5 only entries of a baseline
that no longer hold. Values of payees and payment codes are masked in listings unless
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
    /// Say which wallet of which country reads what of a payload, and what each loses
    #[command(after_help = "\
Examples:
  upqr reach 000201...6304ABCD
  upqr reach --country CN payloads.txt
  upqr reach --format ndjson payloads.txt | jq '.rows[] | select(.standing == \"live\")'
  upqr reach                    (the registry itself: wallets, and links between countries)

The answer comes from the payload and from the registry, spec/wallets.toml: what no source says is `unverified`. `upqr` stands for
a decoder of this standard, in the wallet or before it. Exit code 1: a payload that nobody reads, or a text that is no merchant-presented one.")]
    Reach(Reach),
    /// Put a payload into an NDEF message, and take it out
    #[command(after_help = "\
Examples:
  upqr ndef encode 000201...6304ABCD -o tag.ndef
  upqr ndef encode payload.txt --page https://pay.example/ -o tag.ndef
  upqr ndef encode payload.txt --hex                 (for people)
  upqr ndef decode tag.ndef | upqr check -
  upqr ndef encode payload.txt | upqr ndef decode -

Files are binary. What comes out of a tag is to be checked as if it had been scanned.")]
    Ndef(crate::ndef::Arguments),
    /// Put a payload into the fragment of an https link, and take it out
    #[command(after_help = "\
Examples:
  upqr link encode 000201...6304ABCD --page https://pay.example/
  upqr link decode 'https://pay.example/#upqr=MDAwMjAx...' | upqr check -
  upqr link encode payload.txt --page https://pay.example/ | upqr render - -o code.png

The page proves nothing: what comes out of a link is to be checked as if it had been scanned.")]
    Link(crate::link::Arguments),
    /// Find what is wrong with payloads, where, and what that means for money
    #[command(after_help = "\
Examples:
  upqr check 000201...6304ABCD
  upqr check --format ndjson payloads.txt
  upqr check --profile upqr --select crc-,amount- --ignore amount-point payloads.txt
  upqr check --as-of 2027-01-01 --lang zh-CN payloads.txt
  upqr check --format sarif --output-file findings.sarif payloads.txt
  upqr check --fix payloads.txt > fixed.txt

Rules: `upqr explain`.")]
    Check(Box<Check>),
    /// Sign canonical payloads, or a list of trusted keys
    #[command(after_help = "\
Examples:
  upqr unify --native https://qr.alipay.com/fkx00000synthetic00aaa --name 'LUCKY NOODLES' --city SHANGHAI --mcc 5812 | \\
       upqr sign --key till.pem -
  upqr sign --key till.pem --format ndjson payloads.txt | jq -r .payload
  upqr sign --key root.pem --trust-list trust.toml          (writes trust.toml.sig)

The key is a file with PEM `PRIVATE KEY` (PKCS#8), never an argument. A payload that is signed already, or not canonical, is refused.")]
    Sign(sign::Arguments),
    /// Say what the signatures of payloads are worth: absent, unknown-key, invalid, not-yet-valid, expired, valid
    #[command(after_help = "\
Examples:
  upqr verify --trust trust.toml PAYLOAD
  upqr verify --trust trust.toml --as-of 2027-01-01T12:00:00Z payloads.txt
  upqr verify --trust trust.toml --trust-root root.pub --seen seen.txt --format ndjson payloads.txt | jq .state

Exit code 0 where every payload is valid, and 1 otherwise. A signature says who made a payload, and not where it hangs.")]
    Verify(verify::Arguments),
    /// Make a key for tests: a private file, a public file, and a row for a list of trusted keys
    #[command(after_help = "\
Examples:
  upqr keygen --alg es256 --output till.pem          (writes till.pem and till.pem.pub)

Keys that money depends on are made, kept and used in a device that never gives them out.")]
    Keygen(keygen::Arguments),
    /// Read QR symbols in pictures, and check what they say
    #[command(after_help = "\
Examples:
  upqr scan receipt.jpg
  upqr scan --explain receipt.jpg        (what is inside the symbol, and how much margin is left)
  upqr scan --format ndjson photos/ | jq .verdict
  upqr scan --raw receipt.jpg | upqr restore -
  upqr scan --reader all receipt.jpg     (every reader, compared)

Each picture is read by a process of its own, within --timeout and 256 MiB. Payloads that differ are `ambiguous`: none is chosen.")]
    Scan(Box<scan::Arguments>),
    /// Be a worker of `scan`
    #[command(hide = true)]
    ScanWorker,
    /// Say what a rule or a scheme is about, why it matters, and what to do
    #[command(after_help = "\
Examples:
  upqr explain                  (every rule, one a line)
  upqr explain crc-mismatch
  upqr explain amount- --lang zh-CN
  upqr explain hkqr             (a scheme)")]
    Explain(Explain),
    /// Draw a payload as a QR symbol: PNG, SVG, PDF, or text
    #[command(after_help = "\
Examples:
  upqr render 000201...6304ABCD                       (on the terminal)
  upqr render 000201...6304ABCD -o code.png
  upqr render payload.txt -o code.pdf --level Q --module-size 0.8
  upqr render - -o code.svg --dark '#1677ff' < payload.txt
  upqr render payload.txt -o code.png --level H --logo logo.png --logo-size 9

The same call gives the same bytes. EMV payloads are drawn in byte mode as EMVCo asks, other texts in as few bits as possible; ECI 26 \
says that a text goes beyond ASCII. Where the text is of a scheme that asks for a version, a level, a mode, or an ECI with its character \
set, the symbol has these unless an option says otherwise. A quiet zone below 4, a contrast below grade C, inverted colours, and a logo that leaves less error \
correction than grade C asks for are refused without --force, and so are a version and a level that the scheme does not allow, and for a \
payload with an account of this standard level L and versions above 25.")]
    Render(Box<render::Arguments>),
    /// Say what the terms of a payload come to: whether a document is the one it names, and what becomes of the money
    Terms(terms::Arguments),
    /// Put every test vector to an implementation, and say what came of each
    #[command(after_help = "\
Examples:
  upqr run
  upqr run --adapter 'python3 my_adapter.py'
  upqr run --adapter-file adapter.toml --filter 'op(decode) & !flag(unicode)' --baseline known.toml
  upqr run --adapter ./adapter --format junit --output-file conformance.xml
  upqr run --adapter ./adapter --record run.ndjson          (and `--resume` after an interruption)
  upqr run --adapter ./adapter --repeat 2 --shuffle         (finds answers that change)
  upqr run --ladders --payloads 100                         (how far damaged images are read)

The protocol is spec/adapter-protocol.md; `upqr doctor` proves an adapter before a run.")]
    Run(Box<run::Arguments>),
    /// Prove on an adapter, and on built-in liars, that a run can fail
    Doctor(run::doctor::Arguments),
    /// Keep the list of known failures
    Baseline(run::baseline::Arguments),
    /// Make pages and lists of the records of runs
    Report(report::command::Arguments),
    /// Check, make and hand out the test vectors
    Vectors(vectors::command::Arguments),
    /// Make images of a symbol that are harder to read with every step
    Ladder(ladder::Arguments),
    /// Be an adapter: this library, on the standard streams
    Adapter(adapter::serve::Arguments),
}

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct Inputs {
    /// A file, a folder, `-` for standard input, or a payload; files hold one payload a line, or NDJSON objects with a `payload`
    #[arg(required_unless_present = "payload", value_name = "FILE|-|PAYLOAD")]
    pub(crate) inputs: Vec<PathBuf>,
    /// A payload, whatever it looks like
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) payload: Vec<String>,
}

/// What to read, and how to show it.
#[derive(Debug, Args)]
pub(crate) struct Listing {
    #[command(flatten)]
    pub(crate) source: Inputs,
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

/// How `check` shows what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For a person, with a caret under the bytes at fault
    Human,
    /// Indented objects, one after another
    Json,
    /// One object a line
    Ndjson,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit's XML: a suite for each file, a case for each line
    Junit,
    /// Workflow commands of GitHub Actions
    Github,
    /// Tables for a report
    Markdown,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) source: Inputs,
    /// How to show the findings; `json` is the objects of `ndjson`, indented
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub(crate) format: CheckFormat,
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
    /// Each input is one payload, line ends included, as codes of several lines are
    #[arg(long)]
    pub(crate) whole: bool,
    /// The language of what a person reads
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
    /// Write to this file, which is there only once it is complete
    #[arg(long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// Counts instead of findings
    #[arg(long)]
    pub(crate) statistics: bool,
    /// Print the inputs with their safe fixes applied, instead of findings; what was changed is said on the error stream
    #[arg(long, conflicts_with_all = ["format", "statistics"])]
    pub(crate) fix: bool,
    /// With `--fix`: write the fixes into the input files
    #[arg(long, requires = "fix", conflicts_with_all = ["output_file", "payload"])]
    pub(crate) in_place: bool,
}

/// How `explain` shows a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For a person
    Human,
    /// Indented objects, one after another
    Json,
    /// Sections for a page
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A rule's id or how it begins, or a scheme's id; without one, every rule is listed
    #[arg(value_name = "RULE|PREFIX|SCHEME")]
    pub(crate) names: Vec<String>,
    /// How to show them
    #[arg(long, value_enum, default_value_t = ExplainFormat::Human)]
    pub(crate) format: ExplainFormat,
    /// The language of what a person reads
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
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
pub(crate) struct Reach {
    /// A file, a folder, `-` for standard input, or a payload; without one, the registry is printed
    #[arg(value_name = "FILE|-|PAYLOAD")]
    pub(crate) inputs: Vec<PathBuf>,
    /// A payload, whatever it looks like
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) payload: Vec<String>,
    /// How to show the answers; `json` is the objects of `ndjson`, indented
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Only wallets of this country, two letters
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    pub(crate) country: Option<String>,
    /// Show the values of payees
    #[arg(long)]
    pub(crate) show_values: bool,
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
    /// Kind of the terms under which is paid, two digits, such as 05 for a prepaid draw-down
    #[arg(long, value_name = "KIND")]
    pub(crate) terms_kind: Option<String>,
    /// Reference of the contract, at most 20 characters
    #[arg(long, value_name = "TEXT", requires = "terms_kind", allow_hyphen_values = true)]
    pub(crate) terms_reference: Option<String>,
    /// Hash of the terms document: 1 for SHA-256 or 3 for SM3, and 43 characters of base64url
    #[arg(long, value_name = "HASH", requires = "terms_kind", value_parser = terms_hash)]
    pub(crate) terms_hash: Option<TermsHash>,
    /// Unix seconds from which on nothing is refunded
    #[arg(long, value_name = "SECONDS")]
    pub(crate) refund_by: Option<u64>,
    /// Currency that the payee gets, three letters or digits
    #[arg(long, value_name = "CURRENCY")]
    pub(crate) settlement_currency: Option<String>,
    /// Identifier of the quoted exchange rate, at most 20 characters; it holds until `--expires`
    #[arg(long, value_name = "TEXT", requires = "expires", allow_hyphen_values = true)]
    pub(crate) fx_quote: Option<String>,
    /// Identifier of the chain on which the terms live, at most 24 characters
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) business_chain: Option<String>,
}

fn terms_hash(text: &str) -> Result<TermsHash, String> {
    TermsHash::parse(text)
        .ok_or_else(|| "expected 1 for SHA-256 or 3 for SM3, and 43 characters of base64url".to_owned())
}

fn network(key: &str) -> Result<Network, String> {
    Network::with_key(key).ok_or_else(|| {
        let known: Vec<&str> = Network::all().map(Network::key).collect();
        format!("expected one of {}", known.join(", "))
    })
}

fn country(letters: &str) -> Result<String, String> {
    let listed = upqr::country::is_listed(letters).then(|| letters.to_owned());
    listed.ok_or_else(|| "expected two capital letters of ISO 3166-1, such as CN".to_owned())
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

fn profile() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.map(Profile::key))
        .map(|key| Profile::ALL.into_iter().find(|profile| profile.key() == key).unwrap_or_default())
}

pub(crate) fn day(text: &str) -> Result<Date, String> {
    let date = Date::strptime("%Y-%m-%d", text).ok().filter(|_| text.len() == 10);
    date.ok_or_else(|| "expected a day such as 2026-11-23".to_owned())
}

/// The day on which the call is made, in UTC, so that machines agree on it.
pub(crate) fn today() -> Date {
    Offset::UTC.to_datetime(Timestamp::now()).date()
}
