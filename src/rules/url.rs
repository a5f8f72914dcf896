//! What links hide: hosts that two readers read differently, repeated parameters, payloads inside (RFC 3986, WHATWG URL).

use std::net::Ipv4Addr;

use percent_encoding::percent_decode_str;

use super::Disposition::{Block, Confirm};
use super::Severity::{Error, Warning};
use super::example::{Example, Words};
use super::{Check, Label, Link, Rule};
use crate::emv::crc::Crc16;
use crate::emv::mpm;
use crate::native::uri::Uri;

pub(super) static RULES: &[&Rule] = &[
    &DUPLICATE_PARAMETER,
    &URL_PARSERS_DIFFER,
    &URL_INTERNATIONALISED,
    &URL_TRAILING_DOT,
    &URL_PLAIN_HTTP,
    &URL_IP_HOST,
    &URL_PATH_TRICK,
    &PAYLOAD_IN_LINK,
    &PARAMETERS_MANY,
];

/// Parameters that a payment link has at most in what is published, many times over.
const MOST_PARAMETERS: usize = 64;
/// Characters that every browser and server takes (RFC 9110, 4.1 asks for 8,000; older readers stop here).
const MOST_CHARACTERS: usize = 2048;

/// Whether the rules for web addresses concern a link.
fn is_web(link: &Link<'_>) -> bool {
    link.uri.is_web()
}

static DUPLICATE_PARAMETER: Rule = Rule {
    id: "duplicate-parameter",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "RFC 3986, 3.4",
    requirements: &["UPQR-SEC-19"],
    title: Words { en: "a parameter stands twice in the query", zh: "查询参数重复出现" },
    rationale: Words {
        en: "The gateway checks the first value and the shop's server uses the last, or the other way round, so an amount or a payee can be slipped in.",
        zh: "网关校验第一个值，商户服务器却用最后一个，或者相反，金额或收款方就可能被替换。",
    },
    remedy: Words {
        en: "Write each parameter once, and refuse a link that repeats one.",
        zh: "每个参数只写一次；遇到重复参数应拒绝。",
    },
    bad: Example::Text("https://pay.example/q?m=1001&t=7&m=2002"),
    good: Example::Text("https://pay.example/q?m=1001&t=7"),
    checks: &[Check::Link(|link, report| {
        // A scheme with a grammar of its own says itself which parameters may stand twice.
        if link.scheme.is_some() {
            return;
        }
        let mut names: Vec<&str> = link.uri.parameters().map(|parameter| parameter.name).collect();
        // Equal names come together, and stay in the order of the link.
        names.sort_unstable_by_key(|name| (*name, link.uri.offset_of(name)));
        for pair in names.windows(2) {
            if let [first, again] = pair
                && first == again
                && !first.is_empty()
            {
                let message = "a parameter stands twice: one reader takes the first, another the last";
                report.at(link.part(again), message);
            }
        }
    })],
};

/// Whether browsers and RFC 3986 may differ about the host: anything but letters, digits, dots and hyphens, or a number at its end.
fn is_delicate(uri: &Uri<'_>) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let last = uri.authority.rsplit('.').find(|label| !label.is_empty()).unwrap_or_default();
    let numeric = last.starts_with(|c: char| c.is_ascii_digit());
    let coded = uri.authority.to_ascii_lowercase().contains("xn--");
    let dropped = uri.text.bytes().any(|b| matches!(b, b'\t' | b'\r' | b'\n')) || uri.text.trim() != uri.text;
    !uri.authority.bytes().all(plain) || uri.authority.is_empty() || numeric || dropped || coded
}

/// The host as the URL standard of browsers reads it.
fn whatwg_host(uri: &Uri<'_>) -> Option<String> {
    url::Url::parse(uri.text).ok()?.host_str().map(str::to_owned)
}

