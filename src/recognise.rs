//! Whose code a text is: ranked candidates with their evidence, never one guess (requirements UPQR-REC).
//!
//! Recognition is not validation. A candidate says that the text has the shape of a family; whether it can be read, is signed, or may be paid
//! are other questions. Nothing is trimmed, and only ASCII digits are digits.
//!
//! ```
//! use upqr::network::Family;
//! use upqr::recognise::{Verdict, recognise};
//!
//! let found = recognise("28763443825664394");
//! let families: Vec<Family> = found.candidates.iter().map(|candidate| candidate.family).collect();
//! assert_eq!(families, [Family::AlipayAuthcode, Family::AlipayplusCpm]);
//! assert_eq!(found.verdict(), Verdict::Recognised);
//! ```

use std::borrow::Cow;

use crate::emv::{cpm, mpm};
use crate::error::Error;
use crate::native;
use crate::native::payment_code::{self, PaymentCode};
use crate::native::{alipay, alipayplus, ecny, link, qq, unionpay, uri, wechat};
use crate::network::{Family, Mode, Network};
use crate::scheme;
use crate::unified::consumer;

/// The octets that begin UnionPay's application identifiers.
pub const UNIONPAY_AID: &[u8] = &[0xA0, 0x00, 0x00, 0x03, 0x33];

/// What is known of a text, or of one reading of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// No published rule covers it.
    Unknown,
    /// The issuer sets the shape aside for later.
    Reserved,
    /// The issuer's rule covers it.
    Recognised,
}

impl Verdict {
    /// The name in machine output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Reserved => "reserved",
            Self::Recognised => "recognised",
        }
    }
}

/// One reading of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The family whose shape the text has.
    pub family: Family,
    /// What the issuer's rule says of it.
    pub verdict: Verdict,
    /// Why: fixed sentences that repeat nothing of the text.
    pub evidence: Cow<'static, [&'static str]>,
}

/// What the caller knows besides the text. A hint never removes a candidate; those that contradict it sink.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Who showed the code.
    pub mode: Option<Mode>,
    /// The symbol that it was read from.
    pub symbology: Option<Symbology>,
}

/// The symbols that tell families apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbology {
    /// QR Code.
    Qr,
    /// Code 128, as consumers' bar codes are.
    Code128,
    /// GS1-128: element strings of trade items, not payment codes.
    Gs1128,
    /// Any other.
    Other,
}

/// The readings of a text, the likeliest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// Every family whose shape the text has.
    pub candidates: Vec<Candidate>,
}

impl Recognition {
    /// The best verdict of all candidates; unknown where there is none.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.candidates.iter().map(|candidate| candidate.verdict).max().unwrap_or(Verdict::Unknown)
    }

    /// Whether a candidate is of this family.
    #[must_use]
    pub fn has(&self, family: Family) -> bool {
        self.candidates.iter().any(|candidate| candidate.family == family)
    }

    /// The candidates but the catch-all.
    pub fn claims(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|candidate| !candidate.family.is_catch_all())
    }

    /// The networks that candidates other than the catch-all name; one network may come more than once.
    pub fn networks(&self) -> impl Iterator<Item = Network> {
        self.claims().filter_map(|candidate| candidate.family.network())
    }

    /// Whether a candidate is an EMV payload, which is never carried inside another (UPQR-CAR).
    #[must_use]
    pub fn is_emv(&self) -> bool {
        [Family::EmvMpm, Family::UpqrCpm, Family::UnionpayCpmEmv].into_iter().any(|family| self.has(family))
    }

    /// Whether a candidate is consumer-presented.
    #[must_use]
    pub fn is_consumer_presented(&self) -> bool {
        self.candidates.iter().any(|candidate| candidate.family.mode() == Mode::ConsumerPresented)
    }
}

/// Finds every family whose shape `text` has.
#[must_use]
pub fn recognise(text: &str) -> Recognition {
    recognise_with(text, Hints::default())
}

/// Finds every family whose shape `text` has, and ranks those that contradict the hints last.
#[must_use]
pub fn recognise_with(text: &str, hints: Hints) -> Recognition {
    let mut candidates = Vec::new();
    match text.as_bytes() {
        [b'0'..=b'9', ..] => digits(text, &mut candidates),
        [b'h', b'Q', ..] => consumer_presented(text, &mut candidates),
        [b'w', ..] => wechat_code(text, &mut candidates),
        [b'a' | b'A' | b'h' | b'H', ..] => links(text, &mut candidates),
        _ => {}
    }
    for candidate in &mut candidates {
        contradict(candidate, hints);
    }
    candidates.sort_by_key(|candidate| (contradicts(candidate.family, hints), candidate.family.rank()));
    Recognition { candidates }
}

