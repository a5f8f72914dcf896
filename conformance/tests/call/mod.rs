//! Runs the real command, as a shell would.

// Every test file compiles this module for itself and uses a part of it.
#![allow(dead_code)]

use std::fs;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How a call ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) octets: Vec<u8>,
    /// The standard output, and the error stream.
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// The JSON object of every line.
    #[track_caller]
    pub(crate) fn objects(&self) -> Vec<Value> {
        let lines = self.out.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect()
    }
}

/// The command without what a developer's shell may say about colours and widths.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_upqr"));
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[track_caller]
pub(crate) fn upqr(arguments: &[&str]) -> Ended {
    upqr_reads(arguments, b"")
}

/// Calls with an input; whatever happens, it is no panic and no signal.
#[track_caller]
pub(crate) fn upqr_reads(arguments: &[&str], input: &[u8]) -> Ended {
    run(command(arguments), input)
}

/// No call of a test takes as long as this, in a debug build on a slow machine; what grows faster than its input does.
const PATIENCE: Duration = Duration::from_secs(15);

#[track_caller]
pub(crate) fn run(mut command: Command, input: &[u8]) -> Ended {
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // The command may answer before it has read everything, so that one thread would wait for ever.
    // A command that needs no input closes it early, which is its right.
    thread::spawn(move || stdin.write_all(&input));
    let out = gathered(child.stdout.take());
    let err = gathered(child.stderr.take());
    let started = Instant::now();
    let left = || PATIENCE.saturating_sub(started.elapsed());
    let streams = out.recv_timeout(left()).and_then(|out| Ok((out, err.recv_timeout(left())?)));
    let Ok((octets, err)) = streams else {
        child.kill().expect("it can be stopped");
        child.wait().expect("it ends");
        panic!("{command:?} takes longer than {PATIENCE:?}");
    };
    let ended = Ended {
        code: child.wait().expect("the command ends").code().unwrap_or(-1),
        out: String::from_utf8_lossy(&octets).into_owned(),
        err: String::from_utf8_lossy(&err).into_owned(),
        octets,
    };
    assert!([0, 1, 2, 3, 4, 5].contains(&ended.code), "{command:?} ended with {}: {}", ended.code, ended.err);
    assert!(!ended.err.contains("panicked"), "{command:?}: {}", ended.err);
    ended
}

/// Everything that comes out of a stream, once it is closed.
fn gathered(stream: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut octets = Vec::new();
        if let Some(mut stream) = stream {
            stream.read_to_end(&mut octets).expect("a pipe can be read");
        }
        // Nobody listens any more where the call took too long.
        let _ = sender.send(octets);
    });
    receiver
}

/// A payload with two wallets, a foreign convention, a local name and every secret that a merchant has.
pub(crate) fn payload() -> String {
    let base = "00020101021229370016hk.com.hkicl.fps0113+852-7392846180620010com.alipay0144https://qr.alipay.com/fkx81746qv7zk5wj3xm9yr";
    assert!(upqr::emv::mpm::parse(base).is_ok());
    let merchant = "5204581253033445406739.205802HK5913QUIRKY WOMBAT6008KALGOORL6106K4LG7062230109WBT/77/XY0306QZ74XM6420\
        0002ZH0104雀跃袋熊0202珀斯";
    let body = base.replace("80620010com.alipay", "30620010com.alipay");
    let payload = format!("{body}{merchant}6304");
    let national = with_crc(&payload);
    let natives = [
        "--native",
        "wxp://f2f0Qx7Zk5Wj3Xm9yRt4Vb8Nc2Hf6Gd1PqLs",
        "--native",
        "https://qr.95516.com/00010001/62739284617392846173928461739284",
    ];
    let ended = upqr(&[&["unify", "--base", &national][..], &natives].concat());
    assert_eq!(ended.code, 0, "{national}: {}", ended.err);
    ended.out.trim_end().to_owned()
}

/// A payload with its checksum.
pub(crate) fn with_crc(payload: &str) -> String {
    format!("{payload}{:04X}", upqr::emv::crc::checksum(payload))
}

/// A folder of a test's own, which goes with the value.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("upqr-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).expect("a folder can be made");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file; gives its path as an argument.
    pub(crate) fn file(&self, name: &str, octets: &[u8]) -> String {
        let path = self.0.join(name);
        fs::write(&path, octets).expect("a file can be written");
        path.to_str().expect("a path of UTF-8").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind in the system's temporary folder fails no test.
        let _ = fs::remove_dir_all(&self.0);
    }
}
