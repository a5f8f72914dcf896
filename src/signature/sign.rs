//! The canonical signed payload of a canonical one (UPQR-SIG-42 to UPQR-SIG-44).

use super::Refusal;
use super::key::PrivateKey;
use super::verify::message;
use crate::emv::mpm;
use crate::unified;
use crate::unified::signature::{self, Placed, Signature};

/// Signs a payload: names algorithm and key in its control template, and adds the two signature templates.
///
/// Refused are payloads that are signed already, that are not canonical, or that would be longer than an encoder's may be.
pub fn sign(payload: &str, key: &PrivateKey) -> Result<String, Refusal> {
    let payload = mpm::parse(payload)?;
    if !matches!(signature::read(&payload), Placed::Absent) {
        return Err(Refusal::Payload("a payload without a signature, found one: sign what it was made from"));
    }
    let reading = unified::read(&payload);
    if !unified::is_canonical(&payload, &reading) {
        return Err(Refusal::Payload(
            "a canonical payload, found another: `upqr check` says what is wrong, `upqr encode` writes it again",
        ));
    }
    let mut payment = unified::payment(&payload, &reading)?;
    let control = payment.templates.control.get_or_insert_default();
    control.algorithm = Some(key.algorithm().digit().to_owned());
    control.key_id = Some(key.public_key().id().to_string());
    let unsigned = unified::write(&payment)?;
    let crc = mpm::parse(&unsigned)?.last().offset;
    let signed = unsigned.get(..crc).unwrap_or_default();
    payment.templates.signature = Some(Signature(key.sign(&message(signed))?));
    let text = unified::write(&payment)?;
    // The signature stands last, so that nothing before it moves.
    debug_assert!(text.starts_with(signed), "what was signed is what was written");
    Ok(text)
}
