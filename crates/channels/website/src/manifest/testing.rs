//! Sites for the tests of this crate.

use yigao_channel::{ConfigError, Opening, Secret, SecretRef};
use yigao_core::DestinationId;

use crate::manifest::{GATEWAY, Manifest, site::Site};

/// The gateway's manifest let in by something else; all secrets are this one.
pub(crate) fn site(auth: &str, secret: &str) -> Site {
    let mut channel = channel(GATEWAY);
    let auth: toml::Table = toml::from_str(auth).unwrap();
    channel.insert("auth".to_owned(), auth.into());
    let config: Manifest = channel.try_into().unwrap();
    opened(secret, |opening| Site::open(config, opening).unwrap())
}

/// What is written under `[channel]` of a file.
pub(crate) fn channel(file: &str) -> toml::Table {
    let mut whole: toml::Table = toml::from_str(file).unwrap();
    match whole.remove("channel") {
        Some(toml::Value::Table(channel)) => channel,
        other => unreachable!("[channel] is a table, not {other:?}"),
    }
}

/// Calls `with` with an opening whose secrets are all this one.
pub(crate) fn opened<T>(secret: &str, with: impl FnOnce(&Opening<'_>) -> T) -> T {
    let secrets = |_: &SecretRef| -> Result<Secret, ConfigError> { Ok(Secret::new(secret)) };
    let destination = DestinationId::parse("site").unwrap();
    with(&Opening {
        destination: &destination,
        public_url: None,
        secrets: &secrets,
    })
}
