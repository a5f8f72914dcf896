//! `upqr render`: a payload as a symbol, in a file or on the terminal.

use std::fs;
use std::io::{IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};
use upqr::rules::{self, Appearance, Choice, Options, Seen, Severity, check_symbol};
use upqr::symbol::render::{self, Colour, Concern, Ink, Logo, Look, Millimetres, QuietZone};
use upqr::symbol::{Grid, Level, Mask, Version, analyse};

use crate::exit::{Exit, Stop};
use crate::input::{MAX_LINE, from_line, nothing};
use crate::source::{cannot_read, payload_argument};
use crate::{human, input, output};

/// How a symbol is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A raster of whole pixels
    Png,
    /// One path
    Svg,
    /// One page of the symbol's size
    Pdf,
    /// Half blocks
    Txt,
}

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The payload, a file that holds it, or `-` for standard input
    #[arg(value_name = "PAYLOAD|FILE|-", required_unless_present = "payload", conflicts_with = "payload")]
    input: Option<String>,
    /// The payload, whatever it looks like
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    payload: Option<String>,
    /// The whole input is the payload, line ends included, as codes of several lines are
    #[arg(long)]
    whole: bool,
    /// Write to this file, which is there only once it is complete; its suffix says how the symbol is drawn
    #[arg(short, long, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// How the symbol is drawn, whatever the suffix of the file [default: txt without a file]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Error correction level: L, M, Q or H [default: M]
    #[arg(long, value_parser = level)]
    level: Option<Level>,
    /// Light modules around the symbol [default: 4]
    #[arg(long, value_name = "MODULES", value_parser = quiet_zone)]
    quiet_zone: Option<QuietZone>,
    /// Side of a module: whole pixels in a PNG, millimetres in SVG and PDF [default: 8 pixels, 0.5 mm]
    #[arg(long, value_name = "PIXELS|MM", value_parser = module_size)]
    module_size: Option<Millimetres>,
    /// The version, 1 to 40 [default: the smallest that holds the payload and that its scheme allows]
    #[arg(long, value_parser = version)]
    symbol_version: Option<Version>,
    /// The mask, 0 to 7 [default: the one with the least penalty]
    #[arg(long, value_parser = mask)]
    mask: Option<Mask>,
    /// Colour of dark modules, such as #1677ff [default: #000000]
    #[arg(long, value_name = "#RRGGBB", value_parser = colour)]
    dark: Option<Colour>,
    /// Colour of light modules [default: #ffffff]
    #[arg(long, value_name = "#RRGGBB", value_parser = colour)]
    light: Option<Colour>,
    /// A PNG or JPEG file over the centre, with one light module around it
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// Side of the logo, an odd number of modules [default: a fifth of the symbol]
    #[arg(long, value_name = "MODULES", requires = "logo")]
    logo_size: Option<usize>,
    /// Draw what many readers will not read
    #[arg(long)]
    force: bool,
    /// Text of number signs instead of half blocks
    #[arg(long)]
    ascii: bool,
}

/// Bytes of a logo's file, at most.
const MOST_LOGO: u64 = 16 << 20;

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Stop> {
    let format = format(arguments)?;
    if let Some(path) = arguments.output_file.as_deref().filter(|path| is_input(path, arguments)) {
        let message = format!("`{}` is an input and cannot be the output: name another file", path.display());
        return Err(Stop::Usage(message));
    }
    let payload = payload(arguments.input.as_deref(), arguments.payload.as_deref(), arguments.whole)?;
    let Arguments { level, symbol_version: version, mask, force, .. } = *arguments;
    let choice = Choice { level, version, mask };
    let symbol =
        rules::draw_symbol(payload.as_bytes(), choice).map_err(|error| Stop::Refused(error.to_string()))?;
    let look = look(arguments, format, &symbol.grid)?;
    if let Some(refusal) = rules::symbol_refusal(&symbol, &look).filter(|_| !force) {
        return Err(Stop::Refused(format!("{refusal}; `--force` draws it all the same")));
    }
    let concerns = render::concerns(symbol.grid.version(), symbol.level, &look);
    let octets = draw(&symbol.grid, &look, format, arguments)?;
    // What a file is told is not said before it can be written.
    output::to(arguments.output_file.as_deref(), out, |out| Ok(out.write_all(&octets)?))?;
    warn(&payload, &concerns);
    if matches!(format, Format::Svg | Format::Pdf) {
        for message in too_small(&symbol.grid, look.millimetres) {
            human::warn(&message);
        }
    }
    Ok(Exit::Conforms)
}

