//! Trust lists that are refused before any payload is looked at.

#![allow(clippy::indexing_slicing, reason = "JSON that is composed here, which a test composes too")]

use serde_json::{Value, json};
use upqr::signature::Algorithm;

use super::{AS_OF, Shop, list, options};
use crate::vectors::Risk;
use crate::vectors::generate::draft::{Claim, Draft};

pub(super) fn drafts(drafts: &mut Vec<Draft>) {
    let shop = Shop::new(Algorithm::Es256);
    let parent = shop.valid();
    let everything = || json!({"guid": "*"});
    let row = |member: &str, value: Value| {
        let mut row = shop.row("till", &[everything()]);
        if let Some(row) = row.as_object_mut() {
            row.insert(member.to_owned(), value);
        }
        list(&[row])
    };
    let without = |member: &str| {
        let mut row = shop.row("till", &[everything()]);
        if let Some(row) = row.as_object_mut() {
            row.remove(member);
        }
        list(&[row])
    };
    let scope = |scope: Value| list(&[shop.row("till", &[scope])]);
    let head = |member: &str, value: Value| {
        let mut list = shop.trust();
        if let Some(list) = list.as_object_mut() {
            list.insert(member.to_owned(), value);
        }
        list
    };
    let keys = list(&[shop.row("till", &[everything()])])["key"].clone();
    let public = shop.key().public_key().to_base64();
    // P-256's own encoding with the sign of y alone, and the neutral point of Ed25519.
    let compressed = "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACsFLzgr4FlRsmH3IeAq5tMMs2I5zyaoCXqGt5xdQ7XXE=";
    let small = "MCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let p384 = "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEqofKIr6LBTeOscce8yCtdG4dO2KLp5uYWfdB4IJUKjhVAvJdv1UpbDpUXjhydgq3NhfeSpYmLG9dnpi/kpLcKfj0Hb0omhR86doxE7XwuMAKYLHOHX6BnXpDHXyQ6g5f";
    let rows: Vec<(&str, &str, Value, &'static str)> = vec![
        ("member", "a member that no list has", head("comment", json!("x")), "UPQR-SIG-14"),
        ("version-out", "no version", json!({"issued": 1, "key": keys}), "UPQR-SIG-14"),
        ("issued-out", "no time of issue", json!({"version": 1, "key": keys}), "UPQR-SIG-14"),
        ("version-text", "a version as text", head("version", json!("1")), "UPQR-SIG-14"),
        ("version-negative", "a version below zero", head("version", json!(-1)), "UPQR-SIG-14"),
        ("expires-early", "an expiry before the issue", head("expires", json!(1)), "UPQR-SIG-14"),
        (
            "expires-long",
            "a time of eleven digits",
            head("expires", json!(10_000_000_000_u64)),
            "UPQR-SIG-14",
        ),
        ("key-member", "a member that no key has", row("comment", json!("x")), "UPQR-SIG-14"),
        ("name-out", "a key without a name", without("name"), "UPQR-SIG-14"),
        ("name-lines", "a name of two lines", row("name", json!("a\nb")), "UPQR-SIG-14"),
        ("algorithm-out", "a key without an algorithm", without("algorithm"), "UPQR-SIG-14"),
        ("public-out", "a key without its public key", without("public_key"), "UPQR-SIG-14"),
        (
            "algorithm-other",
            "an algorithm that there is not",
            row("algorithm", json!("rs256")),
            "UPQR-SIG-14",
        ),
        (
            "algorithm-wrong",
            "an algorithm that the key does not name",
            row("algorithm", json!("sm2")),
            "UPQR-SIG-17",
        ),
        ("public-text", "a public key that is no base64", row("public_key", json!("no key")), "UPQR-SIG-16"),
        (
            "public-padding",
            "a public key without its padding",
            row("public_key", json!(public.trim_end_matches('='))),
            "UPQR-SIG-16",
        ),
        ("public-compressed", "a compressed point", row("public_key", json!(compressed)), "UPQR-SIG-16"),
        ("public-small", "a point of small order", row("public_key", json!(small)), "UPQR-SIG-16"),
        ("public-curve", "a point of another curve", row("public_key", json!(p384)), "UPQR-SIG-16"),
        ("scope-out", "a key without a scope", without("scope"), "UPQR-SIG-20"),
        ("scope-empty", "a key with an empty scope", row("scope", json!([])), "UPQR-SIG-20"),
        ("scope-nothing", "a row without GUID and ID", scope(json!({})), "UPQR-SIG-14"),
        ("scope-both", "a row with GUID and ID", scope(json!({"guid": "a", "id": "15"})), "UPQR-SIG-14"),
        (
            "scope-member",
            "a member that no row has",
            scope(json!({"guid": "a", "prefix": "b"})),
            "UPQR-SIG-14",
        ),
        ("scope-id", "an ID that is no card account", scope(json!({"id": "26"})), "UPQR-SIG-14"),
        (
            "scope-object",
            "object 00 for prefixes",
            scope(json!({"guid": "a", "object": "00", "prefixes": ["b"]})),
            "UPQR-SIG-14",
        ),
        (
            "scope-no-prefix",
            "no prefix in a list of them",
            scope(json!({"guid": "a", "prefixes": []})),
            "UPQR-SIG-14",
        ),
        (
            "scope-empty-prefix",
            "an empty prefix",
            scope(json!({"guid": "a", "prefixes": [""]})),
            "UPQR-SIG-14",
        ),
        (
            "scope-all-prefix",
            "a prefix of everything",
            scope(json!({"guid": "*", "prefixes": ["a"]})),
            "UPQR-SIG-14",
        ),
    ];
    for (id, change, trust, requirement) in rows {
        let draft = Draft::mutant(
            &parent,
            &format!("list-{id}"),
            &format!("a list with {change}"),
            shop.signed().as_bytes(),
            Claim::Refused("trust-list", None),
        );
        drafts.push(Draft {
            requirements: vec![requirement],
            flags: vec!["attack-17"],
            risk: vec![Risk::Tamper],
            options: options(trust, AS_OF),
            ..draft
        });
    }
}
