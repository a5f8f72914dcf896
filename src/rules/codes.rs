//! Codes that other standards list: currencies, countries, languages, categories; and texts that stand for nothing.

use std::sync::LazyLock;

use iso_currency::{Country, Currency};

use super::Disposition::{Confirm, Pay};
use super::Severity::{Info, Warning};
use super::example::{Example, Words};
use super::{Check, Label, Rule, span};
use crate::country;
use crate::emv::data_object::Id;
use crate::emv::mpm;
use crate::unified::merchant::minor_units;

pub(super) static RULES: &[&Rule] = &[
    &CURRENCY_UNKNOWN,
    &CURRENCY_ALPHABETIC,
    &CURRENCY_COUNTRY,
    &COUNTRY_UNKNOWN,
    &LANGUAGE_UNKNOWN,
    &CATEGORY_DUMMY,
    &DUMMY_TEXT,
];

/// The language preference inside 64.
const LANGUAGE: Id = Id::literal(0);

/// Pairs of capital letters.
const PAIRS: usize = 26 * 26;

/// What ISO 4217 says of a currency, laid out to be looked up by number.
struct Row {
    currency: Currency,
    /// Its countries, by [`pair`].
    countries: [bool; PAIRS],
}

/// The currencies by number: the list of the crate is searched from its beginning each time.
static CURRENCIES: LazyLock<Vec<Option<Box<Row>>>> = LazyLock::new(|| {
    let row = |currency: Currency| {
        let mut countries = [false; PAIRS];
        for country in currency.used_by() {
            mark(&mut countries, country);
        }
        Box::new(Row { currency, countries })
    };
    (0..1000).map(|number| Currency::from_numeric(number).map(row)).collect()
});

fn mark(countries: &mut [bool; PAIRS], country: Country) {
    if let Some(place) = pair(&country.to_string()).and_then(|place| countries.get_mut(place)) {
        *place = true;
    }
}

/// The number of two capital letters.
fn pair(value: &str) -> Option<usize> {
    let [first @ b'A'..=b'Z', second @ b'A'..=b'Z'] = value.as_bytes() else { return None };
    let place = |letter: &u8| usize::from(letter.wrapping_sub(b'A'));
    Some(place(first).saturating_mul(26).saturating_add(place(second)))
}

/// The row of a currency that is written in three digits.
fn currency(value: &str) -> Option<&'static Row> {
    let number: usize = value.parse().ok().filter(|_| is_three_digits(value))?;
    CURRENCIES.get(number)?.as_deref()
}

fn is_three_digits(value: &str) -> bool {
    value.len() == 3 && value.bytes().all(|b| b.is_ascii_digit())
}

fn is_two_letters(value: &str) -> bool {
    value.len() == 2 && value.bytes().all(|b| b.is_ascii_alphabetic())
}

static CURRENCY_UNKNOWN: Rule = Rule {
    id: "currency-unknown",
    severity: Warning,
    disposition: Confirm,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-MPM-8"],
    title: Words { en: "ISO 4217 does not list the currency", zh: "ISO 4217 中没有该币种" },
    rationale: Words {
        en: "An amount without a known currency has no value and no number of decimals, and an application may fall back on the payer's own currency.",
        zh: "币种不明，金额就没有价值和精度可言，App 可能按付款方本币处理。",
    },
    remedy: Words {
        en: "Write the three digits that ISO 4217 gives the currency, such as 156 for CNY.",
        zh: "写 ISO 4217 的三位数字代码，如人民币 156。",
    },
    bad: Example::Merchant { set: &[(53, "157")], without: &[] },
    good: Example::Merchant { set: &[(53, "156")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let Some(object) = merchant.root(mpm::CURRENCY) else { return };
        if is_three_digits(object.value) && minor_units(object.value).is_none() {
            report.at(span(object), "ISO 4217 lists no currency with this number").of(None, object.id);
        }
    })],
};

