//! Payloads in the shapes of twelve national schemes, made here: the merchants and their numbers are invented.

use std::fmt::Write as _;

pub(crate) mod structure;

/// Payloads of one scheme.
const VARIANTS: usize = 12;

/// ASCII payloads with right checksums; their mean length is about 160 bytes.
pub(crate) fn payloads() -> Vec<String> {
    let shapes =
        [prompt_pay, fps, qris, pay_now, viet_qr, duit_now, khqr, pix, qr_ph, bharat_qr, lanka_qr, upqr];
    shapes.iter().flat_map(|shape| (0..VARIANTS).map(|variant| sealed(&shape(variant)))).collect()
}

/// A shape's objects, from merchant account information on; the head and the checksum are the same for all.
fn sealed(objects: &[(u8, String)]) -> String {
    let mut payload = "000201".to_owned();
    for (id, value) in objects {
        push(&mut payload, *id, value);
    }
    payload.push_str("6304");
    let checksum = upqr::emv::crc::checksum(&payload);
    write!(payload, "{checksum:04X}").expect("a string takes everything");
    payload
}

fn push(out: &mut String, id: u8, value: &str) {
    assert!(value.len() < 100 && value.is_ascii(), "a value of the corpus fits two digits of length");
    write!(out, "{id:02}{:02}{value}", value.len()).expect("a string takes everything");
}

fn template(objects: &[(u8, &str)]) -> String {
    let mut out = String::new();
    for (id, value) in objects {
        push(&mut out, *id, value);
    }
    out
}

/// `count` digits that differ from variant to variant.
fn digits(variant: usize, count: usize) -> String {
    let mut state = variant.wrapping_mul(2_654_435_761).wrapping_add(97);
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) % 2_147_483_648;
            char::from_digit(u32::try_from(state / 65_536 % 10).unwrap_or(0), 10).unwrap_or('0')
        })
        .collect()
}

fn pick<'a>(from: &[&'a str], variant: usize) -> &'a str {
    from.iter().cycle().nth(variant).copied().unwrap_or_default()
}

const NAMES: [&str; 6] = [
    "LUCKY NOODLES",
    "Warung Bu Sari",
    "CHAN KEE BAKERY",
    "Kedai Kopi 88",
    "SARI-SARI NI ANA",
    "Oficina do Ze",
];
const CITIES: [&str; 5] = ["SHANGHAI", "Bandung", "Ha Noi", "Cebu City", "Sao Paulo"];
const AMOUNTS: [&str; 6] = ["25.50", "1.00", "108", "12345.67", "0.99", "50"];

/// Initiation, and behind the accounts category, currency, amount on every second payload, country, name and city.
fn shop(
    variant: usize,
    accounts: &[(u8, String)],
    (currency, country): (&str, &str),
    after: &[(u8, String)],
) -> Vec<(u8, String)> {
    let amount = (variant % 2 == 1).then(|| pick(&AMOUNTS, variant).to_owned());
    let mut objects = vec![(1, if amount.is_some() { "12" } else { "11" }.to_owned())];
    objects.extend_from_slice(accounts);
    objects.extend([(52, digits(variant, 4)), (53, currency.to_owned())]);
    objects.extend(amount.map(|amount| (54, amount)));
    objects.extend([(58, country.to_owned()), (59, pick(&NAMES, variant).to_owned())]);
    objects.push((60, pick(&CITIES, variant).to_owned()));
    objects.extend_from_slice(after);
    objects
}

fn prompt_pay(variant: usize) -> Vec<(u8, String)> {
    let phone = format!("0066{}", digits(variant, 9));
    let account = template(&[(0, "A000000677010111"), (1, &phone)]);
    let mut objects = vec![(1, "12".to_owned()), (29, account), (53, "764".to_owned())];
    objects.extend([(54, pick(&AMOUNTS, variant).to_owned()), (58, "TH".to_owned())]);
    objects.push((62, template(&[(5, &digits(variant, 12)), (7, "0001")])));
    objects
}

fn fps(variant: usize) -> Vec<(u8, String)> {
    let account = template(&[(0, "hk.com.hkicl"), (2, &digits(variant, 7))]);
    shop(variant, &[(26, account)], ("344", "HK"), &[(62, template(&[(1, &digits(variant, 10))]))])
}

