//! `upqr unify`: wallets' codes into one payload.

use std::io::Write;

use iso_currency::Currency;
use upqr::emv::mpm;
use upqr::network::Network;
use upqr::payment::{
    Account, Additional, Base, Code, ConsumerPresented, Control, Local, Merchant, MerchantPresented,
    Settlement, Templates, Terms,
};
use upqr::recognise::{Recognition, nearest, recognise};
use upqr::rules::{self, Disposition, Severity};
use upqr::{Error, ErrorKind, unified};

use crate::arguments::Unify;
use crate::exit::{Exit, Stop};
use crate::human;
use crate::output::write_line;
use crate::restore::is_its_own_form;

pub(crate) fn run(arguments: &Unify, out: &mut impl Write) -> Result<Exit, Stop> {
    let found: Vec<Recognition> = arguments.native.iter().map(|native| recognise(native)).collect();
    let consumer = arguments
        .native
        .iter()
        .zip(&found)
        .filter(|(native, found)| is_payment_code(native, found, arguments))
        .count();
    refuse_choice(arguments, &found)?;
    let payload = if consumer == 0 {
        merchant_presented(arguments, &found)?
    } else if consumer == found.len() {
        consumer_presented(arguments, &found)?
    } else {
        let message =
            "payment codes and merchants' codes do not go into one payload: give one kind at a time";
        return Err(Stop::Usage(message.to_owned()));
    };
    warn(&payload);
    write_line(out, payload.as_bytes())?;
    Ok(Exit::Conforms)
}

/// A code that a consumer's wallet shows; digits that no family claims too, where the call describes no merchant.
fn is_payment_code(native: &str, found: &Recognition, arguments: &Unify) -> bool {
    let describes_merchant = arguments.base.is_some() || arguments.name.is_some();
    let digits = !native.is_empty() && native.bytes().all(|b| b.is_ascii_digit());
    found.is_consumer_presented() || (digits && found.candidates.is_empty() && !describes_merchant)
}

/// The caller's choice, where a code can take it: no family claims the code, or one of several that do names the choice.
pub(crate) fn choice(network: Option<Network>, found: &Recognition) -> Option<Network> {
    let open = found.networks().next().is_none();
    network.filter(|choice| open || found.networks().any(|network| network == *choice))
}

/// Refuses a choice that no code of the call can take.
fn refuse_choice(arguments: &Unify, found: &[Recognition]) -> Result<(), Stop> {
    let idle =
        arguments.network.is_some() && found.iter().all(|found| choice(arguments.network, found).is_none());
    if idle { Err(Stop::Refused(ErrorKind::Network.to_string())) } else { Ok(()) }
}

/// A value that breaks its format is a mistake in the call, and named as its option.
fn refused(error: Error) -> Stop {
    let ErrorKind::Value { name, expected, found } = error.kind else {
        let advice = match error.kind {
            ErrorKind::TooLong { .. } => ": drop objects, or move codes behind a dynamic link",
            _ => "",
        };
        return Stop::Refused(format!("{}{advice}", error.kind));
    };
    let option = match name {
        "category" => "--mcc",
        "postal_code" => "--postal-code",
        "local.name" => "--local-name",
        "local.city" => "--local-city",
        "local.language" => "--language",
        "name" => "--name",
        "city" => "--city",
        "country" => "--country",
        "currency" => "--currency",
        "amount" => "--amount",
        "bill" => "--bill",
        "reference" => "--reference",
        "terminal" => "--terminal",
        "expires" => "--expires",
        "not before" => "--not-before",
        "kind of terms" => "--terms-kind",
        "contract reference" => "--terms-reference",
        "refund by" => "--refund-by",
        "settlement currency" => "--settlement-currency",
        "FX quote" => "--fx-quote",
        "business chain" => "--business-chain",
        "codes" => "--native",
        other => other,
    };
    Stop::Usage(format!("{option}: expected {expected}, found {found}"))
}

/// Why a code was refused; of one that nobody claims also where it departs from the nearest family.
fn refused_code(error: Error, native: &str) -> Stop {
    let departure = nearest(native).filter(|_| matches!(error.kind, ErrorKind::NoNetwork));
    let hint = departure.map_or_else(
        || {
            if matches!(error.kind, ErrorKind::NoNetwork) {
                " with `--network`".to_owned()
            } else {
                String::new()
            }
        },
        |(family, error)| format!(" with `--network`; it departs from `{family}` at {error}"),
    );
    Stop::Refused(format!("{}{hint}", error.kind))
}

fn merchant_presented(arguments: &Unify, found: &[Recognition]) -> Result<String, Stop> {
    let base = match &arguments.base {
        Some(base) => Base::National(base.clone()),
        None => Base::Merchant(merchant(arguments)?),
    };
    let mut accounts = Vec::new();
    for (native, found) in arguments.native.iter().zip(found) {
        let account = Account::new(native.as_str(), choice(arguments.network, found));
        accounts.push(account.map_err(|error| refused_code(error, native))?);
    }
    let payment = MerchantPresented { base, accounts, templates: templates(arguments)? };
    unified::write(&payment).map_err(refused)
}

