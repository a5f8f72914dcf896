//! What lets money go astray although the payload can be read.

use super::Disposition::{Confirm, Pay};
use super::Severity::{Error, Info, Warning};
use super::example::{Example, Words};
use super::{Check, Label, Merchant, Rule, span};
use crate::emv::data_object::Id;
use crate::emv::mpm;
use crate::payment::Account;
use crate::unified::merchant::DYNAMIC;
use crate::unified::{MAX_BYTES, RECOMMENDED_CHARACTERS};

pub(super) static RULES: &[&Rule] = &[
    &CODE_UNRECOGNISED,
    &DOUBLE_PAYMENT,
    &DOUBLE_PAYMENT_UNLINKED,
    &STATIC_INITIATION,
    &FOREIGN_CARRIAGE,
    &LENGTH_UNIT,
    &SIZE_RECOMMENDED,
    &SIZE_LIMIT,
];

/// The reference label inside 62.
const REFERENCE: Id = Id::literal(5);
/// The value by which a reference asks the consumer, and so names no sale.
const ASKS: &str = "***";

/// Whether two payers could pay one sale: an amount beside an order code, or two order codes (spec clause 3.4).
fn pays_twice(merchant: &Merchant<'_>) -> bool {
    let orders = merchant.reading.accounts().filter(|account| account.is_order()).count();
    orders >= 2 || (orders == 1 && merchant.payload.contains(mpm::AMOUNT))
}

/// Whether one reference ties the codes of a sale together.
fn is_linked(merchant: &Merchant<'_>) -> bool {
    merchant
        .layout
        .inside(mpm::ADDITIONAL, REFERENCE)
        .is_some_and(|reference| !reference.is_empty() && reference.value != ASKS)
}

static DOUBLE_PAYMENT: Rule = Rule {
    id: "double-payment",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 3.4",
    requirements: &["UPQR-MPM-15"],
    title: Words { en: "the same sale could be paid twice", zh: "同一笔交易可能被支付两次" },
    rationale: Words {
        en: "Two payers, or one with two applications, can each pay a code of the same sale, and the merchant has to find and refund one payment.",
        zh: "两个人，或同一人用两个 App，可能各付一次，商户只能事后查找并退款。",
    },
    remedy: Words {
        en: "Carry one order code without an amount beside it, or cancel the sibling orders as soon as one is paid.",
        zh: "只放一个订单码且不另写金额，或在任一笔支付成功后立即关闭其余订单。",
    },
    bad: Example::Merchant {
        set: &[(1, "12"), (26, "0015org.upqr.wechat0102010207Ab3dE9x"), (54, "25.50"), (62, "0508SALE0001")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(1, "12"), (26, "0015org.upqr.wechat0102010207Ab3dE9x"), (62, "0508SALE0001")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        if pays_twice(merchant) {
            let message = "an order code stands beside an amount or another order code: cancel the others after the first payment";
            report.at(merchant.whole(), message);
        }
    })],
};

static DOUBLE_PAYMENT_UNLINKED: Rule = Rule {
    id: "double-payment-unlinked",
    severity: Error,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 3.4",
    requirements: &["UPQR-MPM-15"],
    title: Words {
        en: "the same sale could be paid twice, and no reference ties the payments together",
        zh: "同一笔交易可能被支付两次，且没有参考号关联",
    },
    rationale: Words {
        en: "When both codes are paid, no common reference tells the merchant that the payments belong together, and the second one is never refunded.",
        zh: "两个码都被支付后，没有共同参考号，商户无法发现是同一笔交易，第二笔也就不会退。",
    },
    remedy: Words {
        en: "Write one shared reference label into 62-05, and not the placeholder ***.",
        zh: "在 62-05 写入共用的参考号，不要写占位符 ***。",
    },
    bad: Example::Merchant {
        set: &[(1, "12"), (26, "0015org.upqr.wechat0102010207Ab3dE9x"), (54, "25.50")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(1, "12"), (26, "0015org.upqr.wechat0102010207Ab3dE9x"), (54, "25.50"), (62, "0508SALE0001")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        if pays_twice(merchant) && !is_linked(merchant) {
            report.at(merchant.whole(), "no reference label ties the codes of this sale together: add 62-05");
        }
    })],
};

