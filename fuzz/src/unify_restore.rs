//! Native codes into a unified payload and out again, on a merchant's base or a national one.

use arbitrary::{Result, Unstructured};
use upqr::emv::crc::Crc16;
use upqr::emv::mpm;
use upqr::network::Network;
use upqr::payment::{
    Account, Additional, Base, Control, Local, Merchant, MerchantPresented, Payment, Settlement, Signature,
    Templates, Terms,
};
use upqr::{rules, unified};

use super::{draw, laws};

/// How codes begin, so that the fuzzer need not find the grammars first.
const BEGINNINGS: [&str; 16] = [
    "",
    "weixin://wxpay/bizpayurl?pr=",
    "weixin://wxpay/bizpayurl/up?pr=",
    "weixin://wxpay/bizpayurl?appid=1&sign=",
    "weixin://wxpay/s/",
    "wxp://f2f0",
    "https://qr.alipay.com/",
    "HTTPS://QR.ALIPAY.COM/fkx00000",
    "https://qr.pbcdci.cn/00503000000000000000000000000000000000",
    "HTTPS://QR.PBCDCI.CN/",
    "https://qr.95516.com/00010000/6200000000000000000000000",
    "HTTPS://QR.95516.COM/",
    "https://qpay.qq.com/qr/",
    "https://pay.example/",
    "alipays://platformapi/startapp?qrcode=",
    "https://pay.example.com/281000040",
];

/// Unifies, restores, and then reads the payload with some of its characters changed.
pub fn check(data: &[u8]) {
    let mut data = Unstructured::new(data);
    let Ok(payment) = payment(&mut data) else { return };
    let Ok(text) = unified::write(&payment) else { return };
    restored(&payment, &text);
    near_misses(&mut data, &text);
}

fn payment(data: &mut Unstructured<'_>) -> Result<MerchantPresented> {
    let flags: u8 = data.arbitrary()?;
    let control = if flags & 2 == 0 { None } else { Some(control(data)?) };
    let mut accounts = Vec::new();
    for _ in 0..draw::number(data, 5)? {
        accounts.extend(account(data)?);
    }
    let base = if flags & 1 == 0 {
        Base::Merchant(merchant(data, flags)?)
    } else {
        Base::National(draw::seal(&draw::write(&draw::objects(data, 2)?)))
    };
    let mut templates = Templates { control, ..Templates::default() };
    if flags & 4 != 0 {
        beside_accounts(data, &mut templates)?;
    }
    Ok(MerchantPresented { base, accounts, templates })
}

/// Terms, settlement, a template of a later edition, and a signature, some of them.
fn beside_accounts(data: &mut Unstructured<'_>, templates: &mut Templates) -> Result<()> {
    let which: u8 = data.arbitrary()?;
    if which & 1 != 0 {
        let (kind, reference) = (format!("{:02}", draw::number(data, 99)?), Some(draw::text(data, 30)?));
        templates.terms = Some(Terms { kind, reference, hash: None, objects: Vec::new() });
    }
    if which & 2 != 0 {
        let (quote, refund_by) = (Some(draw::text(data, 30)?), data.arbitrary()?);
        templates.settlement = Some(Settlement { refund_by, quote, ..Settlement::default() });
    }
    if which & 4 != 0 {
        templates.others.push(other(data)?);
    }
    if which & 8 != 0 {
        templates.signature = Some(Signature(data.arbitrary()?));
    }
    Ok(())
}

/// A code and, for some, the caller's choice of network; none where it is refused.
fn account(data: &mut Unstructured<'_>) -> Result<Option<Account>> {
    let (choice, beginning) = (draw::number(data, 6)?, draw::number(data, 15)?);
    let length: usize = data.int_in_range(0..=767)?;
    let rest = data.bytes(length.min(data.len()))?;
    let native = [BEGINNINGS[usize::from(beginning)].as_bytes(), rest].concat();
    let account = Account::new(native.clone(), Network::with_number(choice)).ok();
    assert!(account.iter().all(|account| account.native() == native), "an account keeps its code");
    Ok(account)
}

fn control(data: &mut Unstructured<'_>) -> Result<Control> {
    let time = |octets: u32| if octets == 0 { None } else { Some(u64::from(octets)) };
    let version = format!("{:02}", draw::number(data, 99)?);
    Ok(Control {
        version,
        not_before: time(data.arbitrary()?),
        expires: time(data.arbitrary()?),
        ..Control::default()
    })
}

fn other(data: &mut Unstructured<'_>) -> Result<String> {
    let guid = if data.arbitrary()? { "org.upqr.terms" } else { "org.upqr.other" };
    let value = format!("R{}", draw::text(data, 30)?);
    Ok(format!("00{:02}{guid}02{:02}{value}", guid.len(), value.chars().count()))
}

fn merchant(data: &mut Unstructured<'_>, flags: u8) -> Result<Merchant> {
    let mut merchant = Merchant::new("LUCKY NOODLES", "SHANGHAI", "5812");
    if flags & 8 != 0 {
        merchant.name = draw::text(data, 25)?;
    }
    if flags & 16 != 0 {
        merchant.amount = Some(draw::text(data, 13)?);
    }
    if flags & 32 != 0 {
        merchant.local = Some(Local { language: "zh".to_owned(), name: draw::text(data, 25)?, city: None });
    }
    if flags & 64 != 0 {
        let (bill, reference) = (draw::text(data, 25)?, draw::text(data, 25)?);
        merchant.additional =
            Additional { bill: Some(bill), reference: Some(reference), ..Additional::default() };
    }
    Ok(merchant)
}

/// What was written says what was meant: the codes, the base, the checksum, the model.
fn restored(payment: &MerchantPresented, text: &str) {
    let payload = mpm::parse(text).expect("the encoder's own output");
    let reading = unified::read(&payload);
    assert_eq!(payload.crc(), Crc16::Right, "{text}");
    let accounts: Vec<&Account> = reading.accounts().collect();
    assert_eq!(accounts, payment.accounts.iter().collect::<Vec<_>>(), "restore(unify(n)) == n: {text}");
    assert!(unified::is_canonical(&payload, &reading), "{text}");
    let limit = if text.is_ascii() { unified::MAX_BYTES } else { unified::MAX_BYTES_WITH_ECI };
    assert!(text.len() <= limit, "{text}");
    let read = unified::payment(&payload, &reading).expect("a canonical payload has a model");
    assert_eq!(unified::write(&read).as_deref(), Ok(text), "encode(decode(x)) == x");
    match &payment.base {
        Base::National(base) => assert_eq!(unified::base(&payload).as_ref(), Ok(base), "the base comes back"),
        Base::Merchant(_) => {
            assert_eq!(
                (&read.base, &read.templates.control),
                (&payment.base, &payment.templates.control),
                "{text}"
            );
            assert!(!rules::check(text).is_broken(), "{text}");
        }
    }
    laws::json(&Payment::MerchantPresented(payment.clone()));
}

/// The payload with up to eight characters changed and the checksum made right again.
fn near_misses(data: &mut Unstructured<'_>, text: &str) {
    let mut characters: Vec<char> = text.chars().take(text.chars().count().saturating_sub(8)).collect();
    for _ in 0..8.min(data.len() / 3) {
        let (Ok(place), Ok(octet)) = (data.arbitrary::<u16>(), data.arbitrary::<u8>()) else { break };
        if let Some(character) = characters.get_mut(usize::from(place)) {
            *character = char::from(octet % 95 + 0x20);
        }
    }
    laws::text(&draw::seal(&characters.iter().collect::<String>()));
}
