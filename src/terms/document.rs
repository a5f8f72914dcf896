//! A document of terms: what was agreed, in the form in which it can be evaluated (clauses 15.1 and 15.2).

use super::{Currency, Fault, Money};

/// Octets of a document at most (UPQR-TRM-2).
pub const MAX_DOCUMENT: usize = 16 * 1024;
/// Payees of a split at most, and categories or merchants of a purpose (clause 15.2).
pub const MAX_LIST: usize = 64;
/// Characters of a party's identifier at most (clause 15.2).
pub const MAX_PARTY: usize = 64;
/// Octets of a preimage, as in Lightning's BOLT 2: one length everywhere, so that no other system refuses what this one takes.
pub const PREIMAGE: usize = 32;

/// The terms of one contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Which contract this is.
    pub contract: Contract,
    /// Whose money it is, and to whom it goes back.
    pub payer: Party,
    /// Who keeps the money and the books: no other party says what came in and what went out.
    pub operator: Party,
    /// The currency of every amount.
    pub currency: Currency,
    /// The amount; of draw-downs and purpose-bound money the most that is ever paid.
    pub total: Money,
    /// When money may move.
    pub times: Times,
    /// When what is left goes back.
    pub refund: Refund,
    /// What has to happen.
    pub kind: Kind,
}

/// A contract and what it was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Object 02 of the terms template: 1 to 20 printable characters of ASCII.
    pub reference: String,
    /// The template that the contract fills in: its identifier and its version.
    pub template: Template,
    /// The trade that the contract belongs to.
    pub business_chain: Option<BusinessChain>,
}

/// An approved template of contracts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// 1 to 64 printable characters of ASCII.
    pub id: String,
    /// 1 to 16 printable characters of ASCII.
    pub version: String,
}

/// A place in a business chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessChain {
    /// Object 04 of the settlement template: 1 to 24 printable characters of ASCII.
    pub id: String,
    /// What in it this contract is about, 1 to 64 printable characters of ASCII.
    pub reference: Option<String>,
}

/// A party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// 1 to 64 visible characters of ASCII.
    pub id: String,
    /// What people call it.
    pub name: Option<String>,
}

/// The times of a contract, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// Nothing is paid before.
    pub not_before: Option<u64>,
    /// From here on no condition can be met any more.
    pub expires: u64,
}

/// What becomes of money that nobody is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The rule.
    pub rule: RefundRule,
    /// Object 01 of the settlement template: from here on nothing goes back but by a person's hand.
    pub by: Option<u64>,
}

/// The rules of refunds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundRule {
    /// What is left goes back when the terms end.
    AtEnd,
    /// As `AtEnd`, and as soon as the payer asks.
    OnRequest,
    /// A person decides at the end.
    ByHand,
}

/// The conditions, by kind of terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 01: the amount is due at a time.
    TimeLock {
        /// Who is paid.
        payee: Party,
        /// From when on.
        release_at: u64,
    },
    /// 02: the amount is due when a delivery is attested.
    Delivery {
        /// Who is paid.
        payee: Party,
        /// Who says that it was delivered; perhaps the payer, never the payee.
        attester: Party,
        /// What is delivered, such as a waybill number.
        delivery: String,
        /// From here on it is too late.
        deliver_by: u64,
    },
    /// 03: two of three parties decide.
    ThreeParty {
        /// Who is paid.
        payee: Party,
        /// The third one.
        arbiter: Party,
    },
    /// 04: the amount is due to the payee who shows what a hash is the hash of.
    HashLock {
        /// Who is paid.
        payee: Party,
        /// SHA-256 of the preimage.
        hash: [u8; 32],
    },
    /// 05: prepaid money that each use draws from.
    DrawDown {
        /// Who is paid.
        payee: Party,
        /// The most that one use draws.
        per_use: Money,
        /// Whether a use waits for the payer's word.
        confirm: bool,
    },
    /// 06: the amount is divided.
    Split {
        /// Who is paid what; the amounts add up to the total.
        shares: Vec<Share>,
    },
    /// 07: money for a purpose.
    PurposeBound {
        /// What it is for.
        purpose: Purpose,
        /// The most that one purchase takes.
        per_purchase: Option<Money>,
    },
    /// A kind that this edition does not know, two digits: nothing is ever paid automatically.
    Unknown(String),
}

/// A part of a split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Who is paid.
    pub payee: Party,
    /// What.
    pub amount: Money,
}

/// What money may be spent on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Merchants of these category codes (ISO 18245).
    Categories(Vec<String>),
    /// These merchants.
    Merchants(Vec<String>),
}

impl Document {
    /// Reads the exact octets of a document.
    ///
    /// Members that are unknown, missing or doubled are refused with the code `terms`, as are values that break clause 15.2 (UPQR-TRM-3).
    ///
    /// ```
    /// use upqr::terms::{Document, Kind};
    ///
    /// let document = Document::parse(br#"{"upqr_terms":"10","kind":"01",
    ///     "contract":{"reference":"LEASE-7","template":{"id":"example.time-lock","version":"1"}},
    ///     "parties":{"payer":{"id":"tenant"},"payee":{"id":"landlord"},"operator":{"id":"bank"}},
    ///     "currency":"156","amount":"3000.00","times":{"expires":1800000000},"refund":{"rule":"at-end"},
    ///     "conditions":{"release_at":1790000000}}"#)?;
    /// assert!(matches!(document.kind, Kind::TimeLock { release_at: 1_790_000_000, .. }));
    /// # Ok::<(), upqr::terms::Fault>(())
    /// ```
    pub fn parse(octets: &[u8]) -> Result<Self, Fault> {
        super::read::document(octets)
    }
}

impl Kind {
    /// Two digits.
    #[must_use]
    pub fn number(&self) -> &str {
        match self {
            Self::TimeLock { .. } => "01",
            Self::Delivery { .. } => "02",
            Self::ThreeParty { .. } => "03",
            Self::HashLock { .. } => "04",
            Self::DrawDown { .. } => "05",
            Self::Split { .. } => "06",
            Self::PurposeBound { .. } => "07",
            Self::Unknown(number) => number,
        }
    }

    /// The kind's name in the standard.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TimeLock { .. } => "time-lock",
            Self::Delivery { .. } => "delivery versus payment",
            Self::ThreeParty { .. } => "three-party hold",
            Self::HashLock { .. } => "hash-lock",
            Self::DrawDown { .. } => "prepaid draw-down",
            Self::Split { .. } => "split",
            Self::PurposeBound { .. } => "purpose-bound",
            Self::Unknown(_) => "unknown kind",
        }
    }

    /// The one payee, where there is one.
    #[must_use]
    pub const fn payee(&self) -> Option<&Party> {
        match self {
            Self::TimeLock { payee, .. }
            | Self::Delivery { payee, .. }
            | Self::ThreeParty { payee, .. }
            | Self::HashLock { payee, .. }
            | Self::DrawDown { payee, .. } => Some(payee),
            Self::Split { .. } | Self::PurposeBound { .. } | Self::Unknown(_) => None,
        }
    }

    /// Whether the document states a cap in place of an amount.
    #[must_use]
    pub const fn is_capped(&self) -> bool {
        matches!(self, Self::DrawDown { .. } | Self::PurposeBound { .. })
    }
}