/// The readings of octets that may not be text: only text has any.
#[must_use]
pub fn recognise_octets(octets: &[u8]) -> Recognition {
    std::str::from_utf8(octets).map_or(Recognition { candidates: Vec::new() }, recognise)
}

/// The family whose grammar a text follows furthest without being of it, and where it departs; `None` where it follows none.
///
/// ```
/// use upqr::recognise::nearest;
///
/// let (family, error) = nearest("weixin：//wxpay/bizpayurl?pr=NwY5Mz9").unwrap();
/// assert_eq!((family.key(), error.offset), ("wechat-native1", 6));
/// ```
#[must_use]
pub fn nearest(text: &str) -> Option<(Family, Error)> {
    let is_consumer_presented = text.starts_with(cpm::PREFIX);
    let mut nearest: Option<(Family, Error)> = None;
    for family in Family::all() {
        let comparable = match family {
            Family::EmvMpm | Family::UpqrCpm | Family::Aggregate => false,
            Family::UnionpayCpmEmv => is_consumer_presented,
            _ => true,
        };
        let follows = |error: &Error| comparable && text.get(..error.offset).is_some_and(is_beginning);
        let Some(error) = native::parse(family, text).err().filter(follows) else { continue };
        if nearest.is_none_or(|(_, best)| error.offset > best.offset) {
            nearest = Some((family, error));
        }
    }
    nearest
}

/// Whether a text is how some family's codes begin: enough digits, or the scheme of one.
fn is_beginning(text: &str) -> bool {
    const SCHEMES: [&str; 6] = ["weixin://", "wxp://", "alipay://", "alipays://", "alipayqr://", "https://"];
    let digits = text.len() >= 8 && text.bytes().all(|b| b.is_ascii_digit());
    let lower = text.to_ascii_lowercase();
    let scheme =
        |scheme: &&str| lower.starts_with(scheme) || (lower.len() >= 3 && scheme.starts_with(&lower));
    digits || text.starts_with(cpm::PREFIX) || SCHEMES.iter().any(scheme)
}

fn digits(text: &str, candidates: &mut Vec<Candidate>) {
    if text.starts_with("00") {
        candidates.extend(merchant_presented(text));
    }
    if text.len() > payment_code::MAX_DIGITS || !text.bytes().all(|b| b.is_ascii_digit()) {
        return;
    }
    for family in payment_code::FAMILIES {
        if let Ok(code) = PaymentCode::parse(text, family) {
            candidates.push(Candidate {
                family,
                verdict: code.verdict,
                evidence: Cow::Borrowed(digit_evidence(&code)),
            });
        }
    }
}

