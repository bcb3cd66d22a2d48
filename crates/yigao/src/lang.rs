//! Chinese and English, text and JSON: how the program speaks.

use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;
use serde::Serialize;
use yigao_core::Localized;

/// A language of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    Zh,
    En,
}

/// How this run speaks.
#[derive(Clone, Debug)]
pub struct Say {
    pub lang: Lang,
    pub json: bool,
}

impl Say {
    pub fn new(lang: Option<Lang>, json: bool) -> Self {
        let lang = lang.unwrap_or_else(system_language);
        Self { lang, json }
    }

    /// One of two texts.
    pub fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// One of a pair.
    pub fn localized<'a>(&self, words: &'a Localized) -> &'a str {
        self.pick(&words.zh, &words.en)
    }

    /// A line for people; nothing when JSON was asked for.
    pub fn line(&self, zh: impl AsRef<str>, en: impl AsRef<str>) {
        if !self.json {
            out(self.pick(zh.as_ref(), en.as_ref()));
        }
    }

    /// The result for programs; nothing when people read.
    pub fn json<T: Serialize>(&self, value: &T) {
        if self.json {
            out(&serde_json::to_string_pretty(value).unwrap_or_default());
        }
    }

    /// Whether a person is watching a terminal.
    pub fn is_live(&self) -> bool {
        !self.json && io::stdout().is_terminal()
    }
}

/// The language of the system's locale.
pub(crate) fn system_language() -> Lang {
    match sys_locale::get_locale() {
        Some(locale) if locale.to_lowercase().starts_with("zh") => Lang::Zh,
        Some(locale) if locale.to_lowercase().starts_with("en") => Lang::En,
        // No locale (C, a container): Chinese first.
        _ => Lang::Zh,
    }
}

/// Writes a line to standard output. A reader that went away (`| head`) is no error.
pub fn out(text: &str) {
    if writeln!(io::stdout().lock(), "{text}").is_err() {
        std::process::exit(0);
    }
}

/// Writes a line to standard error.
pub fn err(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}
