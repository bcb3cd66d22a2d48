//! What an adapter's test supplies.

use std::{fmt::Debug, sync::Arc};

use yigao_channel::{Adapter, Channel, ConfigError, Opening, Secret, SecretRef};

use crate::{remote::Remote, sample};

/// A fresh destination and a fresh remote.
#[derive(Clone, Debug)]
pub struct Pair {
    pub channel: Arc<dyn Channel>,
    pub remote: Arc<dyn Remote>,
}

/// A trial that an adapter may fail, and why. One that does not fail is a failure itself: remove the line.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// Name of the trial: `crash::publish_and_kill`.
    pub case: &'static str,
    pub reason: &'static str,
    /// Day until which it is waived, as `2027-06-30`; printed, for people.
    pub until: &'static str,
}

/// Opens a destination from the text of its file.
pub type OpenFile = Box<dyn Fn(&str) -> Result<Arc<dyn Channel>, String> + Send + Sync>;

/// What the documents claim about an adapter.
pub struct Paper {
    pub readme: &'static str,
    /// Opens a destination's file; the error states what is wrong with it.
    pub open: OpenFile,
    pub example: &'static str,
}

impl Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Paper")
    }
}

/// Opens an adapter from the text of its `[channel]` table; secrets are all this one.
///
/// # Errors
/// What is wrong with the configuration.
pub fn open<A: Adapter>(channel: &str, secret: &str) -> Result<A, String> {
    let config: A::Config = toml::from_str(channel).map_err(|e| e.to_string())?;
    opened(config, secret)
}

fn opened<A: Adapter>(config: A::Config, secret: &str) -> Result<A, String> {
    let destination = sample::destination();
    let secrets = |_: &SecretRef| -> Result<Secret, ConfigError> { Ok(Secret::new(secret)) };
    let opening = Opening {
        destination: &destination,
        public_url: Some("https://hub.example.gov.cn"),
        secrets: &secrets,
    };
    A::open(config, &opening).map_err(|e| e.to_string())
}

impl Paper {
    /// The paper of an adapter kind.
    pub fn of<A: Adapter>(readme: &'static str) -> Self {
        let open = |file: &str| -> Result<Arc<dyn Channel>, String> {
            let mut table: toml::Table = toml::from_str(file).map_err(|e| e.to_string())?;
            let kind = table.get("kind").and_then(toml::Value::as_str);
            if kind != Some(A::KIND) {
                return Err(format!("kind is {kind:?}, the adapter is {:?}", A::KIND));
            }
            let channel = table
                .remove("channel")
                .unwrap_or_else(|| toml::Value::Table(toml::Table::new()));
            let config: A::Config = channel
                .try_into()
                .map_err(|e: toml::de::Error| e.to_string())?;
            Ok(Arc::new(opened::<A>(config, "paper")?))
        };
        Self {
            readme,
            open: Box::new(open),
            example: A::EXAMPLE,
        }
    }
}

/// An adapter under trial.
pub struct Subject {
    /// Prefix of the names of its trials.
    pub name: &'static str,
    pub make: Box<dyn Fn() -> Pair + Send + Sync>,
    pub paper: Paper,
    /// Texts that must never be seen: in `Debug`, faults, recorded exchanges, renditions.
    pub secrets: Vec<&'static str>,
    /// What a fault about a wrong secret must name: the place where it is configured. None when there is no secret.
    pub secret_place: Option<&'static str>,
    /// Codes of the fault table; the README must explain each.
    pub codes: Vec<String>,
    /// Operations whose lookup may answer "cannot tell": a doubt about them is no failure.
    pub cannot: Vec<&'static str>,
    pub waivers: Vec<Waiver>,
    /// For a slow remote, such as real software: of the many crossings of points and faults one in so many
    /// is tried, points and faults rotating, the same ones each time. `YIGAO_CROSSINGS=all` tries them all.
    pub one_in: u32,
}

impl Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subject")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Subject {
    /// A subject with only what is required.
    pub fn new(
        name: &'static str,
        paper: Paper,
        make: impl Fn() -> Pair + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            make: Box::new(make),
            paper,
            secrets: Vec::new(),
            secret_place: None,
            codes: Vec::new(),
            cannot: Vec::new(),
            waivers: Vec::new(),
            one_in: 1,
        }
    }
}
