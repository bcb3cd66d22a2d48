//! The remote: the adapter's stateful fake, as the kit calls it.

use std::fmt::Debug;

use async_trait::async_trait;
use bytes::Bytes;
use yigao_channel::{Answer, Call, Incoming};
use yigao_core::{Ticket, Timestamp};

use crate::folder::Folder;

/// What a question to the remote is about.
#[derive(Clone, Debug)]
pub struct Place {
    /// Item × destination, for life: what adapters write on the remote thing.
    pub marker: String,
    /// Keys of the item's deliveries so far, oldest first.
    pub keys: Vec<String>,
    /// The destination's folder as it is now, for adapters that write files.
    pub folder: Folder,
    pub now: Timestamp,
}

/// One public copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The remote's name for it: what a person would write into a decision.
    pub id: String,
    pub url: Option<String>,
    /// What readers see of it: title and running text in the order of the page, without markup; of HTML what
    /// [`text_of_html`](crate::text_of_html) makes. Read from what the remote holds, never from what was sent.
    pub text: String,
}

/// What became of an attempt to change a copy behind the adapter's back.
#[derive(Clone, Debug)]
pub enum Tampered {
    /// One word of it was changed.
    Done,
    /// The same, for a remote that is a folder: the folder as it is now.
    Folder(Folder),
    /// Nobody can change what is public, or the remote shows nothing of it that could differ; why, for the report.
    Impossible(&'static str),
}

/// A fake with state: it remembers what it received and shows it.
#[async_trait]
pub trait Remote: Debug + Send + Sync {
    /// Answers one request.
    async fn call(&self, call: &Call, now: Timestamp) -> Answer;

    /// The copies of the item that readers can see now, oldest first.
    async fn copies(&self, place: &Place) -> Vec<Copy>;

    /// Somebody changes a word of a public copy. Called only where `observe` reports that a copy is live.
    async fn tamper(&self, place: &Place) -> Tampered;

    /// A person, or the remote itself by a callback, answers this ticket; `None` while nobody does.
    async fn confirm(&self, _ticket: &Ticket, _place: &Place) -> Option<Incoming> {
        None
    }

    /// Makes the token now in use worthless, so that the next call is refused until a new one is fetched. `false`: there is
    /// no such token here.
    async fn kill_token(&self) -> bool {
        false
    }

    /// Our leftovers there: drafts, staged files, pictures that nothing shows.
    async fn leftovers(&self, _place: &Place) -> usize {
        0
    }
}

/// The remote of an adapter that only writes files: the kit's folder is the remote, and a closure finds the copies.
pub struct FolderRemote<F>(pub F);

impl<F> Debug for FolderRemote<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FolderRemote")
    }
}

#[async_trait]
impl<F: Fn(&Place) -> Vec<Copy> + Send + Sync> Remote for FolderRemote<F> {
    async fn call(&self, _: &Call, _: Timestamp) -> Answer {
        Answer {
            status: 404,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }
    async fn copies(&self, place: &Place) -> Vec<Copy> {
        (self.0)(place)
    }
    /// Changes a word in the file that the copy is named after.
    async fn tamper(&self, place: &Place) -> Tampered {
        let Some(copy) = (self.0)(place).pop() else {
            return Tampered::Impossible("there is no copy");
        };
        let longest = copy.text.lines().max_by_key(|line| line.chars().count());
        let word: String = longest.unwrap_or_default().chars().take(4).collect();
        let file = place.folder.read(&copy.id).cloned().unwrap_or_default();
        let text = String::from_utf8_lossy(&file).replace(&word, "〇〇");
        let mut folder = place.folder.clone();
        folder.put(&copy.id, Bytes::from(text));
        Tampered::Folder(folder)
    }
}
