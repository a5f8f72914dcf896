//! Exit codes, which are an interface: never a count, and listed in `upqr --help`.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// How the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// 0: every input conforms.
    Conforms,
    /// 1: findings, refusals or results that were not expected.
    Findings,
    /// 2: the call was wrong.
    Usage,
    /// 3: an adapter would not start, or broke the protocol.
    Adapter,
    /// 4: there was nothing to work on.
    Nothing,
    /// 5: everything is as the baseline says, but for entries that no longer hold.
    Stale,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Conforms => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Adapter => 3,
            Exit::Nothing => 4,
            Exit::Stale => 5,
        })
    }
}

/// What ended the command before its work was done.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The call was wrong: a missing file, or options that do not go together.
    Usage(String),
    /// An input was refused.
    Refused(String),
    /// An adapter would not start, or broke the protocol.
    Adapter(String),
    /// There was nothing to work on.
    Nothing(String),
    /// The output could not be written.
    Output(io::Error),
}

impl Stop {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Refused(_) | Self::Output(_) => Exit::Findings,
            Self::Adapter(_) => Exit::Adapter,
            Self::Nothing(_) => Exit::Nothing,
        }
    }

    /// Where a reader has seen enough, as `head` does, the command ends with what is known by then.
    pub(crate) fn or_known(self, known: Exit) -> Result<Exit, Self> {
        match self {
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(known),
            stop => Err(stop),
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message)
            | Self::Refused(message)
            | Self::Adapter(message)
            | Self::Nothing(message) => f.write_str(message),
            Self::Output(error) => write!(f, "cannot write the output: {error}"),
        }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
