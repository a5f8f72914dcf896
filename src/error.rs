//! Why a text could not be parsed, or a value could not be encoded.
//!
//! An [`Error`] ends parsing; what is merely wrong with a payload that can be read is a [`Diagnostic`](crate::rules::Diagnostic),
//! and what a conversion dropped is a [`Loss`](crate::unified::Loss).

use std::fmt;

/// The place and the reason that ended parsing or encoding.
///
/// `offset` counts bytes from the start of the text that the failing function was given. Codes and offsets are normative: see the
/// errors chapter of the specification.
///
/// ```
/// let error = upqr::emv::mpm::parse("0002015911LUCKY").unwrap_err();
/// assert_eq!((error.offset, error.kind.code()), (8, "overrun"));
/// assert_eq!(error.to_string(), "byte 8: expected 11 characters of value, found 5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// Bytes from the start of the text to the fault.
    pub offset: usize,
    /// What was expected and what was found.
    pub kind: ErrorKind,
}

impl Error {
    pub(crate) const fn new(offset: usize, kind: ErrorKind) -> Self {
        Self { offset, kind }
    }

    /// The same error seen from the outer text in which the inner one starts at `offset`.
    #[must_use]
    pub const fn nested(self, offset: usize) -> Self {
        Self { offset: self.offset.saturating_add(offset), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.kind)
    }
}

impl std::error::Error for Error {}

/// What stood where something else was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing: the text ended.
    End,
    /// This character.
    Character(char),
    /// So many characters.
    Characters(usize),
    /// Something that the message does not repeat, because it may be a payee's.
    Other,
}

impl Found {
    /// The first character of `rest`, or the end.
    pub(crate) fn first_of(rest: &str) -> Self {
        rest.chars().next().map_or(Self::End, Self::Character)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("the end"),
            Self::Character(c) => write!(f, "`{}`", c.escape_debug()),
            Self::Characters(1) => f.write_str("1 character"),
            Self::Characters(n) => write!(f, "{n} characters"),
            Self::Other => f.write_str("something else"),
        }
    }
}

