//! The two languages of the screens.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{header::COOKIE, request::Parts},
};
use yigao_core::{Intent, Localized, State, Timestamp, time::minute_in_shanghai};

pub(crate) const COOKIE_NAME: &str = "yigao_lang";

/// Chinese unless a person chose English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    pub(crate) fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
    pub(crate) fn localized(self, words: &Localized) -> &str {
        self.pick(&words.zh, &words.en)
    }
    pub(crate) fn state(self, state: State) -> &'static str {
        match self {
            Self::Zh => state.zh(),
            Self::En => state.name(),
        }
    }
    pub(crate) fn intent(self, intent: Intent) -> &'static str {
        match self {
            Self::Zh => intent.zh(),
            Self::En => intent.name(),
        }
    }
    /// A kind of channel as people call it; one that is not known here keeps its name.
    pub(crate) fn channel(self, kind: &str) -> &str {
        match (self, kind) {
            (Self::Zh, "website") => "网站",
            (Self::Zh, "wechat") => "微信公众号",
            (Self::Zh, "county") => "县级融媒体中心",
            (_, kind) => kind,
        }
    }
    pub(crate) fn html(self) -> &'static str {
        self.pick("zh-CN", "en")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let english = cookie(parts, COOKIE_NAME).as_deref() == Some("en");
        Ok(if english { Self::En } else { Self::Zh })
    }
}

/// The value of a cookie.
pub(crate) fn cookie(parts: &Parts, name: &str) -> Option<String> {
    let all = parts.headers.get_all(COOKIE).iter();
    all.filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value.to_owned())
}

/// A time as people read it, in Asia/Shanghai: how far off when it is near, the hour when it is today, else the date.
pub(crate) fn when(at: Timestamp, now: Timestamp, lang: Lang) -> String {
    let full = minute_in_shanghai(at);
    let seconds = (at.as_millisecond() - now.as_millisecond()) / 1_000;
    let clock = full.get(11..).unwrap_or_default();
    let today = minute_in_shanghai(now).get(..10) == full.get(..10);
    match (seconds, today) {
        (-59..=0, _) => lang.pick("刚刚", "just now").to_owned(),
        (1..60, _) => match lang {
            Lang::Zh => format!("{seconds} 秒后"),
            Lang::En => format!("in {seconds} s"),
        },
        (60..3600, _) => match lang {
            Lang::Zh => format!("{} 分钟后（{clock}）", seconds / 60),
            Lang::En => format!("in {} min ({clock})", seconds / 60),
        },
        (_, true) => match lang {
            Lang::Zh => format!("今天 {clock}"),
            Lang::En => format!("today {clock}"),
        },
        _ => full,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_near_today_or_dated() {
        let now: Timestamp = "2026-11-24T02:00:00Z".parse().unwrap();
        let at = |text: &str| when(text.parse().unwrap(), now, Lang::Zh);
        assert_eq!(at("2026-11-24T02:00:12Z"), "12 秒后");
        assert_eq!(at("2026-11-24T01:59:30Z"), "刚刚");
        assert_eq!(at("2026-11-24T02:05:00Z"), "5 分钟后（10:05）");
        assert_eq!(at("2026-11-24T01:59:00Z"), "今天 09:59");
        assert_eq!(at("2026-11-25T00:00:00Z"), "2026-11-25 08:00");
    }
}
