//! Mistakes in a destination's file, and the checks that every channel needs.

use url::Url;
use yigao_core::Localized;

/// A mistake in a destination's file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {}", message.en)]
pub struct ConfigError {
    /// Dotted key: `channel.base_url`.
    pub key: String,
    /// What is wrong and what would be right.
    pub message: Localized,
}

impl ConfigError {
    /// A mistake at `key`: what is wrong and what would be right, in both languages.
    pub fn new(key: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: Localized::new(zh, en),
        }
    }
}

/// An http or https address with a host.
///
/// # Errors
/// Anything else is a mistake at `key`.
pub fn web_address(key: &str, text: &str) -> Result<Url, ConfigError> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
        .ok_or_else(|| {
            ConfigError::new(
                key,
                format!("{text:?} 不是 http 或 https 网址"),
                format!("{text:?} is no http or https address"),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_needs_its_scheme_and_host() {
        assert!(web_address("k", "https://wl.example.gov.cn/a?b=1").is_ok());
        for bad in ["wl.example.gov.cn", "ftp://x", "file:///etc", "", "http://"] {
            let error = web_address("channel.base_url", bad).unwrap_err();
            assert_eq!(error.key, "channel.base_url", "{bad}");
        }
    }
}
