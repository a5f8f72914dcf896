//! Lists of trusted keys: TOML or JSON, with scopes, times and a version (UPQR-SIG-14 to UPQR-SIG-29).

use serde::Deserialize;

use super::key::PublicKey;
use super::scope::{Accounts, Scope};
use super::{Algorithm, Refusal};
use crate::emv::data_object::Id;
use crate::emv::mpm;
use crate::network::parse_two_digits;
use crate::strict::{Object, present};
use crate::unified::control::MAX_TIME;

/// Bytes that a trust list has at most (UPQR-SIG-15).
pub const MAX_LIST_BYTES: usize = 1 << 20;

/// A list of keys, each with what it may sign and when.
#[derive(Clone, Debug)]
pub struct TrustList {
    /// Grows with every change of the list.
    pub version: u64,
    /// Unix seconds at which the list was made.
    pub issued: u64,
    /// Unix seconds from which on no key of the list is trusted.
    pub expires: Option<u64>,
    /// The keys in the list's order.
    pub keys: Vec<TrustedKey>,
}

/// A key of a trust list.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    /// What a person calls it.
    pub name: String,
    /// The key.
    pub key: PublicKey,
    /// Unix seconds before which the key is not trusted.
    pub not_before: Option<u64>,
    /// Unix seconds from which on the key is not trusted.
    pub expires: Option<u64>,
    /// What it may sign: at least one row.
    pub scope: Vec<Scope>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListRow {
    version: u64,
    issued: u64,
    #[serde(default, deserialize_with = "present")]
    expires: Option<u64>,
    #[serde(default)]
    key: Vec<Object<KeyRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyRow {
    name: String,
    algorithm: String,
    public_key: String,
    #[serde(default, deserialize_with = "present")]
    not_before: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    expires: Option<u64>,
    #[serde(default)]
    scope: Vec<Object<ScopeRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeRow {
    #[serde(default, deserialize_with = "present")]
    guid: Option<String>,
    #[serde(default, deserialize_with = "present")]
    id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    object: Option<String>,
    #[serde(default, deserialize_with = "present")]
    prefixes: Option<Vec<String>>,
    #[serde(default)]
    signed: bool,
}

impl TrustList {
    /// Reads a trust list: JSON where it begins with a brace, TOML otherwise; both have the same members.
    ///
    /// A list that is older than `last_seen`, the highest version of this list that was taken before, is refused.
    pub fn read(text: &str, last_seen: Option<u64>) -> Result<Self, Refusal> {
        if text.len() > MAX_LIST_BYTES {
            return Err(whole(&format!("at most {MAX_LIST_BYTES} bytes")));
        }
        let row: ListRow = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| {
                whole(&format!("the members of the schema; line {}: {}", error.line(), json_fault(&error)))
            })?
        } else {
            toml::from_str(text).map_err(|error| whole(&toml_fault(text, &error)))?
        };
        let list = Self::from_row(row)?;
        match last_seen {
            Some(seen) if list.version < seen => Err(Refusal::Older { seen, found: list.version }),
            _ => Ok(list),
        }
    }

    fn from_row(row: ListRow) -> Result<Self, Refusal> {
        let ListRow { version, issued, expires, key } = row;
        times("", Some(issued), expires, "`expires` after `issued`")?;
        let keys = key.into_iter().zip(1..).map(|(Object(row), number)| TrustedKey::from_row(row, number));
        Ok(Self { version, issued, expires, keys: keys.collect::<Result<_, _>>()? })
    }

    /// Whether the list itself may be trusted at this time.
    #[must_use]
    pub fn has_expired(&self, as_of: u64) -> bool {
        self.expires.is_some_and(|expires| as_of >= expires)
    }
}

impl TrustedKey {
    fn from_row(row: KeyRow, number: usize) -> Result<Self, Refusal> {
        let KeyRow { name, algorithm, public_key, not_before, expires, scope } = row;
        let place = format!("key {number}");
        let refuse = |expected: &str| Refusal::List { place: place.clone(), expected: expected.to_owned() };
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            return Err(refuse("a name of one line"));
        }
        let algorithm =
            Algorithm::with_key(&algorithm).ok_or_else(|| refuse("`algorithm` es256, ed25519 or sm2"))?;
        let key = PublicKey::read(&public_key).map_err(|_| {
            refuse("`public_key` as DER in base64 with padding, or as PEM, of P-256, Ed25519 or SM2")
        })?;
        if key.algorithm() != algorithm {
            return Err(refuse("`algorithm` to be the one that the key names"));
        }
        times(&place, not_before, expires, "`expires` after `not_before`")?;
        if scope.is_empty() {
            return Err(refuse(
                "at least one `scope`; `guid = \"*\"` says that the key may sign for everybody",
            ));
        }
        let scope = scope.into_iter().zip(1..).map(|(Object(row), scope)| {
            Scope::from_row(row).map_err(|expected| Refusal::List {
                place: format!("{place}, scope {scope}"),
                expected: expected.to_owned(),
            })
        });
        Ok(Self { name, key, not_before, expires, scope: scope.collect::<Result<_, _>>()? })
    }
}

