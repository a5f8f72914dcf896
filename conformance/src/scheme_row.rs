//! What `explain` says of a scheme: its row of the registry.

use std::ops::RangeInclusive;

use serde::Serialize;
use upqr::scheme::{Confidence, Place, Presence, Scheme, Template};

use crate::explain::{Fact, rows};
use crate::human::BOLD;
use crate::language::{self, Language};

/// The members of a scheme in their documented order.
#[derive(Serialize)]
pub(crate) struct SchemeRow {
    scheme: &'static str,
    name: &'static str,
    jurisdictions: &'static [String],
    currencies: &'static [String],
    confidence: &'static str,
    document: DocumentRow,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    sources: &'static [String],
    templates: Vec<TemplateRow>,
    objects: Vec<ObjectRow>,
    waivers: Vec<WaiverRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol: Option<SymbolRow>,
}

/// What the scheme asks of a symbol.
#[derive(Serialize)]
struct SymbolRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    versions: Option<String>,
    levels: &'static [String],
    eci: &'static [u32],
    eci_mandatory: bool,
    modes: &'static [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    module_mm: Option<f64>,
    confidence: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    source: &'static str,
}

#[derive(Serialize)]
struct DocumentRow {
    title: &'static str,
    version: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct TemplateRow {
    ids: String,
    name: &'static str,
    guids: &'static [String],
    mandatory: bool,
    objects: Vec<ObjectRow>,
}

#[derive(Serialize)]
struct ObjectRow {
    id: &'static str,
    name: &'static str,
    mandatory: bool,
}

#[derive(Serialize)]
struct WaiverRow {
    rule: &'static str,
    ids: &'static [String],
    reason: &'static str,
}

impl SchemeRow {
    pub(crate) fn of(language: Language, scheme: &'static Scheme) -> Self {
        let reason = |en, zh| if language == Language::En { en } else { zh };
        let waivers = scheme.waivers.iter().map(|waiver| WaiverRow {
            rule: &waiver.rule,
            ids: &waiver.ids,
            reason: reason(&waiver.reason, &waiver.reason_zh),
        });
        let (title, version, url) = (&scheme.spec.title, &scheme.spec.version, &scheme.spec.url);
        Self {
            scheme: &scheme.id,
            name: name(language, scheme),
            jurisdictions: &scheme.jurisdictions,
            currencies: &scheme.currencies,
            confidence: scheme.confidence.key(),
            document: DocumentRow { title, version, url },
            from: scheme.effective.from.map(|day| day.to_string()),
            until: scheme.effective.until.map(|day| day.to_string()),
            sources: &scheme.sources,
            templates: scheme.templates.iter().map(TemplateRow::of).collect(),
            objects: objects(&scheme.objects),
            waivers: waivers.collect(),
            symbol: SymbolRow::of(scheme),
        }
    }
}

impl SymbolRow {
    /// `None` where the row says nothing of symbols.
    fn of(scheme: &'static Scheme) -> Option<Self> {
        let limits = &scheme.symbol;
        let row = Self {
            versions: limits
                .versions
                .as_ref()
                .map(|versions| from_to(versions, |version| version.to_string())),
            levels: &limits.levels,
            eci: &limits.eci,
            eci_mandatory: limits.eci_mandatory,
            modes: &limits.modes,
            module_mm: limits.module,
            confidence: limits.confidence(scheme).key(),
            source: &limits.source,
        };
        let lists = [row.levels.len(), row.eci.len(), row.modes.len()];
        let says = row.versions.is_some() || row.module_mm.is_some() || lists.iter().any(|count| *count > 0);
        says.then_some(row)
    }
}

impl TemplateRow {
    fn of(template: &'static Template) -> Self {
        Self {
            ids: place(&template.place),
            name: &template.name,
            guids: &template.guids,
            mandatory: template.mandatory,
            objects: objects(&template.objects),
        }
    }
}

fn objects(objects: &'static [upqr::scheme::Object]) -> Vec<ObjectRow> {
    let row = |object: &'static upqr::scheme::Object| ObjectRow {
        id: &object.id,
        name: &object.name,
        mandatory: object.presence == Presence::Mandatory,
    };
    objects.iter().map(row).collect()
}

fn name(language: Language, scheme: &Scheme) -> &str {
    if language == Language::En { &scheme.name } else { &scheme.name_zh }
}

/// Where a template stands, as the registry writes it.
fn place(place: &Place) -> String {
    let ids = |ids: &RangeInclusive<u8>| from_to(ids, |id| format!("{id:02}"));
    match place {
        Place::Root => "root".to_owned(),
        Place::Templates(range) => ids(range),
        Place::Additional(range) => format!("62-{}", ids(range)),
    }
}