fn digit_evidence(code: &PaymentCode<'_>) -> &'static [&'static str] {
    match code.family {
        Family::WechatAuthcode if code.digits.starts_with("15") => {
            &["18 digits that begin 15: a user of WeChat Pay Hong Kong"]
        }
        Family::WechatAuthcode => &["18 digits that begin 10 to 14: a mainland user of WeChat Pay"],
        Family::AlipayAuthcode => &["16 to 24 digits that begin 25 to 30"],
        Family::AlipayplusCpm => match code.verdict {
            Verdict::Recognised => &["a length and layout that Alipay+ assigns"],
            Verdict::Reserved => &["a length that Alipay+ reserves"],
            Verdict::Unknown => &["a length that Alipay+ assigns, with another layout"],
        },
        Family::UnionpayCpm19 => &["19 digits that begin 62", "the shape of a UnionPay card number too"],
        _ => &["19 digits that begin 01", "one source only", "the shape of a GS1 element string (01) too"],
    }
}

fn merchant_presented(text: &str) -> Option<Candidate> {
    // Data objects of another dialect are no merchant's code (UPQR-SCH).
    if scheme::dialect(text).is_some() {
        return None;
    }
    match mpm::parse(text) {
        Ok(payload) => recognise_payload(&payload).candidates.pop(),
        Err(_) if is_framed(text) => Some(Candidate {
            family: Family::EmvMpm,
            verdict: Verdict::Unknown,
            evidence: Cow::Borrowed(&[
                "begins 000201 and ends 6304 with four hexadecimal digits, but is not data objects",
            ]),
        }),
        Err(_) => None,
    }
}

/// The reading of a text that is known to be data objects.
#[must_use]
pub fn recognise_payload(payload: &mpm::Payload<'_>) -> Recognition {
    let indicator = payload.objects().next().filter(|first| first.id == mpm::FORMAT_INDICATOR);
    let candidate = indicator.map(|indicator| {
        let (verdict, evidence): (_, &[&str]) = match (indicator.value, payload.last().id == mpm::CRC) {
            (_, false) => (Verdict::Unknown, &["data objects without a checksum at the end"]),
            ("01", true) => {
                (Verdict::Recognised, &["data objects from payload format indicator 01 to a checksum"])
            }
            (_, true) => (Verdict::Reserved, &["data objects with a reserved payload format indicator"]),
        };
        Candidate { family: Family::EmvMpm, verdict, evidence: Cow::Borrowed(evidence) }
    });
    Recognition { candidates: candidate.into_iter().collect() }
}

/// Whether a text begins `000201` and ends `6304` with four hexadecimal digits.
fn is_framed(text: &str) -> bool {
    let Some((_, [b'6', b'3', b'0', b'4', crc @ ..])) = text.as_bytes().split_last_chunk::<8>() else {
        return false;
    };
    text.starts_with("000201") && text.len() >= 14 && crc.iter().all(u8::is_ascii_hexdigit)
}

fn consumer_presented(text: &str, candidates: &mut Vec<Candidate>) {
    let Ok(payload) = cpm::parse(text) else { return };
    let codes = consumer::read(&payload);
    if !codes.is_empty() {
        let readable = codes.iter().any(|(_, code)| code.is_ok());
        let (verdict, evidence): (_, &[&str]) = if readable {
            (Verdict::Recognised, &["a consumer-presented payload with a code of this standard"])
        } else {
            (Verdict::Unknown, &["a consumer-presented payload of this standard whose codes cannot be read"])
        };
        candidates.push(Candidate { family: Family::UpqrCpm, verdict, evidence: Cow::Borrowed(evidence) });
    }
    if payload.applications().any(|(_, name)| name.starts_with(UNIONPAY_AID)) {
        let evidence = &["a consumer-presented payload with an application of UnionPay"];
        candidates.push(recognised(Family::UnionpayCpmEmv, evidence));
    }
}

fn recognised(family: Family, evidence: &'static [&'static str]) -> Candidate {
    Candidate { family, verdict: Verdict::Recognised, evidence: Cow::Borrowed(evidence) }
}

fn wechat_code(text: &str, candidates: &mut Vec<Candidate>) {
    if wechat::Native2::parse(text).is_ok() {
        candidates.push(recognised(Family::WechatNative2, &["the prefix and token of native mode 2"]));
    } else if wechat::Native1::parse(text).is_ok() {
        candidates.push(recognised(
            Family::WechatNative1,
            &["native mode 1 with the parameters `appid` and `sign`"],
        ));
    } else if wechat::Personal::parse(text).is_ok() {
        candidates
            .push(recognised(Family::WechatF2f, &["a personal collection code of 32 or 64 characters"]));
    }
}

fn links(text: &str, candidates: &mut Vec<Candidate>) {
    let Ok(uri) = uri::Uri::parse(text) else { return };
    if !uri.is_web() {
        if alipay::Wrapper::parse(text).is_ok() {
            candidates.push(wrapper(text));
        }
        return;
    }
    if let Some(candidate) = wallet_link(text, uri.authority) {
        candidates.push(candidate);
    }
    if alipayplus::Mpm3::parse(text).is_ok() {
        candidates.push(recognised(Family::AlipayplusMpm3, &["the path of the Alipay+ format v3"]));
    }
    if alipayplus::Order::parse(text).is_ok() {
        candidates
            .push(recognised(Family::AlipayplusOrder, &["the path of an Alipay+ order code, on any host"]));
    }
    if link::Link::parse(text).is_ok() {
        candidates.push(Candidate {
            family: Family::Aggregate,
            verdict: Verdict::Unknown,
            evidence: Cow::Borrowed(&["an http or https link"]),
        });
    }
}

