//! What a run knows of its own journal.

use yigao_core::{
    Timestamp,
    journal::{Begin, Entry, EntryState, Finish},
};

#[derive(Debug, Default)]
pub(super) struct Run {
    /// The round's entries: as recorded when the run began, and updated with what the run itself does. A step
    /// met twice in one run, for example under a renewed token, is answered as a replay would answer it.
    pub(super) entries: Option<Vec<Entry>>,
    pub(super) visited: Vec<i64>,
    /// The last result, to be committed together with the next intent.
    pub(super) pending: Option<Finish>,
    pub(super) act: Option<Act>,
}

impl Run {
    pub(super) fn entries(&mut self) -> &mut Vec<Entry> {
        self.entries.get_or_insert_default()
    }

    pub(super) fn begun(&mut self, seq: i64, begin: &Begin) {
        let entry = Entry {
            seq,
            verb: begin.verb,
            op: begin.op.clone(),
            part: begin.part.clone(),
            at: begin.at,
            ends: begin.ends,
            // Only the record knows the round and the fence, and a run does not ask for them.
            round: 0,
            fence: 0,
            lookups: 0,
            unsure: begin.again.is_some(),
            state: EntryState::Open,
            evidence: None,
        };
        match self.entries().iter_mut().find(|e| e.seq == seq) {
            Some(known) => {
                *known = Entry {
                    round: known.round,
                    fence: known.fence,
                    ..entry
                }
            }
            None => self.entries().push(entry),
        }
        self.visited.push(seq);
    }

    pub(super) fn ended(&mut self, finish: &Finish) {
        let seq = finish.seq();
        if matches!(finish, Finish::Gone { .. }) {
            self.entries().retain(|e| e.seq != seq);
            return;
        }
        let Some(entry) = self.entries().iter_mut().find(|e| e.seq == seq) else {
            return;
        };
        match finish {
            Finish::Done { value, unsure, .. } => {
                entry.state = EntryState::Done(value.clone());
                entry.unsure |= unsure;
            }
            Finish::Open {
                lookups, unsure, ..
            } => {
                entry.lookups = *lookups;
                entry.unsure |= unsure;
            }
            Finish::Gone { .. } => {}
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Act {
    pub(super) ends: Timestamp,
    /// Writes of this act that were not refused for certain.
    pub(super) writes: u32,
}
