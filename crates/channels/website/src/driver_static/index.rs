//! `index.json`: the site's one list. Home, columns, feed, sitemap and the links between articles derive from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yigao_core::{Digest, Kind, Timestamp, item::Relation};

/// Path of the index file.
pub(super) const PATH: &str = "index.json";
/// Rows of one page of a column.
pub(super) const ROWS: usize = 50;

/// The index file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Index {
    /// By marker: item × destination, for life.
    pub(super) entries: BTreeMap<String, Entry>,
}

/// One article, live or withdrawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) item: String,
    pub(super) kind: Kind,
    /// Slug of the column.
    pub(super) column: String,
    pub(super) title: String,
    pub(super) summary: Option<String>,
    pub(super) path: String,
    pub(super) published_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) version: u32,
    /// Digest of the rendition's leaves.
    pub(super) leaves: Digest,
    pub(super) cover: Option<Cover>,
    pub(super) relations: Vec<Relation>,
    pub(super) state: State,
    pub(super) withdrawn_at: Option<Timestamp>,
    pub(super) reason: Option<String>,
}

/// The picture of lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cover {
    pub(super) path: String,
    pub(super) alt: String,
}

/// Whether readers meet it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Live,
    Killed,
}

impl Entry {
    pub(super) fn is_live(&self) -> bool {
        self.state == State::Live
    }

    /// Withdraws it and removes its text, so that the public index holds nothing of what was withdrawn.
    pub(super) fn withdraw(&mut self, at: Timestamp, reason: Option<String>) {
        self.state = State::Killed;
        self.withdrawn_at = Some(at);
        self.reason = reason;
        self.title = String::new();
        self.summary = None;
        self.cover = None;
        self.relations = Vec::new();
        self.leaves = Digest::of_bytes(b"");
    }
}

/// Rows of one page of a column, newest first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leafed<'a> {
    pub(super) rows: Vec<&'a Entry>,
    pub(super) newer: Option<PageNo>,
    pub(super) older: Option<PageNo>,
}

/// A page of a column: the newest one is `index.html`, older ones are counted from the oldest, so that a new article
/// changes two of them and never all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageNo {
    Newest,
    Older(usize),
}

impl PageNo {
    /// File name inside the column's folder.
    pub(super) fn file(self) -> String {
        match self {
            Self::Newest => "index.html".to_owned(),
            Self::Older(number) => format!("page-{number}.html"),
        }
    }
}

impl Index {
    /// As stored: the same index gives the same bytes.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Live articles, newest first.
    pub(super) fn live(&self) -> Vec<&Entry> {
        let mut all: Vec<&Entry> = self.entries.values().filter(|e| e.is_live()).collect();
        all.sort_by(|a, b| (b.published_at, &b.item).cmp(&(a.published_at, &a.item)));
        all
    }

    /// Live articles of a column, newest first.
    pub(super) fn live_in(&self, column: &str) -> Vec<&Entry> {
        let mut all = self.live();
        all.retain(|e| e.column == column);
        all
    }

    /// Withdrawn articles, last withdrawn first.
    pub(super) fn killed(&self) -> Vec<&Entry> {
        let mut all: Vec<&Entry> = self.entries.values().filter(|e| !e.is_live()).collect();
        all.sort_by(|a, b| (b.withdrawn_at, &b.item).cmp(&(a.withdrawn_at, &a.item)));
        all
    }

    /// The live article of an item.
    pub(super) fn live_item(&self, item: &str) -> Option<&Entry> {
        self.entries
            .values()
            .find(|e| e.item == item && e.is_live())
    }

    /// Everything ever filed in a column, oldest first: withdrawn ones keep their place, so that pages stay as they are.
    fn filed(&self, column: &str) -> Vec<&Entry> {
        let mut all: Vec<&Entry> = self
            .entries
            .values()
            .filter(|e| e.column == column)
            .collect();
        all.sort_by(|a, b| (a.published_at, &a.item).cmp(&(b.published_at, &b.item)));
        all
    }

    /// How many older pages a column has.
    pub(super) fn older_pages(&self, column: &str) -> usize {
        self.filed(column).len().saturating_sub(ROWS).div_ceil(ROWS)
    }

    /// What is on one page of a column.
    pub(super) fn page(&self, column: &str, number: PageNo) -> Leafed<'_> {
        let filed = self.filed(column);
        let archived = filed.len().saturating_sub(ROWS);
        let last = archived.div_ceil(ROWS);
        let (from, to) = match number {
            PageNo::Newest => (archived, filed.len()),
            PageNo::Older(n) => (
                n.saturating_sub(1).saturating_mul(ROWS).min(archived),
                n.saturating_mul(ROWS).min(archived),
            ),
        };
        let slice = filed.get(from..to).unwrap_or_default();
        let rows = slice
            .iter()
            .rev()
            .copied()
            .filter(|e| e.is_live())
            .collect();
        let (newer, older) = match number {
            PageNo::Newest => (None, (last > 0).then_some(PageNo::Older(last))),
            PageNo::Older(n) => (
                Some(if n < last {
                    PageNo::Older(n + 1)
                } else {
                    PageNo::Newest
                }),
                (n > 1).then(|| PageNo::Older((n - 1).min(last))),
            ),
        };
        Leafed { rows, newer, older }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver_static::testing::entry;

    fn index_of(count: usize) -> Index {
        let entries = (0..count)
            .map(|n| {
                (
                    format!("m{n:03}"),
                    entry(&format!("item-{n:03}"), "news", n),
                )
            })
            .collect();
        Index { entries }
    }

    #[test]
    fn pages_hold_everything_once_and_older_ones_stay() {
        let index = index_of(120);
        assert_eq!(index.older_pages("news"), 2);
        let newest = index.page("news", PageNo::Newest);
        assert_eq!(
            (newest.rows.len(), newest.older),
            (50, Some(PageNo::Older(2)))
        );
        assert_eq!(
            newest.rows.first().map(|e| e.item.as_str()),
            Some("item-119")
        );
        let second = index.page("news", PageNo::Older(2));
        assert_eq!(
            (second.rows.len(), second.newer),
            (20, Some(PageNo::Newest))
        );
        let oldest = index.page("news", PageNo::Older(1));
        assert_eq!(
            (oldest.rows.len(), oldest.newer, oldest.older),
            (50, Some(PageNo::Older(2)), None)
        );
        let grown = index_of(121);
        assert_eq!(grown.page("news", PageNo::Older(1)).rows, oldest.rows);
    }

    #[test]
    fn a_withdrawn_article_leaves_its_words_behind() {
        let mut index = index_of(2);
        let gone = index.entries.get_mut("m001").unwrap();
        gone.withdraw(Timestamp::UNIX_EPOCH, Some("内容有误".into()));
        let text = String::from_utf8(index.to_bytes().unwrap()).unwrap();
        assert!(!text.contains("标题 item-001"), "{text}");
        assert_eq!(index.live().len(), 1);
        assert_eq!(index.killed().len(), 1);
    }
}
