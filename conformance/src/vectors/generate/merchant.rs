//! The merchant-presented payloads that mutants come from, each as objects with nothing wrong in them.

use super::dice::Dice;
use super::object::{Object, place, plain, template};

/// A payload and the word that stands for it in ids and titles.
pub(crate) struct Parent {
    pub(crate) key: &'static str,
    pub(crate) shows: &'static str,
    pub(crate) objects: Vec<Object>,
}

impl Parent {
    /// Its objects, with one of the root replaced by those of `with`.
    pub(crate) fn with(&self, id: &str, with: &[Object]) -> Vec<Object> {
        let mut objects = Vec::new();
        for object in &self.objects {
            if object.id == id { objects.extend(with.iter().cloned()) } else { objects.push(object.clone()) }
        }
        objects
    }

    /// Its objects and these, in ascending order of ID.
    pub(crate) fn and(&self, more: &[Object]) -> Vec<Object> {
        let mut objects: Vec<Object> = self.objects.iter().chain(more).cloned().collect();
        objects.sort_by(|a, b| a.id.cmp(&b.id));
        objects
    }

    /// Its objects, with the value of one of the root replaced.
    pub(crate) fn set(&self, id: &str, value: &str) -> Vec<Object> {
        self.with(id, &[plain(id, value)])
    }

    /// Whether a root object has the ID.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.objects.iter().any(|object| object.id == id)
    }

    /// The first byte behind the objects, where object 63 begins.
    pub(crate) fn end(&self) -> usize {
        self.objects.last().map_or(0, |last| place(&self.objects, &[last.id.as_str()]).end)
    }
}

/// What every one of these payloads ends with.
fn sale(country: &str, currency: &str, city: &str) -> Vec<Object> {
    vec![
        plain("52", "5411"),
        plain("53", currency),
        plain("58", country),
        plain("59", "ORCHID NOODLE BAR"),
        plain("60", city),
    ]
}

fn parent(key: &'static str, shows: &'static str, accounts: Vec<Object>, rest: Vec<Object>) -> Parent {
    let head = [plain("00", "01"), plain("01", "11")];
    Parent { key, shows, objects: head.into_iter().chain(accounts).chain(rest).collect() }
}

fn china(more: Vec<Object>) -> Vec<Object> {
    sale("CN", "156", "SUZHOU").into_iter().chain(more).collect()
}

/// A carriage template of a network in one part.
pub(crate) fn carriage(id: &str, network: &str, form: &str, body: &str) -> Object {
    let guid = plain("00", format!("org.upqr.{network}"));
    template(id, vec![guid, plain("01", form), plain("02", body)])
}

fn local(name: &str) -> Object {
    template("64", vec![plain("00", "zh"), plain("01", name), plain("02", "苏州")])
}

fn extension(id: &str, value: String) -> Object {
    template(id, vec![plain("00", "noodle.example"), plain("01", value)])
}

/// All of them.
pub(crate) fn parents(seed: u64) -> Vec<Parent> {
    let mut dice = Dice::of(seed, "merchant");
    let mut card = || vec![plain("04", format!("9999{}", dice.digits(12)))];
    let (ascii, local_name, astral, nested) = (card(), card(), card(), card());
    let wallet = vec![carriage("26", "wechat", "05", &format!("f2f0{}", dice.token(32)))];
    let proxy = format!("0066{}", dice.digits(9));
    let thai = vec![template("29", vec![plain("00", "A000000677010111"), plain("01", proxy)])];
    let reference = format!("REF-{}", dice.digits(6));
    let additional = template("62", vec![plain("05", reference.clone()), extension("50", dice.digits(4))]);
    vec![
        parent(
            "ascii",
            "ASCII throughout",
            ascii,
            china(vec![plain("61", "215000"), template("62", vec![plain("05", reference)])]),
        ),
        parent("wallet", "with a wallet's account", wallet, china(vec![])),
        parent("chinese", "with a Chinese name", local_name, china(vec![local("兰花面馆")])),
        parent("emoji", "with a character outside the basic plane", astral, china(vec![local("面🍜馆")])),
        parent(
            "nested",
            "with templates in one another",
            nested,
            china(vec![additional, extension("80", dice.digits(6))]),
        ),
        parent("thai", "of a national scheme", thai, sale("TH", "764", "BANGKOK")),
    ]
}

/// The first of them.
pub(crate) fn ordinary(seed: u64) -> Parent {
    parents(seed).into_iter().next().expect("there are parents")
}