/// The reasons; [`code`](ErrorKind::code) is the stable name that vectors and machine output use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no data object at all.
    Empty,
    /// An ID is two ASCII digits.
    Id(Found),
    /// A length is two ASCII digits.
    Length(Found),
    /// A value is shorter than its length says.
    Overrun {
        /// Characters that the length announces.
        expected: usize,
        /// Characters that are left.
        found: usize,
    },
    /// The text is not standard base64 with padding.
    Base64(Found),
    /// The octets are not BER-TLV; the text says what was expected.
    BerTlv(&'static str),
    /// The first object of a consumer-presented payload is not 85.
    FirstObject,
    /// Object 85 is not `CPV01`.
    FormatIndicator,
    /// A consumer-presented payload holds no application template 61.
    NoApplicationTemplate,
    /// A native code departs from its family's grammar.
    Syntax {
        /// What the grammar wants here.
        expected: &'static str,
        /// What stands there.
        found: Found,
    },
    /// A native code lacks a literal text of its family's grammar.
    Literal {
        /// The text that the grammar wants here.
        expected: &'static str,
        /// What stands there.
        found: Found,
    },
    /// The host of a URI is not the one that the family requires.
    Host(&'static str),
    /// The authority of a URI holds userinfo.
    Userinfo,
    /// The authority of a URI holds a port.
    Port,
    /// The authority of a URI holds a backslash, which some readers take for a slash.
    Backslash,
    /// The scheme or authority of a URI holds a character outside ASCII.
    NonAscii(char),
    /// Wrappers are nested more than three levels deep.
    Depth,
    /// Object 01 of a carriage template: missing where it is due, present where it is not, or not two digits.
    Form(&'static str),
    /// Object 02 of a carriage template is missing or empty.
    Body,
    /// Object 03 of a carriage template is not a valid `pq`.
    Part,
    /// A part of a native code is missing.
    PartMissing,
    /// A part of a native code stands twice.
    PartRepeated,
    /// A part does not continue the one before it.
    PartMismatch,
    /// A carriage template holds an object that is not 00 to 03, or one twice.
    CarriageObject,
    /// A body of form 99 is not base64url without padding.
    Base64url,
    /// The form is not one that this edition knows.
    UnknownForm,
    /// The network is not one that this edition knows.
    UnknownNetwork,
    /// The code belongs to another network than the template says.
    Misroute,
    /// An EMV payload cannot be carried as a native code.
    NestedEmv,
    /// A consumer-presented code cannot stand in a merchant-presented payload.
    PaymentCode,
    /// No family recognises the code and no network was chosen.
    NoNetwork,
    /// The chosen network is not one that may carry the code.
    Network,
    /// A native code is empty.
    EmptyCode,
    /// The code needs more than nine parts.
    TooManyParts {
        /// Characters of body that nine parts hold.
        fits: usize,
    },
    /// No run of free template IDs is left.
    NoRoom {
        /// Consecutive templates that the code needs.
        needs: usize,
        /// The longest run of free template IDs that is left.
        fits: usize,
    },
    /// The payload would be longer than its limit.
    TooLong {
        /// Bytes allowed.
        limit: usize,
        /// Bytes that it would have.
        found: usize,
    },
    /// The base's CRC is wrong, in lower case, or not four hexadecimal digits.
    BaseCrc,
    /// The base does not begin with 00 or does not end with its CRC.
    BaseOrder,
    /// The base already holds a template of `org.upqr.`.
    BaseGuid,
    /// A value breaks its format.
    Value {
        /// The object's name.
        name: &'static str,
        /// Its format.
        expected: &'static str,
        /// What was given.
        found: Found,
    },
    /// A consumer-presented code is 1 to 32 ASCII digits.
    Digits(Found),
    /// Two consumer-presented codes name one network.
    SameNetwork,
    /// The JSON of a payment is masked.
    Masked,
    /// The JSON of a payment does not hold what it should.
    Members(&'static str),
    /// The object of a code's kind does not say digits.
    CodeKind,
    /// Octets are not UTF-8.
    Utf8,
    /// Octets are no NDEF message; the text says what was expected.
    Ndef(&'static str),
    /// A carrier holds no payload.
    NoPayload,
    /// A carrier holds payloads that differ.
    Ambiguous,
    /// A payment code is not put into a carrier, which outlives it.
    CarriedPaymentCode,
    /// A page cannot take a payload into its fragment; the text says what was expected.
    Page(&'static str),
    /// A text is no link with a payload in its fragment; the text says what was expected.
    PayloadLink(&'static str),
    /// The payload in a fragment is not base64url.
    Fragment,
}

impl ErrorKind {
    /// The stable name of this reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Id(_) => "id",
            Self::Length(_) => "length",
            Self::Overrun { .. } => "overrun",
            Self::Base64(_) => "base64",
            Self::BerTlv(_) => "ber-tlv",
            Self::FirstObject => "first-object",
            Self::FormatIndicator => "format-indicator",
            Self::NoApplicationTemplate => "no-application-template",
            Self::Syntax { .. } | Self::Literal { .. } => "syntax",
            Self::Host(_) => "host",
            Self::Userinfo => "userinfo",
            Self::Port => "port",
            Self::Backslash => "backslash",
            Self::NonAscii(_) => "non-ascii",
            Self::Depth => "depth",
            Self::Form(_) => "form",
            Self::Body => "body",
            Self::Part => "part",
            Self::PartMissing => "part-missing",
            Self::PartRepeated => "part-repeated",
            Self::PartMismatch => "part-mismatch",
            Self::CarriageObject => "carriage-object",
            Self::Base64url | Self::Fragment => "base64url",
            Self::UnknownForm | Self::CodeKind => "unknown-form",
            Self::UnknownNetwork => "unknown-network",
            Self::Misroute => "misroute",
            Self::NestedEmv => "nested-emv",
            Self::PaymentCode | Self::CarriedPaymentCode => "payment-code",
            Self::NoNetwork => "no-network",
            Self::Network => "network",
            Self::Empty | Self::EmptyCode => "empty",
            Self::TooManyParts { .. } => "too-many-parts",
            Self::NoRoom { .. } => "no-room",
            Self::TooLong { .. } => "too-long",
            Self::BaseCrc => "base-crc",
            Self::BaseOrder => "base-order",
            Self::BaseGuid => "base-guid",
            Self::Value { .. } => "value",
            Self::Digits(_) => "digits",
            Self::SameNetwork => "same-network",
            Self::Masked => "masked",
            Self::Members(_) => "json",
            Self::Utf8 => "utf-8",
            Self::Ndef(_) => "ndef",
            Self::NoPayload => "no-payload",
            Self::Ambiguous => "ambiguous",
            Self::Page(_) => "page",
            Self::PayloadLink(_) => "link",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => f.write_str("expected a data object, found nothing"),
            Self::Id(found) => write!(f, "expected the two digits of an ID, found {found}"),
            Self::Length(found) => write!(f, "expected the two digits of a length, found {found}"),
            Self::Overrun { expected, found } => {
                write!(f, "expected {} of value, found {found}", Found::Characters(expected))
            }
            Self::Base64(found) => write!(f, "expected base64 with padding, found {found}"),
            Self::BerTlv(expected) | Self::Ndef(expected) | Self::PayloadLink(expected) => {
                write!(f, "expected {expected}")
            }
            Self::FirstObject => f.write_str("expected the payload format indicator 85, found another object"),
            Self::FormatIndicator => f.write_str("expected `CPV01` in object 85, found another value"),
            Self::NoApplicationTemplate => f.write_str("expected an application template 61, found none"),
            Self::Syntax { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Literal { expected, found } => write!(f, "expected `{expected}`, found {found}"),
            Self::Host(expected) => write!(f, "expected the host `{expected}`, found another host"),
            Self::Userinfo => f.write_str("expected a host alone, found userinfo before `@`"),
            Self::Port => f.write_str("expected a host alone, found a port after `:`"),
            Self::Backslash => f.write_str("expected a host alone, found a backslash"),
            Self::NonAscii(c) => write!(f, "expected ASCII, found `{}` (U+{:04X})", c.escape_debug(), u32::from(c)),
            Self::Depth => f.write_str("expected at most three nested wrappers, found another inside"),
            Self::Form(problem) => write!(f, "expected a form of two digits in part 1 alone, found {problem}"),
            Self::Body => f.write_str("expected a body of at least one character in object 02, found none"),
            Self::Part => f.write_str(
                "expected object 03 as two digits, part and number of parts, from `12` to `99`, found another value",
            ),
            Self::PartMissing => f.write_str("expected the next part in the next template ID, found none"),
            Self::PartRepeated => f.write_str("expected each part once, found this part again"),
            Self::PartMismatch => {
                f.write_str("expected a part that continues the template before it, found one that does not")
            }
            Self::CarriageObject => {
                f.write_str("expected the objects 00 to 03, each once, found another or a second one")
            }
            Self::Base64url => {
                f.write_str("expected base64url without padding and with zero padding bits, found another body")
            }
            Self::UnknownForm => f.write_str("expected a form of this edition, found one that it does not know"),
            Self::UnknownNetwork => f.write_str("expected a network of this edition, found one that it does not know"),
            Self::Misroute => {
                f.write_str("expected a code of the template's network, found a code of another network")
            }
            Self::NestedEmv => {
                f.write_str("expected a native code, found an EMV payload: give it as the base, not as a native code")
            }
            Self::PaymentCode => {
                f.write_str("expected a merchant-presented code, found a payment code of a consumer")
            }
            Self::NoNetwork => f.write_str("expected a code that a network claims, found none: name its network"),
            Self::Network => {
                f.write_str("expected a network that the code's candidates name, found another choice")
            }
            Self::EmptyCode => f.write_str("expected a native code, found nothing"),
            Self::TooManyParts { fits } => {
                write!(f, "expected at most {fits} characters of body in nine parts, found more")
            }
            Self::NoRoom { needs, fits } => {
                write!(f, "expected {needs} free consecutive template IDs, found at most {fits} in a row")
            }
            Self::TooLong { limit, found } => write!(f, "expected at most {limit} bytes, found {found}"),
            Self::BaseCrc => f.write_str("expected a base with a right CRC in upper case, found another"),
            Self::BaseOrder => f.write_str("expected a base that begins with 00 and ends with its CRC (ID 63), found another order"),
            Self::BaseGuid => f.write_str("expected a base without templates of `org.upqr.`, found one"),
            Self::Value { name, expected, found } => write!(f, "{name}: expected {expected}, found {found}"),
            Self::Digits(found) => write!(f, "expected 1 to 32 ASCII digits, found {found}"),
            Self::Utf8 => f.write_str("expected UTF-8, found other octets"),
            Self::NoPayload => f.write_str("expected a payload of this standard, found none"),
            Self::Ambiguous => f.write_str("expected one payload, found two that differ"),
            Self::CarriedPaymentCode => f.write_str(
                "expected a merchant-presented payload, found a consumer's payment code, which no tag and no link is to keep",
            ),
            Self::Page(expected) => write!(f, "page: expected {expected}, found something else"),
            Self::Fragment => f.write_str(
                "expected base64url without padding and with zero padding bits behind `upqr=`, found something else",
            ),
            Self::SameNetwork => f.write_str("expected two codes of different networks, found one network twice"),
            Self::Masked => f.write_str(
                "expected a payment with its values, found a masked one: decode it again with `--show-values`",
            ),
            Self::Members(expected) => write!(f, "expected {expected}, found another model"),
            Self::CodeKind => f.write_str("expected 00 in object C1, for digits, found another kind of code"),
        }
    }
}

/// Bytes from the start of `outer` to the start of `inner`, which is a part of it: a borrowed text is its own span.
pub(crate) fn offset_in(outer: &str, inner: &str) -> usize {
    inner.as_ptr().addr().saturating_sub(outer.as_ptr().addr())
}
