//! The statements that the program has for the database: those that a story asked, as sqlx logs them, and those that
//! are written in backend/src/database.

use std::{collections::BTreeSet, fs, path::Path};

use crate::asked::asked_in;

/// What a story asks.
pub async fn asked_by(story: impl Future<Output = ()>) -> BTreeSet<String> {
    let ((), asked) = asked_in(story).await;
    asked.into_iter().filter(|one| is_asking(one)).collect()
}

fn is_asking(statement: &str) -> bool {
    let kinds = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "];
    kinds.iter().any(|kind| statement.starts_with(kind))
}

/// Every statement in the source; what is put in when it runs stands in braces.
pub fn written() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/database");
    let files = fs::read_dir(folder).unwrap();
    let sources = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let texts = sources.flat_map(|source| texts(&source));
    texts.filter(|text| is_asking(text)).collect()
}

/// The texts in quotation marks of a source file, each on one line.
fn texts(source: &str) -> Vec<String> {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code: Vec<&str> = source.lines().filter(is_code).collect();
    let code = code.join("\n").replace("\\\"", "'");
    let texts = code.split('"').skip(1).step_by(2);
    let one_line = |text: &str| {
        let lines: Vec<&str> = text.split("\\\n").collect();
        let first = lines[0].to_owned();
        let others = lines[1..].iter().map(|line| line.trim_start());
        others.fold(first, |all, line| all + line)
    };
    texts.map(one_line).collect()
}

/// Whether a statement that ran may be one that is written with braces. One that is written in pieces ends with a
/// space.
pub fn may_be(ran: &str, written: &str) -> bool {
    let mut parts = written.split(['{', '}']).step_by(2);
    let Some(mut rest) = parts.next().and_then(|first| ran.strip_prefix(first)) else {
        return false;
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || written.ends_with([' ', '}'])
}

#[test]
fn a_statement_is_known_again() {
    for (ran, written, is_known) in [
        (
            "SELECT a, b FROM c WHERE d = $1",
            "SELECT {COLUMNS} FROM c WHERE d = $1",
            true,
        ),
        (
            "SELECT a, b FROM c WHERE e = $1",
            "SELECT {COLUMNS} FROM c WHERE d = $1",
            false,
        ),
        (
            "SELECT a FROM c WHERE d = $1 LIMIT 1",
            "SELECT {COLUMNS} FROM c WHERE d = $1",
            false,
        ),
        (
            "SELECT a FROM c WHERE d = $1 LIMIT 1",
            "SELECT a FROM c ",
            true,
        ),
    ] {
        assert_eq!(may_be(ran, written), is_known, "{ran}");
    }
    let source = "// \"no\n let a = \"SELECT 1 \\\n    FROM b\"; f(\"c\");";
    assert_eq!(texts(source), ["SELECT 1 FROM b", "c"]);
}
