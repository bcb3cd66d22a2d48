//! One item at one destination, from plan to end: the engine's loop over a world in memory.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use yigao_channel::{Channel, RenderInput};
use yigao_core::{
    ChannelError, Delivery, DeliveryId, Doubt, DueFor, Intent, Made, Observation, Receipt,
    Rendition, Seen, State, Timestamp, Version, WaitReason,
    finding::blocks,
    journal::Finish,
    next::{Change, Event, Policy, next},
    plan::plan,
    time::later,
};

use crate::{host::MemoryHost, sample, subject::Subject, world::World};

/// How long a worker holds a delivery that it does not come back from.
const LEASE: Duration = Duration::from_secs(15);
/// Most runs of one delivery.
const RUNS_MAX: u32 = 80;
/// Observations that saw nothing, after which a withdrawal counts as one that nobody can prove.
const BLIND_MAX: u32 = 4;

/// The state in which a delivery ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Delivered(Receipt),
    Failed(Option<ChannelError>),
    Doubt(Doubt),
    /// Withdrawn, and the destination cannot be read back.
    Unconfirmed,
    Superseded,
    Stuck(String),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivered(receipt) => write!(f, "delivered as {:?}", receipt.id),
            Self::Failed(Some(error)) => write!(f, "failed: {error}"),
            Self::Failed(None) => f.write_str("failed"),
            Self::Doubt(doubt) => {
                write!(
                    f,
                    "doubt about {} {:?}: {}",
                    doubt.op, doubt.part, doubt.evidence
                )
            }
            Self::Unconfirmed => f.write_str("withdrawn, unconfirmed"),
            Self::Superseded => f.write_str("superseded"),
            Self::Stuck(why) => write!(f, "stuck: {why}"),
        }
    }
}

/// See the module's first line.
#[derive(Debug)]
pub struct Story {
    pub world: World,
    pub channel: Arc<dyn Channel>,
    pub policy: Policy,
    renditions: Mutex<Vec<Rendition>>,
}

impl Story {
    /// A story that has not begun: a fresh destination and a fresh remote.
    pub fn new(subject: &Subject) -> Self {
        let pair = (subject.make)();
        let world = World::new(pair.remote, sample::media());
        {
            let mut facts = world.facts();
            let url = format!("url:{}", sample::HOME);
            facts
                .addresses
                .insert(url, "https://www.example.gov.cn/a/1.html".into());
            let index = format!("index:{}", sample::HOME);
            facts
                .addresses
                .insert(index, "lyswhhlyj/2026-0000123".into());
        }
        Self {
            world,
            channel: pair.channel,
            policy: Policy::default(),
            renditions: Mutex::default(),
        }
    }

    /// Shapes a version, with its derivatives made: the originals pass through under digest names.
    ///
    /// # Errors
    /// When the adapter shapes nothing, or finds what prevents it from being sent.
    pub fn render(&self, intent: Intent, version: &Version) -> Result<Rendition, String> {
        let (destination, home) = (sample::destination(), sample::home());
        let rendered = self.channel.render(&RenderInput {
            destination: &destination,
            intent,
            version,
            reason: Some("内容有误"),
            home: Some(&home),
            cover: None,
        });
        if blocks(&rendered.findings) {
            let message: Vec<&str> = rendered
                .findings
                .iter()
                .map(|f| f.message.en.as_str())
                .collect();
            return Err(format!(
                "render of {} blocks: {}",
                version.item,
                message.join("; ")
            ));
        }
        let mut rendition = rendered.rendition.ok_or("render gave no rendition")?;
        let facts = self.world.facts();
        for derivative in &mut rendition.media {
            let bytes = facts.media.get(&derivative.source);
            let bytes = bytes.ok_or_else(|| format!("{} has no original", derivative.name))?;
            let asset = version.content.assets.get(&derivative.source);
            derivative.made = Some(Made {
                digest: derivative.source.clone(),
                media_type: "image/jpeg".into(),
                bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
                width: asset.and_then(|a| a.width),
                height: asset.and_then(|a| a.height),
                file_name: format!("{}.jpg", derivative.source.short()),
            });
        }
        Ok(rendition)
    }

