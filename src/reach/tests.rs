use super::*;
use crate::payment::{Account, Templates};
use crate::unified::control::Control;
use crate::unified::extend;

const ALIPAY: &str = "https://qr.alipay.com/fkx00000synthetic00aaa";
const WECHAT: &str = "wxp://f2f0Synthetic0_Synthetic1-SyntheticA";

const HONG_KONG: &str = "00020101021126330012hk.com.hkicl0313+852-555500005204000053033445802HK5902NA6002HK";
const THAILAND: &str = "00020101021129370016A000000677010111011300669999000005802TH5303764";
const INDONESIA: &str = "00020101021151440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204581253033605802ID5910WARUNG UMI6007JAKARTA";
const CAMBODIA: &str =
    "00020101021129180014synthetic@bank5204599953031165802KH5913LUCKY NOODLES6010PHNOM PENH";

fn with_crc(text: &str) -> String {
    let mut text = text.to_owned();
    mpm::write_crc(&mut text);
    text
}

/// A base with the codes of Alipay and WeChat Pay beside it.
fn extended(base: &str) -> String {
    let accounts = [ALIPAY, WECHAT].map(|native| Account::new(native, None).expect("a code"));
    let base = with_crc(base);
    extend(&mpm::parse(&base).expect("data objects"), &accounts, &Templates::default()).expect("a payload")
}

/// The rows that read something, one a line.
fn table(payload: &str) -> Vec<String> {
    let rows = reach(&mpm::parse(payload).expect("data objects"));
    let read = rows.iter().filter_map(|row| Some((row, row.way.as_ref().ok()?)));
    read.map(|(row, way)| {
        let (key, subject) = (row.reader.key(), way.subject);
        let object = subject.object().map_or_else(|| "--".to_owned(), |id| id.to_string());
        let link = way.link.map_or("-", |link| link.key.as_str());
        let losses: Vec<&str> = row.losses.iter().map(|loss| loss.object).collect();
        let standing = row.standing().key();
        format!("{key} {} {object} {link} {standing}: {}", subject.name(), losses.join(" "))
    })
    .collect()
}

#[track_caller]
fn check(payload: &str, expected: &[&str]) {
    assert_eq!(table(payload), expected);
}

#[test]
fn hong_kong_beside_chinese_wallets() {
    check(
        &extended(HONG_KONG),
        &[
            "wechat wechat 28 - upqr: accounts",
            "alipay alipay 27 - upqr: accounts",
            "unionpay wechat 28 wechat-unionpay upqr: accounts",
            "unionpay alipay 27 alipay-unionpay upqr: accounts",
            "boc-bocom wechat 28 wechat-banks upqr: accounts",
            "jd wechat 28 wechat-jd upqr: accounts",
            "cn hkqr 26 fps-china unverified: accounts",
            "hk hkqr 26 - live: accounts",
            "hk alipay 27 cross-border-gateway pilot: accounts",
            "hk wechat 28 cross-border-gateway pilot: accounts",
            "mo alipay 27 cross-border-gateway pilot: accounts",
            "mo wechat 28 cross-border-gateway pilot: accounts",
            "sg alipay 27 cross-border-gateway pilot: accounts",
            "sg wechat 28 cross-border-gateway pilot: accounts",
            "my alipay 27 cross-border-gateway pilot: accounts",
            "my wechat 28 cross-border-gateway pilot: accounts",
            "th alipay 27 cross-border-gateway pilot: accounts",
            "th wechat 28 cross-border-gateway pilot: accounts",
            "vn alipay 27 vietqr-global-outbound unverified: accounts",
            "vn wechat 28 vietqr-global-outbound unverified: accounts",
        ],
    );
}

#[test]
fn national_codes_are_read_at_home_and_through_their_links() {
    #[track_caller]
    fn check(base: &str, expected: &[&str]) {
        let lines = table(&extended(base));
        let national: Vec<&String> =
            lines.iter().filter(|line| !line.contains(" wechat ") && !line.contains(" alipay ")).collect();
        assert_eq!(national, expected);
    }
    check(THAILAND, &["th promptpay-transfer 29 - live: accounts"]);
    check(INDONESIA, &["cn qris 51 qris-china pilot: accounts", "id qris 51 - live: accounts"]);
    check(CAMBODIA, &["cn khqr 29 khqr-china announced: accounts", "kh khqr 29 - live: accounts"]);
}