static STATIC_INITIATION: Rule = Rule {
    id: "static-initiation",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 3.2, 4.4",
    requirements: &["UPQR-MPM-3"],
    title: Words {
        en: "the payload claims to serve many payments, and what it carries serves one",
        zh: "标为可重复使用，内容却只能用一次",
    },
    rationale: Words {
        en: "The code is printed or kept as if it served many payments, and the second payer meets a closed order or an expired code.",
        zh: "码会被当作长期码打印或保存，第二个付款人遇到的是已关闭的订单或过期的码。",
    },
    remedy: Words {
        en: "Write 12 into object 01 where an order code or an expiry is carried.",
        zh: "携带订单码或有效期时，对象 01 写 12。",
    },
    bad: Example::Merchant { set: &[(1, "11"), (26, "0015org.upqr.wechat0102010207Ab3dE9x")], without: &[] },
    good: Example::Merchant { set: &[(1, "12"), (26, "0015org.upqr.wechat0102010207Ab3dE9x")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let expires =
            matches!(&merchant.reading.control, Some((_, Ok(control))) if control.expires.is_some());
        let once = expires || merchant.reading.accounts().any(Account::is_order);
        let initiation = merchant.root(mpm::INITIATION);
        if once && initiation.is_none_or(|object| object.value == "11") {
            let span = initiation.map_or(merchant.whole(), span);
            report.at(span, format!("an order code or an expiry serves one payment: 01 should be {DYNAMIC}"));
        }
    })],
};

static CODE_UNRECOGNISED: Rule = Rule {
    id: "code-unrecognised",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 8.3",
    requirements: &["UPQR-REC-7"],
    title: Words {
        en: "no family recognises the code that an account carries",
        zh: "账户携带的原码不属于任何已知类别",
    },
    rationale: Words {
        en: "Nobody can tell what the wallet will do with the code; a blank behind a link is enough to get here.",
        zh: "无法预知钱包会如何处理；链接末尾多一个空格就会落到这里。",
    },
    remedy: Words {
        en: "Carry the wallet's code exactly as the wallet gave it, without a blank or a line end.",
        zh: "原样携带钱包给出的码，不带空格和换行。",
    },
    bad: Example::Merchant {
        set: &[(1, "12"), (26, "0015org.upqr.wechat0102000225weixin://wxpay/s/An4baqw ")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(1, "12"), (26, "0015org.upqr.wechat0102000224weixin://wxpay/s/An4baqw")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        for carried in &merchant.reading.carried {
            let Ok(account) = &carried.account else { continue };
            if account.recognition().candidates.is_empty() {
                let span = carried.templates.first().map_or(merchant.whole(), span);
                report.at(span, "no family recognises the code in this account: look at who is paid");
            }
        }
    })],
};

static FOREIGN_CARRIAGE: Rule = Rule {
    id: "foreign-carriage",
    severity: Info,
    disposition: Pay,
    label: Label::Risk,
    clause: "UPQR 4.5",
    requirements: &["UPQR-CAR-28"],
    title: Words {
        en: "a wallet is named in another convention", zh: "钱包以其他方案的约定出现"
    },
    rationale: Words {
        en: "Only readers that know the convention find the wallet there; some of these forms hold merchant numbers from which no code can be restored.",
        zh: "只有了解该约定的程序才能找到这个钱包；有些约定只有商户号，还原不出原码。",
    },
    remedy: Words {
        en: "Leave it as it is, and add the wallet's own code in a template of this standard where it has to be restored.",
        zh: "保持原样；需要还原时，另加一个本标准的模板携带原码。",
    },
    bad: Example::Merchant {
        set: &[(26, "0010com.alipay0144https://qr.alipay.com/fkx00000synthetic00aaa")],
        without: &[],
    },
    good: Example::Merchant {
        set: &[(26, "0015com.example.pay0144https://qr.alipay.com/fkx00000synthetic00aaa")],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        for foreign in &merchant.reading.foreign {
            let message = match foreign.native {
                Ok(_) => format!("{} is carried as `{}`, whole", foreign.network.name(), foreign.convention),
                Err(loss) => format!(
                    "{} is named as `{}`: {}",
                    foreign.network.name(),
                    foreign.convention,
                    loss.reason
                ),
            };
            report.at(span(&foreign.object), message);
        }
    })],
};

