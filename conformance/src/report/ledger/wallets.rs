//! What each wallet gets from a payload with another wallet's code, and from one payload with every wallet's code.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use upqr::emv::crc::Crc16;
use upqr::emv::mpm;
use upqr::network::Network;
use upqr::unified;

use super::sample::{Sample, Way};
use super::{Class, Fate, ask, ways};
use crate::adapter::Adapter;
use crate::vectors::words::words;

words! {
    /// What a reader gets.
    Cell {
        /// Its own code, byte for byte.
        Own = "own",
        /// No code of its own, but whose code it is, and the merchant's particulars.
        Named = "named",
        /// The merchant's particulars.
        MerchantData = "merchant data",
        /// Nothing, with a code that says why.
        Refused = "refused",
        /// The adapter does not have the operations.
        Unsupported = "unsupported",
        /// A code of another wallet, other bytes, or other particulars.
        Wrong = "wrong",
    }
}

impl Cell {
    /// The legend.
    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::Own => "the wallet gets its own code back, byte for byte",
            Self::Named => {
                "the payload holds no code of this wallet; it tells whose code it is, and the merchant's name, city and amount, so that the \
                 wallet can hand over or say so. It does not mean that the wallet can pay the code"
            }
            Self::MerchantData => {
                "a reader that does not know UPQR gets the merchant's name, city, currency and amount under a right checksum. It does not \
                 mean that the reader can pay"
            }
            Self::Refused => "nothing comes out, and the code of chapter 11 says why",
            Self::Unsupported => "the adapter does not declare the operations that this needs",
            Self::Wrong => "another wallet's code, other bytes or other particulars: a failure",
        }
    }

    const fn of(fate: &Fate) -> Self {
        match fate.class {
            Class::Refused => Self::Refused,
            Class::Unsupported => Self::Unsupported,
            _ => Self::Wrong,
        }
    }
}

/// The column of a reader that does not know this standard.
pub(super) const PLAIN: &str = "EMV reader";

/// A payload, and what each reader gets from it.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    /// Whose code is in it.
    pub(super) network: &'static str,
    pub(super) vector: String,
    pub(super) readers: BTreeMap<&'static str, Cell>,
}

#[derive(Debug, Serialize)]
pub(super) struct Wallets {
    /// One payload for each wallet's code.
    #[serde(rename = "wallets")]
    pub(super) alone: Vec<Line>,
    /// One payload with every wallet's code.
    pub(super) together: BTreeMap<&'static str, Cell>,
    /// The bytes of that payload.
    pub(super) together_bytes: u64,
}

impl Wallets {
    fn cells(&self) -> impl Iterator<Item = Cell> {
        self.alone.iter().flat_map(|line| line.readers.values()).chain(self.together.values()).copied()
    }

    pub(super) fn is_bad(&self) -> bool {
        self.cells().any(|cell| cell == Cell::Wrong)
    }

    /// Whether the adapter had the operations for none of them.
    pub(super) fn is_empty(&self) -> bool {
        self.cells().all(|cell| cell == Cell::Unsupported)
    }
}

/// Asks for every pair of wallets.
pub(super) fn of(adapter: &mut dyn Adapter, samples: &[Sample]) -> Wallets {
    let shown: Vec<(Network, &Sample)> = Network::all()
        .filter_map(|network| Some((network, samples.iter().find(|sample| shows(sample, network))?)))
        .collect();
    let alone = shown.iter().map(|(network, sample)| line(adapter, *network, sample)).collect();
    let (together, bytes) = together(adapter, &shown);
    Wallets { alone, together, together_bytes: u64::try_from(bytes).unwrap_or(u64::MAX) }
}

/// A merchant-presented code of the network in one template.
fn shows(sample: &Sample, network: Network) -> bool {
    sample.way == Way::Merchant && sample.network == Some(network) && !sample.form.contains("parts")
}

fn line(adapter: &mut dyn Adapter, network: Network, sample: &Sample) -> Line {
    let payload = ask::unify(adapter, &sample.native, &options(network, &[]));
    let mut readers = BTreeMap::new();
    for reader in Network::all() {
        let cell = match &payload {
            Ok(payload) => cell(adapter, payload, network, sample, reader),
            Err(fate) => Cell::of(fate),
        };
        readers.insert(reader.key(), cell);
    }
    readers.insert(PLAIN, payload.as_ref().map_or_else(Cell::of, |payload| plain(payload)));
    Line { network: network.key(), vector: sample.vector.clone(), readers }
}

fn options(network: Network, more: &[Value]) -> Map<String, Value> {
    let mut options = Map::new();
    options.insert("network".to_owned(), json!(network.key()));
    options.insert("merchant".to_owned(), ways::merchant());
    if !more.is_empty() {
        options.insert("more".to_owned(), json!(more));
    }
    options
}

/// What one wallet gets from a payload with one code.
fn cell(
    adapter: &mut dyn Adapter,
    payload: &str,
    network: Network,
    sample: &Sample,
    reader: Network,
) -> Cell {
    match ask::restore(adapter, payload, Some(reader.key())) {
        Err(fate) => Cell::of(&fate),
        Ok(codes) if reader == network && codes == [sample.native.as_slice()] => Cell::Own,
        Ok(codes) if reader != network && codes.is_empty() && names(payload, network) => Cell::Named,
        Ok(_) => Cell::Wrong,
    }
}

/// Whether the payload tells whose code it holds, and the merchant's particulars.
fn names(payload: &str, network: Network) -> bool {
    let Ok(parsed) = mpm::parse(payload) else { return false };
    let told = unified::read(&parsed).accounts().any(|account| account.network() == network);
    told && plain(payload) == Cell::MerchantData
}

/// What a reader of EMVCo payloads gets.
fn plain(payload: &str) -> Cell {
    let merchant = ways::merchant();
    let members =
        [(59, "name"), (60, "city"), (58, "country"), (53, "currency"), (54, "amount"), (52, "category")];
    let Ok(parsed) = mpm::parse(payload) else { return Cell::Wrong };
    let has = |(id, name): (u8, &str)| {
        let mut objects = parsed.objects().filter(|object| object.id.number() == id);
        objects.next().map(|object| json!(object.value)).as_ref() == merchant.get(name)
    };
    if parsed.crc() == Crc16::Right && members.into_iter().all(has) {
        Cell::MerchantData
    } else {
        Cell::Wrong
    }
}

/// What each wallet gets from the payload of all of them.
fn together(
    adapter: &mut dyn Adapter,
    shown: &[(Network, &Sample)],
) -> (BTreeMap<&'static str, Cell>, usize) {
    let Some(((first, sample), rest)) = shown.split_first() else { return (BTreeMap::new(), 0) };
    let more: Vec<Value> =
        rest.iter().map(|(network, sample)| ask::more(&sample.native, network.key())).collect();
    let payload = ask::unify(adapter, &sample.native, &options(*first, &more));
    let mut cells = BTreeMap::new();
    for (network, sample) in shown {
        let cell = match &payload {
            Ok(payload) => cell(adapter, payload, *network, sample, *network),
            Err(fate) => Cell::of(fate),
        };
        cells.insert(network.key(), cell);
    }
    let bytes = payload.as_ref().map_or(0, String::len);
    cells.insert(PLAIN, payload.map_or_else(|fate| Cell::of(&fate), |payload| plain(&payload)));
    (cells, bytes)
}
