//! What becomes of the money, and why (clause 15.5).

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Currency, Money};

/// The `for` of a payout that settles the whole amount.
pub const AMOUNT: &str = "amount";
/// The `for` of a payout that goes back to the payer.
pub const REFUND: &str = "refund";

/// What an evaluation comes to.
///
/// It serialises to the JSON of clause 15.5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// What to do now.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// What is to be paid now, or given back.
    pub payouts: Vec<Payout<'a>>,
    /// What the evidence says of money; nothing where two events contradict each other.
    pub books: Option<Books>,
    /// Events that changed nothing, and why.
    pub ignored: Vec<Ignored<'a>>,
    /// The currency of all amounts.
    pub currency: Currency,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Pay the payouts.
    Pay,
    /// Wait: nothing is due, and something may be.
    Hold,
    /// Do not pay: what was asked for is not owed, or nothing will be any more.
    Refuse,
    /// Give the payouts back to the payer.
    Refund,
}

impl Verdict {
    /// The word of the standard.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pay => "pay",
            Self::Hold => "hold",
            Self::Refuse => "refuse",
            Self::Refund => "refund",
        }
    }
}

/// Money that goes to a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payout<'a> {
    /// The party's identifier.
    pub to: &'a str,
    /// How much.
    pub amount: Money,
    /// What of the terms it settles: the `for` of the `paid` event that reports it.
    pub settles: &'a str,
}

/// Money in and out, as far as the evidence tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// The sum of all `funded` events.
    pub money_in: Money,
    /// The sum of all `paid` and `refunded` events.
    pub money_out: Money,
}

impl Books {
    /// What is left; nothing where more went out than came in.
    #[must_use]
    pub fn balance(self) -> Money {
        self.money_in.minus(self.money_out).unwrap_or_default()
    }
}

/// An event that changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ignored<'a> {
    /// The event's identifier.
    pub id: &'a str,
    /// Why it changed nothing.
    pub reason: Reason,
}

