//! Secrets: referenced in configuration, never written there, never printed.

use std::{fmt, path::PathBuf};

use serde::Deserialize;

/// A secret value. `Debug` and `Display` print three dots.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }
    /// The value itself; send it only to the remote it is for.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Where a secret is to be found: `{ env = "NAME" }` or `{ file = "path" }`. A literal is refused with advice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "a secret is a reference, { env = \"NAME\" } or { file = \"path\" }; never write it into the file itself"
)]
pub enum SecretRef {
    Env { env: String },
    File { file: PathBuf },
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env { env } => write!(f, "environment variable {env}"),
            Self::File { file } => write!(f, "file {}", file.display()),
        }
    }
}
