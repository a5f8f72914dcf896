//! Synthetic payloads of the kinds that payment symbols hold.

use upqr::emv::crc::checksum;
use upqr::emv::data_object::{Id, write};
use upqr::symbol::Level;

use super::dice::Dice;

/// Merchants that do not exist: name, city, and both in Chinese.
const MERCHANTS: [(&str, &str, &str, &str); 4] = [
    ("LUCKY NOODLES", "SHANGHAI", "幸运面馆", "上海"),
    ("JADE TEA HOUSE", "HANGZHOU", "翠玉茶楼（西湖区）", "杭州"),
    ("ORCHID NOODLE BAR", "SINGAPORE", "兰花面吧", "新加坡"),
    ("PAPER LANTERN BOOKS", "CHENGDU", "纸灯笼书店（总店）", "成都"),
];

/// The payload with a number: of ten, four are merchant-presented payloads, two are such with Chinese names, three are links of wallets, and one is
/// digits.
fn payload(seed: u64, number: usize) -> Vec<u8> {
    let dice = &mut Dice::of(seed, &number.to_be_bytes(), "payload");
    let text = match number.checked_rem(10).unwrap_or_default() {
        0 => merchant(dice, 1, false),
        1 => format!("https://qr.alipay.com/fkx{}", dice.token(20)),
        2 => merchant(dice, 2, true),
        3 => merchant(dice, 3, false),
        4 => format!("wxp://f2f0{}", dice.token(44)),
        5 => merchant(dice, 1, true),
        6 => merchant(dice, 2, false),
        7 => format!("https://qr.95516.com/0001{}/{}", dice.digits(4), dice.digits(32)),
        8 => merchant(dice, 4, false),
        _ => format!("28{}", dice.digits(16)),
    };
    text.into_bytes()
}

/// A merchant-presented payload with some accounts.
fn merchant(dice: &mut Dice, accounts: usize, has_local_name: bool) -> String {
    let (name, city, local_name, local_city) =
        MERCHANTS.get(dice.below(MERCHANTS.len())).copied().unwrap_or_default();
    let mut objects = vec![(0, "01".to_owned()), (1, "12".to_owned())];
    for id in (26..).take(accounts) {
        let link = format!("https://pay.example/{}", dice.token(28));
        objects.push((id, nested(&[(0, "com.example.pay"), (1, &link)])));
    }
    let sale = [(52, "5812"), (53, "156"), (54, "25.50"), (58, "CN"), (59, name), (60, city)];
    objects.extend(sale.map(|(id, value)| (id, value.to_owned())));
    objects.push((62, nested(&[(1, &dice.digits(12)), (7, &dice.token(8))])));
    if has_local_name {
        objects.push((64, nested(&[(0, "ZH"), (1, local_name), (2, local_city)])));
    }
    let objects: Vec<(u8, &str)> = objects.iter().map(|(id, value)| (*id, value.as_str())).collect();
    let text = format!("{}6304", nested(&objects));
    format!("{text}{:04X}", checksum(&text))
}

fn nested(objects: &[(u8, &str)]) -> String {
    let mut text = String::new();
    for (id, value) in objects {
        let id = Id::new(*id).expect("every number here has two digits");
        write(&mut text, id, value).expect("every value here has 1 to 99 characters");
    }
    text
}

/// The synthetic payload with a number, and its level: half have M, as most payment symbols do.
pub(crate) fn numbered(seed: u64, number: usize) -> (Vec<u8>, Level) {
    const LEVELS: [Level; 6] = [Level::M, Level::L, Level::M, Level::Q, Level::M, Level::H];
    let level = LEVELS.into_iter().cycle().nth(number.checked_rem(LEVELS.len()).unwrap_or_default());
    (payload(seed, number), level.unwrap_or(Level::M))
}
