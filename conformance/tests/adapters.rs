//! Adapters that misbehave, run by the real command: each case has one outcome, it is the one deserved, and nothing is left over.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
// Times and counts of tests.
#![allow(clippy::arithmetic_side_effects)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

mod call;

use call::{Ended, Folder, command};

const UPQR: &str = env!("CARGO_BIN_EXE_upqr");

/// One that is accepted and one that is rejected, of lengths that are no multiples of three, and then two that are.
const FOUR: &str = "id(decode-0001-minimal,decode-0003-two-byte-characters,decode-0052-length-half-at-end,decode-0054-crlf-behind)";

/// What is accepted, of a length that is a multiple of three, and what is rejected, of one that is not.
const TWO: &str = "id(decode-0003-two-byte-characters,decode-0052-length-half-at-end)";

/// A name that only the processes of one call carry, in their environment.
struct Mark(String);

impl Mark {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        Self(format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)))
    }

    fn on<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env("UPQR_TEST_MARK", &self.0)
    }

    /// Processes that carry the mark.
    fn count(&self) -> usize {
        let mark = format!("UPQR_TEST_MARK={}\0", self.0);
        count("environ", &|octets| octets.windows(mark.len()).any(|window| window == mark.as_bytes()))
    }

    #[track_caller]
    fn is_gone(&self, what: &str) {
        within(Duration::from_secs(2), &format!("{what}: processes are left"), || self.count() == 0);
    }
}

/// Processes of which a file in `/proc` is so; elsewhere nothing is known of them.
fn count(file: &str, holds: &dyn Fn(&[u8]) -> bool) -> usize {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let files = entries.filter_map(|entry| fs::read(entry.path().join(file)).ok());
    files.filter(|octets| holds(octets)).count()
}

