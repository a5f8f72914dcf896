//! What findings are worth under the options: profile, waivers of the text's schemes, the day, and the choice of rules (UPQR-DSP).

use super::finding::{Diagnostic, Disposition, Findings, Label, Options, Profile, Severity};
use super::{Found, Rule};
use crate::emv::data_object::Id;
use crate::scheme::{Attribution, Scheme, Waiver};

/// Orders what was found, and leaves out what the options do not ask for.
pub(super) fn judge(found: Found, schemes: Vec<Attribution>, options: &Options) -> Findings {
    let allowing = allowing(&schemes);
    let wanted =
        found.omitted.iter().filter(|(rule, _)| options.wants(rule.id) && concerns(rule, options.profile));
    let omitted = wanted.map(|(_, count)| count).sum();
    let mut judged = Findings { findings: found.findings, omitted, schemes, ..Findings::default() };
    let upcoming = &mut judged.upcoming;
    judged.findings.retain_mut(|finding| {
        if !options.wants(finding.rule.id) || !concerns(finding.rule, options.profile) {
            return false;
        }
        weigh(finding, &allowing, options.profile);
        match options.as_of {
            Some(day) if finding.period.from.is_some_and(|from| day < from) => {
                upcoming.push(finding.clone());
                false
            }
            Some(day) => finding.period.until.is_none_or(|until| day < until),
            None => true,
        }
    });
    judged.findings.sort_by_key(|finding| finding.span.start);
    judged.upcoming.sort_by_key(|finding| (finding.period.from, finding.span.start));
    judged
}

/// Makes a finding graver or milder, as the profile and the text's schemes have it.
fn weigh(finding: &mut Diagnostic, allowing: &[&'static Scheme], profile: Profile) {
    if profile == Profile::Upqr && finding.rule.label == Label::Canonical {
        finding.severity = Severity::Error;
        finding.disposition = finding.disposition.max(Disposition::Confirm);
    }
    if profile != Profile::Emvco
        && let Some(waived) = waiver(finding, allowing)
    {
        finding.severity = Severity::Info;
        finding.disposition = Disposition::Pay;
        finding.waived = Some(waived);
    }
}

/// Whether a profile asks for the label of a rule.
fn concerns(rule: &Rule, profile: Profile) -> bool {
    profile != Profile::Emvco || !matches!(rule.label, Label::Scheme | Label::Canonical)
}

/// The schemes that waive anything, each once, however often a payload names it.
fn allowing(schemes: &[Attribution]) -> Vec<&'static Scheme> {
    let mut allowing: Vec<&'static Scheme> = Vec::new();
    for scheme in schemes.iter().map(|attribution| attribution.scheme) {
        if !scheme.waivers.is_empty() && !allowing.iter().any(|known| known.id == scheme.id) {
            allowing.push(scheme);
        }
    }
    allowing
}

fn waiver(finding: &Diagnostic, schemes: &[&'static Scheme]) -> Option<(&'static Scheme, &'static Waiver)> {
    schemes.iter().find_map(|scheme| {
        let waiver = scheme.waivers.iter().find(|waiver| covers(waiver, finding))?;
        Some((*scheme, waiver))
    })
}

fn covers(waiver: &Waiver, finding: &Diagnostic) -> bool {
    waiver.rule == finding.rule.id
        && (waiver.ids.is_empty() || waiver.ids.iter().any(|ids| is_named(ids, finding.object)))
}

/// Whether `59`, or `62-50` inside a template, names a data object.
fn is_named(name: &str, object: Option<(Option<Id>, Id)>) -> bool {
    match (name.split_once('-'), object) {
        (Some((template, id)), Some((Some(within), object))) => {
            template == within.as_str() && id == object.as_str()
        }
        (None, Some((None, object))) => name == object.as_str(),
        _ => false,
    }
}
