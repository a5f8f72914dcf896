//! How an adapter is started and bounded: `--adapter COMMAND`, or the file of `--adapter-file`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::known;
use crate::exit::Stop;
use crate::run::Target;

/// Everything that a process needs to become an adapter.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The program and its arguments; never empty.
    pub(crate) command: Vec<String>,
    pub(crate) env: BTreeMap<String, String>,
    /// The folder in which it is started.
    pub(crate) folder: Option<PathBuf>,
    /// Its choices where the standard leaves one; they go before those of its `hello`.
    pub(crate) policies: BTreeMap<String, String>,
    /// The implementation's error names, and the codes of chapter 11 that they stand for.
    pub(crate) errors: BTreeMap<String, String>,
    pub(crate) limits: Limits,
    /// The arguments of `upqr run` that start it again.
    pub(crate) call: Vec<String>,
}

/// What an adapter may take; what goes beyond is an outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Limits {
    /// From the start of the process to its `hello`.
    pub(crate) start: Duration,
    /// From a question to its answer.
    pub(crate) case: Duration,
    /// Bytes of one line.
    pub(crate) line: usize,
    /// Bytes of the error stream that are kept.
    pub(crate) stderr: usize,
    /// Cases in flight, at most; the adapter's `hello` may say fewer.
    pub(crate) in_flight: u32,
    /// Failures without one answer between them, after which an adapter is given up.
    pub(crate) failures: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A virtual machine with a cold cache takes some seconds to start.
            start: Duration::from_secs(10),
            // No code takes a second to read; five leave room for a machine that does much else.
            case: Duration::from_secs(5),
            // Four times the answer to the largest vector.
            line: 1 << 20,
            // The end of a backtrace.
            stderr: 4 << 10,
            // More would fill the pipe before the first answer is read.
            in_flight: 64,
            // An adapter that always hangs is given up within a minute.
            failures: 8,
        }
    }
}

/// An adapter's file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    command: Words,
    /// Relative to the file.
    #[serde(default)]
    folder: PathBuf,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    policies: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    errors: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    limits: FileLimits,
}

