//! `upqr demo`: the main job, end to end, on codes that are built in.

use std::fmt::Write as _;
use std::io::Write;

use upqr::emv::{cpm, mpm};
use upqr::payment::{
    Account, Additional, Base, Code, ConsumerPresented, Local, Merchant, MerchantPresented, Templates,
};
use upqr::recognise::recognise;
use upqr::unified::{self, consumer};
use upqr::{Error, rules};

use crate::exit::{Exit, Stop};
use crate::human::{BAD, BOLD, DOUBT, FAINT, GOOD, NAME};
use crate::output::write_styled;

/// Invented codes in the shapes that wallets print.
const NATIVES: [&str; 4] = [
    "weixin://wxpay/bizpayurl?pr=NwY5Mz9",
    "https://qr.alipay.com/bax03190uxd47wbekffy6033",
    "https://qr.95516.com/00010001/62000000000000000000000000000001",
    "https://qr.pbcdci.cn/005031050000078010721050000078010720001",
];

/// A Hong Kong code with an invented mobile number.
const HKQR: &str =
    "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK6304A498";

/// An invented payment code.
const PAYMENT_CODE: &str = "134650328919428540";

pub(crate) fn run(out: &mut impl Write) -> Result<Exit, Stop> {
    let mut text = String::new();
    let same = tell(&mut text).map_err(|error| Stop::Refused(error.to_string()))?;
    write_styled(out, &text)?;
    Ok(if same { Exit::Conforms } else { Exit::Findings })
}

/// Writes the whole demonstration; says whether every code came back byte for byte.
fn tell(text: &mut String) -> Result<bool, Error> {
    let payload = one_payload_for_all(text)?;
    let mut same = gives_back(text, &payload)?;
    same &= extends_a_national_code(text)?;
    same &= carries_a_payment_code(text)?;
    let (style, word) =
        if same { (GOOD, "every code came back byte for byte") } else { (BAD, "a code came back different") };
    let _ = writeln!(text, "\n{style}{word}{style:#}");
    Ok(same)
}

fn heading(text: &mut String, number: u8, words: &str) {
    let _ = writeln!(text, "\n{BOLD}{number}  {words}{BOLD:#}");
}

fn one_payload_for_all(text: &mut String) -> Result<String, Error> {
    heading(text, 1, "Four wallets print codes that the others cannot read");
    let mut accounts = Vec::new();
    for native in NATIVES {
        let account = Account::new(native, None)?;
        let family = recognise(native).candidates.first().map_or("", |candidate| candidate.family.key());
        let _ = writeln!(
            text,
            "   {NAME}{:<9}{NAME:#} {native}  {FAINT}{family}{FAINT:#}",
            account.network().key()
        );
        accounts.push(account);
    }
    let merchant = Merchant {
        amount: Some("25.50".to_owned()),
        additional: Additional { reference: Some("SALE-20261123-0001".to_owned()), ..Additional::default() },
        local: Some(Local {
            language: "ZH".to_owned(),
            name: "幸运面馆".to_owned(),
            city: Some("上海".to_owned()),
        }),
        ..Merchant::new("LUCKY NOODLES", "SHANGHAI", "5812")
    };
    let payload =
        unified::write(&MerchantPresented { accounts, ..MerchantPresented::new(Base::Merchant(merchant)) })?;
    heading(text, 2, "One payload carries them all, and every EMV reader can parse it");
    write_wrapped(text, "", &payload);
    let _ = writeln!(
        text,
        "   {FAINT}{} characters; 25.50 CNY to LUCKY NOODLES (幸运面馆), Shanghai{FAINT:#}",
        payload.chars().count()
    );
    Ok(payload)
}

fn gives_back(text: &mut String, payload: &str) -> Result<bool, Error> {
    heading(text, 3, "Each wallet takes its own code out of it");
    let parsed = mpm::parse(payload)?;
    let reading = unified::read(&parsed);
    let mut same = reading.carried.len() == NATIVES.len();
    for (carried, native) in reading.carried.iter().zip(NATIVES) {
        let identical = carried.account.as_ref().is_ok_and(|account| account.native() == native.as_bytes());
        same &= identical;
        let ids: Vec<String> = carried.templates.iter().map(|template| template.id.to_string()).collect();
        let _ = writeln!(
            text,
            "   {NAME}{:<9}{NAME:#} template {}  {}",
            carried.label,
            ids.join(", "),
            verdict(identical)
        );
    }
    let found = rules::check(payload);
    let _ = writeln!(
        text,
        "   {FAINT}what a payer's application is told:{FAINT:#} {DOUBT}{}{DOUBT:#}",
        found.disposition().key()
    );
    for finding in &found.findings {
        let _ = writeln!(text, "   {FAINT}{}: {}{FAINT:#}", finding.rule.id, finding.message);
    }
    Ok(same)
}

fn extends_a_national_code(text: &mut String) -> Result<bool, Error> {
    heading(text, 4, "A Hong Kong code takes an Alipay code on board, and is given back unchanged");
    let account = Account::new("https://qr.alipay.com/fkx00000synthetic00aaa", None)?;
    let extended = unified::extend(&mpm::parse(HKQR)?, &[account], &Templates::default())?;
    let base = unified::base(&mpm::parse(&extended)?)?;
    write_wrapped(text, "base", HKQR);
    write_wrapped(text, "extended", &extended);
    let _ = writeln!(text, "   {NAME}{:<9}{NAME:#} {}", "base", verdict(base == HKQR));
    Ok(base == HKQR)
}

fn carries_a_payment_code(text: &mut String) -> Result<bool, Error> {
    heading(text, 5, "A consumer's payment code goes through the consumer-presented form");
    let payload = consumer::write(&ConsumerPresented { codes: vec![Code::new(PAYMENT_CODE, None)?] })?;
    let restored = consumer::payment(&cpm::parse(&payload)?)?;
    let identical = restored.codes.iter().map(Code::digits).eq([PAYMENT_CODE]);
    let _ = writeln!(text, "   {NAME}{:<9}{NAME:#} {PAYMENT_CODE}", "digits");
    let _ = writeln!(text, "   {NAME}{:<9}{NAME:#} {payload}  {}", "payload", verdict(identical));
    Ok(identical)
}

/// Characters of a payload that stand on one line of the demonstration.
const WIDTH: usize = 96;

/// Writes a payload over as many lines as it needs.
fn write_wrapped(text: &mut String, name: &str, payload: &str) {
    let characters: Vec<char> = payload.chars().collect();
    for (place, chunk) in characters.chunks(WIDTH).enumerate() {
        let name = if place == 0 { name } else { "" };
        let line: String = chunk.iter().collect();
        let _ = writeln!(text, "   {NAME}{name:<9}{NAME:#} {line}");
    }
}

fn verdict(identical: bool) -> String {
    if identical { format!("{GOOD}identical{GOOD:#}") } else { format!("{BAD}different{BAD:#}") }
}
