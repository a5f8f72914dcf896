//! Native codes, and how chapter 5 carries them: forms, parts and places by this file's own reading of the specification.

use super::dice::Dice;
use super::object::{Object, plain, template};

/// The prefixes of clause 10.3, by network and form.
const FORMS: [(&str, &str, &str); 11] = [
    ("wechat", "01", "weixin://wxpay/bizpayurl?pr="),
    ("wechat", "02", "weixin://wxpay/bizpayurl/up?pr="),
    ("wechat", "03", "weixin://wxpay/bizpayurl?"),
    ("wechat", "04", "weixin://wxpay/s/"),
    ("wechat", "05", "wxp://"),
    ("alipay", "01", "https://qr.alipay.com/"),
    ("alipay", "02", "HTTPS://QR.ALIPAY.COM/"),
    ("ecny", "01", "https://qr.pbcdci.cn/"),
    ("ecny", "02", "HTTPS://QR.PBCDCI.CN/"),
    ("unionpay", "01", "https://qr.95516.com/"),
    ("unionpay", "02", "HTTPS://QR.95516.COM/"),
];

/// The networks of the registry.
pub(crate) const NETWORKS: [&str; 6] = ["wechat", "alipay", "ecny", "unionpay", "qq", "link"];

/// The prefixes of a network, each with its form.
pub(crate) fn prefixes(network: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FORMS.iter().filter(move |(key, _, _)| *key == network).map(|(_, form, prefix)| (*form, *prefix))
}

/// A code that a network shows.
#[derive(Clone, Debug)]
pub(crate) struct Native {
    pub(crate) key: &'static str,
    pub(crate) network: &'static str,
    pub(crate) text: String,
    /// Whether it serves one sale alone.
    pub(crate) is_order: bool,
}

/// One code for each kind that a network has.
pub(crate) fn natives(seed: u64) -> Vec<Native> {
    let mut dice = Dice::of(seed, "natives");
    let rows = [
        ("wechat-order", "wechat", format!("weixin://wxpay/bizpayurl?pr={}", dice.token(9)), true),
        ("wechat-up", "wechat", format!("weixin://wxpay/bizpayurl/up?pr={}&groupid=00", dice.token(9)), true),
        ("wechat-s", "wechat", format!("weixin://wxpay/s/{}", dice.letters(11)), true),
        (
            "wechat-mode-1",
            "wechat",
            format!(
                "weixin://wxpay/bizpayurl?appid=wx{}&nonce_str={}&sign={}",
                dice.digits(16),
                dice.digits(20),
                dice.digits(32)
            ),
            false,
        ),
        ("wechat-personal", "wechat", format!("wxp://f2f0{}", dice.token(32)), false),
        ("wechat-personal-long", "wechat", format!("wxp://f2f1{}", dice.token(64)), false),
        (
            "alipay-static",
            "alipay",
            format!("https://qr.alipay.com/fkx{}{}", dice.digits(5), dice.letters(14)),
            false,
        ),
        (
            "alipay-order",
            "alipay",
            format!("https://qr.alipay.com/bax{}{}?t=1700000000", dice.digits(5), dice.letters(16)),
            true,
        ),
        (
            "alipay-upper",
            "alipay",
            format!("HTTPS://QR.ALIPAY.COM/TSX{}{}", dice.digits(5), dice.letters(15).to_uppercase()),
            false,
        ),
        (
            "alipay-mixed",
            "alipay",
            format!("https://QR.Alipay.com/fkx{}{}", dice.digits(5), dice.letters(14)),
            false,
        ),
        ("ecny", "ecny", format!("https://qr.pbcdci.cn/{}", dice.digits(39)), false),
        ("ecny-upper", "ecny", format!("HTTPS://QR.PBCDCI.CN/{}", dice.digits(39)), false),
        (
            "unionpay-static",
            "unionpay",
            format!("https://qr.95516.com/{}/01{}", dice.digits(8), dice.digits(26)),
            false,
        ),
        (
            "unionpay-order",
            "unionpay",
            format!("https://qr.95516.com/{}/62{}", dice.digits(8), dice.digits(26)),
            true,
        ),
        (
            "unionpay-upper",
            "unionpay",
            format!("HTTPS://QR.95516.COM/{}/01{}", dice.digits(8), dice.digits(24)),
            false,
        ),
        ("qq", "qq", "https://qpay.qq.com/qr/7a0c41f2".to_owned(), false),
        ("qq-http", "qq", "http://qpay.qq.com/qr/5b1d93e0".to_owned(), false),
        ("link", "link", format!("https://noodle.example/pay?m={}", dice.digits(6)), false),
        ("link-http", "link", format!("http://noodle.example/pay?m={}", dice.digits(6)), false),
        ("link-percent", "link", "https://noodle.example/%E5%85%B0?a=%2f&b=%2F&c=a+b%20c".to_owned(), false),
    ];
    let native = |(key, network, text, is_order)| Native { key, network, text, is_order };
    rows.into_iter().map(native).collect()
}

