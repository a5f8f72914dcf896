//! The codes that wallets print: one grammar a family, each a borrowed view that loses nothing.
//!
//! A view's `text` is the code as it stands; the other members are parts of it. Hosts are compared exactly: a suffix, userinfo, a port, a
//! backslash or a character outside ASCII is refused with its offset (requirements UPQR-REC).

use crate::error::Error;
use crate::network::{Family, Lifetime};

pub mod alipay;
pub mod alipayplus;
pub mod ecny;
pub mod link;
pub mod payment_code;
pub mod qq;
pub mod unionpay;
pub mod uri;
pub mod wechat;

mod token;

/// Whether `text` is a code of `family`, by that family's grammar alone.
///
/// ```
/// use upqr::{native, network::Family};
///
/// let error = native::parse(Family::AlipayQr, "https://qr.alipay.com.example/fkx00000abcdefgh0123").unwrap_err();
/// assert_eq!(error.to_string(), "byte 21: expected the host `qr.alipay.com`, found another host");
/// ```
pub fn parse(family: Family, text: &str) -> Result<(), Error> {
    match family {
        Family::WechatNative1 => wechat::Native1::parse(text).map(drop),
        Family::WechatNative2 => wechat::Native2::parse(text).map(drop),
        Family::WechatF2f => wechat::Personal::parse(text).map(drop),
        Family::AlipayQr => alipay::Code::parse(text).map(drop),
        Family::AlipayWrapper => alipay::Wrapper::parse(text).map(drop),
        Family::AlipayplusOrder => alipayplus::Order::parse(text).map(drop),
        Family::AlipayplusMpm3 => alipayplus::Mpm3::parse(text).map(drop),
        Family::UnionpayUrl => unionpay::Code::parse(text).map(drop),
        Family::Ecny => ecny::Code::parse(text).map(drop),
        Family::Qqpay => qq::Code::parse(text).map(drop),
        Family::Aggregate => link::Link::parse(text).map(drop),
        Family::WechatAuthcode
        | Family::AlipayAuthcode
        | Family::AlipayplusCpm
        | Family::UnionpayCpm19
        | Family::EcnyAuthcode => payment_code::PaymentCode::parse(text, family).map(drop),
        Family::EmvMpm => crate::emv::mpm::parse(text).map(drop),
        Family::UpqrCpm | Family::UnionpayCpmEmv => crate::emv::cpm::parse(text).map(drop),
    }
}

/// How long a code of `family` serves: its row in the registry, and where that says so its identifier.
#[must_use]
pub fn lifetime(family: Family, text: &str) -> Lifetime {
    match family {
        Family::AlipayQr => {
            alipay::Code::parse(text).map_or(Lifetime::Unknown, |code| family.lifetime(code.id))
        }
        Family::AlipayWrapper => {
            let inner = alipay::Wrapper::parse(text).ok().and_then(|wrapper| wrapper.code());
            inner.map_or(Lifetime::Unknown, |inner| lifetime(Family::AlipayQr, &inner))
        }
        Family::UnionpayUrl => {
            unionpay::Code::parse(text).map_or(Lifetime::Unknown, |code| family.lifetime(code.number))
        }
        _ => family.lifetime(""),
    }
}