/// The family that owns this host, where the rest of the link is a code of it.
fn wallet_link(text: &str, authority: &str) -> Option<Candidate> {
    let at = |host: &str| authority.eq_ignore_ascii_case(host);
    if at(alipay::HOST) {
        alipay::Code::parse(text).ok()?;
        Some(recognised(Family::AlipayQr, &["the exact host and an ID of Alipay's shape"]))
    } else if at(alipay::DS_HOST) || at(alipay::RENDER_HOST) {
        alipay::Wrapper::parse(text).ok()?;
        Some(wrapper(text))
    } else if at(unionpay::HOST) {
        unionpay::Code::parse(text).ok()?;
        Some(recognised(Family::UnionpayUrl, &["the exact host and two runs of digits"]))
    } else if at(ecny::HOST) {
        ecny::Code::parse(text).ok()?;
        Some(recognised(Family::Ecny, &["the exact host and 39 digits"]))
    } else if at(qq::HOST) {
        qq::Code::parse(text).ok()?;
        Some(recognised(Family::Qqpay, &["the exact host and eight hexadecimal digits"]))
    } else {
        None
    }
}

fn wrapper(text: &str) -> Candidate {
    let layers = alipay::Wrapper::parse(text).and_then(|wrapper| wrapper.unwrap_layers());
    let holds = match layers.as_deref() {
        Ok([.., last]) if alipay::Code::parse(last).is_err() => "it wraps something else than an Alipay code",
        Ok([_]) => "it wraps an Alipay code directly",
        Ok([_, _]) => "it wraps an Alipay code two levels deep",
        Ok([_, _, _]) => "it wraps an Alipay code three levels deep",
        _ => "what it wraps cannot be read",
    };
    let evidence = Cow::Owned(vec!["an application link of Alipay", holds]);
    Candidate { family: Family::AlipayWrapper, verdict: Verdict::Recognised, evidence }
}

fn contradicts(family: Family, hints: Hints) -> bool {
    contradicts_mode(family, hints) || contradicts_symbology(family, hints)
}

fn contradicts_mode(family: Family, hints: Hints) -> bool {
    hints.mode.is_some_and(|mode| mode != family.mode())
}

/// Links and EMV payloads come from QR Code; payment codes from QR Code and Code 128; nothing that is paid from GS1-128.
fn contradicts_symbology(family: Family, hints: Hints) -> bool {
    match hints.symbology {
        None | Some(Symbology::Qr) => false,
        Some(Symbology::Code128) => !payment_code::FAMILIES.contains(&family),
        Some(Symbology::Gs1128 | Symbology::Other) => true,
    }
}