#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a command such as `\"python3 adapter.py\"` or `[\"python3\", \"adapter.py\"]`"
)]
enum Words {
    Text(String),
    List(Vec<String>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLimits {
    start_seconds: Option<f64>,
    case_seconds: Option<f64>,
    line_bytes: Option<usize>,
    stderr_bytes: Option<usize>,
    in_flight: Option<u32>,
    failures: Option<u32>,
}

impl Settings {
    /// The settings of the adapter that is asked for; `None` where it is the library itself.
    pub(crate) fn of(target: &Target) -> Result<Option<Self>, Stop> {
        let mut settings = match (&target.adapter, &target.adapter_file) {
            (Some(command), _) => Self::of_command(command)?,
            (None, Some(file)) => Self::of_file(file)?,
            (None, None) => return Ok(None),
        };
        if let Some(seconds) = target.timeout {
            settings.limits.case = Duration::try_from_secs_f64(seconds)
                .map_err(|error| Stop::Usage(format!("`--timeout {seconds}`: {error}")))?;
            settings.call.extend(["--timeout".to_owned(), seconds.to_string()]);
        }
        Ok(Some(settings))
    }

    /// Settings with nothing but a command.
    pub(crate) fn new(command: Vec<String>) -> Self {
        Self {
            command,
            env: BTreeMap::new(),
            folder: None,
            policies: BTreeMap::new(),
            errors: BTreeMap::new(),
            limits: Limits::default(),
            call: Vec::new(),
        }
    }

    fn of_command(command: &str) -> Result<Self, Stop> {
        let words = split(command).map_err(|why| Stop::Usage(format!("`--adapter {command}`: {why}")))?;
        Ok(Self { call: vec!["--adapter".to_owned(), command.to_owned()], ..Self::new(words) })
    }

    fn of_file(path: &Path) -> Result<Self, Stop> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| {
            Stop::Usage(format!(
                "cannot read the adapter's file `{name}`: {error}: give a TOML file with a `command`"
            ))
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let settings = Self::of_text(&name, &text, folder).map_err(Stop::Usage)?;
        Ok(Self { call: vec!["--adapter-file".to_owned(), name], ..settings })
    }

    /// The settings that a file's text holds; the error names the file and the line.
    fn of_text(name: &str, text: &str, folder: &Path) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            format!("{name}:{}: {}", line(text, start), error.message().replace('\n', ": "))
        })?;
        let at = |start: usize, why: String| format!("{name}:{}: {why}", line(text, start));
        let told = |key: &str, why: String| {
            let start = text.find(key).unwrap_or(0);
            at(start, format!("`{key}`: {why}"))
        };
        let command = match file.command {
            Words::Text(text) => split(&text).map_err(|why| told("command", why))?,
            Words::List(words) if words.first().is_some_and(|word| !word.is_empty()) => words,
            Words::List(_) => return Err(told("command", NO_PROGRAM.to_owned())),
        };
        if let Some(word) = command.iter().find(|word| word.contains('\0')) {
            return Err(told("command", format!("{word:?} holds a NUL, which no argument can")));
        }
        let policies = known::policies(&file.policies).map_err(|(start, why)| at(start, why))?;
        let errors = known::errors(&file.errors).map_err(|(start, why)| at(start, why))?;
        let limits = file.limits.over(Limits::default()).map_err(|(key, why)| told(key, why.to_owned()))?;
        let here = folder.join(file.folder);
        Ok(Self {
            env: file.env,
            // An empty path is no folder to any system.
            folder: Some(if here.as_os_str().is_empty() { PathBuf::from(".") } else { here }),
            policies,
            errors,
            limits,
            ..Self::new(command)
        })
    }

    /// The arguments of `upqr run` that start this adapter again.
    pub(crate) fn call(&self) -> Vec<String> {
        self.call.clone()
    }
}

const NO_PROGRAM: &str = "expected a program, and then its arguments";

fn split(command: &str) -> Result<Vec<String>, String> {
    let words = shlex::split(command).ok_or("a quotation is not closed, or a backslash ends the command")?;
    match words.first() {
        Some(program) if !program.is_empty() => Ok(words),
        _ => Err(NO_PROGRAM.to_owned()),
    }
}

/// The number of the line in which a byte stands.
fn line(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|octet| *octet == b'\n').count().saturating_add(1)
}