impl Scope {
    fn from_row(row: ScopeRow) -> Result<Self, &'static str> {
        let ScopeRow { guid, id, object, prefixes, signed } = row;
        if prefixes.as_ref().is_some_and(|rows| rows.is_empty() || rows.iter().any(String::is_empty)) {
            return Err("`prefixes` with at least one text, none of them empty");
        }
        let prefixes = prefixes.unwrap_or_default();
        let accounts = match (guid, id) {
            (Some(guid), None) if guid == "*" => {
                if object.is_some() || !prefixes.is_empty() {
                    return Err("`guid = \"*\"` without `object` and `prefixes`");
                }
                Accounts::Everything
            }
            (Some(guid), None) => {
                if guid.is_empty() || !guid.bytes().all(|octet| octet.is_ascii_graphic()) {
                    return Err("`guid` of printable ASCII without blanks");
                }
                let object = object.as_deref().unwrap_or("01");
                let object = two_digits(object).filter(|id| *id != mpm::GUID);
                Accounts::Template { guid, object: object.ok_or("`object` from 01 to 99")?, prefixes }
            }
            (None, Some(id)) => {
                if object.is_some() {
                    return Err("`object` beside `guid` alone");
                }
                let id = two_digits(&id).filter(|id| matches!(id.number(), 2..=25));
                Accounts::Account { id: id.ok_or("`id` from 02 to 25")?, prefixes }
            }
            _ => return Err("either `guid` or `id`"),
        };
        Ok(Self { accounts, signed })
    }
}

fn two_digits(text: &str) -> Option<Id> {
    parse_two_digits(text).and_then(Id::new)
}

fn times(place: &str, from: Option<u64>, expires: Option<u64>, expected: &str) -> Result<(), Refusal> {
    let refuse = |expected: &str| Refusal::List { place: place.to_owned(), expected: expected.to_owned() };
    if [from, expires].into_iter().flatten().any(|time| time > MAX_TIME) {
        return Err(refuse("times in Unix seconds of at most ten digits"));
    }
    match (from, expires) {
        (Some(from), Some(expires)) if from >= expires => Err(refuse(expected)),
        _ => Ok(()),
    }
}

fn whole(expected: &str) -> Refusal {
    Refusal::List { place: String::new(), expected: expected.to_owned() }
}

/// What serde says, without the place, which is said apart.
fn json_fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(fault, _)| fault.to_owned())
}