static LENGTH_UNIT: Rule = Rule {
    id: "length-unit",
    severity: Warning,
    disposition: Pay,
    label: Label::Risk,
    clause: "UPQR 2.5",
    requirements: &["UPQR-OBJ-3"],
    title: Words {
        en: "the payload reads differently where lengths count bytes or UTF-16 units",
        zh: "按字节或 UTF-16 单元计长时，解析结果不同",
    },
    rationale: Words {
        en: "Widespread libraries count bytes or UTF-16 units, lose their footing at the first such character and read another payload, or none.",
        zh: "不少常用库按字节或 UTF-16 单元计长，遇到这类字符后就会错位，读出另一份内容或解析失败。",
    },
    remedy: Words {
        en: "Keep 59 and 60 in ASCII and put other scripts into 64 alone, near the end.",
        zh: "59、60 用 ASCII，其他文字只放进靠近末尾的 64。",
    },
    bad: Example::Merchant { set: &[(64, "0002zh0103玉茶馆")], without: &[] },
    good: Example::Merchant { set: &[(64, "0002zh0111YU CHA GUAN")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        // A value of n characters that are not all ASCII has more than n bytes, so a reader of bytes cuts the first such value short.
        let text = merchant.payload.text();
        if text.is_ascii() {
            return;
        }
        let first = merchant.payload.objects().find(|object| !object.value.is_ascii());
        let place = first.map_or_else(String::new, |object| format!(" from object {} on", object.id));
        let units = if text.chars().any(|c| c.len_utf16() == 2) { "bytes or UTF-16 units" } else { "bytes" };
        report.at(
            merchant.whole(),
            format!("a reader whose lengths count {units} reads something else{place}"),
        );
    })],
};

static SIZE_RECOMMENDED: Rule = Rule {
    id: "size-recommended",
    severity: Info,
    disposition: Pay,
    label: Label::Risk,
    clause: "EMV MPM 4.1",
    requirements: &["UPQR-TXT-5"],
    title: Words { en: "the payload has more than 512 characters", zh: "码串超过 512 个字符" },
    rationale: Words {
        en: "Dense symbols are slow to read or fail on cheap cameras and worn prints, and some readers stop at 512 characters; a national sample of 1,069 shows that longer ones are in use.",
        zh: "码图过密，低端摄像头和磨损的印刷品难以识读，有的程序只支持 512 个字符；不过也有国家方案的样例长达 1069 个字符。",
    },
    remedy: Words {
        en: "Keep the payload within 512 characters by carrying fewer or shorter accounts.",
        zh: "减少或缩短账户，使码串不超过 512 个字符。",
    },
    bad: Example::Merchant {
        set: &[
            (
                27,
                "0016com.example.pad00175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                28,
                "0016com.example.pad10175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                29,
                "0016com.example.pad20175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                30,
                "0016com.example.pad30175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                31,
                "0016com.example.pad40175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
        ],
        without: &[],
    },
    good: Example::Merchant {
        set: &[
            (
                27,
                "0016com.example.pad00175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                28,
                "0016com.example.pad10175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                29,
                "0016com.example.pad20175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
        ],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        let characters = merchant.payload.text().chars().count();
        if characters > RECOMMENDED_CHARACTERS {
            report.at(
                merchant.whole(),
                format!(
                    "the payload has {characters} characters: 512 are recommended: {}",
                    super::spare::advice(merchant)
                ),
            );
        }
    })],
};

static SIZE_LIMIT: Rule = Rule {
    id: "size-limit",
    severity: Warning,
    disposition: Pay,
    label: Label::Risk,
    clause: "UPQR 2.6",
    requirements: &["UPQR-TXT-6"],
    title: Words { en: "the payload has more than 997 bytes", zh: "码串超过 997 字节" },
    rationale: Words {
        en: "It no longer fits a symbol of version 25 with error correction M, which is about what phones read off a counter.",
        zh: "超出版本 25、纠错等级 M 的容量，手机在柜台上已很难识读。",
    },
    remedy: Words {
        en: "Keep the payload within 997 bytes, or within 996 where a character is not ASCII.",
        zh: "码串不超过 997 字节；含非 ASCII 字符时不超过 996 字节。",
    },
    bad: Example::Merchant {
        set: &[
            (
                27,
                "0016com.example.pad00175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                28,
                "0016com.example.pad10175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                29,
                "0016com.example.pad20175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                30,
                "0016com.example.pad30175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                31,
                "0016com.example.pad40175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                32,
                "0016com.example.pad50175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                33,
                "0016com.example.pad60175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                34,
                "0016com.example.pad70175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                35,
                "0016com.example.pad80175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
        ],
        without: &[],
    },
    good: Example::Merchant {
        set: &[
            (
                27,
                "0016com.example.pad00175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                28,
                "0016com.example.pad10175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                29,
                "0016com.example.pad20175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                30,
                "0016com.example.pad30175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                31,
                "0016com.example.pad40175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                32,
                "0016com.example.pad50175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                33,
                "0016com.example.pad60175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
            (
                34,
                "0016com.example.pad70175XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            ),
        ],
        without: &[],
    },
    checks: &[Check::Merchant(|merchant, report| {
        let bytes = merchant.payload.text().len();
        if bytes > MAX_BYTES {
            report.at(
                merchant.whole(),
                format!(
                    "the payload has {bytes} bytes, and an encoder writes at most {MAX_BYTES}: {}",
                    super::spare::advice(merchant)
                ),
            );
        }
    })],
};
