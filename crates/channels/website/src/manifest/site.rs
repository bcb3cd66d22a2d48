//! A manifest, checked and opened.

use std::collections::BTreeMap;

use url::Url;
use yigao_article::{address::base_url, columns::Columns};
use yigao_channel::{ConfigError, Opening, Secret};

use crate::manifest::{check, config::Manifest, template::Language};

/// All that calls are made from.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) manifest: Manifest,
    /// Ends in `/`.
    pub(crate) base: Url,
    pub(crate) columns: Columns,
    pub(crate) secrets: BTreeMap<String, Secret>,
    /// Where the secrets are configured, for people.
    pub(crate) secret_places: String,
    pub(crate) language: Language,
}

impl Site {
    /// Checks a manifest.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn open(
        manifest: Manifest,
        opening: &Opening<'_>,
    ) -> Result<Self, Vec<ConfigError>> {
        let mut problems = Vec::new();
        let base = base_url(&manifest.base_url)
            .map_err(|e| problems.push(e))
            .ok();
        let columns = Columns::check(manifest.columns.clone(), manifest.default_column.as_deref())
            .map_err(|e| problems.push(e))
            .ok();
        let mut secrets = BTreeMap::new();
        let mut places = Vec::new();
        for (name, place) in &manifest.secrets {
            places.push(place.to_string());
            match (opening.secrets)(place) {
                Ok(secret) => drop(secrets.insert(name.clone(), secret)),
                Err(error) => problems.push(error),
            }
        }
        let language = Language::new();
        problems.extend(check::problems(&manifest, columns.as_ref(), &language));
        match (base, columns) {
            (Some(base), Some(columns)) if problems.is_empty() => Ok(Self {
                base,
                columns,
                secrets,
                secret_places: places.join(", "),
                language,
                manifest,
            }),
            _ => Err(problems),
        }
    }
}