static CURRENCY_ALPHABETIC: Rule = Rule {
    id: "currency-alphabetic",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "ISO 4217",
    requirements: &["UPQR-MPM-8", "UPQR-DSP-11"],
    title: Words { en: "the currency is written in letters", zh: "币种写成了字母代码" },
    rationale: Words {
        en: "Readers want three digits and refuse the code; public samples of a national scheme have MMK where 104 is due.",
        zh: "解析方要求三位数字，字母会被拒付；某国家方案的公开样例就把 104 写成了 MMK。",
    },
    remedy: Words {
        en: "Write the three digits of ISO 4217 instead of the letters, such as 104 for MMK.",
        zh: "改用 ISO 4217 的三位数字代码，如 MMK 写 104。",
    },
    bad: Example::Merchant { set: &[(53, "MMK"), (58, "MM")], without: &[] },
    good: Example::Merchant { set: &[(53, "104"), (58, "MM")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let Some(object) = merchant.root(mpm::CURRENCY) else { return };
        if object.value.starts_with(|c: char| c.is_ascii_alphabetic())
            && let Some(currency) = Currency::from_code(&object.value.to_ascii_uppercase())
        {
            let digits = format!("{:03}", currency.numeric());
            report
                .at(span(object), format!("write the number of the currency, {digits}, and not its letters"))
                .of(None, object.id)
                .unsafely(
                    object.value_offset()..object.value_offset().saturating_add(object.value.len()),
                    digits,
                );
        }
    })],
};

static CURRENCY_COUNTRY: Rule = Rule {
    id: "currency-country",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "ISO 4217",
    requirements: &["UPQR-MPM-8"],
    title: Words {
        en: "the currency is not one of the country", zh: "币种不是该国家或地区的法定货币"
    },
    rationale: Words {
        en: "It is lawful where a shop prices in foreign money, and a slip of one digit looks the same: the payer then pays another currency's amount.",
        zh: "以外币标价时合规，但也可能是抄错一位，用户就会按另一种货币付款。",
    },
    remedy: Words {
        en: "Check that 53 and 58 are both meant, and show the currency beside the amount.",
        zh: "核对 53 和 58 是否都符合本意，并在金额旁显示币种。",
    },
    bad: Example::Merchant { set: &[(53, "840")], without: &[] },
    good: Example::Merchant { set: &[(53, "156")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let (Some(object), Some(place)) = (merchant.root(mpm::CURRENCY), merchant.root(mpm::COUNTRY)) else {
            return;
        };
        let (Some(row), Some(country)) = (currency(object.value), pair(place.value)) else { return };
        if country::is_listed(place.value) && !row.countries.get(country).is_some_and(|used| *used) {
            let (code, place) = (row.currency.code(), place.value);
            let message = format!("{code} is not a currency of {place}: see that 53 and 58 belong together");
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static COUNTRY_UNKNOWN: Rule = Rule {
    id: "country-unknown",
    severity: Warning,
    disposition: Confirm,
    label: Label::Profile,
    clause: "ISO 3166-1",
    requirements: &["UPQR-MPM-7"],
    title: Words {
        en: "ISO 3166-1 does not list the country", zh: "ISO 3166-1 中没有该国家或地区代码"
    },
    rationale: Words {
        en: "Applications choose the rules, the fees and the network of a cross-border payment by it, and an unknown country goes to none or to the payer's own.",
        zh: "App 据此选择跨境交易的规则、费率和网络，代码不明就可能无处可送，或被当作本地交易。",
    },
    remedy: Words {
        en: "Write the two upper-case letters of ISO 3166-1, such as GB and not UK.",
        zh: "写 ISO 3166-1 的两位大写字母代码，例如英国写 GB，不写 UK。",
    },
    bad: Example::Merchant { set: &[(53, "826"), (58, "UK")], without: &[] },
    good: Example::Merchant { set: &[(53, "826"), (58, "GB")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let Some(object) = merchant.root(mpm::COUNTRY).filter(|object| is_two_letters(object.value)) else {
            return;
        };
        if country::is_listed(object.value) {
            return;
        }
        let upper = object.value.to_ascii_uppercase();
        let finding = report.at(span(object), "ISO 3166-1 lists no country with these two capital letters");
        finding.of(None, object.id);
        if country::is_listed(&upper) {
            finding.unsafely(
                object.value_offset()..object.value_offset().saturating_add(object.value.len()),
                upper,
            );
        }
    })],
};

static LANGUAGE_UNKNOWN: Rule = Rule {
    id: "language-unknown",
    severity: Warning,
    disposition: Pay,
    label: Label::Profile,
    clause: "ISO 639-1",
    requirements: &["UPQR-MPM-10"],
    title: Words { en: "the language is no code of ISO 639-1", zh: "语言不是 ISO 639-1 代码" },
    rationale: Words {
        en: "Applications choose the displayed name by it, so an unknown code, often a country's, hides the name from those who could read it.",
        zh: "App 按语言选择显示的名称；写成国家代码等未知值，能看懂的用户反而看不到。",
    },
    remedy: Words {
        en: "Write the two letters of ISO 639-1, such as zh and not cn.",
        zh: "写 ISO 639-1 的两位字母代码，例如中文写 zh，不写 cn。",
    },
    bad: Example::Merchant { set: &[(64, "0002cn0111YU CHA GUAN")], without: &[] },
    good: Example::Merchant { set: &[(64, "0002zh0111YU CHA GUAN")], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        let Some(object) = merchant.layout.inside(mpm::LOCAL, LANGUAGE).filter(|object| object.length == 2)
        else {
            return;
        };
        if isolang::Language::from_639_1(&object.value.to_ascii_lowercase()).is_none() {
            let message = "ISO 639-1 lists no language with these two letters";
            report.at(span(object), message).of(Some(mpm::LOCAL), object.id);
        }
    })],
};

static CATEGORY_DUMMY: Rule = Rule {
    id: "category-dummy",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "ISO 18245",
    requirements: &["UPQR-MPM-6"],
    title: Words { en: "the merchant category is 0000", zh: "商户类别码为 0000" },
    rationale: Words {
        en: "Fees, limits and blocks by trade cannot be applied; transfer schemes such as HKQR write it on purpose.",
        zh: "无法按行业计费、限额或管控；香港 HKQR 等转账类方案是有意这样写的。",
    },
    remedy: Words {
        en: "Write the merchant's category of ISO 18245 where there is one.",
        zh: "有类别码时，按 ISO 18245 填写。",
    },
    bad: Example::Merchant { set: &[(52, "0000")], without: &[] },
    good: Example::Merchant { set: &[], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        if let Some(object) = merchant.root(mpm::CATEGORY).filter(|object| object.value == "0000") {
            let message = "0000 names no category: an acquirer may refuse it or price it as the worst";
            report.at(span(object), message).of(None, object.id);
        }
    })],
};

