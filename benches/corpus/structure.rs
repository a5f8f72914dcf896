//! The structural pass over a merchant-presented payload: every object of the root and of all templates is visited.

use upqr::emv::data_object::Template;
use upqr::emv::mpm;

/// Whether no object is empty and no ID repeated, in the root, in its templates, and in those inside object 62 (IDs 50 to 99).
pub(crate) fn is_sound(payload: &mpm::Payload<'_>) -> bool {
    let mut sound = payload.repeated().is_empty() && payload.empty().is_empty();
    for (object, template) in payload.templates() {
        sound &= is_sound_template(&template);
        if object.id == mpm::ADDITIONAL {
            let inner = template.objects().filter(|inner| inner.id.number() >= 50);
            sound &= inner.filter_map(|inner| inner.template()).all(|inner| is_sound_template(&inner));
        }
    }
    sound
}

const fn is_sound_template(template: &Template<'_>) -> bool {
    template.repeated().is_empty() && template.empty().is_empty()
}
