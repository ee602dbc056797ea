//! Rebuilds the backend when a migration is added or the module was built again: the macros that
//! embed them see changed files, but not new ones.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=../checkout-wasm/dist");
}