#[test]
fn the_wallets_of_a_scheme_without_a_row_are_those_of_its_jurisdictions() {
    let japan = "00020101021126280019jp.or.paymentsjapan010115204581253033925802JP";
    let rows = reach(&mpm::parse(&with_crc(japan)).expect("data objects"));
    let last = rows.last().expect("rows");
    assert_eq!((last.reader.key(), last.standing()), ("jpqr", Standing::Live));
    assert_eq!(last.reader.countries().collect::<Vec<_>>(), ["JP"]);
}

#[test]
fn what_each_loses() {
    #[track_caller]
    fn check(objects: &[&str], native: &str, expected: (&[&str], &[&str])) {
        let base = with_crc(&[&HONG_KONG[..64], "5404100055020162080504A001", &HONG_KONG[64..]].concat());
        let account = Account::new(native, None).expect("a code");
        let control = Control { expires: Some(1_800_000_000), ..Control::default() };
        let others = objects.iter().map(|object| (*object).to_owned()).collect();
        let templates = Templates { control: Some(control), others, ..Templates::default() };
        let base = mpm::parse(&base).expect("data objects");
        let payload = extend(&base, &[account], &templates).expect("a payload");
        let rows = reach(&mpm::parse(&payload).expect("data objects"));
        let losses = |key: &str| -> Vec<String> {
            let row = rows.iter().find(|row| row.reader.key() == key && row.way.is_ok()).expect("a row");
            row.losses.iter().map(|loss| format!("{}: {}", loss.object, loss.reason)).collect()
        };
        assert_eq!(
            (losses("alipay"), losses("hk")),
            (
                expected.0.iter().map(|line| (*line).to_owned()).collect(),
                expected.1.iter().map(|line| (*line).to_owned()).collect(),
            )
        );
    }
    let native = [
        "amount: the payer types the amount",
        "tip: the native code has no tip or fee",
        "references: the network gives the payment its own reference",
        "times: the native code does not expire with the payload",
    ];
    let order = ["amount: the order on the network's server holds the amount"];
    let base = [
        "accounts: the scheme reads its own template",
        "times: an EMV reader does not know the control template",
    ];
    check(&[], ALIPAY, (&native, &base));
    check(&[], "https://qr.alipay.com/bax00000synthetic00aaa", (&[&order[..], &native[1..]].concat(), &base));
    check(
        &["0013org.upqr.more0101x"],
        ALIPAY,
        (
            &[&native[..], &["templates: the native code has none"]].concat(),
            &[&base[..], &["templates: an EMV reader does not know them"]].concat(),
        ),
    );
}

#[test]
fn who_reads_nothing_is_told_why() {
    #[track_caller]
    fn check(payload: &str, key: &str, expected: &str) {
        let rows = reach(&mpm::parse(payload).expect("data objects"));
        let shown: Vec<String> = rows
            .iter()
            .filter(|row| row.reader.key() == key)
            .map(|row| row.way.as_ref().map_or_else(ToString::to_string, |way| way.subject.name().to_owned()))
            .collect();
        assert_eq!(shown, [expected], "{payload}");
    }
    let payload = extended(HONG_KONG);
    check(&payload, "qq", "nothing in the payload is for it");
    check(&payload[..payload.len() - 8], "hk", "the checksum is missing or wrong: nobody is to pay from it");
    let yuan = HONG_KONG.replace("5303344", "5303764");
    check(&with_crc(&yuan), "hk", "HKQR, Faster Payment System pays in HKD or CNY, and 53 says THB");
    let broken =
        HONG_KONG.replace("5204", "27310015org.upqr.alipay0102010202AA5204").replace("0202AA", "0302AA");
    check(&with_crc(&broken), "alipay", "the account in template 27 cannot be restored: `part`");
}

#[test]
fn foreign_templates_are_live_where_a_source_shows_them() {
    let shop = |country: &str| {
        with_crc(&format!(
            "00020101021126630010com.alipay0145https://qr.alipay.com/fkx00000synthetic00aaaa5204581253037025802{country}"
        ))
    };
    check(&shop("SG"), &["alipay com.alipay 26 - live: "]);
    check(&shop("MY"), &["alipay com.alipay 26 - unverified: "]);
}
