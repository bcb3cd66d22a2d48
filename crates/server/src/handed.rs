//! What was handed over to an editor outside, and what they answered: the data of the page at which they read it.

use serde::Deserialize;
use yigao_core::journal::Message;
use yigao_core::{Delivery, Digest, Intent, Localized, State as Stage, Timestamp};

/// What the adapter put into the ticket for the person.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pack {
    pub(crate) title: String,
    pub(crate) summary: Option<String>,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) byline: Option<String>,
    pub(crate) intent: Option<String>,
    pub(crate) pictures: Vec<Picture>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Picture {
    pub(crate) digest: Digest,
    #[serde(default)]
    pub(crate) file_name: String,
    #[serde(default)]
    pub(crate) alt: String,
}

/// What an editor answered on the page.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Answer {
    pub(crate) who: String,
    pub(crate) answer: String,
    #[serde(default)]
    pub(crate) url: Option<String>,
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

impl Answer {
    pub(crate) fn of(row: &Message) -> Option<Self> {
        serde_json::from_value(row.body.clone()).ok()
    }

    /// 收到 alone leaves the page open: the editor reports later what became of the item. On a withdrawal it means that the
    /// item is no longer public.
    fn is_last(&self, intent: Intent) -> bool {
        self.answer != "received" || intent == Intent::Withdraw
    }

    /// Who answered what, about a delivery of this intent.
    pub(crate) fn localized(&self, intent: Intent) -> Localized {
        let withdraw = intent == Intent::Withdraw;
        let (zh, en) = match (self.answer.as_str(), withdraw) {
            ("received", false) => ("已收到，待编发", "received it"),
            ("received", true) => ("已撤下", "took it down"),
            ("adopted", _) => ("已采用", "published it"),
            ("returned", false) => ("退回不用", "returned it"),
            ("returned", true) => ("无法撤下", "cannot take it down"),
            (other, _) => (other, other),
        };
        let more = [&self.url, &self.reason];
        let more: Vec<&str> = more.into_iter().flatten().map(String::as_str).collect();
        let (zh_more, en_more) = match more.is_empty() {
            true => (String::new(), String::new()),
            false => (
                format!("：{}", more.join("；")),
                format!(": {}", more.join("; ")),
            ),
        };
        Localized::new(
            format!("{} {zh}{zh_more}", self.who),
            format!("{} {en}{en_more}", self.who),
        )
    }
}

/// A hand-over as it is now.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    pub(crate) delivery: Delivery,
    /// What has been planned since for the item at this destination; the page is then out of date.
    pub(crate) newer: Option<Delivery>,
    pub(crate) pack: Pack,
    /// Answers with their times, oldest first.
    pub(crate) answers: Vec<(Timestamp, Answer)>,
}

impl Handed {
    /// The delivery that replaces this page. One that only waits for this page's answer was not sent yet, so the page stays open.
    pub(crate) fn outdated_by(&self) -> Option<&Delivery> {
        let ended = self.delivery.state.is_final();
        self.newer
            .as_ref()
            .filter(|newer| ended || newer.state != Stage::Waiting)
    }

    /// The answer after which no other is accepted. On a page that is out of date, the only one is that it was published anyway.
    pub(crate) fn last(&self) -> Option<&(Timestamp, Answer)> {
        let late = self.outdated_by().map(|newer| newer.created_at);
        let is_last = |(at, answer): &&(Timestamp, Answer)| match late {
            Some(since) => answer.answer == "adopted" && *at >= since,
            None => answer.is_last(self.delivery.intent),
        };
        self.answers.iter().find(is_last)
    }
}