impl FileLimits {
    /// The limits that are set, and the others as they are; otherwise the member at fault.
    fn over(&self, mut limits: Limits) -> Result<Limits, (&'static str, &'static str)> {
        for (key, given, limit) in [
            ("start_seconds", self.start_seconds, &mut limits.start),
            ("case_seconds", self.case_seconds, &mut limits.case),
        ] {
            let Some(seconds) = given else { continue };
            let duration = Duration::try_from_secs_f64(seconds).unwrap_or_default();
            if duration.is_zero() || duration > Duration::from_hours(24) {
                return Err((key, "expected a number of seconds above 0 and up to 86400"));
            }
            *limit = duration;
        }
        for (key, given, limit) in [
            ("in_flight", self.in_flight, &mut limits.in_flight),
            ("failures", self.failures, &mut limits.failures),
        ] {
            match given {
                Some(0) => return Err((key, "expected at least 1")),
                Some(count) => *limit = count,
                None => {}
            }
        }
        match self.line_bytes {
            Some(..1024) => return Err(("line_bytes", "expected at least 1024")),
            Some(octets) => limits.line = octets,
            None => {}
        }
        limits.stderr = self.stderr_bytes.unwrap_or(limits.stderr);
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_everything() {
        let text = "command = \"python3 'my adapter.py'\"\nfolder = \"py\"\n[env]\nA = \"1\"\n[policies]\nbeyond-512 = \"write\"\n\
                    [errors]\nTooLong = \"overrun\"\n[limits]\ncase_seconds = 0.5\nfailures = 2\n";
        let settings = Settings::of_text("a.toml", text, Path::new("there")).expect("settings");
        assert_eq!(settings.command, ["python3", "my adapter.py"]);
        assert_eq!(settings.folder, Some(PathBuf::from("there/py")));
        assert_eq!(settings.env, [("A".to_owned(), "1".to_owned())].into());
        assert_eq!(settings.policies, [("beyond-512".to_owned(), "write".to_owned())].into());
        assert_eq!(settings.errors, [("TooLong".to_owned(), "overrun".to_owned())].into());
        let limits = Limits { case: Duration::from_millis(500), failures: 2, ..Limits::default() };
        assert_eq!(settings.limits, limits);
    }

    #[test]
    fn a_command_is_split_as_a_shell_would() {
        let target =
            Target { adapter: Some("./a 'b c'".to_owned()), timeout: Some(0.5), ..Target::default() };
        let settings = Settings::of(&target).expect("settings").expect("an adapter");
        assert_eq!(settings.command, ["./a", "b c"]);
        assert_eq!(settings.limits.case, Duration::from_millis(500));
        assert_eq!(settings.call(), ["--adapter", "./a 'b c'", "--timeout", "0.5"]);
        assert!(Settings::of(&Target::default()).expect("settings").is_none());
        for (command, message) in [
            ("", "`--adapter `: expected a program, and then its arguments"),
            ("'", "`--adapter '`: a quotation is not closed, or a backslash ends the command"),
        ] {
            let target = Target { adapter: Some(command.to_owned()), ..Target::default() };
            assert_eq!(Settings::of(&target).expect_err(command).to_string(), message);
        }
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let check = |text: &str, message: &str| {
            assert_eq!(Settings::of_text("a.toml", text, Path::new("")).expect_err(text), message, "{text}");
        };
        check("", "a.toml:1: missing field `command`");
        check("command = []", "a.toml:1: `command`: expected a program, and then its arguments");
        check(
            "\ncommand = 1",
            "a.toml:2: expected a command such as `\"python3 adapter.py\"` or `[\"python3\", \"adapter.py\"]`",
        );
        check(
            "command = \"x\"\ncomand = \"y\"",
            "a.toml:2: unknown field `comand`, expected one of `command`, `folder`, `env`, `policies`, `errors`, `limits`",
        );
        let policies = "command = \"x\"\n[policies]\n\n";
        check(
            &format!("{policies}beyond-511 = \"write\""),
            "a.toml:4: `beyond-511` is no policy: use one of beyond-512",
        );
        check(
            &format!("{policies}beyond-512 = \"maybe\""),
            "a.toml:4: `maybe` is no choice of `beyond-512`: use one of refuse, write",
        );
        let errors = "command = \"x\"\n[errors]\nA = \"overrun\"\nB = ";
        check(
            &format!("{errors}\"over-run\""),
            "a.toml:4: `over-run` is no code of chapter 11: is it `overrun`?",
        );
        check(&format!("{errors}\"\\u001b[2J\""), "a.toml:4: `\\u{1b}[2J` is no code of chapter 11");
        let limits = "command = \"x\"\n[limits]\n";
        check(&format!("{limits}case_seconds = \"1\""), "a.toml:3: invalid type: string \"1\", expected f64");
        check(
            &format!("{limits}case_seconds = 0"),
            "a.toml:3: `case_seconds`: expected a number of seconds above 0 and up to 86400",
        );
        check(&format!("{limits}in_flight = 0"), "a.toml:3: `in_flight`: expected at least 1");
        check(&format!("{limits}line_bytes = 9"), "a.toml:3: `line_bytes`: expected at least 1024");
    }
}
