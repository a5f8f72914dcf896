//! The record of a PAY by square payment: fields between tabs (PAY by square, table 15).
//!
//! ```text
//! record  = InvoiceID Payments *payment *beneficiary      ; as many of each as Payments says
//! payment = PaymentOptions Amount CurrencyCode PaymentDueDate VariableSymbol ConstantSymbol SpecificSymbol
//!           OriginatorsReferenceInformation PaymentNote BankAccounts *( IBAN BIC )
//!           StandingOrderExt [ Day Month Periodicity LastDate ]
//!           DirectDebitExt [ DirectDebitScheme ... ValidTillDate ]      ; an extension stands where its flag is 1
//! beneficiary = BeneficiaryName BeneficiaryAddressLine1 BeneficiaryAddressLine2      ; since version 1.1
//! ```
//!
//! From the second payment and the second account on, names end in their number: `Amount-2`, `IBAN-2`. Empty fields are left out.

use std::ops::Range;
use std::str::Split;

use super::super::{FaultKind, Reading};

const ORDER: [&str; 9] = [
    "PaymentOptions",
    "Amount",
    "CurrencyCode",
    "PaymentDueDate",
    "VariableSymbol",
    "ConstantSymbol",
    "SpecificSymbol",
    "OriginatorsReferenceInformation",
    "PaymentNote",
];

const ACCOUNT: [&str; 2] = ["IBAN", "BIC"];

const STANDING_ORDER: [&str; 4] = ["Day", "Month", "Periodicity", "LastDate"];

/// Those that the payment has as well end in an underscore.
const DIRECT_DEBIT: [&str; 10] = [
    "DirectDebitScheme",
    "DirectDebitType",
    "VariableSymbol_",
    "SpecificSymbol_",
    "OriginatorsReferenceInformation_",
    "MandateID",
    "CreditorID",
    "ContractID",
    "MaxAmount",
    "ValidTillDate",
];

const BENEFICIARY: [&str; 3] = ["BeneficiaryName", "BeneficiaryAddressLine1", "BeneficiaryAddressLine2"];

/// Adds the fields of a record; the place of each is the whole text, `span`.
pub(super) fn read(reading: &mut Reading<'_>, record: &str, span: &Range<usize>) {
    let mut fields = Fields { rest: record.split('\t'), reading, span };
    if fields.payments().is_none() {
        let message =
            "the record ends before its last payment, or a count is no number: have the code issued again";
        fields.reading.fault(FaultKind::Structure, span.clone(), message);
    }
    if fields.rest.any(|field| !field.is_empty()) {
        let message = "fields follow the end of the record: have the code issued again";
        fields.reading.fault(FaultKind::Structure, span.clone(), message);
    }
}

struct Fields<'r, 'a> {
    rest: Split<'r, char>,
    reading: &'r mut Reading<'a>,
    span: &'r Range<usize>,
}

impl Fields<'_, '_> {
    /// Takes everything; `None` where the record ends too early.
    fn payments(&mut self) -> Option<()> {
        self.take("InvoiceID", 1)?;
        let payments = self.count("Payments", 1)?;
        let mut accounts = 0_u32;
        for payment in 1..=payments {
            self.all(&ORDER, payment)?;
            for _ in 0..self.count("BankAccounts", payment)? {
                accounts = accounts.saturating_add(1);
                self.all(&ACCOUNT, accounts)?;
            }
            self.extension("StandingOrderExt", &STANDING_ORDER, payment)?;
            self.extension("DirectDebitExt", &DIRECT_DEBIT, payment)?;
        }
        // Version 1.0 has no beneficiaries, and some writers end with the last that is not empty.
        for payment in 1..=payments {
            if self.all(&BENEFICIARY, payment).is_none() {
                break;
            }
        }
        (payments > 0).then_some(())
    }

    fn extension(&mut self, flag: &'static str, names: &[&'static str], payment: u32) -> Option<()> {
        if self.take(flag, payment)? == "1" { self.all(names, payment) } else { Some(()) }
    }

    fn all(&mut self, names: &[&'static str], number: u32) -> Option<()> {
        names.iter().try_for_each(|name| self.take(name, number).map(drop))
    }

    fn count(&mut self, name: &'static str, number: u32) -> Option<u32> {
        self.take(name, number)?.parse().ok()
    }

    fn take(&mut self, name: &'static str, number: u32) -> Option<&str> {
        let value = self.rest.next()?;
        if !value.is_empty() {
            let id = if number == 1 { name.to_owned() } else { format!("{name}-{number}") };
            self.reading.element(id, value.to_owned(), self.span.clone());
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Reading, Scheme};

    /// Reads a record with `|` for tabs; shows elements, and the number of faults where there are any.
    fn check(record: &str, expected: &str) {
        let mut reading = Reading::new(Scheme::known("pay-by-square"));
        super::read(&mut reading, &record.replace('|', "\t"), &(0..1));
        let mut shown: Vec<String> =
            reading.elements.iter().map(|element| format!("{}={}", element.id, element.value)).collect();
        if !reading.faults.is_empty() {
            shown.push(format!("!{}", reading.faults.len()));
        }
        assert_eq!(shown.join(" "), expected, "{record}");
    }

    #[test]
    fn records() {
        check(
            "i|1|1|2.5|EUR|||||||1|A1||0|0|N||",
            "InvoiceID=i Payments=1 PaymentOptions=1 Amount=2.5 CurrencyCode=EUR BankAccounts=1 IBAN=A1 \
             StandingOrderExt=0 DirectDebitExt=0 BeneficiaryName=N",
        );
        check(
            "|2|2||EUR|||||||2|A1|B1|A2||1|1|2|m|20300101|0|4||CZK|||||||1|A3||0|1|1|0|3||||||||N1|||N2||",
            "Payments=2 PaymentOptions=2 CurrencyCode=EUR BankAccounts=2 IBAN=A1 BIC=B1 IBAN-2=A2 \
             StandingOrderExt=1 Day=1 Month=2 Periodicity=m LastDate=20300101 DirectDebitExt=0 \
             PaymentOptions-2=4 CurrencyCode-2=CZK BankAccounts-2=1 IBAN-3=A3 StandingOrderExt-2=0 \
             DirectDebitExt-2=1 DirectDebitScheme-2=1 DirectDebitType-2=0 VariableSymbol_-2=3 \
             BeneficiaryName=N1 BeneficiaryName-2=N2",
        );
        check(
            "|1|1||EUR|||||||1|A1||0|0",
            "Payments=1 PaymentOptions=1 CurrencyCode=EUR BankAccounts=1 IBAN=A1 StandingOrderExt=0 \
             DirectDebitExt=0",
        );
        check(
            "|1|1||EUR|||||||x|A1||0|0|||",
            "Payments=1 PaymentOptions=1 CurrencyCode=EUR BankAccounts=x !2",
        );
        check("|4000000000|1", "Payments=4000000000 PaymentOptions=1 !1");
        check("|0", "Payments=0 !1");
        check("", "!1");
    }
}
