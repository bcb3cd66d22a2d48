//! The remotes, in memory: what they hold, what is still on its way to them, and the one call that waits to be carried on.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;
use yigao_core::{ChannelError, Digest, ErrorKind, Timestamp, time::later};

/// How long after its end a request may still act at the latest; the last lookup of every operation comes after it.
pub(crate) const LATE: Duration = Duration::from_secs(50);
/// The longest job.
pub(crate) const JOB: Duration = Duration::from_secs(60);

/// What a destination is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Corrects in place; a search by marker proves what is public there.
    Site,
    /// A submit is only accepted, its job ends later; a correction is a new piece, and then the old one is deleted.
    Slow,
    /// Cannot be searched: only a person knows.
    Desk,
}

/// What readers see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Post {
    pub(crate) id: String,
    pub(crate) marker: String,
    pub(crate) text: String,
    /// The delivery that wrote it last.
    pub(crate) by: String,
    /// Key of the submit that made it.
    pub(crate) key: String,
    pub(crate) rev: u64,
}

#[derive(Clone, Debug)]
struct Job {
    post: Post,
    ends: Timestamp,
    passes: bool,
    over: bool,
}

/// What is asked of a remote.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Draft { text: String },
    DropDraft { id: String },
    Submit { text: String },
    Put { id: String, text: String, rev: u64 },
    Delete { id: String },
    Find,
    Drafts,
    Read { id: String },
    Job { id: String },
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) to: String,
    pub(crate) kind: Kind,
    pub(crate) op: &'static str,
    pub(crate) marker: String,
    /// The delivery.
    pub(crate) by: String,
    pub(crate) key: String,
    /// Of the rendition that is sent, if one is.
    pub(crate) digest: Option<Digest>,
    /// Nothing is sent after it.
    pub(crate) ends: Timestamp,
    pub(crate) ask: Ask,
}

#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Id(String),
    /// Whether the thing was there.
    Was(bool),
    /// The thing has other content than the caller had read.
    Changed,
    Posts(Vec<Post>),
    Ids(Vec<String>),
    /// Still running, public under this id, or refused.
    Running,
    Out(String),
    NotOut,
}

/// What becomes of a call that waits.
#[derive(Debug)]
pub(crate) enum Fate {
    Fault(ChannelError),
    Sent,
    Answer(Reply),
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Reads,
    Sends,
    Receives,
}

/// A call that continues when the simulation decides so.
#[derive(Debug)]
pub(crate) struct Parked {
    pub(crate) call: Call,
    pub(crate) stage: Stage,
    pub(crate) go_on: oneshot::Sender<Fate>,
}

#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) posts: BTreeMap<(String, String), Post>,
    drafts: BTreeMap<(String, String), (String, String)>,
    jobs: BTreeMap<(String, String), Job>,
    /// Requests that will act later than anybody waits for them.
    late: Vec<(Timestamp, Call)>,
    parked: Option<Parked>,
    /// Digests of what was sent since the simulation asked last.
    pub(crate) sent: Vec<(Digest, String)>,
    last: u64,
    /// How the next job ends: after so many milliseconds, and whether it passes.
    pub(crate) next_job: (u64, bool),
    /// A rule that is switched off: lookups see nothing.
    pub(crate) blind: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Remote(Arc<Mutex<World>>);

impl Remote {
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the simulation.
    pub(crate) async fn park(&self, call: Call, stage: Stage) -> Fate {
        let (go_on, fate) = oneshot::channel();
        let op = call.op;
        self.lock().parked = Some(Parked { call, stage, go_on });
        fate.await
            .unwrap_or_else(|_| Fate::Fault(ChannelError::new(ErrorKind::Interrupted, op, "gone")))
    }

    pub(crate) fn take_parked(&self) -> Option<Parked> {
        self.lock().parked.take()
    }
}

impl World {
    fn new_id(&mut self, letter: char) -> String {
        self.last += 1;
        format!("{letter}{}", self.last)
    }

    /// What has come due by `now`, in its order.
    pub(crate) fn pass_time(&mut self, now: Timestamp) {
        loop {
            let next_late = self.late.iter().map(|(at, _)| *at).min();
            let running = self.jobs.values().filter(|job| !job.over);
            let next_job = running.map(|job| job.ends).min();
            let Some(at) = next_late.into_iter().chain(next_job).min() else {
                return;
            };
            if at > now {
                return;
            }
            if next_late == Some(at) {
                let index = self.late.iter().position(|(due, _)| *due == at);
                let (_, call) = self.late.remove(index.unwrap_or_default());
                self.carry_out(&call, at);
            } else {
                self.end_job(at);
            }
        }
    }