static URL_PARSERS_DIFFER: Rule = Rule {
    id: "url-parsers-differ",
    severity: Error,
    disposition: Block,
    label: Label::Risk,
    clause: "RFC 3986, 3.2",
    requirements: &["UPQR-REC-12", "UPQR-SEC-19"],
    title: Words { en: "two standards read different hosts", zh: "两种标准读出的域名不同" },
    rationale: Words {
        en: "What checks the link by RFC 3986 and what opens it by the WHATWG standard go to two places, and the attacker owns the second.",
        zh: "按 RFC 3986 校验的域名与浏览器按 WHATWG 标准打开的域名不同，攻击者控制的正是后者。",
    },
    remedy: Words {
        en: "Write a host of letters, digits, hyphens and dots, followed by a slash, and nothing that needs interpretation.",
        zh: "域名只用字母、数字、连字符和点，后接斜杠，不写任何有歧义的内容。",
    },
    bad: Example::Text("https://pay.example\\@evil.example/q"),
    good: Example::Text("https://pay.example/@evil.example/q"),
    checks: &[Check::Link(|link, report| {
        if !is_web(link) || !is_delicate(&link.uri) {
            return;
        }
        let host = whatwg_host(&link.uri);
        if !host.as_deref().is_some_and(|host| host.eq_ignore_ascii_case(link.uri.host())) {
            let message = match host {
                Some(_) => "RFC 3986 and the URL standard of browsers read different hosts here",
                None => "browsers read no host here, and other readers do",
            };
            report.at(link.part(link.uri.authority), message);
        }
    })],
};

static URL_INTERNATIONALISED: Rule = Rule {
    id: "url-internationalised",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UTS 46",
    requirements: &["UPQR-SEC-19"],
    title: Words { en: "the host is an internationalised domain name", zh: "域名是国际化域名" },
    rationale: Words {
        en: "Shown in its own script it can look like another host, and the payer has no way to tell.",
        zh: "还原成本地文字后可能与其他域名外形相同，用户无从分辨。",
    },
    remedy: Words {
        en: "Use a host whose labels are plain ASCII words.",
        zh: "使用各级均为普通 ASCII 的域名。",
    },
    bad: Example::Text("https://xn--oby874a.example/q?m=1001"),
    good: Example::Text("https://yucha.example/q?m=1001"),
    checks: &[Check::Link(|link, report| {
        let is_coded = |label: &str| label.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("xn--"));
        if is_web(link) && link.uri.host().split('.').any(is_coded) {
            let message =
                "a host name in other letters than ASCII: it may look like another one when it is shown";
            report.at(link.part(link.uri.authority), message);
        }
    })],
};

static URL_TRAILING_DOT: Rule = Rule {
    id: "url-trailing-dot",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "RFC 3986, 3.2",
    requirements: &["UPQR-REC-12", "UPQR-SEC-19"],
    title: Words { en: "the host ends with a dot", zh: "域名以点结尾" },
    rationale: Words {
        en: "It reaches the same server and is another text, so lists of allowed hosts, cookies and certificates disagree about it.",
        zh: "访问的是同一服务器，文本却不同，白名单、Cookie 和证书的判断会不一致。",
    },
    remedy: Words { en: "Write the host without the last dot.", zh: "域名末尾不写点。" },
    bad: Example::Text("https://pay.example./q?m=1001"),
    good: Example::Text("https://pay.example/q?m=1001"),
    checks: &[Check::Link(|link, report| {
        if is_web(link) && link.uri.host().ends_with('.') {
            let message = "the host ends with a dot: the same server, and another text to those who compare";
            report.at(link.part(link.uri.authority), message);
        }
    })],
};

static URL_PLAIN_HTTP: Rule = Rule {
    id: "url-plain-http",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "RFC 3986, 3.1",
    requirements: &["UPQR-SEC-19"],
    title: Words { en: "the link is not encrypted", zh: "链接未加密（http）" },
    rationale: Words {
        en: "Whoever runs the shop's network can send the payer to another page and so to another payee.",
        zh: "店内网络的控制者可以把用户转到另一个页面，从而换掉收款方。",
    },
    remedy: Words { en: "Use https.", zh: "使用 https。" },
    bad: Example::Text("http://pay.example/q?m=1001"),
    good: Example::Text("https://pay.example/q?m=1001"),
    checks: &[Check::Link(|link, report| {
        if link.uri.scheme.eq_ignore_ascii_case("http") {
            let message = "anybody on the way can change what http answers: use https";
            report.at(link.part(link.uri.scheme), message);
        }
    })],
};

