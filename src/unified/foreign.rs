//! Foreign carriage: how other conventions put wallets into EMV payloads. It is reported and never rewritten (requirements UPQR-CAR).
//!
//! | where | what | restored |
//! |---|---|---|
//! | templates 26-51 and 80-99, `com.alipay` | 01 holds a whole URL | the URL |
//! | templates 26-51 and 80-99, `COM.ALIPAY.OPENAPI`, `COM.QQ.WEIXIN.PAY` | 01 to 04, 99 hold references | nothing |
//! | root IDs 15 and 16 | UnionPay's acquirer and merchant | nothing |

use super::{Loss, guid_of};
use crate::emv::data_object::{DataObject, Id};
use crate::native::link::Link;
use crate::network::Network;

/// A wallet's identifier in another convention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign<'a> {
    /// The root object that holds it.
    pub object: DataObject<'a>,
    /// The convention: a globally unique identifier in lower case, or `unionpay`.
    pub convention: &'static str,
    /// Whose identifier it is.
    pub network: Network,
    /// The native code, or what there is instead of one.
    pub native: Result<&'a str, Loss>,
}

const ALIPAY_URL: &str = "com.alipay";
const ALIPAY_REFERENCES: &str = "com.alipay.openapi";
const WECHAT_REFERENCES: &str = "com.qq.weixin.pay";
const UNIONPAY_ACCOUNT: &str = "unionpay";

/// Reads one root object.
pub(super) fn read<'a>(object: &DataObject<'a>) -> Option<Foreign<'a>> {
    match object.id.number() {
        15 | 16 => Some(Foreign {
            object: *object,
            convention: UNIONPAY_ACCOUNT,
            network: Network::with_key("unionpay")?,
            native: Err(Loss {
                object: "merchant account information 15 or 16",
                reason: "it holds UnionPay's acquirer and merchant, not a native code",
            }),
        }),
        26..=51 | 80..=99 => read_template(object),
        _ => None,
    }
}

fn read_template<'a>(object: &DataObject<'a>) -> Option<Foreign<'a>> {
    let guid = guid_of(object)?;
    let (convention, network) =
        [(ALIPAY_URL, "alipay"), (ALIPAY_REFERENCES, "alipay"), (WECHAT_REFERENCES, "wechat")]
            .into_iter()
            .find(|(convention, _)| convention.eq_ignore_ascii_case(guid))?;
    let template = object.template()?;
    let references =
        Loss { object: "template of a wallet", reason: "it holds references, not a native code" };
    let native = match template.object(Id::literal(1)) {
        Some(url) if convention == ALIPAY_URL && Link::parse(url.value).is_ok() => Ok(url.value),
        _ => Err(references),
    };
    Some(Foreign { object: *object, convention, network: Network::with_key(network)?, native })
}