fn qris(variant: usize) -> Vec<(u8, String)> {
    let (pan, id) = (format!("9360{}", digits(variant, 14)), format!("ID10{}", digits(variant, 11)));
    let issuer = template(&[(0, "ID.CO.BANK.WWW"), (1, &pan), (2, &digits(variant, 9)), (3, "UMI")]);
    let central = template(&[(0, "ID.CO.QRIS.WWW"), (2, &id), (3, "UMI")]);
    let after = [(61, digits(variant, 5)), (62, template(&[(7, "A01")]))];
    shop(variant, &[(26, issuer), (51, central)], ("360", "ID"), &after)
}

fn pay_now(variant: usize) -> Vec<(u8, String)> {
    let uen = format!("{}A", digits(variant, 9));
    let account = template(&[(0, "SG.PAYNOW"), (1, "2"), (2, &uen), (3, "1"), (4, "20301231")]);
    let place = template(&[(0, "SG.SGQR"), (1, &digits(variant, 12)), (2, "01.0001"), (3, "180956")]);
    shop(variant, &[(26, account), (51, place)], ("702", "SG"), &[(61, "180956".to_owned())])
}

fn viet_qr(variant: usize) -> Vec<(u8, String)> {
    let bank = template(&[(0, "970407"), (1, &digits(variant, 10))]);
    let account = template(&[(0, "A000000727"), (1, &bank), (2, "QRIBFTTA")]);
    let order = format!("DON HANG {}", digits(variant, 6));
    let mut objects = vec![(1, "12".to_owned()), (38, account), (53, "704".to_owned())];
    objects.extend([(54, digits(variant, 6)), (58, "VN".to_owned())]);
    objects.push((62, template(&[(8, &order)])));
    objects
}

fn duit_now(variant: usize) -> Vec<(u8, String)> {
    let account = template(&[(0, "A0000006150001"), (1, "588734"), (2, &digits(variant, 18))]);
    let after = [(61, digits(variant, 5)), (62, template(&[(3, "0012"), (7, &digits(variant, 8))]))];
    shop(variant, &[(26, account)], ("458", "MY"), &after)
}

fn khqr(variant: usize) -> Vec<(u8, String)> {
    let account = template(&[(0, "shop@bank"), (1, &digits(variant, 9)), (2, "Bank of Angkor")]);
    let time = template(&[(0, &digits(variant, 13))]);
    let store = template(&[(1, "INV-2026-1123"), (3, "Riverside")]);
    shop(variant, &[(30, account)], ("116", "KH"), &[(62, store), (99, time)])
}

fn pix(variant: usize) -> Vec<(u8, String)> {
    let hex = digits(variant, 12);
    let key = format!("123e4567-e89b-42d3-a456-{hex}");
    let account = template(&[(0, "br.gov.bcb.pix"), (1, &key)]);
    shop(variant, &[(26, account)], ("986", "BR"), &[(62, template(&[(5, "***")]))])
}

fn qr_ph(variant: usize) -> Vec<(u8, String)> {
    let merchant = digits(variant, 13);
    let account = template(&[(0, "ph.ppmi.p2m"), (1, "BANKPHMMXXX"), (3, &merchant), (5, "1")]);
    let additional = template(&[(0, "ph.ppmi.qrph"), (5, &digits(variant, 8)), (7, "TERM0001")]);
    shop(variant, &[(28, account)], ("608", "PH"), &[(62, additional)])
}

fn bharat_qr(variant: usize) -> Vec<(u8, String)> {
    let address = template(&[(0, "A000000524"), (1, "shop.example@upi")]);
    let accounts =
        [(2, format!("4{}", digits(variant, 15))), (4, format!("5{}", digits(variant, 15))), (26, address)];
    shop(variant, &accounts, ("356", "IN"), &[(61, digits(variant, 6))])
}

fn lanka_qr(variant: usize) -> Vec<(u8, String)> {
    let account = template(&[(0, &format!("281699000{}", digits(variant, 19)))]);
    let additional = template(&[(5, &digits(variant, 7)), (50, &template(&[(0, "lk.example"), (1, "A")]))]);
    shop(variant, &[(26, account)], ("144", "LK"), &[(62, additional)])
}

fn upqr(variant: usize) -> Vec<(u8, String)> {
    let id = format!("fkx{}", digits(variant, 19));
    let wechat = template(&[(0, "org.upqr.wechat"), (1, "01"), (2, "NwY5Mz9")]);
    let alipay = template(&[(0, "org.upqr.alipay"), (1, "01"), (2, &id)]);
    shop(variant, &[(26, wechat), (27, alipay)], ("156", "CN"), &[(62, template(&[(5, "SALE-20261123")]))])
}
