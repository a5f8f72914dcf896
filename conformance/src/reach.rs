//! `upqr reach`: which wallet of which country reads what of a payload, and what each loses.

use std::fmt::Write as _;
use std::io::Write;

use anstyle::Style;
use iso_currency::Currency;
use serde::Serialize;
use upqr::country;
use upqr::emv::mpm;
use upqr::grammar::Text;
use upqr::reach::{self, Reader, Row, Subject, Unreadable, Wallet};
use upqr::unified::Loss;

use crate::arguments::{Format, Inputs, Reach};
use crate::decode::show;
use crate::exit::{Exit, Stop};
use crate::human::{self, BAD, DOUBT, FAINT, GOOD};
use crate::input::{self, Cut, Line};
use crate::machine::Fault;
use crate::output::{width, write_styled};
use crate::{json, table};

mod registry;

pub(crate) fn run(arguments: &Reach, out: &mut impl Write) -> Result<Exit, Stop> {
    if arguments.inputs.is_empty() && arguments.payload.is_empty() {
        registry::write(arguments, out)?;
        return Ok(Exit::Conforms);
    }
    let inputs = Inputs { inputs: arguments.inputs.clone(), payload: arguments.payload.clone() };
    let mut exit = Exit::Conforms;
    input::each(&inputs, Cut::Lines, |line| {
        let answer = Answer::of(&line, arguments);
        if !answer.rows.iter().any(|row| row.way.is_ok()) {
            exit = Exit::Findings;
        }
        answer.write(arguments.format, out)
    })?;
    Ok(exit)
}

/// What is said of one line.
struct Answer<'a> {
    line: &'a Line<'a>,
    masked: bool,
    /// Only wallets of this country.
    only: Option<&'a str>,
    payload: Option<String>,
    country: Option<String>,
    currency: Option<Currency>,
    rows: Vec<Row>,
    error: Option<Fault<'a>>,
}

/// The code of a text that is no merchant-presented payload.
const OTHER_GRAMMAR: &str = "grammar";

impl<'a> Answer<'a> {
    fn of(line: &'a Line<'a>, arguments: &'a Reach) -> Self {
        let masked = !arguments.show_values;
        let only = arguments.country.as_deref();
        let mut answer = Self {
            line,
            masked,
            only,
            payload: None,
            country: None,
            currency: None,
            rows: Vec::new(),
            error: None,
        };
        let text = match &line.payload {
            Ok(text) => *text,
            Err(error) => {
                answer.error = Some(Fault::of_line(error));
                return answer;
            }
        };
        answer.payload = Some(show(text, masked).into_owned());
        match Text::read(text) {
            Text::MerchantPresented(Ok(payload)) => answer.fill(&payload),
            Text::MerchantPresented(Err(error)) => answer.error = Some(Fault::of_text(error, text)),
            _ => {
                let message =
                    "expected a merchant-presented payload, found a text of another grammar".to_owned();
                answer.error = Some(Fault { code: OTHER_GRAMMAR, offset: 0, char_offset: 0, message });
            }
        }
        answer
    }

    fn fill(&mut self, payload: &mpm::Payload<'_>) {
        let country = payload.value(mpm::COUNTRY).filter(|letters| country::is_listed(letters));
        self.country = country.map(str::to_owned);
        let number = payload.value(mpm::CURRENCY).filter(|digits| digits.len() == 3);
        self.currency = number.and_then(|digits| digits.parse().ok()).and_then(Currency::from_numeric);
        self.rows = reach::reach(payload);
        if let Some(only) = self.only {
            self.rows.retain(|row| row.reader.countries().any(|country| country == only));
        }
    }

    fn write(&self, format: Format, out: &mut impl Write) -> Result<(), Stop> {
        if format == Format::Human {
            return Ok(write_styled(out, &self.page(width()))?);
        }
        let mut line = Vec::new();
        json::value(&mut line, &self.members());
        if format == Format::Json {
            return Ok(json::write_indented(&line, out)?);
        }
        line.push(b'\n');
        Ok(out.write_all(&line)?)
    }

    fn members(&self) -> Members<'_> {
        Members {
            file: self.line.file.map(|file| file.display().to_string()),
            line: self.line.number,
            payload: self.payload.as_deref(),
            country: self.country.as_deref(),
            currency: self.currency.map(|currency| currency.code()),
            decimals: self.currency.and_then(Currency::exponent),
            rows: self.rows.iter().map(RowMembers::of).collect(),
            error: self.error.as_ref(),
            masked: self.masked,
        }
    }

    /// A table for a person, what the letters in it stand for, and who reads nothing.
    fn page(&self, width: usize) -> String {
        if let Some(error) = &self.error {
            let head = human::head(self.line.file, self.line.number);
            let message = human::escape(&error.message);
            return format!("{head}  {BAD}{}{BAD:#} at byte {}: {message}\n", error.code, error.offset);
        }
        let file = self.line.file.map_or_else(String::new, |file| format!("{}:", file.display()));
        let country = self.country.as_deref();
        let name = country.and_then(country::name).unwrap_or("unknown country");
        let mut head = format!("{file}{}  {} {name}", self.line.number, country.unwrap_or("--"));
        if let Some(currency) = self.currency {
            let decimals = currency.exponent().unwrap_or_default();
            let plural = if decimals == 1 { "" } else { "s" };
            let _ = write!(head, " · {} with {decimals} decimal{plural}", currency.code());
        }
        let read: Vec<&Row> = self.rows.iter().filter(|row| row.way.is_ok()).collect();
        let mut letters = Letters::default();
        let cells: Vec<Vec<String>> = read.iter().map(|row| cells(row, &mut letters)).collect();
        let _ = write!(head, " · {}", if read.is_empty() { "nobody reads it" } else { "who reads it" });
        let mut text = table::heading(&head, width);
        if !cells.is_empty() {
            let heads = ["wallet", "reads", "through", "status", "loses"].map(str::to_owned);
            let _ = write!(text, "\n{}", table::human(&heads, &cells, width, style));
        }
        letters.write(&mut text, width);
        self.unread(&mut text, width);
        text
    }

    /// Who reads nothing, by the reason.
    fn unread(&self, text: &mut String, width: usize) {
        let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
        for (reader, reason) in self.rows.iter().filter_map(|row| Some((row.reader, row.way.as_ref().err()?)))
        {
            let reason = reason.to_string();
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, readers)) => readers.push(reader.name()),
                None => reasons.push((reason, vec![reader.name()])),
            }
        }
        if reasons.is_empty() {
            return;
        }
        let notes: Vec<(String, String)> =
            reasons.into_iter().map(|(reason, readers)| (reason, readers.join(", "))).collect();
        let _ = write!(text, "\n  {FAINT}reads nothing{FAINT:#}\n{}", table::notes(&notes, width));
    }
}

