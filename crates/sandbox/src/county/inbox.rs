//! The copies a centre holds, and what becomes of them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Centre, Item, Refusal};
use crate::mint::sha256_hex;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CopyState {
    Received,
    Adopted,
    Returned,
    Withdrawn,
}

/// One entry of the inbox. The same item sent twice is two copies.
#[derive(Debug, Clone)]
pub(crate) struct Copy {
    pub(crate) id: String,
    pub(crate) uri: String,
    pub(crate) state: CopyState,
    pub(crate) reason: Option<String>,
    pub(crate) received: i64,
    pub(crate) updated: i64,
    /// Oldest first; the last usable one is what the centre would print.
    pub(crate) versions: Vec<Version>,
    pub(crate) events: Vec<Value>,
}

#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) item: Item,
    pub(crate) sha256: String,
    pub(crate) key: Option<String>,
    pub(crate) at: i64,
}

/// What an editor decides.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Decision {
    Adopt {
        id: String,
    },
    Return {
        id: String,
        #[serde(default)]
        reason: String,
    },
}

impl Copy {
    pub(crate) fn live(&self) -> bool {
        matches!(self.state, CopyState::Received | CopyState::Adopted)
    }

    pub(crate) fn current(&self) -> Option<&Version> {
        self.versions
            .iter()
            .rev()
            .find(|version| !version.item.canceled)
            .or(self.versions.last())
    }

    pub(crate) fn as_json(&self, base: &str, centre: &str) -> Value {
        let last = self.versions.last();
        json!({
            "id": self.id,
            "uri": self.uri,
            "version": last.map(|v| &v.item.version),
            "state": self.state,
            "reason": self.reason,
            "headline": self.current().map(|v| &v.item.headline),
            "digest": last.map(|v| &v.sha256),
            "received": self.received,
            "updated": self.updated,
            "page": format!("{base}/county/{centre}/items/{}/page", self.id),
        })
    }

    pub(crate) fn as_json_with_history(&self, base: &str, centre: &str) -> Value {
        let mut json = self.as_json(base, centre);
        let history: Vec<Value> = self
            .versions
            .iter()
            .map(|v| {
                json!({
                    "version": v.item.version,
                    "canceled": v.item.canceled,
                    "headline": v.item.headline,
                    "digest": v.sha256,
                    "key": v.key,
                    "at": v.at,
                    "pictures": v.item.pictures.iter().map(|p| &p.sha256).collect::<Vec<_>>(),
                    "item": v.item.json,
                })
            })
            .collect();
        if let Some(fields) = json.as_object_mut() {
            fields.insert("history".to_owned(), json!(history));
            fields.insert("events".to_owned(), json!(self.events));
        }
        json
    }

    fn add(&mut self, what: &str, version: Version) {
        self.updated = version.at;
        self.events
            .push(json!({"what": what, "version": version.item.version, "at": version.at}));
        self.versions.push(version);
    }
}

/// Numbers count as numbers, anything else as text.
fn newer(version: &str, than: &str) -> bool {
    match (version.parse::<u64>(), than.parse::<u64>()) {
        (Ok(version), Ok(than)) => version > than,
        _ => version > than,
    }
}

impl Centre {
    /// Files an item: a new copy, the correction of one, or the withdrawal of all of its uri.
    ///
    /// What is not newer than the stored copy is filed beside it: a real centre has two then.
    pub(super) fn file(
        &mut self,
        id: String,
        item: Item,
        body: &[u8],
        key: Option<String>,
        at: i64,
    ) -> Result<(String, CopyState), Refusal> {
        let version = Version {
            sha256: sha256_hex(body),
            item,
            key,
            at,
        };
        let uri = version.item.uri.clone();
        if version.item.canceled {
            return self.withdraw(&uri, &version);
        }
        let held = self.copies.iter_mut().rev().find(|copy| copy.uri == uri);
        if let Some(copy) = held
            && copy
                .versions
                .iter()
                .all(|old| newer(&version.item.version, &old.item.version))
        {
            // An adopted piece stays adopted; a returned or withdrawn one is checked anew.
            if copy.state != CopyState::Adopted {
                copy.state = CopyState::Received;
                copy.reason = None;
            }
            copy.add("corrected", version);
            return Ok((copy.id.clone(), copy.state));
        }
        let mut copy = Copy {
            id: id.clone(),
            uri,
            state: CopyState::Received,
            reason: None,
            received: at,
            updated: at,
            versions: Vec::new(),
            events: Vec::new(),
        };
        copy.add("received", version);
        self.copies.push(copy);
        Ok((id, CopyState::Received))
    }

    fn withdraw(&mut self, uri: &str, version: &Version) -> Result<(String, CopyState), Refusal> {
        let mut last = None;
        for copy in self.copies.iter_mut().filter(|copy| copy.uri == uri) {
            copy.state = CopyState::Withdrawn;
            copy.add("withdrawn", version.clone());
            last = Some(copy.id.clone());
        }
        last.map(|id| (id, CopyState::Withdrawn))
            .ok_or_else(|| Refusal::new(2006, format!("nothing is held of {uri}")))
    }

    pub(crate) fn decide(&mut self, decision: Decision, now: i64) -> Result<(), String> {
        let (id, state, reason) = match decision {
            Decision::Adopt { id } => (id, CopyState::Adopted, None),
            Decision::Return { id, reason } => (id, CopyState::Returned, Some(reason)),
        };
        let copy = self
            .copies
            .iter_mut()
            .find(|copy| copy.id == id)
            .ok_or_else(|| format!("no item {id:?}"))?;
        if copy.state == CopyState::Withdrawn {
            return Err(format!("item {id:?} was withdrawn by its sender"));
        }
        copy.state = state;
        copy.updated = now;
        let what = if state == CopyState::Adopted {
            "adopted"
        } else {
            "returned"
        };
        copy.events
            .push(json!({"what": what, "reason": reason, "at": now}));
        copy.reason = reason;
        Ok(())
    }
}