static URL_IP_HOST: Rule = Rule {
    id: "url-ip-host",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "RFC 3986, 3.2.2",
    requirements: &["UPQR-SEC-19"],
    title: Words { en: "the host is an IP address", zh: "域名位置是 IP 地址" },
    rationale: Words {
        en: "No name tells the payer or a list of allowed hosts who runs the server, and the address may be another's tomorrow.",
        zh: "用户和白名单都无法从地址判断服务器归属，而且地址随时可能易主。",
    },
    remedy: Words {
        en: "Use a domain name that the payee or the provider owns.",
        zh: "使用收款方或服务商自有的域名。",
    },
    bad: Example::Text("https://192.0.2.7/q?m=1001"),
    good: Example::Text("https://pay.example/q?m=1001"),
    checks: &[Check::Link(|link, report| {
        let host = link.uri.host();
        let is_number = |label: &str| {
            let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
            match hexadecimal {
                Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
                None => !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit()),
            }
        };
        let number = host.parse::<Ipv4Addr>().is_ok() || host.split('.').all(is_number);
        if is_web(link) && (number || host.starts_with('[')) {
            let message = "the host is a number: no certificate and no name say whose it is";
            report.at(link.part(link.uri.authority), message);
        }
    })],
};

static URL_PATH_TRICK: Rule = Rule {
    id: "url-path-trick",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "RFC 3986, 3.3",
    requirements: &["UPQR-SEC-19"],
    title: Words {
        en: "the path may be read as another path", zh: "路径可能被解读成另一条路径"
    },
    rationale: Words {
        en: "A gateway that compares the path and a server that resolves dots or escaped slashes come to different pages.",
        zh: "网关按字面比较路径，服务器会解析点段或转义斜杠，两者到达的页面不同。",
    },
    remedy: Words {
        en: "Write the path as the server resolves it, without dot segments and without escaped slashes, dots or NUL.",
        zh: "直接写解析后的路径，不含点段，也不含转义的斜杠、点和 NUL。",
    },
    bad: Example::Text("https://pay.example/shop/../q?m=1001"),
    good: Example::Text("https://pay.example/q?m=1001"),
    checks: &[Check::Link(|link, report| {
        let lower = link.uri.path.to_ascii_lowercase();
        let coded = ["%2f", "%5c", "%00", "%2e"].iter().any(|code| lower.contains(code));
        let dots = link.uri.path.split('/').any(|segment| matches!(segment, "." | ".."));
        if is_web(link) && (coded || dots || link.uri.path.contains('\\')) {
            let message =
                "the path holds dot segments or coded separators: servers and filters read it differently";
            report.at(link.part(link.uri.path), message);
        }
    })],
};

/// Places at which an inner payload is looked for.
const MOST_STARTS: usize = 8;

/// Whether a whole merchant-presented payload stands in a text, up to the end of a parameter or of the text.
fn holds_payload(text: &str) -> bool {
    text.match_indices("000201").take(MOST_STARTS).any(|(start, _)| {
        let rest = text.get(start..).unwrap_or_default();
        let parameter = rest.split(['&', '#', '"']).next().unwrap_or_default();
        [rest, parameter].iter().any(|text| {
            mpm::parse(text).is_ok_and(|payload| matches!(payload.crc(), Crc16::Right | Crc16::LowerCase))
        })
    })
}

