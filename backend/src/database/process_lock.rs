//! Whether other processes work on an SQLite file.
//!
//! Every process that does holds a shared lock on a file beside it, which the system lets go of when the
//! process ends, however it ends. Who gets that lock for itself alone knows that all others are dead.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// A process's part in the lock.
#[derive(Debug)]
pub(super) struct ProcessLock(File);

/// No other process works on the file for as long as this lives.
#[derive(Debug)]
pub struct Alone<'a>(Option<&'a File>);

impl ProcessLock {
    /// Tells other processes that this one works on the database. Waits while one makes sure that it
    /// is alone.
    pub(super) fn take(database: &Path) -> io::Result<Self> {
        let mut name = database.as_os_str().to_owned();
        name.push("-lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            // A shared lock on NFSv4 is granted only to who may read the file.
            .read(true)
            .write(true)
            .open(PathBuf::from(name))?;
        file.lock_shared()?;
        Ok(Self(file))
    }

    /// This process works on the database no more.
    pub(super) fn give_back(&self) -> io::Result<()> {
        self.0.unlock()
    }

    /// Whether this is the only process; then it stays so for a while.
    pub(super) fn alone(&self) -> io::Result<Option<Alone<'_>>> {
        let Self(file) = self;
        file.unlock()?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Alone(Some(file)))),
            Err(TryLockError::WouldBlock) => file.lock_shared().map(|()| None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Alone<'_> {
    /// Of a database that no other process can see.
    pub(super) const IN_MEMORY: Self = Self(None);
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        let Some(file) = self.0 else { return };
        if let Err(error) = file.unlock().and_then(|()| file.lock_shared()) {
            tracing::warn!(%error, "other processes are not told of this one");
        }
    }
}
