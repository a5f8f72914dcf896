//! `upqr keygen`: a key for tests.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use upqr::signature::{Algorithm, PrivateKey};
use zeroize::Zeroizing;

use crate::exit::{Exit, Stop};
use crate::key;

/// What stands before the key in its file.
const MARK: &str =
    "For tests only: made by `upqr keygen`, and not protected by anything but its permissions.\n";

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The one algorithm of the key
    #[arg(long, value_name = "es256|ed25519|sm2", value_parser = key::algorithm)]
    alg: Algorithm,
    /// The file of the private key, which must not be there yet; the public key gets its name and `.pub`
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// What the row of the trust list calls the key
    #[arg(long, default_value = "test key")]
    name: String,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Stop> {
    let key = random(arguments.alg)?;
    let path = &arguments.output;
    let mut public = OsString::from(path);
    public.push(".pub");
    let public = PathBuf::from(public);
    let pem = key.to_pem();
    let mut private = create(path, true)?;
    // A public key whose private half was not written would be trusted in vain, and a private one without its public half is of no use.
    let mut public_file = create(&public, false).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })?;
    private.write_all(MARK.as_bytes())?;
    private.write_all(pem.as_bytes())?;
    public_file.write_all(key.public_key().to_pem().as_bytes())?;
    writeln!(
        out,
        "# For tests only. The private key is in {}, the public one in {}.",
        path.display(),
        public.display()
    )?;
    writeln!(out, "# Key ID: {}", key.public_key().id())?;
    writeln!(out, "# A row for a trust list; its scope says what the key may sign.")?;
    writeln!(out, "[[key]]")?;
    writeln!(out, "name = {}", toml::Value::from(arguments.name.as_str()))?;
    writeln!(out, "algorithm = \"{}\"", key.algorithm().key())?;
    writeln!(out, "public_key = \"{}\"", key.public_key().to_base64())?;
    writeln!(out, "[[key.scope]]")?;
    writeln!(out, "guid = \"org.upqr.alipay\"")?;
    writeln!(out, "prefixes = [\"https://qr.alipay.com/fkx00000synthetic\"]")?;
    Ok(Exit::Conforms)
}

/// A key of the system's random numbers; those that are no key, of which there is one in four thousand million, are passed over.
fn random(algorithm: Algorithm) -> Result<PrivateKey, Stop> {
    let mut octets = Zeroizing::new([0; 32]);
    loop {
        getrandom::fill(&mut *octets)
            .map_err(|error| Stop::Refused(format!("the system gives no random numbers: {error}")))?;
        if let Ok(key) = PrivateKey::from_octets(algorithm, &octets) {
            return Ok(key);
        }
    }
}

/// A file that was not there before, which its owner alone may read where it is private.
fn create(path: &Path, is_private: bool) -> Result<File, Stop> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_private {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::AlreadyExists => "it is there already, and a key is never written over".to_owned(),
            io::ErrorKind::NotFound => "there is no such folder".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => error.to_string(),
        };
        Stop::Usage(format!("cannot write `{}`: {reason}", path.display()))
    })
}