/// Whether the output is the file of the payload or of the logo.
fn is_input(output: &Path, arguments: &Arguments) -> bool {
    let Ok(output) = output.canonicalize() else { return false };
    let inputs = arguments.input.iter().map(Path::new).chain(arguments.logo.as_deref());
    inputs.into_iter().any(|input| input.canonicalize().is_ok_and(|input| input == output))
}

/// What is said of modules that are too small in print (UPQR-SYM-9).
fn too_small(grid: &Grid, side: Millimetres) -> Vec<String> {
    let Ok(analysis) = analyse(grid) else { return Vec::new() };
    let appearance = Appearance { module_millimetres: Some(side.get().into()), ..Appearance::default() };
    let options = Options { select: vec![MODULE_SIZE.to_owned()], ..Options::default() };
    let found = check_symbol(&Seen { analysis: &analysis, appearance: &appearance }, &options).findings;
    let of_rule = found.into_iter().filter(|finding| finding.rule.id == MODULE_SIZE);
    of_rule.map(|finding| finding.message.into_owned()).collect()
}

/// The rule for the size of modules.
const MODULE_SIZE: &str = "symbol-module-size";

/// Says on the error stream what deserves a look: the payload's findings, and what may keep readers from the symbol.
fn warn(payload: &str, concerns: &[Concern]) {
    let is_finding = |severity: Severity| severity != Severity::Info;
    if rules::check(payload).findings.iter().any(|finding| is_finding(finding.rule.severity)) {
        human::warn("this payload has findings: `upqr check` shows them");
    }
    for concern in concerns {
        human::warn(&concern.to_string());
    }
}

fn format(arguments: &Arguments) -> Result<Format, Stop> {
    let suffix = |path: &Path| {
        let suffix = path.extension().and_then(|suffix| suffix.to_str()).unwrap_or_default();
        Format::from_str(suffix, true).map_err(|_| {
            Stop::Usage(format!(
                "the suffix of `{}` names no format: end it in .png, .svg, .pdf or .txt, or give `--format`",
                path.display()
            ))
        })
    };
    let format = match (arguments.format, &arguments.output_file) {
        (Some(format), _) => format,
        (None, Some(path)) => suffix(path)?,
        (None, None) => Format::Txt,
    };
    if arguments.output_file.is_none() && format != Format::Txt && std::io::stdout().is_terminal() {
        return Err(Stop::Usage("a terminal shows no such file: name one with `-o`".to_owned()));
    }
    let idle = [
        ("--ascii", arguments.ascii && format != Format::Txt, "is for text"),
        ("--module-size", arguments.module_size.is_some() && format == Format::Txt, "is not for text"),
        ("--logo", arguments.logo.is_some() && format == Format::Txt, "is not for text"),
    ];
    match idle.iter().find(|(_, idle, _)| *idle) {
        Some((option, _, why)) => Err(Stop::Usage(format!("{option} {why}"))),
        None => Ok(format),
    }
}

