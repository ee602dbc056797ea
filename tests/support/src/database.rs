//! A database of its own for each test: an SQLite file, or a database of the PostgreSQL server that
//! `VOUCHERBRIDGE_TEST_POSTGRES_URL` names.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use tempfile::TempDir;
use voucherbridge::database::Database;

use crate::{
    blocking::finish,
    postgres::{self, OwnDatabase},
};

/// Names a PostgreSQL server on which databases may be made, as a user who may do so.
const POSTGRES: &str = "VOUCHERBRIDGE_TEST_POSTGRES_URL";

/// A fresh database. It is deleted when this is dropped.
pub struct TestDatabase {
    url: String,
    home: Home,
}

enum Home {
    File(TempDir),
    Server(OwnDatabase),
}

/// What a database held at one moment.
pub enum Kept {
    /// The files, and what was in them.
    Files(Vec<(PathBuf, Vec<u8>)>),
    /// A copy of it on the server.
    Copy(OwnDatabase),
}

impl TestDatabase {
    /// On PostgreSQL where the variable names a server, else on SQLite.
    #[must_use]
    pub fn fresh() -> Self {
        server().map_or_else(Self::sqlite, |server| Self::postgres(&server))
    }

    /// One of each kind there is.
    #[must_use]
    pub fn each() -> Vec<Self> {
        let mut all = vec![Self::sqlite()];
        all.extend(server().map(|server| Self::postgres(&server)));
        all
    }

    /// On SQLite.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            url: format!("sqlite://{}", file_in(&folder).display()),
            home: Home::File(folder),
        }
    }

    fn postgres(server: &str) -> Self {
        let own = finish(postgres::fresh(server));
        Self {
            url: own.url(),
            home: Home::Server(own),
        }
    }

    /// What `database_url` is set to for it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The file, where it is one.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        match &self.home {
            Home::File(folder) => Some(file_in(folder)),
            Home::Server(_) => None,
        }
    }

    /// What it is called in what a failed test says.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.home {
            Home::File(_) => "SQLite",
            Home::Server(_) => "PostgreSQL",
        }
    }

    /// Opens it, and migrates what is not migrated.
    pub async fn open(&self) -> Database {
        Database::connect(&self.url).await.unwrap()
    }

    /// How many rows a table has.
    #[must_use]
    pub fn count(&self, table: &str) -> i64 {
        finish(async {
            sqlx::any::install_default_drivers();
            let mut connection = AnyConnection::connect(&self.url).await.unwrap();
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let query = sqlx::query_scalar(AssertSqlSafe(sql));
            query.fetch_one(&mut connection).await.unwrap()
        })
    }

    /// Keeps what it holds. Nobody may work on it meanwhile.
    #[must_use]
    pub fn keep(&self) -> Kept {
        match &self.home {
            Home::File(folder) => {
                let files = files_of(&file_in(folder)).into_iter();
                let kept = files.filter_map(|file| Some((file.clone(), fs::read(file).ok()?)));
                Kept::Files(kept.collect())
            }
            Home::Server(own) => Kept::Copy(finish(own.copy())),
        }
    }

    /// Back to what was kept. Whoever works on it is cut off.
    pub fn restore(&self, kept: &Kept) {
        match (&self.home, kept) {
            (Home::File(folder), Kept::Files(files)) => {
                for file in files_of(&file_in(folder)) {
                    let _ = fs::remove_file(file);
                }
                for (file, bytes) in files {
                    fs::write(file, bytes).unwrap();
                }
            }
            (Home::Server(own), Kept::Copy(copy)) => finish(own.become_copy_of(copy)),
            _ => panic!("what was kept is of another kind of database"),
        }
    }
}

fn server() -> Option<String> {
    std::env::var(POSTGRES).ok()
}

fn file_in(folder: &TempDir) -> PathBuf {
    folder.path().join("test.sqlite")
}

/// What SQLite keeps a database in. What was written last may be in the write-ahead log alone.
fn files_of(database: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|suffix| PathBuf::from(format!("{}{suffix}", database.display())))
}