    /// Plans and approves one delivery, due now.
    ///
    /// # Errors
    /// When it cannot be shaped, or something is in the way.
    pub fn plan(&self, intent: Intent, version: &Version) -> Result<DeliveryId, String> {
        let rendition = self.render(intent, version)?;
        let digest = rendition.digest();
        let mut facts = self.world.facts();
        let planned = plan(intent, &facts.before()).map_err(|e| e.to_string())?;
        let number = facts.deliveries.len() + 1;
        let id = DeliveryId::parse(&format!("d-{number:04}")).map_err(|e| e.to_string())?;
        let now = facts.now;
        for old in &planned.supersedes {
            if let Some(old) = facts.delivery_mut(old) {
                let change = next(old, Event::Superseded { by: id.clone() }, now, &self.policy);
                apply(old, change.map_err(|e| e.to_string())?, now);
                old.superseded_by = Some(id.clone());
            }
        }
        facts.approved.insert(digest.clone());
        let delivery = Delivery {
            id: id.clone(),
            item: version.item.clone(),
            version: version.number,
            destination: sample::destination(),
            identity: self.channel.profile().identity.clone(),
            intent,
            state: State::Waiting,
            due_at: Some(now),
            due_for: DueFor::Deliver,
            why: Some(WaitReason::Planned),
            fence: 0,
            worker: None,
            starts: 0,
            attempts: 0,
            round: 0,
            observed: 0,
            rendition: digest,
            not_before: None,
            prior: planned.prior,
            ticket: None,
            receipt: None,
            fault: None,
            doubt: None,
            observation: None,
            superseded_by: None,
            created_at: now,
            updated_at: now,
            actor: "user:kit".into(),
        };
        facts.deliveries.push(delivery);
        drop(facts);
        self.renditions().push(rendition);
        Ok(id)
    }

    pub(crate) fn renditions(&self) -> MutexGuard<'_, Vec<Rendition>> {
        self.renditions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A delivery with its present state.
    pub fn delivery(&self, id: &DeliveryId) -> Delivery {
        self.world
            .facts()
            .delivery(id)
            .cloned()
            .expect("planned in this story")
    }

    /// Plans, and works until it ends or waits.
    ///
    /// # Errors
    /// As [`Story::plan`], and when the kit meets a transition that cannot be.
    pub async fn go(&self, intent: Intent, version: &Version) -> Result<(DeliveryId, End), String> {
        let id = self.plan(intent, version)?;
        let end = self.drive(&id).await?;
        Ok((id, end))
    }

    /// Works a delivery until it rests, with the clock moved to whatever it waits for, people and callbacks answering.
    ///
    /// # Errors
    /// When a transition happens that cannot be.
    pub async fn drive(&self, id: &DeliveryId) -> Result<End, String> {
        for _ in 0..RUNS_MAX {
            let delivery = self.delivery(id);
            let tidies = delivery.due_for == DueFor::Cleanup && delivery.due_at.is_some();
            match delivery.state {
                State::Delivered if !tidies => {
                    let receipt = delivery.receipt.ok_or("delivered without a receipt")?;
                    return Ok(End::Delivered(receipt));
                }
                State::Failed if !tidies => return Ok(End::Failed(delivery.fault)),
                State::Superseded => return Ok(End::Superseded),
                State::InDoubt => {
                    let doubt = delivery.doubt.ok_or("in doubt without a doubt")?;
                    return Ok(End::Doubt(doubt));
                }
                State::Unconfirmed if delivery.observed >= BLIND_MAX && is_blind(&delivery) => {
                    return Ok(End::Unconfirmed);
                }
                State::Accepted => self.ask_outside(&delivery).await?,
                _ => {}
            }
            if self.rung_early(&delivery) {
                self.run(id).await?;
                if self.delivery(id).state != State::Waiting {
                    continue;
                }
            }
            let Some(due) = self.delivery(id).due_at else {
                return Ok(End::Stuck(format!(
                    "{} and due at no time",
                    delivery.state.name()
                )));
            };
            let lease = self.world.facts().leases.values().copied().max();
            self.world
                .advance(lease.map_or(due, |end| end.max(due)))
                .await;
            self.run(id).await?;
        }
        Ok(End::Stuck(format!(
            "{RUNS_MAX} runs: {:?}",
            self.delivery(id).why
        )))
    }

