//! What a trusted key may sign: the accounts of a payload that its rows cover (UPQR-SIG-21 to UPQR-SIG-26).

use crate::emv::data_object::{DataObject, Id};
use crate::emv::mpm;
use crate::network::GUID_PREFIX;
use crate::unified::Reading;

/// One row of a key's scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Which accounts the row covers.
    pub accounts: Accounts,
    /// Whether a payload with one of them always carries a signature, so that one without was made by somebody else (UPQR-SIG-27).
    pub signed: bool,
}

/// The accounts that a row covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accounts {
    /// Every account of every payload.
    Everything,
    /// Account templates with this globally unique identifier, compared without ASCII case.
    Template {
        /// The identifier.
        guid: String,
        /// The object whose value begins with a prefix, where the identifier is not of this standard.
        object: Id,
        /// How the native code, or the object's value, may begin; any way where there is none.
        prefixes: Vec<String>,
    },
    /// Primitive accounts, root IDs 02 to 25.
    Account {
        /// The root ID.
        id: Id,
        /// How the value may begin; any way where there is none.
        prefixes: Vec<String>,
    },
}

impl Accounts {
    /// Whether the row covers one account.
    fn covers(&self, account: &Account<'_>) -> bool {
        match (self, account) {
            (Self::Everything, _) => true,
            (Self::Account { id, prefixes }, Account::Primitive(object)) => {
                object.id == *id && begins(object.value.as_bytes(), prefixes)
            }
            (Self::Template { guid, prefixes, .. }, Account::Carried { label, native, .. }) => {
                let named = guid.split_at_checked(GUID_PREFIX.len()).is_some_and(|(prefix, last)| {
                    prefix.eq_ignore_ascii_case(GUID_PREFIX) && last.eq_ignore_ascii_case(label)
                });
                named && native.is_some_and(|native| begins(native, prefixes))
            }
            (Self::Template { guid, object, prefixes }, Account::Template(found)) => {
                let Some(template) = found.template() else { return false };
                let named = template.guid().is_some_and(|found| found.eq_ignore_ascii_case(guid));
                // A second object of the same ID could be the one that another reader takes.
                let unique =
                    !template.repeated().contains(mpm::GUID) && !template.repeated().contains(*object);
                let value = template.object(*object).map(|object| object.value.as_bytes());
                named && unique && (prefixes.is_empty() || value.is_some_and(|value| begins(value, prefixes)))
            }
            _ => false,
        }
    }
}

fn begins(value: &[u8], prefixes: &[String]) -> bool {
    prefixes.is_empty() || prefixes.iter().any(|prefix| value.starts_with(prefix.as_bytes()))
}

/// A place in a payload through which somebody is paid.
#[derive(Clone, Debug)]
pub(super) enum Account<'a> {
    /// Root IDs 02 to 25.
    Primitive(DataObject<'a>),
    /// A wallet's code in the carriage of this standard: the last label of its identifier, its first template, and the code where it can be
    /// restored. One that cannot is covered by no row but that for everything: another reader may restore it, and another way.
    Carried { label: &'a str, object: DataObject<'a>, native: Option<&'a [u8]> },
    /// Any other account template, and templates 80 to 99 in which another convention names a wallet.
    Template(DataObject<'a>),
}

impl Account<'_> {
    pub(super) const fn id(&self) -> Id {
        match self {
            Self::Primitive(object) | Self::Template(object) | Self::Carried { object, .. } => object.id,
        }
    }
}

/// Every place in a payload through which somebody is paid.
pub(super) fn accounts<'a>(payload: &mpm::Payload<'a>, reading: &'a Reading<'a>) -> Vec<Account<'a>> {
    let carried = reading.carried.iter().filter_map(|carried| {
        let native = carried.account.as_ref().ok().map(crate::payment::Account::native);
        Some(Account::Carried { label: carried.label, object: *carried.templates.first()?, native })
    });
    let ours = |object: &DataObject<'_>| {
        reading
            .carried
            .iter()
            .any(|carried| carried.templates.iter().any(|ours| ours.offset == object.offset))
    };
    let foreign = |object: &DataObject<'_>| {
        reading.foreign.iter().any(|foreign| foreign.object.offset == object.offset)
    };
    let others = payload.objects().filter_map(|object| match object.id.number() {
        2..=25 => Some(Account::Primitive(object)),
        26..=51 if !ours(&object) => Some(Account::Template(object)),
        80..=99 if foreign(&object) => Some(Account::Template(object)),
        _ => None,
    });
    carried.chain(others).collect()
}

/// What of a payload is out of a key's scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// There is no account, so that nothing says that the payload is one of the key's.
    NoAccount,
    /// The account with this root ID is covered by no row.
    Account(Id),
}

/// Whether every account is covered by a row, and what is out of scope otherwise.
pub(super) fn check(rows: &[Scope], accounts: &[Account<'_>]) -> Result<(), Outside> {
    if rows.iter().any(|row| row.accounts == Accounts::Everything) {
        return Ok(());
    }
    let uncovered = |account: &&Account<'_>| !rows.iter().any(|row| row.accounts.covers(account));
    match accounts.iter().find(uncovered) {
        Some(account) => Err(Outside::Account(account.id())),
        None if accounts.is_empty() => Err(Outside::NoAccount),
        None => Ok(()),
    }
}

/// Whether an account is covered by a row that says that such payloads are always signed.
pub(super) fn are_signed(rows: &[Scope], accounts: &[Account<'_>]) -> bool {
    rows.iter().any(|row| row.signed && accounts.iter().any(|account| row.accounts.covers(account)))
}
