//! What is wrong with a code that a wallet prints, alone or restored from an account.

use super::Disposition::{Block, Confirm};
use super::Severity::{Error, Warning};
use super::example::{Example, Words};
use super::{Check, Label, Rule};
use crate::grammar::Text;
use crate::native::alipay::Wrapper;
use crate::native::link::{authority_fault, is_below_wallet, look_alike, wallet_host};
use crate::native::uri::Uri;
use crate::network::Family;
use crate::recognise::{Recognition, Verdict, nearest, recognise};
use crate::scheme::Grammar;

pub(super) static RULES: &[&Rule] = &[
    &LINK_PAYEE,
    &HOST_UNPROVEN,
    &LOOK_ALIKE_HOST,
    &URL_AUTHORITY,
    &WRAPPER_OPAQUE,
    &RESERVED_SHAPE,
    &NOT_A_PAYMENT_CODE,
];

/// Visits a link, and what it wraps, for the rules that concern hosts (UPQR-DSP-7).
fn hosts(text: &str, visit: &mut dyn FnMut(&Uri<'_>, bool)) {
    let mut visit_one = |text: &str, outermost| {
        if let Some(uri) = Uri::parse(text).ok().filter(Uri::is_web) {
            visit(&uri, outermost);
        }
    };
    visit_one(text, true);
    let layers = Wrapper::parse(text).and_then(|wrapper| wrapper.unwrap_layers());
    for inner in layers.iter().flatten() {
        visit_one(inner, false);
    }
}

const UNCLAIMED: &str = "no wallet claims this link: look at who is paid before money moves";

/// Whether only the catch-all takes a link.
fn is_unclaimed(found: &Recognition) -> bool {
    found.candidates.first().is_some_and(|candidate| candidate.family.is_catch_all())
}

static LINK_PAYEE: Rule = Rule {
    id: "link-payee",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 7.1",
    requirements: &["UPQR-REC-1", "UPQR-SCH-20"],
    title: Words { en: "a link does not say who is paid", zh: "链接没有说明收款方" },
    rationale: Words {
        en: "The server behind the link decides who is paid, and may decide otherwise tomorrow or for another application.",
        zh: "收款方由链接背后的服务器决定，换一天或换一个 App 结果就可能不同。",
    },
    remedy: Words {
        en: "Carry each wallet's own code, so that the wallet can name the payee before money moves.",
        zh: "分别携带各钱包的原码，使钱包在付款前能显示收款方。",
    },
    bad: Example::Text("https://pay.example.cn/q/8f2c?m=1001"),
    good: Example::Text("https://qr.alipay.com/fkx00000synthetic00aaa"),
    checks: &[
        Check::Text(|subject, report| {
            // A link that is known by its beginning alone, and that the rules for web addresses do not see.
            let opaque =
                subject.scheme.as_ref().is_some_and(|reading| reading.scheme.grammar == Grammar::Link);
            if opaque && subject.recognition.candidates.is_empty() {
                report.at(0..subject.text.len(), UNCLAIMED);
            }
        }),
        Check::Link(|link, report| {
            if link.scheme.is_none() && is_unclaimed(link.recognition) {
                report.at(link.whole(), UNCLAIMED);
            }
        }),
        Check::Merchant(|merchant, report| {
            for foreign in &merchant.reading.foreign {
                if foreign.native.is_ok_and(|native| is_unclaimed(&recognise(native))) {
                    report.at(super::span(&foreign.object), UNCLAIMED);
                }
            }
        }),
    ],
};

static HOST_UNPROVEN: Rule = Rule {
    id: "host-unproven",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 7.1",
    requirements: &["UPQR-REC-1"],
    title: Words {
        en: "an Alipay+ code stands on a host that proves nothing",
        zh: "Alipay+ 码所在域名无法证明归属",
    },
    rationale: Words {
        en: "Alipay+ lets acquirers print its paths on hosts of their own, so the shape of the path is all that a reader sees, and anybody can print that.",
        zh: "Alipay+ 允许收单方使用自己的域名，读码方只能看到路径形状，而这种路径任何人都能印。",
    },
    remedy: Words {
        en: "Print the code on a host of the network, or show the payer who is paid before money moves.",
        zh: "使用网络自有域名，或在付款前向用户展示收款方。",
    },
    bad: Example::Text("https://pay.example/281002040094"),
    good: Example::Text("https://global.alipay.com/281002040094"),
    checks: &[Check::Link(|link, report| {
        let any_host = |family| matches!(family, Family::AlipayplusOrder | Family::AlipayplusMpm3);
        let first = link.recognition.candidates.first().map(|candidate| candidate.family);
        if first.is_some_and(any_host) && !is_below_wallet(link.uri.host()) {
            let message =
                "the path is one of Alipay+, and the host says nothing of whose it is: look at who is paid";
            report.at(link.part(link.uri.authority), message);
        }
    })],
};

static LOOK_ALIKE_HOST: Rule = Rule {
    id: "look-alike-host",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 7.5",
    requirements: &["UPQR-REC-12"],
    title: Words {
        en: "a host resembles a wallet's without being it", zh: "域名与钱包域名相似但并不是"
    },
    rationale: Words {
        en: "A sticker over a shop's code is a known fraud, and with such a link on it the payer reaches a page that looks like the wallet's and asks for a password or a payment.",
        zh: "贴码诈骗屡有发生，换上这种链接，用户就会进入仿冒页面，被骗取密码或付款。",
    },
    remedy: Words {
        en: "Use the wallet's host exactly, with nothing before, behind or instead of its letters.",
        zh: "使用钱包的准确域名，不增、不减、不替换任何字符。",
    },
    bad: Example::Text("https://qr.a1ipay.com/fkx00000synthetic00aaa"),
    good: Example::Text("https://qr.alipay.com/fkx00000synthetic00aaa"),
    checks: &[
        Check::Link(|link, report| {
            hosts(link.uri.text, &mut |uri, outermost| {
                if let Some(wallet) = look_alike(uri.host()) {
                    let span = if outermost { link.part(link.uri.authority) } else { link.whole() };
                    report.at(span, format!("the host resembles `{wallet}` without being it"));
                }
            });
        }),
        Check::Merchant(|merchant, report| {
            for foreign in &merchant.reading.foreign {
                hosts(foreign.native.unwrap_or_default(), &mut |uri, _| {
                    if let Some(wallet) = look_alike(uri.host()) {
                        report.at(
                            super::span(&foreign.object),
                            format!("the host resembles `{wallet}` without being it"),
                        );
                    }
                });
            }
        }),
    ],
};

static URL_AUTHORITY: Rule = Rule {
    id: "url-authority",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 7.5",
    requirements: &["UPQR-REC-12"],
    title: Words {
        en: "two readers may disagree about the host", zh: "不同程序对域名的判断可能不一致"
    },
    rationale: Words {
        en: "One program checks the host that another does not call; published work on such confusion found eight vulnerabilities in common libraries.",
        zh: "校验用的域名和实际访问的域名可能不是同一个；公开研究在常用库中发现了八个此类漏洞。",
    },
    remedy: Words {
        en: "Write the host alone, in ASCII, without user information, percent signs, backslashes or a port.",
        zh: "只写 ASCII 域名，不带用户信息、百分号、反斜杠和端口。",
    },
    bad: Example::Text("https://qr.alipay.com@evil.example/fkx00000synthetic00aaa"),
    good: Example::Text("https://qr.alipay.com/fkx00000synthetic00aaa"),
    checks: &[
        Check::Link(|link, report| {
            hosts(link.uri.text, &mut |uri, outermost| {
                if let Some(error) = authority_fault(uri) {
                    let span = if outermost { link.part(link.uri.authority) } else { link.whole() };
                    report.at(span, error.kind.to_string());
                }
            });
        }),
        Check::Merchant(|merchant, report| {
            for foreign in &merchant.reading.foreign {
                hosts(foreign.native.unwrap_or_default(), &mut |uri, _| {
                    if let Some(error) = authority_fault(uri) {
                        report.at(super::span(&foreign.object), error.kind.to_string());
                    }
                });
            }
        }),
    ],
};

static WRAPPER_OPAQUE: Rule = Rule {
    id: "wrapper-opaque",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 7.6",
    requirements: &["UPQR-REC-13"],
    title: Words {
        en: "an application link does not show the code that it wraps",
        zh: "应用链接看不出所包的原码",
    },
    rationale: Words {
        en: "The application is opened with something that nobody could check before, and the payer sees the payee too late or not at all.",
        zh: "App 打开时带着一个事先无法检查的内容，用户很晚才看到甚至看不到收款方。",
    },
    remedy: Words {
        en: "Write the wallet's own code, or a wrapper with the code once in its parameter.",
        zh: "直接写钱包原码，或在包装链接的参数中带且只带一次原码。",
    },
    bad: Example::Text("alipays://platformapi/startapp?saId=10000007"),
    good: Example::Text(
        "alipays://platformapi/startapp?saId=10000007&qrcode=https%3A%2F%2Fqr.alipay.com%2Ffkx00000synthetic00aaa",
    ),
    checks: &[Check::Link(|link, report| {
        if Wrapper::parse(link.uri.text).is_ok_and(|wrapper| wrapper.code().is_none()) {
            report.at(link.whole(), "the link wraps no Alipay code that can be read: look at who is paid");
        }
    })],
};

static RESERVED_SHAPE: Rule = Rule {
    id: "reserved-shape",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 7.2",
    requirements: &["UPQR-REC-6"],
    title: Words { en: "the issuer sets this shape aside", zh: "该形状被发码方保留" },
    rationale: Words {
        en: "A reserved length may be another issuer's or mean another thing soon; measured libraries disagree about such digits already.",
        zh: "保留的长度可能属于其他发码方，含义也可能变化；实测各家对这类数字串的判断已不一致。",
    },
    remedy: Words {
        en: "Write a payment code of a length that its issuer uses today, such as 24 digits.",
        zh: "使用发码方现行的付款码长度，如 24 位。",
    },
    bad: Example::Text("2500000200000000000000017"),
    good: Example::Text("250000020000000000000017"),
    checks: &[Check::Text(|subject, report| {
        if matches!(subject.parsed, Text::Digits(_)) && subject.recognition.verdict() == Verdict::Reserved {
            report.at(0..subject.text.len(), "the issuer reserves payment codes of this length");
        }
    })],
};

/// Where a text departs from the family that it comes nearest to.
fn departure(text: &str) -> String {
    nearest(text)
        .map_or_else(String::new, |(family, error)| format!("; it departs from `{family}` at {error}"))
}

static NOT_A_PAYMENT_CODE: Rule = Rule {
    id: "not-a-payment-code",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "UPQR 8.3",
    requirements: &["UPQR-REC-7", "UPQR-SCH-20"],
    title: Words { en: "the text is no payment code", zh: "这段文本不是支付码" },
    rationale: Words {
        en: "An application that opens it all the same opens a web page, a login or nothing, and a full-width colon or a trailing blank is enough to get here.",
        zh: "App 若照样打开，可能进入网页、登录页或毫无反应；一个全角冒号或末尾空格就会落到这里。",
    },
    remedy: Words {
        en: "Write the code character by character as its issuer gave it.",
        zh: "逐字符按发码方给出的原文书写。",
    },
    bad: Example::Text("weixin：//wxpay/bizpayurl?pr=Ab3dE9x"),
    good: Example::Text("weixin://wxpay/bizpayurl?pr=Ab3dE9x"),
    checks: &[
        Check::Text(|subject, report| {
            let emv = matches!(subject.parsed, Text::MerchantPresented(_) | Text::ConsumerPresented(_));
            if !emv && subject.scheme.is_none() && subject.recognition.candidates.is_empty() {
                report.at(
                    0..subject.text.len(),
                    format!("no family of payment codes has this shape{}", departure(subject.text)),
                );
            }
        }),
        Check::Link(|link, report| {
            let only_aggregate =
                link.recognition.candidates.iter().all(|candidate| candidate.family == Family::Aggregate);
            let any = !link.recognition.candidates.is_empty();
            if any && only_aggregate && wallet_host(link.uri.host()).is_some() {
                report.at(link.whole(), "a page on a wallet's host, and not a code of that wallet");
            }
        }),
    ],
};
