//! What is known of the last change of what a checkout's sessions hold.

use strum::{EnumString, IntoStaticStr};

/// Who makes a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ChangeBy {
    /// The page: a shopper waits.
    Page,
    /// A job: cut off, it is tried again by itself.
    Job,
}

/// A change of what the sessions of a checkout hold.
///
/// ```text
/// done ──▶ begun ──▶ done
///            │  └──▶ failed ──▶ begun (again)
///            └── found by somebody else: it was cut off
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// None is under way, and the last one ended well.
    Done,
    /// It began at that time, Unix milliseconds. Whoever finds it while he has the checkout to himself knows
    /// that it was cut off, and that a request of it may still arrive.
    Begun {
        /// Who made it.
        by: ChangeBy,
        /// When it began.
        at_ms: i64,
    },
    /// It failed, and no request of it is under way. What it was about is put right at the next look.
    Failed {
        /// Who made it.
        by: ChangeBy,
        /// When it failed.
        at_ms: i64,
    },
}

impl Change {
    /// Whether something is left to be put right.
    #[must_use]
    pub fn is_open(self) -> bool {
        self != Self::Done
    }

    /// When it was cut off, of one that somebody else finds.
    #[must_use]
    pub fn cut_off_at_ms(self) -> Option<i64> {
        match self {
            Self::Begun { at_ms, .. } => Some(at_ms),
            Self::Done | Self::Failed { .. } => None,
        }
    }

    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Begun { .. } => "begun",
            Self::Failed { .. } => "failed",
        }
    }

    /// Who made it, and when; nobody where none is open.
    #[must_use]
    pub fn made(self) -> Option<(ChangeBy, i64)> {
        match self {
            Self::Done => None,
            Self::Begun { by, at_ms } | Self::Failed { by, at_ms } => Some((by, at_ms)),
        }
    }

    /// A change as it was written down; none for an unknown name.
    #[must_use]
    pub fn parse(name: &str, by: ChangeBy, at_ms: i64) -> Option<Self> {
        match name {
            "done" => Some(Self::Done),
            "begun" => Some(Self::Begun { by, at_ms }),
            "failed" => Some(Self::Failed { by, at_ms }),
            _ => None,
        }
    }
}

impl ChangeBy {
    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