/// The reasons of decisions and of events that change nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// What is paid is due.
    Due,
    /// The kind is not known.
    UnknownKind,
    /// Two different events have one identifier.
    Conflict,
    /// More went out than came in.
    Overdrawn,
    /// Something was paid that is not owed, or otherwise than it is owed, or twice.
    Books,
    /// It is too early.
    NotYet,
    /// The money is not there.
    NotFunded,
    /// The condition is not met.
    Waiting,
    /// What is left goes back by a person's hand alone.
    ByHand,
    /// The money was given back.
    Refunded,
    /// Everything is paid.
    Complete,
    /// More came in than is owed.
    Excess,
    /// The payee gave the contract up.
    Cancelled,
    /// The payer asked for the money.
    Requested,
    /// Two parties voted to give back.
    Returned,
    /// Nobody attested the delivery in time.
    NotDelivered,
    /// The terms expired.
    Expired,
    /// The party may not say this.
    NotEntitled,
    /// These terms know no such event.
    NotOfKind,
    /// It came after the end of the terms.
    Late,
    /// The refund rule gives the payer no such request.
    NoRequest,
    /// It is another delivery.
    OtherDelivery,
    /// The party voted before.
    SecondVote,
    /// The preimage has another hash.
    WrongPreimage,
    /// It is more than one use or purchase may take.
    OverLimit,
    /// It is more than the cap leaves.
    OverCap,
    /// It is more than the balance.
    OverBalance,
    /// The category is not among those that are allowed.
    Category,
    /// The merchant is not among those that are allowed.
    Merchant,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 29] = [
        Self::Due,
        Self::UnknownKind,
        Self::Conflict,
        Self::Overdrawn,
        Self::Books,
        Self::NotYet,
        Self::NotFunded,
        Self::Waiting,
        Self::ByHand,
        Self::Refunded,
        Self::Complete,
        Self::Excess,
        Self::Cancelled,
        Self::Requested,
        Self::Returned,
        Self::NotDelivered,
        Self::Expired,
        Self::NotEntitled,
        Self::NotOfKind,
        Self::Late,
        Self::NoRequest,
        Self::OtherDelivery,
        Self::SecondVote,
        Self::WrongPreimage,
        Self::OverLimit,
        Self::OverCap,
        Self::OverBalance,
        Self::Category,
        Self::Merchant,
    ];

    /// The code of clause 15.8.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.words().0
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Due => ("due", "every condition is met"),
            Self::UnknownKind => (
                "unknown-kind",
                "this edition does not know the kind of terms, so nothing is paid automatically",
            ),
            Self::Conflict => {
                ("conflict", "two different events have one id: find out which of them is true")
            }
            Self::Overdrawn => ("overdrawn", "more money went out than came in: a person must look"),
            Self::Books => {
                ("books", "the evidence reports a payment that these terms do not owe: a person must look")
            }
            Self::NotYet => ("not-yet", "the time from which on it is paid has not come"),
            Self::NotFunded => ("not-funded", "the money has not come in"),
            Self::Waiting => ("waiting", "the condition is not met yet"),
            Self::ByHand => ("by-hand", "the refund rule leaves what is left of the money to a person"),
            Self::Refunded => ("refunded", "the money was given back, and nothing is paid after that"),
            Self::Complete => ("complete", "everything that these terms owe is paid"),
            Self::Excess => ("excess", "everything is paid, and more had come in"),
            Self::Cancelled => ("cancelled", "the payee gave the contract up"),
            Self::Requested => ("requested", "the payer asked for the money"),
            Self::Returned => ("returned", "two of three parties voted to give the money back"),
            Self::NotDelivered => ("not-delivered", "the delivery was not attested in time"),
            Self::Expired => ("expired", "the terms expired"),
            Self::NotEntitled => ("not-entitled", "the party may not say this"),
            Self::NotOfKind => ("not-of-kind", "terms of this kind know no such event"),
            Self::Late => ("late", "the terms had ended"),
            Self::NoRequest => ("no-request", "the refund rule gives back nothing on request"),
            Self::OtherDelivery => ("other-delivery", "the event is about another delivery"),
            Self::SecondVote => ("second-vote", "the first vote of a party counts"),
            Self::WrongPreimage => ("wrong-preimage", "the preimage has another hash"),
            Self::OverLimit => ("over-limit", "the amount is above what one use or purchase may take"),
            Self::OverCap => ("over-cap", "the amount is above what the cap leaves"),
            Self::OverBalance => ("over-balance", "the amount is above the balance of that time"),
            Self::Category => ("category", "the merchant's category is not among those that are allowed"),
            Self::Merchant => ("merchant", "the merchant is not among those that are allowed"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().1)
    }
}

impl Decision<'_> {
    /// What is left once the payouts are made.
    #[must_use]
    pub fn left(&self) -> Option<Money> {
        let moved = self.payouts.iter().map(|payout| payout.amount).sum();
        self.books.map(|books| books.balance().minus(moved).unwrap_or_default())
    }
}

impl Serialize for Decision<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |money: Money| money.text(self.currency);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("decision", self.verdict.key())?;
        map.serialize_entry("reason", self.reason.key())?;
        map.serialize_entry(
            "payouts",
            &Rows(self.payouts.as_slice(), |payout: &Payout<'_>| {
                [
                    ("to", payout.to.to_owned()),
                    ("amount", text(payout.amount)),
                    ("for", payout.settles.to_owned()),
                ]
            }),
        )?;
        if let Some(books) = self.books {
            map.serialize_entry("in", &text(books.money_in))?;
            map.serialize_entry("out", &text(books.money_out))?;
            map.serialize_entry("balance", &text(books.balance()))?;
            map.serialize_entry("left", &text(self.left().unwrap_or_default()))?;
        }
        map.serialize_entry(
            "ignored",
            &Rows(self.ignored.as_slice(), |ignored: &Ignored<'_>| {
                [("id", ignored.id.to_owned()), ("reason", ignored.reason.key().to_owned())]
            }),
        )?;
        map.end()
    }
}

/// Items of a list, each as named texts.
struct Rows<'a, T, F>(&'a [T], F);

impl<T, const N: usize, F: Fn(&T) -> [(&'static str, String); N]> Serialize for Rows<'_, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Row<const N: usize>([(&'static str, String); N]);
        impl<const N: usize> Serialize for Row<N> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
            }
        }
        serializer.collect_seq(self.0.iter().map(|item| Row((self.1)(item))))
    }
}
