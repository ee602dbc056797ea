//! Secrets at rest: sealed with the master key, bound to the store and the field they belong to.

use std::{fmt, fs, io, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use secrecy::{ExposeSecret, SecretString};

use crate::domain::StoreHash;

const KEY_BYTES: usize = 32;
/// The nonce is long enough to be drawn at random for ever.
const NONCE_BYTES: usize = 24;

/// Why a secret cannot be sealed or read.
#[derive(Debug, thiserror::Error)]
pub enum CryptoError {
    /// The key has the wrong shape.
    #[error("`master_key` must be 32 bytes in base64; make one with: openssl rand -base64 32")]
    Key,
    /// The cipher refused.
    #[error("a secret could not be sealed")]
    Seal,
    /// Another key, another place, or damage.
    #[error("the stored `{0}` cannot be read with this master key")]
    Unseal(&'static str),
    /// The demo's key file could not be read or made.
    #[error("the demo key file {path}: {source}")]
    DemoKey {
        /// The file.
        path: String,
        /// The system's reason.
        source: io::Error,
    },
}

/// A secret as stored: base64 of nonce and cipher text.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(String);

/// Seals and reads secrets with the master key.
#[derive(Clone)]
pub struct Sealer(XChaCha20Poly1305);

impl Sealed {
    /// Takes what was stored.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Sealed")
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Sealer")
    }
}

impl Sealer {
    /// Takes the master key: 32 bytes in base64.
    pub fn new(master_key: &SecretString) -> Result<Self, CryptoError> {
        let key = STANDARD
            .decode(master_key.expose_secret().trim())
            .map_err(|_| CryptoError::Key)?;
        let key: [u8; KEY_BYTES] = key.try_into().map_err(|_| CryptoError::Key)?;
        Ok(Self(XChaCha20Poly1305::new(&Key::from(key))))
    }

    /// Seals a secret so that it can be read only as this field of this store.
    pub fn seal(
        &self,
        store: &StoreHash,
        field: &'static str,
        secret: &SecretString,
    ) -> Result<Sealed, CryptoError> {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let place = place(store, field);
        let payload = Payload {
            msg: secret.expose_secret().as_bytes(),
            aad: place.as_bytes(),
        };
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| CryptoError::Seal)?;
        Ok(Sealed(
            STANDARD.encode([nonce.as_slice(), &sealed].concat()),
        ))
    }

    /// Reads a sealed secret.
    pub fn unseal(
        &self,
        store: &StoreHash,
        field: &'static str,
        sealed: &Sealed,
    ) -> Result<SecretString, CryptoError> {
        let wrong = || CryptoError::Unseal(field);
        let bytes = STANDARD.decode(&sealed.0).map_err(|_| wrong())?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or_else(wrong)?;
        let place = place(store, field);
        let payload = Payload {
            msg: sealed,
            aad: place.as_bytes(),
        };
        let secret = self
            .0
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| wrong())?;
        String::from_utf8(secret)
            .map(SecretString::from)
            .map_err(|_| wrong())
    }
}

fn place(store: &StoreHash, field: &str) -> String {
    format!("voucherbridge:1:{store}:{field}")
}

/// A random secret of 256 bits, in base64.
#[must_use]
pub fn random_secret() -> SecretString {
    let bytes: [u8; KEY_BYTES] = rand::random();
    SecretString::from(STANDARD.encode(bytes))
}

/// The demo's master key: made once and kept in a file beside the database.
pub fn demo_key(path: &Path) -> Result<SecretString, CryptoError> {
    let failed = |source| CryptoError::DemoKey {
        path: path.display().to_string(),
        source,
    };
    match fs::read_to_string(path) {
        Ok(key) => return Ok(SecretString::from(key.trim().to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let key = random_secret();
    write_private(path, key.expose_secret()).map_err(failed)?;
    Ok(key)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(hash: &str) -> StoreHash {
        StoreHash::parse(hash).unwrap()
    }

    #[test]
    fn reads_what_it_sealed_and_only_in_its_place() {
        let sealer = Sealer::new(&random_secret()).unwrap();
        let secret = SecretString::from("demo-access-token");
        let hidden = sealer.seal(&store("one"), "access_token", &secret).unwrap();
        let read = sealer
            .unseal(&store("one"), "access_token", &hidden)
            .unwrap();
        assert_eq!(read.expose_secret(), "demo-access-token");
        assert!(!hidden.as_str().contains("demo"));
        assert!(
            sealer
                .unseal(&store("two"), "access_token", &hidden)
                .is_err()
        );
        assert!(
            sealer
                .unseal(&store("one"), "client_secret", &hidden)
                .is_err()
        );
        let other = Sealer::new(&random_secret()).unwrap();
        assert!(
            other
                .unseal(&store("one"), "access_token", &hidden)
                .is_err()
        );
    }

    #[test]
    fn refuses_damage_and_odd_keys() {
        let sealer = Sealer::new(&random_secret()).unwrap();
        for damaged in ["", "AAAA", "no base64"] {
            let hidden = Sealed::from_stored(damaged.to_owned());
            assert!(
                sealer
                    .unseal(&store("one"), "access_token", &hidden)
                    .is_err()
            );
        }
        for key in ["", "c2hvcnQ=", "not base64 at all"] {
            assert!(
                Sealer::new(&SecretString::from(key)).is_err(),
                "{key:?} was taken"
            );
        }
    }

    #[test]
    fn keeps_the_demo_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo-key");
        let first = demo_key(&path).unwrap();
        let second = demo_key(&path).unwrap();
        assert_eq!(first.expose_secret(), second.expose_secret());
        assert!(Sealer::new(&first).is_ok());
    }
}
