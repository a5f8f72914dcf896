//! Nothing is left over of an adapter, whatever it started and however it ends, and even where this command is killed.
//!
//! On Linux each adapter is the child of a keeper: this command once more, as `upqr adapter --guard`. Every process that the adapter starts and
//! abandons becomes the keeper's child, however it detaches itself. Where the adapter ends, or this command does, the keeper ends all that is left.
//! A keeper that is killed leaves its children to this command, and one that is stopped goes on when this command ends.
//! A keeper has a session of its own, so that no adapter reaches the terminal of whoever started it.
//! Elsewhere an adapter's process group is all that is known of it.

use std::io;

#[cfg(target_os = "linux")]
pub(crate) use linux::{abandoned, command, end_all, guard, kill, left, spawn, terminate};

#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::{abandoned, command, end_all, guard, kill, left, spawn, terminate};

/// The exit code of a keeper that could not start its adapter and wrote why, as other commands that start one have it.
pub(crate) const NOT_STARTED: u8 = 125;

/// Why a program cannot be started.
pub(crate) fn not_started(program: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("there is no program `{program}`: give its path"),
        io::ErrorKind::PermissionDenied => {
            format!("`{program}` is not allowed to be started: make it executable")
        }
        _ => format!("`{program}` cannot be started: {error}"),
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;
    use std::fs::{self, File};
    use std::io;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;
    use std::sync::{Mutex, PoisonError};
    use std::thread;
    use std::time::{Duration, Instant};

    use process_wrap::std::{ChildWrapper, CommandWrap};
    use rustix::process::{
        Pid, Signal, WaitOptions, WaitStatus, getpid, getppid, kill_process, set_child_subreaper,
        set_parent_process_death_signal, setsid, wait, waitpid,
    };

    use super::not_started;

    /// How often a keeper looks whether its runner is still there.
    const LOOK: Duration = Duration::from_millis(50);

    /// How long the end of what a signal cannot end is waited for.
    const PATIENCE: Duration = Duration::from_secs(2);

    /// Keepers that run; every other child of this process was left to it.
    static KEEPERS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

    /// The command that starts these words below a keeper.
    pub(crate) fn command(words: &[String]) -> Command {
        // Unlike the path of the program, this one outlives an update.
        let mut command = Command::new("/proc/self/exe");
        command
            .arg0("upqr")
            .args(["adapter", "--guard", &getpid().as_raw_pid().to_string(), "--"])
            .args(words);
        command
    }

    /// Starts a keeper.
    pub(crate) fn spawn(command: &mut CommandWrap) -> io::Result<Box<dyn ChildWrapper>> {
        let mut keepers = KEEPERS.lock().unwrap_or_else(PoisonError::into_inner);
        set_child_subreaper(Some(getpid()))?;
        let child = command.spawn()?;
        keepers.extend(pid(child.id()));
        Ok(child)
    }

    /// Asks everything below a keeper to end.
    pub(crate) fn terminate(keeper: u32) {
        for (below, _) in pid(keeper).map(descendants).unwrap_or_default() {
            let _ = kill_process(below, Signal::TERM);
        }
    }

    /// Ends everything below a keeper, which then ends by itself.
    pub(crate) fn kill(keeper: u32) {
        if let Some(keeper) = pid(keeper) {
            until_none(|| {
                let left: Vec<Pid> = descendants(keeper)
                    .into_iter()
                    .filter(|(_, lives)| *lives)
                    .map(|(below, _)| below)
                    .collect();
                for below in &left {
                    let _ = kill_process(*below, Signal::KILL);
                }
                left.is_empty()
            });
        }
    }

    /// Forgets a keeper that has ended. Where it did not end by itself, ends what it has left to this process.
    pub(crate) fn abandoned(keeper: u32, orderly: bool) {
        let mut keepers = KEEPERS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keeper) = pid(keeper) {
            keepers.retain(|other| *other != keeper);
        }
        if orderly {
            return;
        }
        until_none(|| {
            let table = table();
            let orphans = orphans(&table, &keepers);
            for orphan in &orphans {
                for (below, _) in below(&table, *orphan) {
                    let _ = kill_process(below, Signal::KILL);
                }
                let _ = kill_process(*orphan, Signal::KILL);
                let _ = waitpid(Some(*orphan), WaitOptions::NOHANG);
            }
            orphans.is_empty()
        });
    }

    /// Ends everything below this process, before it ends itself; keepers too, which may have been stopped.
    pub(crate) fn end_all() {
        crate::adapter::pictures::remove_all();
        // Nothing is started any more.
        let _keepers = KEEPERS.lock().unwrap_or_else(PoisonError::into_inner);
        let mut none = 0_u32;
        until_none(|| {
            let below = descendants(getpid());
            let left: Vec<Pid> = below.into_iter().filter(|(_, lives)| *lives).map(|(pid, _)| pid).collect();
            for below in &left {
                let _ = kill_process(*below, Signal::KILL);
            }
            // What changes its parent while the table is read may be missed once.
            none = if left.is_empty() { none.saturating_add(1) } else { 0 };
            none == 2
        });
    }

    /// Children of this process that no keeper holds any more.
    pub(crate) fn left() -> usize {
        let keepers = KEEPERS.lock().unwrap_or_else(PoisonError::into_inner);
        orphans(&table(), &keepers).len()
    }

    fn orphans(table: &Table, keepers: &[Pid]) -> Vec<Pid> {
        let children = table.get(&getpid()).into_iter().flatten().map(|(child, _)| *child);
        children.filter(|child| !keepers.contains(child)).collect()
    }

    /// The keeper: starts the words, ends with them or with its parent, and leaves nothing. Gives their exit code, or 128 and the signal.
    pub(crate) fn guard(parent: u32, words: &[String]) -> Result<u8, String> {
        let (program, arguments) = words.split_first().ok_or("there is nothing to start")?;
        alone().map_err(|error| error.to_string())?;
        let child = Command::new(program).args(arguments).process_group(0).spawn();
        let child = child.map_err(|error| not_started(program, &error))?;
        // The adapter alone holds its streams, so that their ends are told.
        let null =
            File::options().read(true).write(true).open("/dev/null").map_err(|error| error.to_string())?;
        let closed = rustix::stdio::dup2_stdin(&null)
            .and_then(|()| rustix::stdio::dup2_stdout(&null))
            .and_then(|()| rustix::stdio::dup2_stderr(&null));
        closed.map_err(|error| error.to_string())?;
        let (runner, adapter) = (pid(parent), pid(child.id()));
        thread::spawn(move || {
            while getppid() == runner {
                thread::sleep(LOOK);
            }
            sweep();
            std::process::exit(1);
        });
        let code = loop {
            match wait(WaitOptions::empty()) {
                Ok(Some((ended, status))) if Some(ended) == adapter => break code(status),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => break 1,
            }
        };
        sweep();
        Ok(code)
    }

    /// Makes this process one that signals of a terminal do not reach, and that goes on, if it was stopped, when its runner ends.
    fn alone() -> io::Result<()> {
        // A keeper ends with its adapter or its runner, and for no other reason.
        let _ = ctrlc::set_handler(|| {});
        setsid()?;
        set_child_subreaper(Some(getpid()))?;
        Ok(set_parent_process_death_signal(Some(Signal::CONT))?)
    }

    /// Ends everything below this process.
    fn sweep() {
        until_none(|| {
            while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
            let left = descendants(getpid());
            for (below, _) in &left {
                let _ = kill_process(*below, Signal::KILL);
            }
            left.is_empty()
        });
    }

    /// Repeats a pass until it finds nothing, as what is ended may have started more meanwhile.
    fn until_none(mut pass: impl FnMut() -> bool) {
        let began = Instant::now();
        while !pass() && began.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn code(status: WaitStatus) -> u8 {
        let signal = status.terminating_signal().map(|signal| signal.saturating_add(128));
        status.exit_status().or(signal).and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
    }

    fn pid(number: u32) -> Option<Pid> {
        Pid::from_raw(i32::try_from(number).ok()?)
    }

    /// The children of each process, and whether each lives still or only waits to be reaped.
    type Table = HashMap<Pid, Vec<(Pid, bool)>>;

    fn table() -> Table {
        let mut table = Table::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let number = entry.file_name().to_str().and_then(|name| name.parse().ok()).and_then(pid);
            let Some(child) = number else { continue };
            // A process may end between the two.
            let Ok(status) = fs::read(entry.path().join("stat")) else { continue };
            if let Some((parent, lives)) = parent(&String::from_utf8_lossy(&status)) {
                table.entry(parent).or_default().push((child, lives));
            }
        }
        table
    }

    /// The parent in `1 (name) S 2 ...`; a name may hold brackets and spaces.
    fn parent(stat: &str) -> Option<(Pid, bool)> {
        let (_, rest) = stat.rsplit_once(')')?;
        let mut words = rest.split_ascii_whitespace();
        let lives = !matches!(words.next()?, "Z" | "X");
        Some((pid(words.next()?.parse().ok()?)?, lives))
    }

    fn descendants(root: Pid) -> Vec<(Pid, bool)> {
        below(&table(), root)
    }

    fn below(table: &Table, root: Pid) -> Vec<(Pid, bool)> {
        let (mut found, mut open) = (Vec::new(), vec![root]);
        while let Some(parent) = open.pop() {
            for child in table.get(&parent).into_iter().flatten() {
                found.push(*child);
                open.push(child.0);
            }
        }
        found
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_parent_is_found_behind_any_name() {
            for (stat, expected) in [
                ("7 (sh) S 3 7 7", Some((3, true))),
                ("7 (a) Z 9 (b c) Z 3 7", Some((3, false))),
                ("7 (sh) S 0 0", None),
                ("7 sh S 3", None),
                ("7 (sh)", None),
            ] {
                let expected = expected.map(|(parent, lives)| (pid(parent).expect("a number"), lives));
                assert_eq!(parent(stat), expected, "{stat}");
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::io;
    use std::process::Command;

    use process_wrap::std::{ChildWrapper, CommandWrap};

    pub(crate) fn command(words: &[String]) -> Command {
        let (program, arguments) = words.split_first().expect("settings hold a program");
        let mut command = Command::new(program);
        command.args(arguments);
        command
    }

    pub(crate) fn spawn(command: &mut CommandWrap) -> io::Result<Box<dyn ChildWrapper>> {
        command.spawn()
    }

    pub(crate) fn terminate(_: u32) {}

    pub(crate) fn kill(_: u32) {}

    pub(crate) fn abandoned(_: u32, _: bool) {}

    pub(crate) fn end_all() {
        crate::adapter::pictures::remove_all();
    }

    pub(crate) fn left() -> usize {
        0
    }

    pub(crate) fn guard(_: u32, _: &[String]) -> Result<u8, String> {
        Err("there are keepers on Linux alone".to_owned())
    }
}