fn contradict(candidate: &mut Candidate, hints: Hints) {
    if contradicts_mode(candidate.family, hints) {
        candidate.evidence.to_mut().push("contradicts the presentation mode that the caller gave");
    }
    if contradicts_symbology(candidate.family, hints) {
        candidate.evidence.to_mut().push("contradicts the symbology that the caller gave");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown: Vec<String> = recognise(text)
            .candidates
            .iter()
            .map(|candidate| format!("{}:{}", candidate.family, candidate.verdict.key()))
            .collect();
        assert_eq!(shown.join(" "), expected, "{text}");
    }

    /// The rows of the recognition table, one each and their neighbours.
    #[test]
    fn every_family_has_its_row() {
        check("134650328919428540", "wechat-authcode:recognised");
        check("28763443825664394", "alipay-authcode:recognised alipayplus-cpm:recognised");
        check("25100102012345678901", "alipay-authcode:recognised alipayplus-cpm:reserved");
        check(&"25".repeat(16), "alipayplus-cpm:reserved");
        check("6212345678901234567", "unionpay-cpm19:recognised");
        check("hQVDUFYwMWEHTwWgAAADMw==", "unionpay-cpm-emv:recognised");
        check("hQVDUFYwMWEYTwbwVVBRUgFjDsEBAMIJE0ZQMokZQoVA", "upqr-cpm:recognised");
        check("hQVDUFYwMWEITwbwVVBRUgE=", "upqr-cpm:unknown");
        check("0112345678901234567", "ecny-authcode:recognised");
        check("weixin://wxpay/bizpayurl?sign=A&appid=b", "wechat-native1:recognised");
        check("weixin://wxpay/bizpayurl/up?pr=A&groupid=00", "wechat-native2:recognised");
        check("weixin://wxpay/s/An4baqw", "wechat-native2:recognised");
        check("wxp://f2f0Synthetic0_Synthetic1-SyntheticA", "wechat-f2f:recognised");
        check("https://qr.alipay.com/fkx00000synthetic00aaa", "alipay-qr:recognised aggregate:unknown");
        check(
            "HTTPS://QR.ALIPAY.COM/FKX00000SYNTHETIC00AAA?_s=web-other",
            "alipay-qr:recognised aggregate:unknown",
        );
        check("alipays://platformapi/startapp?saId=10000007", "alipay-wrapper:recognised");
        check("https://ds.alipay.com/?scheme=x", "alipay-wrapper:recognised aggregate:unknown");
        check("https://render.alipay.com/p/s/ulink", "alipay-wrapper:recognised aggregate:unknown");
        check("https://global.alipay.com/281002040090ab", "alipayplus-order:recognised aggregate:unknown");
        check("https://qr.example/MPM/3/R1BM", "alipayplus-mpm3:recognised aggregate:unknown");
        check(
            "https://qr.95516.com/00010000/01000000000000000000000000000000",
            "unionpay-url:recognised aggregate:unknown",
        );
        check(
            "https://qr.pbcdci.cn/005030000000000000000000000000000000001",
            "ecny:recognised aggregate:unknown",
        );
        check("00020163040000", "emv-mpm:recognised");
        check("0002016304XXXX", "emv-mpm:recognised");
        check("http://qpay.qq.com/qr/0123abcd", "qqpay:recognised aggregate:unknown");
        check("https://pay.example/q?n=%C0%EE", "aggregate:unknown");
    }

    /// The inputs on which public code disagrees.
    #[test]
    fn ambiguities_are_listed_not_guessed() {
        check("160000000000000001", "");
        check("0106901234567892170", "ecny-authcode:recognised");
        check("6212345678901234", "");
        check("621234567890123456", "");
        check("62123456789012345678", "");
        check("251001020123456789012345", "alipay-authcode:recognised alipayplus-cpm:recognised");
        check("2510010201234567890123456", "alipayplus-cpm:reserved");
        check("106901234567892170", "wechat-authcode:recognised");
        check("13465032891942854", "");
        check("13ABCDEF0000000000", "");
        check("13٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠", "");
        check("134650328919428540\n", "");
        check(" 134650328919428540", "");
        check("13465032891942854\\d", "");
    }

    #[test]
    fn look_alikes_fall_to_the_catch_all_or_to_nothing() {
        check("https://qr.alipay.com.example/fkx00000synthetic00aaa", "aggregate:unknown");
        check("https://qr.alipay.com@example/fkx00000synthetic00aaa", "aggregate:unknown");
        check("https://qr.95516.com/UP04/page", "aggregate:unknown");
        check("WXP://F2F0SYNTHETIC0_SYNTHETIC1-SYNTHETICA", "");
        check("weixin：//wxpay/bizpayurl?pr=NwY5Mz9", "");
        check("https:  //qr.pbcdci.cn/005030000000000000000000000000000000001", "");
        check("dcep://uniwallet/startApp", "");
        check("\u{FEFF}000201", "");
        check("", "");
    }

    #[test]
    fn emv_payloads_by_shape_and_by_grammar() {
        check("000201not data objects6304abcd", "emv-mpm:unknown");
        check("0002015802CN", "emv-mpm:unknown");
        check("00020263040000", "emv-mpm:reserved");
        check("0002025802CN", "emv-mpm:unknown");
        check("5802CN000201", "");
        check("00020163048", "");
        check("0002016304", "");
        check("hQVDUFYwMWEHTwWgAAADMw", "");
        check("hQVDUFYwMWEHTwWgAAAABA==", "");
        check("hQVDUFYwMWFY", "");
    }

    #[test]
    fn hints_sink_what_contradicts_them() {
        let order = |text: &str, mode, symbology| -> Vec<(String, usize)> {
            let found = recognise_with(text, Hints { mode, symbology });
            found.candidates.iter().map(|c| (c.family.to_string(), c.evidence.len())).collect()
        };
        let gs1 = order("0106901234567892170", None, Some(Symbology::Gs1128));
        assert_eq!(gs1, [("ecny-authcode".to_owned(), 4)]);
        let merchant = order("28763443825664394", Some(Mode::MerchantPresented), Some(Symbology::Qr));
        assert_eq!(merchant, [("alipay-authcode".to_owned(), 2), ("alipayplus-cpm".to_owned(), 2)]);
        let bar = order("28763443825664394", Some(Mode::ConsumerPresented), Some(Symbology::Code128));
        assert_eq!(bar, [("alipay-authcode".to_owned(), 1), ("alipayplus-cpm".to_owned(), 1)]);
    }
}
