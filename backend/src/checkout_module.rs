//! The built checkout module, which is served, and whose loader is installed as a script.

use rust_embed::RustEmbed;
use serde::Deserialize;

/// The built module, each file also packed with brotli. A debug build reads the folder when asked; a release build carries it.
#[derive(RustEmbed)]
#[folder = "../checkout-wasm/dist/"]
#[allow_missing = true]
pub(crate) struct Dist;

/// What `checkout-wasm/build.mjs` says of the files it built.
#[derive(Debug, Clone, Deserialize)]
pub struct Manifest {
    /// The first half of a hash over all files.
    pub version: String,
    /// The loader, which the Scripts API is told of.
    pub loader: ManifestFile,
}

/// One file.
#[derive(Debug, Clone, Deserialize)]
pub struct ManifestFile {
    /// Its name.
    pub file: String,
    /// Its hash, as in an `integrity` attribute.
    pub integrity: String,
}

/// The manifest; none when the module was not built.
#[must_use]
pub fn manifest() -> Option<Manifest> {
    let file = Dist::get("manifest.json")?;
    serde_json::from_slice(&file.data).ok()
}
