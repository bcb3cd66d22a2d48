//! Names of things, each a type of its own so that no two can be swapped.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// A text that cannot be a name of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what}: {rule}")]
pub struct BadName {
    /// What was refused, cut to 80 characters.
    pub text: String,
    /// What it should have been the name of.
    pub what: &'static str,
    /// The rule it breaks.
    pub rule: &'static str,
}

const SLUG_RULE: &str = "1 to 64 of a-z, 0-9, '-', '_', '.', beginning with a letter or digit";

fn is_slug(text: &str) -> bool {
    let first_fits = text
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    first_fits
        && text.len() <= 64
        && text.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.')
        })
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub struct $name(String);

        impl $name {
            /// Reads a name.
            ///
            /// # Errors
            /// [`BadName`] unless it is 1 to 64 of `a-z 0-9 - _ .`, beginning with a letter or digit.
            pub fn parse(text: &str) -> Result<Self, BadName> {
                if is_slug(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(BadName { text: text.chars().take(80).collect(), what: $what, rule: SLUG_RULE })
                }
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                Self::parse(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

slug! {
    /// An item 稿件, named once at import (`id` in the front matter, else the folder's name).
    ItemId, "item name"
}
slug! {
    /// A destination 目的账号, named by its configuration file.
    DestinationId, "destination name"
}
slug! {
    /// A delivery 投递: `d-` and a ULID in lower case, so that names sort by the time they were planned.
    DeliveryId, "delivery name"
}

/// Who makes a change: a person, a token of the API, or a worker. Nothing is anonymous.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actor(String);

impl Actor {
    /// A person at this machine, by system user name.
    pub fn user(name: &str) -> Self {
        Self(format!("user:{}", clean(name)))
    }
    /// A named token of the HTTP API.
    pub fn token(name: &str) -> Self {
        Self(format!("token:{}", clean(name)))
    }
    /// A person at a county centre or elsewhere, as they signed themselves.
    pub fn person(name: &str) -> Self {
        Self(format!("person:{}", clean(name)))
    }
    /// A worker process.
    pub fn worker(name: &str) -> Self {
        Self(format!("worker:{}", clean(name)))
    }
    /// The actor as `kind:name`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names come from outside: no control characters, at most 80 characters.
fn clean(name: &str) -> String {
    let text: String = name
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(80)
        .collect();
    if text.is_empty() {
        "unknown".to_owned()
    } else {
        text
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_hold_their_rule() {
        assert_eq!(
            ItemId::parse("spring-2026").map(|i| i.to_string()),
            Ok("spring-2026".to_owned())
        );
        for bad in ["", "-a", "A", "a b", "../a", "文旅", &"a".repeat(65)] {
            assert!(ItemId::parse(bad).is_err(), "{bad:?} should be refused");
        }
    }

    #[test]
    fn actors_carry_no_control_characters() {
        assert_eq!(Actor::person("王\n编辑\u{7}").as_str(), "person:王编辑");
        assert_eq!(Actor::user(" ").as_str(), "user:unknown");
    }
}