#[track_caller]
fn within(time: Duration, why: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < time, "{why}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Runs the suite against an adapter; nothing of it is left.
#[track_caller]
fn run(adapter: &[&str], filter: &str, more: &[&str]) -> Ended {
    let mark = Mark::new();
    let arguments =
        [&["run", "--jobs", "1", "--format", "ndjson", "--filter", filter], adapter, more].concat();
    let mut command = command(&arguments);
    mark.on(&mut command);
    let ended = call::run(command, b"");
    mark.is_gone(&format!("{adapter:?}"));
    ended
}

fn liar(kind: &str) -> String {
    format!("{UPQR} adapter --misbehave {kind}")
}

/// The outcomes in the order of the vectors, of which each has one row, as the words of a text.
#[track_caller]
fn outcomes(ended: &Ended) -> String {
    let rows: Vec<_> = ended.objects().into_iter().filter(|object| object["type"] == "row").collect();
    let mut ids: Vec<String> = rows.iter().map(|row| row["vector"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), rows.len(), "a case has two rows: {}", ended.out);
    rows.iter().map(|row| row["outcome"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// The sentence of the first case that did not pass.
fn detail(ended: &Ended) -> String {
    let mut rows = ended.objects().into_iter().filter(|object| object["detail"].is_string());
    rows.next().map_or_else(String::new, |row| row["detail"].as_str().unwrap().to_owned())
}

/// Runs four cases against each kind: their outcomes, and what is said of the first failure.
#[track_caller]
fn check(rows: &[(&str, &str, &str)]) {
    for (kind, expected, said) in rows {
        let ended = run(&["--adapter", &liar(kind)], FOUR, &[]);
        assert_eq!(outcomes(&ended), *expected, "{kind}: {}", ended.out);
        assert_eq!(ended.code, i32::from(expected.replace("pass", "").trim() != ""), "{kind}");
        let detail = detail(&ended);
        assert!(detail.starts_with(said), "{kind}: {detail}");
    }
}

#[test]
fn lies_are_found_out() {
    check(&[
        ("always-accept", "pass pass wrong-verdict wrong-verdict", "expected reject, got accept"),
        ("always-reject", "wrong-verdict wrong-verdict pass pass", "expected accept, got reject"),
        ("by-heart", "pass pass pass pass", ""),
        (
            "wrong-code",
            "pass pass wrong-reason wrong-reason",
            "error code: expected \"length\", got \"wrong\"",
        ),
        ("wrong-offset", "pass pass wrong-reason wrong-reason", "offset: expected 94, got 95"),
        ("wrong-value", "wrong-value wrong-value pass pass", "value: expected {"),
        ("lossy", "lossy lossy pass pass", "reencoded: expected the 91 bytes of the input, got 3030"),
        ("nondeterministic", "pass wrong-verdict pass wrong-verdict", "expected accept, got reject"),
        ("feature-liar", "wrong-value wrong-value wrong-reason wrong-reason", "value: expected {"),
        (
            "unsupported-all",
            "protocol-error protocol-error protocol-error protocol-error",
            "answered `unsupported` to a case that `hello` declares as supported",
        ),
    ]);
}

/// A picture that is to be read, one that is not, and a payload that is to be drawn.
const PICTURES: &str = "id(scan-0001-link, scan-*-blank, render-0001-link)";

#[test]
fn lies_about_pictures_are_found_out() {
    for (kind, expected, said) in [
        // By id: the rendering, the symbol, the blank picture.
        ("misreads", "pass misread pass", "payload: expected 68"),
        ("reads-blank", "pass pass misread", "expected unreadable, got 68"),
        ("draws-another", "misread pass pass", "image: expected 68"),
        (
            "draws-blank",
            "lossy pass pass",
            "image: expected a picture of the 44 bytes of the input, got one that is `unreadable`",
        ),
        ("bad-base64", "protocol-error pass pass", "`result`: `image` is not base64 with padding"),
        ("deletes-files", "pass pass pass", ""),
        ("always-reject", "wrong-verdict wrong-verdict pass", "expected accept, got reject"),
        ("always-accept", "pass pass misread", "expected unreadable, got accept"),
    ] {
        let ended = run(&["--adapter", &liar(kind)], PICTURES, &["--repeat", "2"]);
        assert_eq!(outcomes(&ended), expected, "{kind}: {}", ended.out);
        let detail = detail(&ended);
        assert!(detail.starts_with(said), "{kind}: {detail}");
    }
}

#[test]
fn a_run_leaves_no_picture() {
    let folder = Folder::new();
    let mut command =
        command(&["run", "--jobs", "1", "--adapter", &liar("deletes-files"), "--filter", "op(scan)"]);
    command.env("TMPDIR", folder.path());
    let ended = call::run(command, b"");
    assert!(ended.code <= 1, "{}", ended.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a folder of pictures is left");
}

#[test]
fn a_crash_costs_the_case_in_flight() {
    let always = "crash crash crash crash";
    check(&[
        ("crash", always, "the adapter ended with exit code 1 before it answered"),
        ("crash-third", "pass pass crash pass", "the adapter ended with exit code 1 before it answered"),
        ("crash-some", "pass crash pass crash", "the adapter ended with exit code 1 before it answered"),
        ("exit-early", always, "the adapter ended with exit code 0 before it answered"),
        ("killed", always, "the adapter was ended by "),
        ("partial-line", always, "the adapter ended with exit code 1 in the middle of a line"),
        ("says-error", always, "the adapter says that it failed: a list is too short"),
        ("close-stdout", always, "the adapter closed its standard output before it answered"),
    ]);
}

#[test]
fn a_breach_of_the_protocol_is_told() {
    let all = "protocol-error protocol-error protocol-error protocol-error";
    check(&[
        (
            "bad-json",
            all,
            "a line is not JSON (expected value): `DEBUG decode: 1 of 7 objects`: write nothing but answers to the standard output, and everything else to the error stream",
        ),
        ("json-array", all, "a line is JSON, but no object"),
        ("not-utf8", all, "a line is not UTF-8: `{\"type\":\"result\u{FFFD}\"}`"),
        ("nul-bytes", all, "a line is not JSON (expected value)"),
        ("deep-json", all, "a line is not JSON (recursion limit exceeded): `[[[["),
        ("bom", all, "a line begins with a byte order mark: write UTF-8 without one"),
        ("echo", all, "expected a line whose `type` is `result`"),
        ("wrong-id", all, "an answer has the `id` of no question: copy that of the question"),
        ("text-id", all, "`result`: `id` is not the number of a question: copy it as it is"),
        ("wrong-nonce", all, "`result`: `nonce` is not that of the question: copy it as it is"),
        ("second-hello", all, "`hello` came twice"),
        ("two-verdicts", all, "a line has the member `verdict` twice: write each member once"),
        ("accepts-with-error", all, "`result`: `accept` with an `error`: leave one of them out"),
        ("unsorted-findings", all, "`result`: `findings` are not sorted by their bytes, each once"),
        ("twice", "pass protocol-error pass protocol-error", "a question was answered twice"),
    ]);
}

#[test]
fn floods_are_bounded() {
    let all = "flood flood flood flood";
    check(&[
        ("huge-line", all, "an answer is longer than a line may be, which `line_bytes` bounds"),
        ("flood-lines", all, "more than 1000 empty lines where an answer was expected"),
    ]);
}

#[test]
fn what_is_unusual_and_right_passes() {
    let kinds = [
        "grandchild",
        "daemon",
        "kill-parent",
        "slow",
        "stays",
        "reorder",
        "stderr-noise",
        "flood-stderr",
        "extra-members",
        "crlf",
        "empty-lines",
        "no-findings",
    ];
    check(&kinds.map(|kind| (kind, "pass pass pass pass", "")));
    // It has no environment by which it could be known.
    let sleeps = || count("cmdline", &|octets| octets == b"sleep\x00601\x00");
    within(Duration::from_secs(2), "a process that detached itself is left", || sleeps() == 0);
}

#[test]
fn who_never_answers_hangs() {
    for (kind, expected) in [
        ("hang", "hang hang"),
        ("hang-some", "hang pass"),
        ("late", "hang pass"),
        ("never-reads", "hang hang"),
        ("close-stdin", "hang hang"),
        ("ignore-signals", "hang hang"),
    ] {
        let began = Instant::now();
        let ended = run(&["--adapter", &liar(kind)], TWO, &["--timeout", "0.5"]);
        assert_eq!(outcomes(&ended), expected, "{kind}");
        assert_eq!((ended.code, detail(&ended).as_str()), (1, "no answer within 0.5 s"), "{kind}");
        assert!(began.elapsed() < Duration::from_secs(8), "{kind} takes {:?}", began.elapsed());
    }
}

#[test]
fn an_adapter_that_does_nothing_else_is_given_up() {
    let folder = Folder::new();
    let file = format!(
        "command = ['{UPQR}', 'adapter', '--misbehave', 'hang']\n[limits]\ncase_seconds = 0.2\nfailures = 2\n"
    );
    let file = folder.file("adapter.toml", file.as_bytes());
    let ended = run(&["--adapter-file", &file], FOUR, &[]);
    assert_eq!(outcomes(&ended), "hang hang not-run not-run");
    let last = ended.objects().into_iter().rfind(|object| object["detail"].is_string()).unwrap();
    assert_eq!(last["detail"], "not asked: the adapter was given up after 2 failures in a row");
    assert_eq!(ended.code, 3);
}

#[test]
fn a_bad_start_is_told() {
    let check = |adapter: &[&str], message: &str| {
        let ended = run(adapter, TWO, &[]);
        assert_eq!((ended.code, ended.out.as_str()), (3, ""), "{adapter:?}");
        assert_eq!(ended.err, format!("error: the adapter did not start: {message}\n"), "{adapter:?}");
    };
    for (kind, message) in [
        ("bad-hello", "`hello`: `nonce` is not that of the question: copy it as it is"),
        ("old-protocol", "`hello` is of protocol 0, and this runner speaks protocol 1"),
        (
            "unknown-op",
            "`hello`: unknown variant `pay`, expected one of `check`, `decode`, `encode`, `evaluate`, `pack`, `recognise`, `render`, `restore`, `roundtrip`, `scan`, `unify`, `unpack`, `verify`",
        ),
        (
            "bad-supports",
            "`hello`: `supports`: column 4: expected a filter such as `op(decode) & !risk(misroute)`",
        ),
        (
            "deep-supports",
            "`hello`: `supports`: a filter has at most 4096 bytes, and this one has 5000: use `*`",
        ),
        (
            "chooses-by-answer",
            "`hello`: `supports`: `verdict` tells the answer, and an adapter declares what it is asked: use op, level, grammar, family, network, flag, req",
        ),
        ("controls-name", "`hello`: `name` has a control character"),
    ] {
        check(&["--adapter", &liar(kind)], message);
    }
    check(&["--adapter", "cat"], "`hello`: missing field `name`");
    check(&["--adapter", "./there-is-none 1"], "there is no program `./there-is-none`: give its path");
    check(&["--adapter", "/dev/null"], "`/dev/null` is not allowed to be started: make it executable");
    check(
        &["--adapter", "sh -c 'echo no such module >&2; exit 7'"],
        "the adapter ended with exit code 7 before its `hello`; it wrote: no such module",
    );
    let folder = Folder::new();
    let file = format!(
        "command = ['{UPQR}', 'adapter', '--misbehave', 'no-hello']\n[limits]\nstart_seconds = 0.3\n"
    );
    check(&["--adapter-file", &folder.file("adapter.toml", file.as_bytes())], "no `hello` within 0.3 s");
}

#[test]
fn an_adapter_that_answers_now_and_then_is_given_up() {
    let folder = Folder::new();
    let file = format!(
        "command = ['{UPQR}', 'adapter', '--misbehave', 'hang-second']\n[limits]\ncase_seconds = 0.2\nfailures = 2\n"
    );
    let file = folder.file("adapter.toml", file.as_bytes());
    let ended = run(&["--adapter-file", &file], "op(encode)", &[]);
    let outcomes = outcomes(&ended);
    assert_eq!((outcomes.matches("hang").count(), outcomes.matches("pass").count()), (16, 16), "{outcomes}");
    let last = ended.objects().into_iter().rfind(|object| object["outcome"] == "not-run").unwrap();
    let why = "not asked: the adapter was given up after 16 questions that it did not answer in time";
    assert_eq!((&last["detail"], ended.code), (&serde_json::json!(why), 3));
}

#[test]
fn an_adapter_that_comes_back_as_another_is_refused() {
    let folder = Folder::new();
    let second = folder.path().join("second").display().to_string();
    // The same name, version and operations, and no features.
    let (one, other) = (liar("crash"), liar("always-accept"));
    let adapter = format!("sh -c 'if [ -e {second} ]; then exec {other}; fi; touch {second}; exec {one}'");
    let ended = run(&["--adapter", &adapter], TWO, &[]);
    assert_eq!((outcomes(&ended).as_str(), ended.code), ("crash not-run", 3));
    let last = ended.objects().into_iter().rfind(|object| object["detail"].is_string()).unwrap();
    assert_eq!(last["detail"], "not asked: the adapter was given up after 8 failures in a row");
}

#[cfg(target_os = "linux")]
#[test]
fn an_adapter_has_a_session_and_no_terminal() {
    let field = |stat: &str, number: usize| stat.split(' ').nth(number).unwrap().to_owned();
    let ended = run(&["--adapter", "sh -c 'cat /proc/$$/stat >&2; exit 7'"], TWO, &[]);
    let (_, stat) = ended.err.split_once("it wrote: ").unwrap();
    let mine = fs::read_to_string("/proc/self/stat").unwrap();
    let (session, terminal) = (field(stat, 5), field(stat, 6));
    assert_eq!((&session, terminal.as_str()), (&field(stat, 3), "0"), "the session of its keeper: {stat}");
    assert_ne!(session, field(&mine, 5), "{stat}");
}

#[test]
fn a_file_sets_the_folder_and_the_error_names() {
    let folder = Folder::new();
    let script = format!("exec '{UPQR}' adapter --misbehave \"$KIND\"\n");
    fs::create_dir(folder.path().join("bin")).unwrap();
    folder.file("bin/start.sh", script.as_bytes());
    let file =
        "command = 'sh start.sh'\nfolder = 'bin'\n[env]\nKIND = 'wrong-code'\n[errors]\nwrong = 'length'\n";
    let ended = run(&["--adapter-file", &folder.file("adapter.toml", file.as_bytes())], FOUR, &[]);
    assert_eq!(outcomes(&ended), "pass pass pass wrong-reason", "{}", ended.err);
}

#[test]
fn the_error_stream_is_shown_where_an_adapter_fails() {
    let script = "printf 'first\\nTraceback \\033[31m%s\\n' x >&2; exec ";
    let adapter = format!("sh -c \"{script} {UPQR} adapter --misbehave crash\"");
    let ended = run(&["--adapter", &adapter], TWO, &[]);
    let rows: Vec<_> = ended.objects().into_iter().filter(|object| object["type"] == "row").collect();
    assert_eq!(rows[0]["stderr"], "first\nTraceback \\u{1b}[31mx");
}

/// Kills the command once its adapter runs; all that the adapter started goes with it.
#[cfg(target_os = "linux")]
#[track_caller]
fn check_killed(adapter: &str, processes: usize) {
    let mark = Mark::new();
    let mut command = command(&["run", "--jobs", "1", "--timeout", "60", "--adapter", adapter]);
    let mut child: Child = mark.on(&mut command).spawn().unwrap();
    within(Duration::from_secs(10), "the adapter does not start", || mark.count() >= processes);
    child.kill().unwrap();
    child.wait().unwrap();
    mark.is_gone(adapter);
}

/// Interrupts the command once it listens for that, which it does after its adapter's hello.
#[cfg(target_os = "linux")]
#[track_caller]
fn check_interrupted(adapter: &str, signal: &str) {
    let mark = Mark::new();
    let arguments = ["run", "--jobs", "1", "--timeout", "60", "--adapter", adapter];
    let mut child: Child = mark.on(&mut command(&arguments)).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    within(Duration::from_secs(10), "the command does not listen", || {
        let status = fs::read_to_string(&status).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim();
        u64::from_str_radix(caught, 16).unwrap() & 0b10 != 0
    });
    // For what the adapter does after its hello.
    thread::sleep(Duration::from_millis(300));
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(130), "{adapter}");
    assert_eq!(mark.count(), 0, "{adapter}: processes are left");
}

#[cfg(target_os = "linux")]
#[test]
fn a_command_that_is_interrupted_leaves_nothing() {
    let hang = liar("hang");
    check_interrupted(&hang, "-INT");
    check_interrupted(&liar("stop-parent"), "-TERM");
    check_interrupted(&format!("sh -c 'kill -9 $PPID; exec {hang}'"), "-HUP");
    check_interrupted(&format!("sh -c 'setsid sleep 603 & kill -STOP $PPID; exec {hang}'"), "-INT");
}

#[cfg(target_os = "linux")]
#[test]
fn a_command_that_is_killed_leaves_nothing() {
    assert!(Path::new("/proc/self/environ").exists());
    // The command, the keeper, the adapter, and what that started.
    check_killed(&liar("hang"), 3);
    check_killed(&liar("ignore-signals"), 5);
    check_killed(&liar("stop-parent"), 3);
    let signals = format!("sh -c 'kill -HUP $PPID; kill -TERM $PPID; exec {}'", liar("hang"));
    check_killed(&signals, 3);
    let detached =
        format!("sh -c \"setsid sh -c 'trap : TERM; sleep 602; sleep 602' & exec {}\"", liar("hang"));
    check_killed(&detached, 5);
}
