//! The tokens that the grammars are made of: each takes the whole text and what is left of it, and returns what is left then.

use nom::bytes::complete::{tag, tag_no_case, take_while_m_n};
use nom::error::Error as NomError;
use nom::{IResult, Parser as _};

use crate::error::{Error, ErrorKind, Found, offset_in};

/// A fault at the start of `rest`.
pub(super) fn fault(text: &str, rest: &str, expected: &'static str) -> Error {
    Error::new(offset_in(text, rest), ErrorKind::Syntax { expected, found: Found::first_of(rest) })
}

/// Takes `literal`; a fault stands at the first character that differs.
pub(super) fn literal<'a>(text: &'a str, rest: &'a str, literal: &'static str) -> Result<&'a str, Error> {
    let parsed: IResult<&str, &str, NomError<&str>> = tag(literal).parse(rest);
    parsed.map(|(rest, _)| rest).map_err(|_| differs(text, rest, literal, |a, b| a == b))
}

/// Takes `literal` in any ASCII case.
pub(super) fn literal_no_case<'a>(
    text: &'a str,
    rest: &'a str,
    literal: &'static str,
) -> Result<&'a str, Error> {
    // nom folds the case of all Unicode, by which U+212A would be a `k`.
    let start = rest.get(..literal.len()).unwrap_or_default();
    let parsed: IResult<&str, &str, NomError<&str>> = tag_no_case(literal).parse(start);
    match parsed {
        Ok(_) if start.is_ascii() => Ok(rest.get(literal.len()..).unwrap_or_default()),
        _ => Err(differs(text, rest, literal, |a, b| a.eq_ignore_ascii_case(&b))),
    }
}

fn differs(text: &str, rest: &str, literal: &'static str, same: impl Fn(char, char) -> bool) -> Error {
    let common =
        rest.chars().zip(literal.chars()).take_while(|(a, b)| same(*a, *b)).map(|(a, _)| a.len_utf8()).sum();
    let rest = rest.get(common..).unwrap_or_default();
    let found = Found::first_of(rest);
    Error::new(offset_in(text, rest), ErrorKind::Literal { expected: literal, found })
}

/// Takes as many characters of `class` as there are, at most `most`; fewer than `least` is a fault where they end.
pub(super) fn run<'a>(
    text: &'a str,
    rest: &'a str,
    (least, most): (usize, usize),
    expected: &'static str,
    class: impl Fn(char) -> bool,
) -> Result<(&'a str, &'a str), Error> {
    let parsed: IResult<&str, &str, NomError<&str>> = take_while_m_n(least, most, &class).parse(rest);
    parsed
        .map(|(rest, taken)| (taken, rest))
        .map_err(|_| fault(text, rest.trim_start_matches(&class), expected))
}

/// Refuses anything that is left.
pub(super) fn end(text: &str, rest: &str) -> Result<(), Error> {
    if rest.is_empty() { Ok(()) } else { Err(fault(text, rest, "the end")) }
}

/// `[A-Za-z0-9_-]`, the alphabet of the tokens in wallet codes.
pub(super) const fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// Any character but white space.
pub(super) fn is_visible(c: char) -> bool {
    !c.is_whitespace()
}

pub(super) const fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}
