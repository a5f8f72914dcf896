//! Any text as a merchant-presented payload.

use super::laws;

/// Holds the laws against a text, as it stands and with the checksum that it should end with.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    laws::text(text);
    laws::text(&super::draw::seal(text));
}
