//! Makes identifiers that look like the platforms' and never repeat within one run.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

#[derive(Debug)]
pub(crate) struct Mint {
    seed: String,
    made: u64,
}

impl Mint {
    pub(crate) fn new(seed: impl Into<String>) -> Self {
        Self {
            seed: seed.into(),
            made: 0,
        }
    }

    fn next_hash(&mut self) -> [u8; 32] {
        self.made += 1;
        Sha256::digest(format!("{}/{}", self.seed, self.made)).into()
    }

    /// `len` characters out of `[A-Za-z0-9_-]`.
    pub(crate) fn text(&mut self, len: usize) -> String {
        let mut text = String::with_capacity(len + 43);
        while text.len() < len {
            text.push_str(&URL_SAFE_NO_PAD.encode(self.next_hash()));
        }
        text.truncate(len);
        text
    }

    /// `len` lower-case hexadecimal digits, at most 64.
    pub(crate) fn hex(&mut self, len: usize) -> String {
        let mut text = hex(&self.next_hash());
        text.truncate(len);
        text
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").expect("a String takes every text");
        text
    })
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