/// Times, terms and settlement, where the options speak of them.
fn templates(arguments: &Unify) -> Result<Templates, Stop> {
    let timed = arguments.not_before.is_some() || arguments.expires.is_some();
    let control = timed.then(|| Control {
        not_before: arguments.not_before,
        expires: arguments.expires,
        ..Control::default()
    });
    let terms = arguments.terms_kind.as_ref().map(|kind| Terms {
        kind: kind.clone(),
        reference: arguments.terms_reference.clone(),
        hash: arguments.terms_hash,
        objects: Vec::new(),
    });
    let settlement = Settlement {
        refund_by: arguments.refund_by,
        currency: arguments
            .settlement_currency
            .as_deref()
            .map(|given| currency("--settlement-currency", given))
            .transpose()?,
        quote: arguments.fx_quote.clone(),
        chain: arguments.business_chain.clone(),
        objects: Vec::new(),
    };
    let settlement = Some(settlement).filter(|settlement| *settlement != Settlement::default());
    Ok(Templates { control, terms, settlement, ..Templates::default() })
}

/// The merchant that the options describe.
fn merchant(arguments: &Unify) -> Result<Merchant, Stop> {
    let (Some(name), Some(city), Some(mcc)) = (&arguments.name, &arguments.city, &arguments.mcc) else {
        let message = "a payload needs --name, --city and --mcc, or a national code to extend with --base";
        return Err(Stop::Usage(message.to_owned()));
    };
    ascii("--name", name, "--local-name")?;
    ascii("--city", city, "--local-city")?;
    let local = arguments.local_name.as_ref().map(|local_name| Local {
        language: arguments.language.clone().unwrap_or_else(|| "ZH".to_owned()),
        name: local_name.clone(),
        city: arguments.local_city.clone(),
    });
    let given = Merchant::new(name, city, mcc);
    Ok(Merchant {
        country: arguments.country.clone().unwrap_or(given.country),
        currency: match &arguments.currency {
            Some(code) => currency("--currency", code)?,
            None => given.currency,
        },
        amount: arguments.amount.clone(),
        postal_code: arguments.postal_code.clone(),
        additional: Additional {
            bill: arguments.bill.clone(),
            reference: arguments.reference.clone(),
            terminal: arguments.terminal.clone(),
            ..Additional::default()
        },
        local,
        ..given
    })
}

/// Refuses a value outside ASCII, and names the option that takes it.
fn ascii(option: &str, value: &str, instead: &str) -> Result<(), Stop> {
    if value.is_ascii() {
        return Ok(());
    }
    Err(Stop::Usage(format!(
        "{option} takes printable ASCII: give an ASCII form there and the other with {instead}"
    )))
}

/// Three digits of a currency that is given by its letters or its digits.
fn currency(option: &str, given: &str) -> Result<String, Stop> {
    let by_letters = Currency::from_code(&given.to_ascii_uppercase());
    let by_digits = || given.parse().ok().filter(|_| given.len() == 3).and_then(Currency::from_numeric);
    by_letters.or_else(by_digits).map(|currency| format!("{:03}", currency.numeric())).ok_or_else(|| {
        Stop::Usage(format!(
            "{option} takes three letters or digits of ISO 4217, such as CNY or 156, not `{given}`"
        ))
    })
}

fn consumer_presented(arguments: &Unify, found: &[Recognition]) -> Result<String, Stop> {
    if arguments.base.is_some() {
        return Err(Stop::Refused(ErrorKind::PaymentCode.to_string()));
    }
    refuse_money(arguments)?;
    if let ([native], [found]) = (arguments.native.as_slice(), found)
        && is_its_own_form(found)
    {
        return Ok(native.clone());
    }
    if found.iter().any(Recognition::is_emv) {
        return Err(Stop::Refused(ErrorKind::NestedEmv.to_string()));
    }
    let mut codes = Vec::new();
    for (native, found) in arguments.native.iter().zip(found) {
        let code = Code::new(native, choice(arguments.network, found));
        codes.push(code.map_err(|error| refused_code(error, native))?);
    }
    unified::consumer::write(&ConsumerPresented { codes }).map_err(refused)
}

/// A payment code carries no money and no times: options that ask for them are mistakes, and a merchant's particulars are left out.
fn refuse_money(arguments: &Unify) -> Result<(), Stop> {
    let idle = [
        ("--amount", arguments.amount.is_some()),
        ("--currency", arguments.currency.is_some()),
        ("--expires", arguments.expires.is_some()),
        ("--not-before", arguments.not_before.is_some()),
        ("--terms-kind", arguments.terms_kind.is_some()),
        ("--refund-by", arguments.refund_by.is_some()),
        ("--settlement-currency", arguments.settlement_currency.is_some()),
        ("--fx-quote", arguments.fx_quote.is_some()),
        ("--business-chain", arguments.business_chain.is_some()),
        ("--bill", arguments.bill.is_some()),
        ("--reference", arguments.reference.is_some()),
        ("--terminal", arguments.terminal.is_some()),
    ];
    if let Some((option, _)) = idle.iter().find(|(_, given)| *given) {
        return Err(Stop::Usage(format!(
            "{option} does not go with a payment code, which carries digits and nothing else"
        )));
    }
    if arguments.name.is_some() || arguments.city.is_some() || arguments.mcc.is_some() {
        human::warn(
            "a payment code carries digits and nothing else: the merchant's particulars are left out",
        );
    }
    Ok(())
}

/// Says on the error stream what a payer would be asked to look at.
fn warn(payload: &str) {
    if mpm::parse(payload).is_err() {
        return;
    }
    let found = rules::check(payload);
    for finding in &found.findings {
        let message = format!("{} ({})", finding.message, finding.rule.id);
        if finding.rule.severity != Severity::Info && finding.rule.id != "length-unit" {
            human::warn(&message);
        }
    }
    if found.disposition() == Disposition::Block {
        human::warn("nobody will pay from this payload: `upqr check` blocks it");
    }
}