static PAYLOAD_IN_LINK: Rule = Rule {
    id: "payload-in-link",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 8.3",
    requirements: &["UPQR-CAR-15", "UPQR-SEC-20"],
    title: Words { en: "a link carries a whole payload", zh: "链接中带有完整码串" },
    rationale: Words {
        en: "One application pays the payload and another opens the link, and they need not name the same payee.",
        zh: "有的 App 按码串付款，有的打开链接，两者的收款方未必相同。",
    },
    remedy: Words {
        en: "Show the payload itself as the code, or a link with an order number.",
        zh: "直接把码串做成二维码，或链接中只带订单号。",
    },
    bad: Example::Text(
        "https://pay.example/q?d=00020101021126290015com.example.pay0106TEA0015204581453031565802CN5914JADE%20TEA%20HOUSE6008HANGZHOU63045D29",
    ),
    good: Example::Text("https://pay.example/q?d=SALE0001"),
    checks: &[Check::Link(|link, report| {
        let decoded = percent_decode_str(link.uri.after_authority()).decode_utf8_lossy();
        if decoded.contains("000201") && holds_payload(&decoded) {
            let message = "a whole payment payload stands in the link: one reader opens the link, another pays the payload";
            report.at(link.part(link.uri.after_authority()), message);
        }
    })],
};

static PARAMETERS_MANY: Rule = Rule {
    id: "parameters-many",
    severity: Warning,
    disposition: Confirm,
    label: Label::Risk,
    clause: "UPQR 9.7",
    requirements: &["UPQR-SEC-14"],
    title: Words { en: "the link has very many parameters or characters", zh: "链接参数过多或过长" },
    rationale: Words {
        en: "Readers that compare every parameter with every other are slowed to a stop, and limits of gateways cut the link at different places.",
        zh: "两两比较参数的程序会被拖慢，各网关的长度限制又会在不同位置截断链接。",
    },
    remedy: Words {
        en: "Keep the link within 64 parameters and 2,048 characters, and hold the rest on the server.",
        zh: "链接不超过 64 个参数和 2048 个字符，其余数据放在服务器端。",
    },
    bad: Example::Text(
        "https://pay.example/q?p0=0&p1=1&p2=2&p3=3&p4=4&p5=5&p6=6&p7=7&p8=8&p9=9&p10=10&p11=11&p12=12&p13=13&p14=14&p15=15&p16=16&p17=17&p18=18&p19=19&p20=20&p21=21&p22=22&p23=23&p24=24&p25=25&p26=26&p27=27&p28=28&p29=29&p30=30&p31=31&p32=32&p33=33&p34=34&p35=35&p36=36&p37=37&p38=38&p39=39&p40=40&p41=41&p42=42&p43=43&p44=44&p45=45&p46=46&p47=47&p48=48&p49=49&p50=50&p51=51&p52=52&p53=53&p54=54&p55=55&p56=56&p57=57&p58=58&p59=59&p60=60&p61=61&p62=62&p63=63&p64=64",
    ),
    good: Example::Text(
        "https://pay.example/q?p0=0&p1=1&p2=2&p3=3&p4=4&p5=5&p6=6&p7=7&p8=8&p9=9&p10=10&p11=11&p12=12&p13=13&p14=14&p15=15&p16=16&p17=17&p18=18&p19=19&p20=20&p21=21&p22=22&p23=23&p24=24&p25=25&p26=26&p27=27&p28=28&p29=29&p30=30&p31=31&p32=32&p33=33&p34=34&p35=35&p36=36&p37=37&p38=38&p39=39&p40=40&p41=41&p42=42&p43=43&p44=44&p45=45&p46=46&p47=47&p48=48&p49=49&p50=50&p51=51&p52=52&p53=53&p54=54&p55=55&p56=56&p57=57&p58=58&p59=59&p60=60&p61=61&p62=62&p63=63",
    ),
    checks: &[Check::Link(|link, report| {
        let many = link
            .uri
            .query
            .is_some_and(|query| query.bytes().filter(|b| *b == b'&').count() >= MOST_PARAMETERS);
        if many {
            let message =
                format!("the link has more than {MOST_PARAMETERS} parameters: no payment needs them");
            report.at(link.whole(), message);
        } else if link.uri.text.len() > MOST_CHARACTERS {
            let message =
                format!("the link has more than {MOST_CHARACTERS} characters: readers stop before that");
            report.at(link.whole(), message);
        }
    })],
};