/// The cells of a row that reads something.
fn cells(row: &Row, letters: &mut Letters) -> Vec<String> {
    let subject = row.way.as_ref().ok().map(|way| way.subject);
    let object = subject.and_then(Subject::object).map_or_else(|| "--".to_owned(), |id| id.to_string());
    let through = match (row.through(), subject) {
        (Some(link), _) => link,
        (None, Some(Subject::Native { .. })) => "UPQR decoder",
        _ => "-",
    };
    vec![
        name(row.reader),
        format!("{object} {}", subject.map_or("", Subject::name)),
        through.to_owned(),
        row.standing().key().to_owned(),
        letters.of(&row.losses),
    ]
}

/// The name of a reader, and where it is; a class says that itself.
fn name(reader: Reader) -> String {
    match reader {
        Reader::Wallet(Wallet { class: true, name, .. }) => name.clone(),
        reader => format!("{} ({})", reader.name(), reader.countries().collect::<Vec<_>>().join(", ")),
    }
}

fn style(cell: &str) -> Style {
    match cell {
        "live" => GOOD,
        "pilot" | "announced" => DOUBT,
        "unverified" => FAINT,
        _ => Style::new(),
    }
}

/// Lists of losses, each with a letter, since many rows lose the same.
#[derive(Default)]
struct Letters(Vec<Vec<Loss>>);

impl Letters {
    fn of(&mut self, losses: &[Loss]) -> String {
        if losses.is_empty() {
            return "-".to_owned();
        }
        let place = self.0.iter().position(|known| known == losses).unwrap_or_else(|| {
            self.0.push(losses.to_vec());
            self.0.len().saturating_sub(1)
        });
        letter(place)
    }

    fn write(&self, text: &mut String, width: usize) {
        for (place, losses) in self.0.iter().enumerate() {
            let _ = writeln!(text, "\n  {FAINT}loses {}{FAINT:#}", letter(place));
            let notes: Vec<(String, String)> =
                losses.iter().map(|loss| (loss.object.to_owned(), loss.reason.to_owned())).collect();
            text.push_str(&table::notes(&notes, width));
        }
    }
}

/// `a` to `z`, and `z` for what follows: there are far fewer lists.
fn letter(place: usize) -> String {
    ('a'..='z').nth(place).unwrap_or('z').to_string()
}

/// The members of an answer in their documented order.
#[derive(Serialize)]
struct Members<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    line: u64,
    payload: Option<&'a str>,
    country: Option<&'a str>,
    currency: Option<&'a str>,
    decimals: Option<u16>,
    rows: Vec<RowMembers>,
    error: Option<&'a Fault<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    masked: bool,
}

#[derive(Serialize)]
struct RowMembers {
    wallet: &'static str,
    countries: Vec<&'static str>,
    reads: Option<&'static str>,
    name: Option<&'static str>,
    object: Option<&'static str>,
    link: Option<&'static str>,
    standing: &'static str,
    confidence: Option<&'static str>,
    losses: Vec<LossMembers>,
    reason: Option<ReasonMembers>,
}

#[derive(Serialize)]
struct LossMembers {
    object: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
struct ReasonMembers {
    code: &'static str,
    message: String,
}

impl RowMembers {
    fn of(row: &Row) -> Self {
        let way = row.way.as_ref().ok();
        let subject = way.map(|way| way.subject);
        let reason = |reason: &Unreadable| ReasonMembers { code: reason.code(), message: reason.to_string() };
        Self {
            wallet: row.reader.key(),
            countries: row.reader.countries().collect(),
            reads: subject.map(Subject::key),
            name: subject.map(Subject::name),
            object: subject.and_then(Subject::object).map(upqr::emv::data_object::Id::as_str),
            link: way.and_then(|way| way.link).map(|link| link.key.as_str()),
            standing: row.standing().key(),
            confidence: row.confidence().map(upqr::scheme::Confidence::key),
            losses: row.losses.iter().map(|Loss { object, reason }| LossMembers { object, reason }).collect(),
            reason: row.way.as_ref().err().map(reason),
        }
    }
}
