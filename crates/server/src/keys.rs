//! Random names that nobody guesses, and signatures of this process.

use std::time::UNIX_EPOCH;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use ulid::Ulid;

/// 256 bits as 43 characters that stand in addresses and cookies as they are.
pub(crate) fn random() -> String {
    let mut hash = Sha256::new();
    // Each ULID brings 80 bits of the operating system's randomness; its time part is left at zero.
    for _ in 0..4 {
        hash.update(Ulid::from_datetime(UNIX_EPOCH).to_bytes());
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// A key of this process: what it signs is worthless after a restart.
pub(crate) struct Key(Vec<u8>);

impl Key {
    pub(crate) fn new() -> Self {
        Self(random().into_bytes())
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(text.as_bytes());
        mac
    }

    pub(crate) fn sign(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(text).finalize().into_bytes())
    }

    pub(crate) fn verify(&self, text: &str, signature: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(signature)
            .is_ok_and(|bytes| self.mac(text).verify_slice(&bytes).is_ok())
    }

    /// Compares two secrets without telling by its time where they differ: their signatures are compared instead.
    pub(crate) fn same(&self, one: &str, other: &str) -> bool {
        self.verify(one, &self.sign(other))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_names_differ_and_are_long() {
        assert_ne!(random(), random());
        assert_eq!(random().len(), 43);
    }

    #[test]
    fn a_signature_holds_for_its_text_and_its_key_only() {
        let key = Key::new();
        let signature = key.sign("a");
        assert!(key.verify("a", &signature));
        assert!(!key.verify("b", &signature) && !Key::new().verify("a", &signature));
        assert!(key.same("x", "x") && !key.same("x", "xy"));
    }
}
