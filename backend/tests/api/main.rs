//! The backend as its callers see it: in process, on an SQLite file, with both stand-ins behind it.

#![allow(clippy::unwrap_used)] // a panic is how a test fails

mod assets;
mod bad_input;
mod connect;
mod cors;
mod file_size;
mod full_disk;
mod health;
mod helpers;
mod logs;
mod look_after_setup;
mod messages;
mod scripts;
mod settings;
mod two_processes;
mod webhooks;
