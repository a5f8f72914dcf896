//! The pictures of `vectors/images/` and the vectors of `scan` that are about them: each is drawn here, byte for byte the same on every machine.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "pictures have some hundred pixels a side, symbols some thousand bits, and files some thousand bytes"
)]

mod asked;
mod broken;
mod canvas;
mod file;
mod symbol;
mod table;

use serde_json::{Map, json};
use sha2::{Digest as _, Sha256};
use upqr::payment::hex_of;

use crate::vectors::{
    Expect, Expectation, Fault, Image, Input, Kind, Level, Op, Provenance, Risk, Vector, Verdict,
};

/// Bytes of one picture.
pub(crate) const LARGEST: usize = 20 << 10;

/// What one picture shows.
#[derive(Clone, Debug)]
struct Row {
    name: &'static str,
    title: &'static str,
    /// Numbers of the requirements of clause 14.
    requirements: Vec<u32>,
    risk: Vec<Risk>,
    claim: Claim,
    octets: Vec<u8>,
}

/// What has to come of it.
#[derive(Clone, Debug)]
enum Claim {
    Read(Vec<u8>),
    Refused(&'static str, Origin),
}

/// How a picture that is refused came to be.
#[derive(Clone, Copy, Debug)]
enum Origin {
    /// The name of an accepted one, and the change.
    Mutant(&'static str, &'static str),
    /// Why there is none.
    None(&'static str),
}

impl Row {
    fn read(
        name: &'static str,
        title: &'static str,
        requirements: &[u32],
        payload: &[u8],
        octets: Vec<u8>,
    ) -> Self {
        let claim = Claim::Read(payload.to_vec());
        Self {
            name,
            title,
            requirements: requirements.to_vec(),
            risk: vec![Risk::RefusedSale],
            claim,
            octets,
        }
    }

    fn refused(
        name: &'static str,
        title: &'static str,
        requirements: &[u32],
        code: &'static str,
        origin: Origin,
        octets: Vec<u8>,
    ) -> Self {
        let claim = Claim::Refused(code, origin);
        Self { name, title, requirements: requirements.to_vec(), risk: vec![Risk::Misroute], claim, octets }
    }

    /// The same, where failing costs time and memory.
    fn denies(self) -> Self {
        Self { risk: vec![Risk::DenialOfService], ..self }
    }

    /// The name of its file; one that is no picture is called after what it pretends to be.
    fn file(&self) -> String {
        if self.octets.starts_with(b"<svg") {
            return format!("{}.svg", self.name);
        }
        let format = image::guess_format(&self.octets).ok();
        let extension = format.and_then(|format| format.extensions_str().first().copied()).unwrap_or("png");
        format!("{}.{extension}", self.name)
    }
}

/// Every picture by the name of its file.
pub(super) fn pictures(seed: u64) -> Vec<(String, Vec<u8>)> {
    let mut pictures: Vec<(String, Vec<u8>)> =
        table::rows(seed).into_iter().map(|row| (row.file(), row.octets)).collect();
    pictures.sort_unstable();
    pictures
}

/// The vectors, in the order of their ids, which are numbered in the order of the table.
pub(super) fn vectors(seed: u64) -> Vec<Vector> {
    let rows = table::rows(seed);
    let ids: Vec<String> =
        rows.iter().zip(1..).map(|(row, number)| format!("scan-{number:04}-{}", row.name)).collect();
    let id_of = |name: &str| {
        let place = rows.iter().position(|row| row.name == name);
        place.and_then(|place| ids.get(place)).cloned().unwrap_or_default()
    };
    rows.iter().zip(&ids).map(|(row, id)| vector(row, id.clone(), &id_of)).collect()
}

fn vector(row: &Row, id: String, id_of: &dyn Fn(&str) -> String) -> Vector {
    let nothing = Expectation {
        verdict: Verdict::Accept,
        error: None,
        value: None,
        disposition: None,
        findings: None,
        spans: None,
    };
    let (expect, origin) = match &row.claim {
        Claim::Read(payload) => {
            let value = Some(json!({"payload": hex_of(payload)}));
            let (findings, disposition) = (Some(broken::by(row.name)), broken::lets(row.name));
            (Expectation { value, disposition, findings, ..nothing }, None)
        }
        Claim::Refused(code, origin) => {
            let error = Some(Fault { code: (*code).to_owned(), offset: None });
            (Expectation { verdict: Verdict::Reject, error, ..nothing }, Some(*origin))
        }
    };
    let (parent, mutation, parentless) = match origin {
        Some(Origin::Mutant(parent, change)) => (Some(id_of(parent)), Some(change.to_owned()), None),
        Some(Origin::None(why)) => (None, None, Some(why.to_owned())),
        None => (None, None, None),
    };
    let sha256 = hex_of(&Sha256::digest(&row.octets));
    let requirements = row.requirements.iter().map(|number| format!("UPQR-SYM-{number}"));
    let mut requirements: Vec<String> = requirements.chain(broken::requirements(row.name)).collect();
    requirements.sort_unstable();
    requirements.dedup();
    Vector {
        id,
        rev: 1,
        op: Op::Scan,
        level: Level::Shape,
        since: "10".to_owned(),
        until: None,
        title: row.title.to_owned(),
        input: Input { hex: String::new(), text: None, image: Some(Image { name: row.file(), sha256 }) },
        options: Map::new(),
        requirements,
        flags: vec!["picture".to_owned()],
        risk: row.risk.clone(),
        expect: Expect::Always(expect),
        parent,
        mutation,
        parentless,
        provenance: Provenance {
            kind: Kind::Hand,
            seed: None,
            note: Some("drawn by `upqr vectors generate`".to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use upqr::symbol::{Level, Unread, analyse};

    use super::symbol::{Stream, damaged, far_format, misformatted};
    use super::*;
    use crate::vectors::generate::SEED;

    #[test]
    fn pictures_are_small_and_each_is_another() {
        let mut pictures = pictures(SEED);
        assert!(pictures.len() >= 45);
        for (name, octets) in &pictures {
            assert!(octets.len() <= LARGEST, "{name} has {} bytes", octets.len());
        }
        let count = pictures.len();
        pictures.sort_by(|one, other| one.1.cmp(&other.1));
        pictures.dedup_by(|one, other| one.1 == other.1);
        assert_eq!(pictures.len(), count);
    }

    #[test]
    fn what_is_drawn_wrong_is_as_wrong_as_it_should_be() {
        let grid = Stream::new(4).bytes(b"tea").draw(Level::L, 1);
        let corrected = |errors| {
            analyse(&damaged(grid.clone(), errors))
                .map(|read| read.blocks.iter().map(|block| block.corrected).sum::<usize>())
        };
        assert_eq!(corrected(0), Ok(0));
        assert_eq!(corrected(10), Ok(10));
        assert_eq!(corrected(11), Err(Unread::Block(0)));
        assert_eq!(analyse(&misformatted(grid, far_format())).map(|read| read.level), Err(Unread::Format));
    }
}
