//! Databases on a PostgreSQL server: each is copied from one that was migrated once.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
};

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use url::Url;
use uuid::Uuid;
use voucherbridge::database::Database;

use crate::blocking::finish;

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../backend/migrations");
/// Held while the migrated database is made, so that test programs that run at once make it once.
const LOCK: i64 = 20_260_101;

/// A database on a server. Dropping it drops it there.
pub struct OwnDatabase {
    server: String,
    name: String,
}

/// A migrated database without a row.
pub(crate) async fn fresh(server: &str) -> OwnDatabase {
    let mut admin = connect(server).await;
    let template = migrated(&mut admin, server).await;
    let own = OwnDatabase::named(server);
    copy(&mut admin, &template, &own.name).await;
    own
}

impl OwnDatabase {
    fn named(server: &str) -> Self {
        Self {
            server: server.to_owned(),
            name: format!("test_{}", Uuid::new_v4().simple()),
        }
    }

    pub(crate) fn url(&self) -> String {
        url_of(&self.server, &self.name)
    }

    /// A second database with the same rows.
    pub(crate) async fn copy(&self) -> Self {
        let copied = Self::named(&self.server);
        let mut admin = connect(&self.server).await;
        end_sessions(&mut admin, &self.name).await;
        copy(&mut admin, &self.name, &copied.name).await;
        copied
    }

    /// Has the rows of the other and no others.
    pub(crate) async fn become_copy_of(&self, other: &Self) {
        let mut admin = connect(&self.server).await;
        drop_database(&mut admin, &self.name).await;
        copy(&mut admin, &other.name, &self.name).await;
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        finish(async {
            let mut admin = connect(&self.server).await;
            drop_database(&mut admin, &self.name).await;
        });
    }
}

/// The name of the migrated database; it is made if no test program made it yet.
async fn migrated(admin: &mut AnyConnection, server: &str) -> String {
    let name = format!("voucherbridge_migrated_{:016x}", migrations());
    if exists(admin, &name).await {
        return name;
    }
    run(admin, format!("SELECT pg_advisory_lock({LOCK})")).await;
    if !exists(admin, &name).await {
        // Under another name until it is whole.
        let begun = format!("{name}_begun");
        drop_database(admin, &begun).await;
        run(admin, format!("CREATE DATABASE {begun}")).await;
        let database = Database::connect(&url_of(server, &begun)).await.unwrap();
        database.close().await;
        end_sessions(admin, &begun).await;
        run(admin, format!("ALTER DATABASE {begun} RENAME TO {name}")).await;
    }
    run(admin, format!("SELECT pg_advisory_unlock({LOCK})")).await;
    name
}

async fn exists(admin: &mut AnyConnection, name: &str) -> bool {
    let query = sqlx::query_scalar("SELECT COUNT(*) FROM pg_database WHERE datname = $1");
    let count: i64 = query.bind(name).fetch_one(admin).await.unwrap();
    count > 0
}

/// Which migrations there are and what they say.
fn migrations() -> u64 {
    let files = fs::read_dir(MIGRATIONS).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    let mut hasher = DefaultHasher::new();
    for path in paths {
        fs::read(path).unwrap().hash(&mut hasher);
    }
    hasher.finish()
}

async fn connect(server: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(server).await.unwrap()
}

async fn copy(admin: &mut AnyConnection, from: &str, to: &str) {
    run(admin, format!("CREATE DATABASE {to} TEMPLATE {from}")).await;
}

/// A database that is copied or renamed may have no session, and a client that closed its own is not
/// waited for by the server.
async fn end_sessions(admin: &mut AnyConnection, name: &str) {
    let sql = "SELECT COUNT(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity \
               WHERE datname = $1";
    let query = sqlx::query_scalar::<_, i64>(sql).bind(name);
    query.fetch_one(admin).await.unwrap();
}

async fn drop_database(admin: &mut AnyConnection, name: &str) {
    let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    run(admin, sql).await;
}

async fn run(admin: &mut AnyConnection, sql: String) {
    admin.execute(AssertSqlSafe(sql)).await.unwrap();
}

fn url_of(server: &str, name: &str) -> String {
    let mut url = Url::parse(server).unwrap();
    url.set_path(name);
    url.into()
}