const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Octets in base64; `last` are the two characters of the alphabet that vary.
pub(crate) fn base64(octets: &[u8], last: &str, is_padded: bool) -> String {
    let alphabet: Vec<char> = BASE64.chars().chain(last.chars()).collect();
    let mut text = String::new();
    for group in octets.chunks(3) {
        let bits =
            (0..3).fold(0_u32, |bits, at| (bits << 8) | u32::from(group.get(at).copied().unwrap_or(0)));
        for place in 0..=group.len() {
            let shift = 18_usize.saturating_sub(place.saturating_mul(6));
            let index = usize::try_from((bits >> shift) & 63).unwrap_or(0);
            text.extend(alphabet.get(index));
        }
        if is_padded {
            text.extend(std::iter::repeat_n('=', 3_usize.saturating_sub(group.len())));
        }
    }
    text
}

/// The form and the body of a native code: clause 5.2.
pub(crate) fn body(network: &str, native: &[u8]) -> (&'static str, String) {
    let Some(text) = std::str::from_utf8(native)
        .ok()
        .filter(|text| text.bytes().all(|octet| (0x20..=0x7E).contains(&octet)))
    else {
        return ("99", base64(native, "-_", false));
    };
    prefixes(network)
        .filter_map(|(form, prefix)| {
            Some((form, prefix, text.strip_prefix(prefix).filter(|rest| !rest.is_empty())?))
        })
        .max_by_key(|(_, prefix, _)| prefix.len())
        .map_or_else(|| ("00", text.to_owned()), |(form, _, rest)| (form, rest.to_owned()))
}

/// The objects of each template that an account takes: clause 5.3, without its limit of nine.
pub(crate) fn parts(network: &str, native: &[u8]) -> Vec<Vec<Object>> {
    let (form, body) = body(network, native);
    let guid = plain("00", format!("org.upqr.{network}"));
    let room = 85_usize.saturating_sub(network.len().saturating_add(9));
    if body.len() <= room {
        return vec![vec![guid, plain("01", form), plain("02", body)]];
    }
    let (head, mut rest) = body.split_at(room.saturating_sub(6));
    let mut bodies = vec![head];
    while !rest.is_empty() {
        let (part, left) = rest.split_at(room.min(rest.len()));
        bodies.push(part);
        rest = left;
    }
    let count = bodies.len();
    let part = |(at, body): (usize, &&str)| {
        let number = plain("03", format!("{}{count}", at.saturating_add(1)));
        let form = (at == 0).then(|| plain("01", form));
        [guid.clone()].into_iter().chain(form).chain([plain("02", *body), number]).collect()
    };
    bodies.iter().enumerate().map(part).collect()
}

/// The templates of accounts in their order, from this ID on.
pub(crate) fn templates(first: usize, accounts: &[(&str, &[u8])]) -> Vec<Object> {
    let contents = accounts.iter().flat_map(|(network, native)| parts(network, native));
    contents
        .enumerate()
        .map(|(at, objects)| template(&format!("{:02}", first.saturating_add(at)), objects))
        .collect()
}

/// The name, city, category, country and currency of the payloads that are made here.
pub(crate) const MERCHANT: [(&str, &str, &str); 5] = [
    ("category", "52", "5411"),
    ("currency", "53", "156"),
    ("country", "58", "CN"),
    ("name", "59", "ORCHID NOODLE BAR"),
    ("city", "60", "SUZHOU"),
];

/// The objects of the canonical payload of these accounts.
pub(crate) fn unified(is_order: bool, accounts: &[Object]) -> Vec<Object> {
    let head = [plain("00", "01"), plain("01", if is_order { "12" } else { "11" })];
    let tail = MERCHANT.iter().map(|(_, id, value)| plain(id, *value));
    head.into_iter().chain(accounts.iter().cloned()).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_carried_as_the_worked_examples_say() {
        assert_eq!(base64(b"\xFB\xEF\xFF1", "-_", false), "----MQ".replacen("----", "--__", 1));
        assert_eq!(base64(b"CPV01", "+/", true), "Q1BWMDE=");
        assert_eq!(body("wechat", b"weixin://wxpay/bizpayurl?pr="), ("03", "pr=".to_owned()));
        let long = "https://pay.example.cn/q/8f2c?m=1001&s=0123456789abcdef0123456789abcdef&r=20261123";
        let lengths: Vec<usize> =
            templates(26, &[("link", long.as_bytes())]).iter().map(|object| object.value().len()).collect();
        assert_eq!(lengths, [99, 43]);
    }
}
