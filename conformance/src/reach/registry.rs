//! The registry of reach itself: wallets, and the links between them.

use std::fmt::Write as _;
use std::io::Write;

use serde::Serialize;
use upqr::country;
use upqr::reach::{Convention, Link, Wallet, links};

use crate::arguments::{Format, Reach};
use crate::exit::Stop;
use crate::output::{width, write_styled};
use crate::{json, table};

/// Prints the rows, those of one country where it is asked for.
pub(super) fn write(arguments: &Reach, out: &mut impl Write) -> Result<(), Stop> {
    let only = arguments.country.as_deref();
    let of_country = |wallet: &&Wallet| only.is_none_or(|only| wallet.country == only);
    let wallets: Vec<&'static Wallet> = Wallet::all().filter(of_country).collect();
    let links: Vec<&'static Link> =
        links().filter(|link| wallets.iter().any(|wallet| link.serves(wallet))).collect();
    if wallets.is_empty() {
        return Err(Stop::Nothing("the registry has no wallet of this country".to_owned()));
    }
    if arguments.format == Format::Human {
        return Ok(write_styled(out, &page(&wallets, &links, width()))?);
    }
    let rows = wallets.into_iter().map(|wallet| Members::Wallet(WalletMembers::of(wallet)));
    for row in rows.chain(links.into_iter().map(|link| Members::Link(LinkMembers::of(link)))) {
        let mut line = Vec::new();
        json::value(&mut line, &row);
        if arguments.format == Format::Json {
            json::write_indented(&line, out)?;
        } else {
            line.push(b'\n');
            out.write_all(&line)?;
        }
    }
    Ok(())
}

fn page(wallets: &[&Wallet], links: &[&Link], width: usize) -> String {
    let mut text = table::heading("Wallets", width);
    for wallet in wallets {
        let names = table::heading(&format!("  {}", wallet.key), width);
        let _ = write!(text, "\n{names}");
        let place = country::name(&wallet.country).unwrap_or_default();
        let notes = [
            (wallet.name.clone(), format!("{}, {place} ({})", wallet.name_zh, wallet.country)),
            ("reads".to_owned(), reads_of_wallet(wallet)),
            (format!("source, {}", wallet.confidence.key()), wallet.source.clone()),
        ];
        text.push_str(&table::notes(&notes, width));
    }
    if links.is_empty() {
        return text;
    }
    let _ = write!(text, "\n{}", table::heading("Links", width));
    for link in links {
        let since = link.since.as_ref().map_or_else(String::new, |since| format!(", {since}"));
        let _ = write!(text, "\n{}", table::heading(&format!("  {}", link.key), width));
        let readers = if link.wallets.is_empty() { &link.countries } else { &link.wallets };
        let read = if link.networks.is_empty() { &link.schemes } else { &link.networks };
        let notes = [
            ("status".to_owned(), format!("{}{since}", link.status.key())),
            (link.via.clone(), format!("{} read {}", readers.join(", "), read.join(", "))),
            (format!("source, {}", link.confidence.key()), link.source.clone()),
        ];
        text.push_str(&table::notes(&notes, width));
    }
    text
}

fn reads_of_wallet(wallet: &Wallet) -> String {
    let native = wallet.networks.iter().map(|key| format!("codes of {key}"));
    let foreign =
        wallet.foreign.iter().map(|row| format!("{} in {}", row.convention, row.countries.join(", ")));
    let reads: Vec<String> = native.chain(foreign).chain(wallet.schemes.iter().cloned()).collect();
    if reads.is_empty() { "nothing of its own that a source names".to_owned() } else { reads.join("; ") }
}

/// A row of the registry: its first member says which.
#[derive(Serialize)]
#[serde(untagged)]
enum Members {
    Wallet(WalletMembers),
    Link(LinkMembers),
}

#[derive(Serialize)]
struct WalletMembers {
    wallet: &'static str,
    class: bool,
    name: &'static str,
    name_zh: &'static str,
    country: &'static str,
    networks: &'static [String],
    schemes: &'static [String],
    foreign: Vec<ConventionMembers>,
    confidence: &'static str,
    source: &'static str,
}

#[derive(Serialize)]
struct ConventionMembers {
    convention: &'static str,
    countries: &'static [String],
    confidence: &'static str,
    source: &'static str,
}

#[derive(Serialize)]
struct LinkMembers {
    link: &'static str,
    via: &'static str,
    countries: &'static [String],
    wallets: &'static [String],
    networks: &'static [String],
    schemes: &'static [String],
    since: Option<&'static str>,
    status: &'static str,
    confidence: &'static str,
    source: &'static str,
}

impl WalletMembers {
    fn of(wallet: &'static Wallet) -> Self {
        let convention = |row: &'static Convention| ConventionMembers {
            convention: &row.convention,
            countries: &row.countries,
            confidence: row.confidence.key(),
            source: &row.source,
        };
        Self {
            wallet: &wallet.key,
            class: wallet.class,
            name: &wallet.name,
            name_zh: &wallet.name_zh,
            country: &wallet.country,
            networks: &wallet.networks,
            schemes: &wallet.schemes,
            foreign: wallet.foreign.iter().map(convention).collect(),
            confidence: wallet.confidence.key(),
            source: &wallet.source,
        }
    }
}

impl LinkMembers {
    fn of(link: &'static Link) -> Self {
        Self {
            link: &link.key,
            via: &link.via,
            countries: &link.countries,
            wallets: &link.wallets,
            networks: &link.networks,
            schemes: &link.schemes,
            since: link.since.as_deref(),
            status: link.status.key(),
            confidence: link.confidence.key(),
            source: &link.source,
        }
    }
}