/// One number, or two with a hyphen between.
fn from_to(range: &RangeInclusive<u8>, show: impl Fn(u8) -> String) -> String {
    let (first, last) = (show(*range.start()), show(*range.end()));
    if first == last { first } else { format!("{first}-{last}") }
}

/// A scheme for a person.
pub(crate) fn page(language: Language, scheme: &'static Scheme) -> String {
    let facts = facts(language, scheme);
    format!("{BOLD}{}{BOLD:#}  {}\n{}", scheme.id, language.say(language::SCHEME), rows(&facts))
}

pub(crate) fn facts(language: Language, scheme: &'static Scheme) -> Vec<Fact> {
    let say = |words| language.say(words);
    let list =
        |items: &[String], none| if items.is_empty() { say(none).to_owned() } else { items.join(", ") };
    let document = &scheme.spec;
    let written: Vec<&str> = [&document.title, &document.version, &document.url]
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    let effective = [
        scheme.effective.from.map(|day| language.with(language::FROM, day)),
        scheme.effective.until.map(|day| language.with(language::UNTIL, day)),
    ];
    let effective: Vec<String> = effective.into_iter().flatten().collect();
    let row = SchemeRow::of(language, scheme);
    let templates: Vec<String> =
        row.templates.iter().map(|template| template_line(language, template)).collect();
    let objects: Vec<String> = row.objects.iter().map(|object| object_line(language, object)).collect();
    let waivers: Vec<String> = row.waivers.iter().map(|waiver| waiver_line(language, waiver)).collect();
    let mut facts = vec![
        Fact::new(say(language::NAME), name(language, scheme)),
        Fact::new(say(language::JURISDICTIONS), list(&scheme.jurisdictions, language::ANYWHERE)),
        Fact::new(say(language::CURRENCIES), list(&scheme.currencies, language::ANYTHING)),
        Fact::new(say(language::CONFIDENCE), say(language::confidence(scheme.confidence))),
        Fact::new(say(language::DOCUMENT), written.join("\n")),
        Fact::new(say(language::EFFECTIVE), effective.join(language.comma())),
        Fact::new(say(language::SOURCES), scheme.sources.join("\n")),
        Fact::new(say(language::TEMPLATES), templates.join("\n")),
        Fact::new(say(language::OBJECTS), objects.join("\n")),
        Fact::new(say(language::WAIVERS), waivers.join("\n")),
        Fact::new(
            say(language::SYMBOL),
            row.symbol.map_or_else(String::new, |symbol| symbol_lines(language, scheme, &symbol)),
        ),
    ];
    facts.retain(|fact| !fact.text.is_empty());
    facts
}

fn template_line(language: Language, template: &TemplateRow) -> String {
    let mut line = [&template.ids, " ", template.name].concat();
    if !template.guids.is_empty() {
        line.push_str(&language.brackets(&template.guids.join(", ")));
    }
    if template.mandatory {
        line = [&line, language.comma(), language.say(language::MANDATORY)].concat();
    }
    let objects = template.objects.iter().map(|object| ["\n  ", &object_line(language, object)].concat());
    objects.fold(line, |line, object| line + &object)
}

fn object_line(language: Language, object: &ObjectRow) -> String {
    let mandatory =
        if object.mandatory { language.brackets(language.say(language::MANDATORY)) } else { String::new() };
    [object.id, " ", object.name, &mandatory].concat()
}

fn waiver_line(language: Language, waiver: &WaiverRow) -> String {
    let ids = if waiver.ids.is_empty() { String::new() } else { language.brackets(&waiver.ids.join(", ")) };
    [waiver.rule, &ids, language.colon(), waiver.reason].concat()
}

/// What a scheme asks of a symbol, each on a line; how far it is known stands there where that is less than the rest of the row.
fn symbol_lines(language: Language, scheme: &Scheme, symbol: &SymbolRow) -> String {
    let designators: Vec<String> = symbol.eci.iter().map(u32::to_string).collect();
    let listed =
        |words, items: &[String]| (!items.is_empty()).then(|| language.with(words, items.join(", ")));
    let mut eci = listed(language::SYMBOL_ECI, &designators);
    if let Some(line) = eci.as_mut().filter(|_| symbol.eci_mandatory) {
        line.push_str(&language.brackets(language.say(language::MANDATORY)));
    }
    let lines = [
        symbol.versions.as_ref().map(|versions| language.with(language::SYMBOL_VERSION, versions)),
        listed(language::SYMBOL_LEVEL, symbol.levels),
        eci,
        listed(language::SYMBOL_MODE, symbol.modes),
        symbol.module_mm.map(|side| language.with(language::SYMBOL_MODULE, side)),
        scheme.symbol.confidence.filter(|own| *own < scheme.confidence).map(|own: Confidence| {
            let (name, confidence) =
                (language.say(language::CONFIDENCE), language.say(language::confidence(own)));
            [name, language.colon(), confidence].concat()
        }),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}