/// The one payload of a call: a text, or what stands in a file or comes from the standard input.
pub(crate) fn payload(input: Option<&str>, text: Option<&str>, is_whole: bool) -> Result<String, Stop> {
    if let Some(text) = text {
        return if text.is_empty() { Err(nothing()) } else { Ok(text.to_owned()) };
    }
    // A file's name that is mistyped is no payload.
    let absent = |input: &&str| *input != "-" && !Path::new(input).exists();
    if let Some(text) = input.filter(absent) {
        return if text.is_empty() { Err(nothing()) } else { payload_argument(Path::new(text)) };
    }
    let name = input.unwrap_or("-");
    let octets = input::whole(Path::new(name))?;
    if octets.len() >= MAX_LINE {
        return Err(Stop::Refused(format!("`{name}` has {MAX_LINE} bytes or more, which no symbol holds")));
    }
    if is_whole {
        let text = input::from_whole(&octets)
            .map_err(|error| Stop::Refused(format!("`{name}`: {}", error.message)))?;
        return if text.is_empty() { Err(nothing()) } else { Ok(text.to_owned()) };
    }
    let lines = octets.split(|octet| *octet == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut lines = lines.filter(|line| !line.is_empty());
    let line = lines.next().ok_or_else(nothing)?;
    let more = lines.count();
    if more > 0 {
        return Err(Stop::Usage(format!(
            "`{name}` has {} lines, and a symbol holds one payload: give one line at a time, or `--whole` where the lines are one payload",
            more.saturating_add(1)
        )));
    }
    let payload = from_line(line).map_err(|error| Stop::Refused(format!("`{name}`: {}", error.message)))?;
    if payload.is_empty() { Err(nothing()) } else { Ok(payload.into_owned()) }
}

/// The look that the options describe.
fn look(arguments: &Arguments, format: Format, grid: &Grid) -> Result<Look, Stop> {
    let plain = Look::default();
    let logo = arguments.logo.as_ref().map(|path| {
        // An odd number near a fifth, as a logo stands in the centre of a side that is odd.
        let fifth = grid.side().div_euclid(10).saturating_mul(2).saturating_add(1);
        let modules = arguments.logo_size.unwrap_or(fifth.max(3));
        let mut octets = Vec::new();
        let file = fs::File::open(path)
            .and_then(|file| file.take(MOST_LOGO.saturating_add(1)).read_to_end(&mut octets));
        let length = file.map_err(|error| cannot_read(path, &error))?;
        if u64::try_from(length).is_ok_and(|length| length > MOST_LOGO) {
            let most = MOST_LOGO >> 20;
            return Err(Stop::Refused(format!(
                "`{}`: the logo has more than {most} MiB, which is the most that is read: save it smaller",
                path.display()
            )));
        }
        Logo::read(&octets, modules).map_err(|error| Stop::Refused(format!("`{}`: {error}", path.display())))
    });
    let mut look = Look {
        quiet_zone: arguments.quiet_zone.unwrap_or(plain.quiet_zone),
        dark: arguments.dark.unwrap_or(plain.dark),
        light: arguments.light.unwrap_or(plain.light),
        logo: logo.transpose()?,
        ..plain
    };
    match arguments.module_size {
        Some(size) if format == Format::Png => {
            let size = size.get();
            look.pixels = format!("{size}").parse().map_err(|_| {
                Stop::Usage(format!("--module-size: a PNG has whole pixels, not {size}: give a whole number"))
            })?;
        }
        Some(size) => look.millimetres = size,
        None => {}
    }
    Ok(look)
}

fn draw(grid: &Grid, look: &Look, format: Format, arguments: &Arguments) -> Result<Vec<u8>, Stop> {
    Ok(match format {
        Format::Png => render::png(grid, look).map_err(|error| Stop::Refused(error.to_string()))?,
        Format::Svg => render::svg(grid, look).into_bytes(),
        Format::Pdf => render::pdf(grid, look),
        Format::Txt => render::text(grid, look, ink(arguments)).into_bytes(),
    })
}

/// Blocks in colours on a terminal; dark blocks where the text goes to a page.
fn ink(arguments: &Arguments) -> Ink {
    let stdout = std::io::stdout();
    if arguments.ascii {
        Ink::Ascii
    } else if arguments.output_file.is_some() || !stdout.is_terminal() {
        Ink::Dark
    } else if AutoStream::choice(&stdout) == ColorChoice::Never {
        Ink::Light
    } else {
        Ink::Terminal
    }
}

fn level(key: &str) -> Result<Level, String> {
    Level::with_key(key).ok_or_else(|| "expected L, M, Q or H".to_owned())
}

fn version(number: &str) -> Result<Version, String> {
    let version = number.parse().ok().and_then(Version::new);
    version.ok_or_else(|| "expected a version of 1 to 40".to_owned())
}

fn mask(number: &str) -> Result<Mask, String> {
    number.parse().ok().and_then(Mask::new).ok_or_else(|| "expected a mask of 0 to 7".to_owned())
}

fn colour(text: &str) -> Result<Colour, String> {
    text.parse()
}

fn quiet_zone(number: &str) -> Result<QuietZone, String> {
    let zone = number.parse().ok().and_then(QuietZone::new);
    zone.ok_or_else(|| format!("expected 0 to {} modules", QuietZone::MOST.modules()))
}

fn module_size(number: &str) -> Result<Millimetres, String> {
    let size = number.parse().ok().and_then(Millimetres::new);
    let (least, most) = (Millimetres::LEAST.get(), Millimetres::MOST.get());
    size.ok_or_else(|| format!("expected {least} to {most}"))
}