    fn end_job(&mut self, at: Timestamp) {
        let due = self
            .jobs
            .iter_mut()
            .find(|(_, job)| !job.over && job.ends == at);
        let Some(((to, _), job)) = due else { return };
        job.over = true;
        if job.passes {
            let key = (to.clone(), job.post.id.clone());
            self.posts.insert(key, job.post.clone());
        }
    }

    pub(crate) fn later(&mut self, at: Timestamp, call: Call) {
        self.late.push((at, call));
    }

    /// Something with this marker is on its way there, or being worked on.
    pub(crate) fn on_its_way(&self, to: &str, marker: &str) -> bool {
        let late = self
            .late
            .iter()
            .any(|(_, call)| call.to == to && call.marker == marker);
        late || self
            .jobs
            .iter()
            .any(|((at, _), job)| at == to && job.post.marker == marker && !job.over)
    }

    pub(crate) fn live(&self, to: &str, marker: &str) -> Vec<&Post> {
        self.posts
            .iter()
            .filter(|((at, _), post)| at == to && post.marker == marker)
            .map(|(_, post)| post)
            .collect()
    }

    /// A put over something else than was read is refused without effect.
    pub(crate) fn conflicts(&self, call: &Call) -> bool {
        let Ask::Put { id, rev, .. } = &call.ask else {
            return false;
        };
        self.posts
            .get(&(call.to.clone(), id.clone()))
            .is_some_and(|post| post.rev != *rev)
    }

    pub(crate) fn carry_out(&mut self, call: &Call, now: Timestamp) -> Reply {
        let at = |id: &str| (call.to.clone(), id.to_owned());
        match &call.ask {
            Ask::Draft { text } => {
                let id = self.new_id('d');
                self.drafts
                    .insert(at(&id), (call.marker.clone(), text.clone()));
                Reply::Id(id)
            }
            Ask::DropDraft { id } => Reply::Was(self.drafts.remove(&at(id)).is_some()),
            Ask::Submit { text } => self.submit(call, text, now),
            Ask::Put { id, text, .. } => {
                if self.conflicts(call) {
                    return Reply::Changed;
                }
                match self.posts.get_mut(&at(id)) {
                    None => Reply::Was(false),
                    Some(post) => {
                        text.clone_into(&mut post.text);
                        call.by.clone_into(&mut post.by);
                        post.rev += 1;
                        Reply::Was(true)
                    }
                }
            }
            Ask::Delete { id } => Reply::Was(self.posts.remove(&at(id)).is_some()),
            Ask::Find if self.blind => Reply::Posts(Vec::new()),
            Ask::Find => {
                let found = self.live(&call.to, &call.marker);
                Reply::Posts(found.into_iter().cloned().collect())
            }
            Ask::Drafts => {
                let all = self.drafts.iter();
                let ours =
                    all.filter(|((to, _), (marker, _))| *to == call.to && *marker == call.marker);
                Reply::Ids(ours.map(|((_, id), _)| id.clone()).collect())
            }
            Ask::Read { id } => {
                Reply::Posts(self.posts.get(&at(id)).cloned().into_iter().collect())
            }
            Ask::Job { id } => match self.jobs.get(&at(id)) {
                Some(job) if !job.over => Reply::Running,
                Some(job) if job.passes => Reply::Out(job.post.id.clone()),
                _ => Reply::NotOut,
            },
        }
    }

    /// Each submit makes one more piece: a second one is seen by readers.
    fn submit(&mut self, call: &Call, text: &str, now: Timestamp) -> Reply {
        let post = Post {
            id: self.new_id('p'),
            marker: call.marker.clone(),
            text: text.to_owned(),
            by: call.by.clone(),
            key: call.key.clone(),
            rev: 1,
        };
        let id = post.id.clone();
        if call.kind != Kind::Slow {
            self.posts.insert((call.to.clone(), id.clone()), post);
            return Reply::Id(id);
        }
        let (millis, passes) = self.next_job;
        let job = Job {
            post,
            ends: later(now, Duration::from_millis(millis).min(JOB)),
            passes,
            over: false,
        };
        let number = self.new_id('j');
        self.jobs.insert((call.to.clone(), number.clone()), job);
        Reply::Id(number)
    }
}
