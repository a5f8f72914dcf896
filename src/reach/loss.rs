//! What readers of a part of a payload do not get (requirements UPQR-RCH-9 and UPQR-RCH-10).

use crate::emv::data_object::Id;
use crate::emv::mpm;
use crate::unified::{Loss, our_label};

/// What stands in a payload beside what a reader reads.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an object of its own, there or not")]
pub(super) struct Present {
    /// 54.
    amount: bool,
    /// 55 to 57.
    tip: bool,
    /// 62.
    references: bool,
    /// How many accounts of this standard there are.
    accounts: usize,
    /// A control template.
    control: bool,
    terms: bool,
    settlement: bool,
    signature: bool,
    /// Another template of this standard.
    other: bool,
}

impl Present {
    pub(super) fn of(payload: &mpm::Payload<'_>, accounts: usize) -> Self {
        let mut present = Self { accounts, ..Self::default() };
        for object in payload.objects() {
            match object.id {
                mpm::AMOUNT => present.amount = true,
                mpm::ADDITIONAL => present.references = true,
                id if (55..=57).contains(&id.number()) => present.tip = true,
                id if id.number() >= 80 => present.template(our_label(&object)),
                Id { .. } => {}
            }
        }
        present
    }

    fn template(&mut self, label: Option<&str>) {
        let Some(label) = label else { return };
        match label.to_ascii_lowercase().as_str() {
            "control" => self.control = true,
            "terms" => self.terms = true,
            "settle" => self.settlement = true,
            "sig" => self.signature = true,
            _ => self.other = true,
        }
    }

    /// What a wallet loses that is handed its own code, and nothing else.
    pub(super) fn lost_to_native(self, order: bool) -> Vec<Loss> {
        let amount = if order {
            "the order on the network's server holds the amount"
        } else {
            "the payer types the amount"
        };
        those_there([
            (self.amount, "amount", amount),
            (self.tip, "tip", "the native code has no tip or fee"),
            (self.references, "references", "the network gives the payment its own reference"),
            (self.accounts > 1, "accounts", "the wallet gets one code"),
            (self.control, "times", "the native code does not expire with the payload"),
            (self.terms, "terms", "the network does not hear of them"),
            (self.settlement, "settlement", "the network settles as its merchant agreement says"),
            (self.signature, "signature", "what is before the wallet has to verify it"),
            (self.other, "templates", "the native code has none"),
        ])
    }

    /// What a reader of EMV payloads loses, who reads one account and the base, and no template of this standard.
    pub(super) fn lost_to_base(self, foreign: bool, linked: bool) -> Vec<Loss> {
        let settlement = if linked {
            "the link has a rate and a settlement of its own"
        } else {
            "the scheme settles as its rules say"
        };
        let foreign =
            if foreign { "the wallet reads its own template" } else { "the scheme reads its own template" };
        those_there([
            (self.accounts > 0, "accounts", foreign),
            (self.control, "times", "an EMV reader does not know the control template"),
            (self.terms, "terms", "an EMV reader does not know them"),
            (self.settlement, "settlement", settlement),
            (self.signature, "signature", "an EMV reader does not verify it"),
            (self.other, "templates", "an EMV reader does not know them"),
        ])
    }
}

/// The losses of objects that are there.
fn those_there<const N: usize>(candidates: [(bool, &'static str, &'static str); N]) -> Vec<Loss> {
    let lost = candidates.into_iter().filter(|(there, _, _)| *there);
    lost.map(|(_, object, reason)| Loss { object, reason }).collect()
}