static DUMMY_TEXT: Rule = Rule {
    id: "dummy-text",
    severity: Info,
    disposition: Pay,
    label: Label::Profile,
    clause: "EMV MPM 4.7",
    requirements: &["UPQR-SEC-3"],
    title: Words { en: "the name or the city is a placeholder", zh: "商户名称或城市是占位内容" },
    rationale: Words {
        en: "The payer cannot see from the code who is paid; HKQR, JPQR and PI-SPI write NA, xxx and X where the application asks a server.",
        zh: "用户无法从码中看到收款方；HKQR、JPQR、PI-SPI 分别写 NA、xxx、X，由 App 向服务器查询。",
    },
    remedy: Words {
        en: "Write the merchant's name and city, or have the application show the payee from its network before it pays.",
        zh: "填写真实的商户名称和城市，或由 App 在付款前向网络查询并显示收款方。",
    },
    bad: Example::Merchant { set: &[(59, "NA")], without: &[] },
    good: Example::Merchant { set: &[], without: &[] },
    checks: &[Check::Merchant(|merchant, report| {
        const LONGEST_DUMMY: usize = 9;
        const DUMMIES: [&str; 13] =
            ["NA", "N/A", "X", "XX", "XXX", "XXXX", "0", "00", "-", ".", "*", "NULL", "UNDEFINED"];
        for object in [mpm::NAME, mpm::CITY].into_iter().filter_map(|id| merchant.root(id)) {
            if object.value.len() <= LONGEST_DUMMY
                && DUMMIES.iter().any(|dummy| dummy.eq_ignore_ascii_case(object.value))
            {
                let message =
                    format!("object {} holds a placeholder: the payer sees nobody to recognise", object.id);
                report.at(span(object), message).of(None, object.id);
            }
        }
    })],
};