    /// Makes a delivery that waits for a lookup due now, if somebody is impatient in this story. A worker may be in it no
    /// longer, but its lease must be over.
    fn rung_early(&self, delivery: &Delivery) -> bool {
        let mut facts = self.world.facts();
        let now = facts.now;
        let lookups = matches!(delivery.why, Some(WaitReason::Lookup { .. }));
        let held = facts.leases.values().any(|end| *end > now);
        let notifications =
            facts.faults.impatient && lookups && !held && delivery.state == State::Waiting;
        if notifications && let Some(delivery) = facts.delivery_mut(&delivery.id) {
            delivery.due_at = Some(now);
        }
        notifications
    }

    /// One claim and one run, whatever it is for. `false`: the process died in it.
    ///
    /// # Errors
    /// When a transition happens that cannot be.
    pub async fn run(&self, id: &DeliveryId) -> Result<bool, String> {
        let delivery = self.claim(id)?;
        let purpose = delivery.due_for;
        let host = MemoryHost {
            world: &self.world,
            profile: self.channel.profile(),
            delivery: delivery.clone(),
            purpose,
        };
        let work = Box::pin(self.work(&host));
        let (event, last) = tokio::select! {
            biased;
            () = self.world.crashed.notified() => return Ok(false),
            done = work => match done? {
                Some(done) => done,
                None => return Ok(true),
            },
        };
        self.record(&delivery, event, last)?;
        Ok(true)
    }

    fn claim(&self, id: &DeliveryId) -> Result<Delivery, String> {
        let mut facts = self.world.facts();
        let now = facts.now;
        let lease_end = later(now, LEASE);
        facts.leases.insert(id.clone(), lease_end);
        let delivery = facts.delivery_mut(id).ok_or("no such delivery")?;
        let change = next(delivery, Event::Claimed { lease_end }, now, &self.policy);
        apply(delivery, change.map_err(|e| e.to_string())?, now);
        delivery.fence += 1;
        Ok(delivery.clone())
    }

    /// What is recorded of a run: the last step's result and the delivery's change, in one commit.
    fn record(
        &self,
        delivery: &Delivery,
        event: Event,
        last: Option<Finish>,
    ) -> Result<(), String> {
        let mut facts = self.world.facts();
        let now = facts.now;
        if let Some(last) = &last {
            facts.finish(&delivery.id, delivery.fence, last);
        }
        facts.leases.remove(&delivery.id);
        let message = format!("{event:?}");
        if message.contains(MISTAKE) {
            facts.mistakes.push(message);
        }
        let change = next(delivery, event, now, &self.policy).map_err(|e| e.to_string())?;
        let current = facts.delivery_mut(&delivery.id).ok_or("no such delivery")?;
        if current.fence != delivery.fence || current.superseded_by.is_some() {
            return Ok(());
        }
        apply(current, change, now);
        Ok(())
    }

    /// Reads back now, whatever the schedule is.
    ///
    /// # Errors
    /// When the kit meets a transition that cannot be, or the process died.
    pub async fn observe(&self, id: &DeliveryId) -> Result<Observation, String> {
        self.run(id).await?;
        self.delivery(id)
            .observation
            .ok_or_else(|| "nothing was observed".to_owned())
    }
}

/// How `Cx` begins the message that it refused something.
const MISTAKE: &str = "mistake of the adapter";

/// Whether the fault is a mistake of the adapter that `Cx` refused.
pub fn is_mistake(error: &ChannelError) -> bool {
    error.message().starts_with(MISTAKE)
}

/// The last observation saw nothing: what is public there is unknown here.
fn is_blind(delivery: &Delivery) -> bool {
    delivery
        .observation
        .as_ref()
        .is_some_and(|seen| matches!(seen.remote_state, Seen::CannotSee | Seen::NotThePage))
}

pub(crate) fn apply(delivery: &mut Delivery, change: Change, now: Timestamp) {
    delivery.state = change.state;
    delivery.due_at = change.due_at;
    delivery.due_for = change.due_for;
    delivery.why = change.why;
    delivery.starts = change.starts;
    delivery.attempts = change.attempts;
    delivery.round = change.round;
    delivery.observed = change.observed;
    delivery.ticket = change.ticket;
    delivery.receipt = change.receipt;
    delivery.fault = change.fault;
    delivery.doubt = change.doubt;
    delivery.observation = change.observation;
    delivery.updated_at = now;
}
