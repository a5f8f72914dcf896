//! Key files: private keys, which are read from files alone and never shown, and public ones.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use upqr::signature::{Algorithm, PrivateKey, PublicKey};
use zeroize::Zeroizing;

use crate::exit::Stop;
use crate::human;
use crate::source::cannot_read;

/// Bytes of a key file that are read; a PEM key has some hundred.
const MAX_KEY: u64 = 1 << 14;

/// Reads a private key, and warns where others than its owner may read it too.
pub(crate) fn private(path: &Path) -> Result<PrivateKey, Stop> {
    refuse_key_as_path(path)?;
    let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
    warn_of_readers(path, &file);
    let text = text(path, file)?;
    PrivateKey::from_pem(&text).map_err(|refusal| Stop::Usage(format!("`{}`: {refusal}", path.display())))
}

/// Reads a public key.
pub(crate) fn public(path: &Path) -> Result<PublicKey, Stop> {
    refuse_key_as_path(path)?;
    let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
    let text = text(path, file)?;
    if text.contains("PRIVATE KEY") {
        let advice =
            "it holds a private key: give the public one, and keep this one where nobody else reads it";
        return Err(Stop::Usage(format!("`{}`: {advice}", path.display())));
    }
    PublicKey::read(&text).map_err(|refusal| Stop::Usage(format!("`{}`: {refusal}", path.display())))
}

/// A key that stands where the name of its file belongs is not repeated: error streams are kept.
fn refuse_key_as_path(path: &Path) -> Result<(), Stop> {
    let given = path.to_string_lossy();
    if given.contains("PRIVATE KEY") || given.contains(['\n', '\r']) {
        let advice = "a key is read from its file alone: give the file's name, and make a new key, since this one stood in a command";
        return Err(Stop::Usage(advice.to_owned()));
    }
    Ok(())
}

fn text(path: &Path, file: File) -> Result<Zeroizing<String>, Stop> {
    // As much room as the file may take, so that no copy is left behind where the text grew.
    let capacity = usize::try_from(MAX_KEY).unwrap_or_default();
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    file.take(MAX_KEY).read_to_string(&mut text).map_err(|error| cannot_read(path, &error))?;
    Ok(text)
}

#[cfg(unix)]
fn warn_of_readers(path: &Path, file: &File) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata().map_or(0, |metadata| metadata.permissions().mode());
    if mode & 0o077 != 0 {
        let path = path.display();
        human::warn(&format!(
            "others than its owner may use the private key in `{path}` (mode {:03o}): `chmod 600 {path}`",
            mode & 0o777
        ));
    }
}

#[cfg(not(unix))]
fn warn_of_readers(_path: &Path, _file: &File) {}

/// The algorithm with this name, for options.
pub(crate) fn algorithm(key: &str) -> Result<Algorithm, String> {
    Algorithm::with_key(key).ok_or_else(|| "expected es256, ed25519 or sm2".to_owned())
}