fn toml_fault(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count().saturating_add(1);
    format!("the members of the schema; line {line}: {}", error.message())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::PrivateKey;

    fn public(algorithm: Algorithm) -> String {
        PrivateKey::from_octets(algorithm, &[9; 32]).expect("a key").public_key().to_base64()
    }

    fn list(head: &str, key: &str, scope: &str) -> String {
        let public = public(Algorithm::Es256);
        format!(
            "version = 3\nissued = 100\n{head}\n[[key]]\nname = \"till\"\nalgorithm = \"es256\"\npublic_key = \"{public}\"\n{key}\n{scope}"
        )
    }

    #[track_caller]
    fn check(list: &str, expected: &str) {
        let refusal = TrustList::read(list, None).expect_err(list);
        assert_eq!(refusal.to_string(), format!("trust list{expected}"));
    }

    const SCOPE: &str = "[[key.scope]]\nguid = \"org.upqr.alipay\"\n";

    #[test]
    fn lists_are_read_from_both_formats() {
        let toml = list(
            "expires = 200",
            "not_before = 1\nexpires = 2",
            "[[key.scope]]\nguid = \"org.upqr.alipay\"\nprefixes = [\"https://qr.alipay.com/a\"]\nsigned = true\n[[key.scope]]\nid = \"15\"",
        );
        let value: serde_json::Value = toml::from_str(&toml).expect("TOML");
        let [toml, json] =
            [toml, value.to_string()].map(|text| TrustList::read(&text, Some(3)).expect("a list"));
        assert_eq!(format!("{toml:?}"), format!("{json:?}"));
        assert_eq!((toml.version, toml.issued, toml.expires), (3, 100, Some(200)));
        let key = &toml.keys[0];
        assert_eq!((key.not_before, key.expires, key.scope.len()), (Some(1), Some(2), 2));
        assert!(key.scope[0].signed);
        assert!(!toml.has_expired(199) && toml.has_expired(200));
    }

    /// What the schema does not allow is refused, above all what would be wider than it reads.
    #[test]
    fn json_has_objects_and_no_null() {
        let toml = list("expires = 200", "expires = 2", "[[key.scope]]\nguid = \"a\"\nprefixes = [\"b\"]");
        let value: serde_json::Value = toml::from_str(&toml).expect("TOML");
        let with = |pointer: &str, value_there: serde_json::Value| {
            let mut changed = value.clone();
            *changed.pointer_mut(pointer).expect("a member") = value_there;
            TrustList::read(&changed.to_string(), None).is_ok()
        };
        assert!(with("/expires", 201.into()));
        for pointer in
            ["/expires", "/key/0/expires", "/key/0/scope/0/prefixes", "/key/0/scope/0/guid", "/key"]
        {
            assert!(!with(pointer, serde_json::Value::Null), "{pointer}");
        }
        assert!(!with(
            "/key/0",
            serde_json::json!(["till", "es256", public(Algorithm::Es256), 1, 2, [{"guid": "*"}]])
        ));
        assert!(!with("/key/0/scope/0", serde_json::json!(["*", "15", "01", ["b"], false])));
    }

    #[test]
    fn an_older_list_is_refused() {
        let refusal = TrustList::read(&list("", "", SCOPE), Some(4)).expect_err("older");
        let expected =
            "trust list: expected version 4 or a later one, which was seen before, found version 3";
        assert_eq!(refusal.to_string(), expected);
    }

    #[test]
    fn what_a_list_lacks_is_said() {
        let scope = |row: &str| list("", "", &format!("[[key.scope]]\n{row}\n"));
        check("version = 1", ": expected the members of the schema; line 1: missing field `issued`");
        check(
            "{\"version\":1,\n\"new\":2}",
            ": expected the members of the schema; line 2: unknown field `new`, expected one of `version`, `issued`, `expires`, `key`",
        );
        check(&list("expires = 100", "", SCOPE), ": expected `expires` after `issued`");
        check(
            &list("expires = 10000000000", "", SCOPE),
            ": expected times in Unix seconds of at most ten digits",
        );
        check(
            &list("", "not_before = 5\nexpires = 5", SCOPE),
            ", key 1: expected `expires` after `not_before`",
        );
        check(
            &list("", "", ""),
            ", key 1: expected at least one `scope`; `guid = \"*\"` says that the key may sign for everybody",
        );
        check(
            &list("", "", SCOPE).replace("es256", "rsa"),
            ", key 1: expected `algorithm` es256, ed25519 or sm2",
        );
        check(
            &list("", "", SCOPE).replace("es256", "sm2"),
            ", key 1: expected `algorithm` to be the one that the key names",
        );
        check(&list("", "", SCOPE).replace("till", " "), ", key 1: expected a name of one line");
        check(
            &list("", "", SCOPE).replace("MFkw", "MFkx"),
            ", key 1: expected `public_key` as DER in base64 with padding, or as PEM, of P-256, Ed25519 or SM2",
        );
        check(&scope("signed = true"), ", key 1, scope 1: expected either `guid` or `id`");
        check(&scope("guid = \"a\"\nid = \"15\""), ", key 1, scope 1: expected either `guid` or `id`");
        check(&scope("id = \"26\""), ", key 1, scope 1: expected `id` from 02 to 25");
        check(
            &scope("id = \"15\"\nobject = \"01\""),
            ", key 1, scope 1: expected `object` beside `guid` alone",
        );
        check(&scope("guid = \"a\"\nobject = \"00\""), ", key 1, scope 1: expected `object` from 01 to 99");
        check(
            &scope("guid = \"a b\""),
            ", key 1, scope 1: expected `guid` of printable ASCII without blanks",
        );
        for prefixes in ["[]", "[\"\"]"] {
            check(
                &scope(&format!("guid = \"a\"\nprefixes = {prefixes}")),
                ", key 1, scope 1: expected `prefixes` with at least one text, none of them empty",
            );
        }
        check(
            &scope("guid = \"*\"\nprefixes = [\"a\"]"),
            ", key 1, scope 1: expected `guid = \"*\"` without `object` and `prefixes`",
        );
    }
}
