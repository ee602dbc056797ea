//! The Standard Webhooks signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `v1,<base64 of the HMAC-SHA256>` over id, timestamp and body. The key is the client secret's
/// bytes, so the secret that Standard Webhooks libraries take is the base64 of the client secret.
pub fn signature(client_secret: &str, id: &str, timestamp: i64, body: &str) -> String {
    // A key of any length is taken: this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(client_secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standard_webhooks_library_accepts_it() {
        let secret = STANDARD.encode("demo-client-secret");
        let verifier = standardwebhooks::Webhook::new(&secret).unwrap();
        let timestamp = time::OffsetDateTime::now_utc().unix_timestamp();
        let expected = verifier.sign("msg_1", timestamp, b"{}").unwrap();
        assert_eq!(
            signature("demo-client-secret", "msg_1", timestamp, "{}"),
            expected
        );
    }
}
