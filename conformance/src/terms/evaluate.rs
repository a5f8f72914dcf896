//! `upqr terms evaluate`: what becomes of the money.
//!
//! Identifiers of parties are printed in full, since whom to pay is the answer; names of parties are not printed at all.

use std::fmt::Write as _;
use std::io::Write;

use upqr::terms::{self, Decision, Document, Evidence, Ignored, MAX_EVIDENCE, Payout, Verdict};

use super::check::disagreements;
use super::{Given, agreement, given, parsed, read, unreadable, write};
use crate::arguments::Format;
use crate::exit::{Exit, Stop};
use crate::human::{BAD, DOUBT, FAINT, GOOD, NAME, escape};
use crate::json;
use crate::output::write_styled;

pub(super) fn run(arguments: &super::Evaluate, out: &mut impl Write) -> Result<Exit, Stop> {
    let pair = &arguments.pair;
    let Given { payload, document: octets } = given(pair, Some(&arguments.evidence))?;
    let document = Document::parse(&octets).map_err(|fault| unreadable(&pair.document, &fault))?;
    let said = read(&arguments.evidence, MAX_EVIDENCE)?;
    let evidence =
        Evidence::parse(&said, document.currency).map_err(|fault| unreadable(&arguments.evidence, &fault))?;
    let found =
        terms::agree(&parsed(&payload)?, &octets).map_err(|fault| unreadable(&pair.document, &fault))?;
    // Terms that the payer did not see decide nothing.
    let decision = found.is_empty().then(|| terms::evaluate(&document, &evidence, arguments.as_of));
    if pair.format == Format::Human {
        let text = match &decision {
            Some(decision) => shown(&document, decision),
            None => {
                let mut text =
                    format!("{BAD}no decision{BAD:#}  the payload and the document do not agree\n");
                disagreements(&found, &mut text);
                text
            }
        };
        write_styled(out, &text)?;
    } else {
        let mut line = Vec::new();
        agreement(&mut line, &found);
        json::literal(&mut line, ",\"kind\":");
        json::text(&mut line, document.kind.number());
        json::literal(&mut line, ",\"as_of\":");
        json::number(&mut line, arguments.as_of);
        json::literal(&mut line, ",\"evaluation\":");
        json::value(&mut line, &decision);
        json::literal(&mut line, "}");
        write(&line, pair.format, out)?;
    }
    let pays = decision.is_some_and(|decision| decision.verdict == Verdict::Pay);
    Ok(if pays { Exit::Conforms } else { Exit::Findings })
}

fn shown(document: &Document, decision: &Decision<'_>) -> String {
    let style = match decision.verdict {
        Verdict::Pay => GOOD,
        Verdict::Hold | Verdict::Refund => DOUBT,
        Verdict::Refuse => BAD,
    };
    let amount = |money: terms::Money| money.text(decision.currency);
    let mut text = format!("{style}{}{style:#}  {}\n", decision.verdict.key(), decision.reason);
    let (number, name) = (document.kind.number(), document.kind.name());
    let reference = escape(&document.contract.reference);
    let _ = writeln!(text, "  {NAME}contract{NAME:#}  {reference}, kind {number}, {name}");
    for Payout { to, amount: money, settles } in &decision.payouts {
        let (to, settles) = (escape(to), escape(settles));
        let _ = writeln!(text, "  {NAME}payout{NAME:#}    {} to {to} for {settles}", amount(*money));
    }
    if let Some(books) = decision.books {
        let (money_in, money_out) = (amount(books.money_in), amount(books.money_out));
        let balance = amount(books.balance());
        let _ = write!(text, "  {NAME}balance{NAME:#}   {balance}: {money_in} came in, {money_out} went out");
        let left = decision.left().filter(|_| !decision.payouts.is_empty());
        let left = left.map_or_else(String::new, |left| format!("; {} afterwards", amount(left)));
        let _ = writeln!(text, "{left}");
    }
    for Ignored { id, reason } in &decision.ignored {
        let _ = writeln!(text, "  {FAINT}ignored{FAINT:#}   {}: {reason}", escape(id));
    }
    text
}
