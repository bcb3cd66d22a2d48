//! Tasks: deliveries being worked, each continued from one call to the next when the simulation decides so.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use yigao_core::{ChannelError, DeliveryId, Effect, ErrorKind, State, Timestamp, time::later};
use yigao_engine::{Claimed, Hub};
use yigao_store::StoreError;

use super::{
    remote::{Ask, Call, Fate, LATE, Parked, Remote, Reply, Stage},
    rng::Rng,
};

type Work = Pin<Box<dyn Future<Output = Result<State, StoreError>> + Send>>;

/// One run of one delivery.
pub(crate) struct Task {
    pub(crate) worker: usize,
    pub(crate) name: String,
    pub(crate) id: DeliveryId,
    pub(crate) pair: (String, String),
    pub(crate) fence: i64,
    pub(crate) lease_end: Timestamp,
    pub(crate) parked: Option<Parked>,
    /// What the remote answered, on its way back.
    reply: Option<Reply>,
    work: Work,
}

/// What the remotes do with requests just now, in hundredths.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Weather {
    pub(crate) refuses: usize,
    pub(crate) loses: usize,
    pub(crate) deaf: usize,
}

/// What became of a step.
pub(crate) enum Stepped {
    Parked,
    Ended(Result<State, StoreError>),
}

impl Task {
    pub(crate) fn new(
        hub: Hub,
        worker: usize,
        name: String,
        claimed: Claimed,
        lease_end: Timestamp,
    ) -> Self {
        let delivery = &claimed.delivery;
        Self {
            worker,
            name,
            id: delivery.id.clone(),
            pair: (delivery.item.to_string(), delivery.destination.to_string()),
            fence: delivery.fence,
            lease_end,
            parked: None,
            reply: None,
            work: Box::pin(async move { hub.work(claimed).await }),
        }
    }

    /// How far it has come, for the record.
    pub(crate) fn stands(&self) -> String {
        let at = self.parked.as_ref().map_or_else(
            || "begins".to_owned(),
            |parked| format!("{} {:?}", parked.call.op, parked.stage),
        );
        format!("{} w{} f{}, {at}", self.name, self.worker, self.fence)
    }

    /// A request of it may still be sent.
    pub(crate) fn may_send(&self, now: Timestamp) -> bool {
        self.parked
            .as_ref()
            .is_none_or(|parked| parked.stage != Stage::Receives && parked.call.ends >= now)
    }

    /// Lets the call it waits in continue as chance and the simulated faults decide, and works on to the next one.
    pub(crate) async fn step(
        &mut self,
        remote: &Remote,
        (rng, weather, faults): (&mut Rng, Weather, &mut u64),
        now: Timestamp,
    ) -> (Stepped, &'static str) {
        let mut what = "begins";
        if let Some(Parked { call, stage, go_on }) = self.parked.take() {
            let fate = match stage {
                Stage::Reads => reads(remote, &call, rng, weather, now),
                Stage::Sends => {
                    let (fate, reply) = sends(remote, &call, rng, weather, now);
                    self.reply = reply;
                    fate
                }
                Stage::Receives => receives(self.reply.take(), &call, rng, weather, now),
            };
            what = outcome(&fate, self.reply.is_some());
            if matches!(fate, Fate::Fault(_)) || what == "sent, unanswered" {
                *faults += 1;
            }
            drop(go_on.send(fate));
        }
        let work = &mut self.work;
        let parked = &mut self.parked;
        let stepped = poll_fn(|cx| {
            if let Poll::Ready(out) = work.as_mut().poll(cx) {
                return Poll::Ready(Stepped::Ended(out));
            }
            *parked = remote.take_parked();
            if parked.is_some() {
                Poll::Ready(Stepped::Parked)
            } else {
                Poll::Pending
            }
        })
        .await;
        (stepped, what)
    }
}

fn outcome(fate: &Fate, answered: bool) -> &'static str {
    match fate {
        Fate::Fault(error) if error.effect() == Effect::None => "refused",
        Fate::Fault(_) => "unanswered",
        Fate::Sent if answered => "sent",
        Fate::Sent => "sent, unanswered",
        Fate::Answer(_) => "answered",
    }
}

fn reads(remote: &Remote, call: &Call, rng: &mut Rng, weather: Weather, now: Timestamp) -> Fate {
    if now > call.ends {
        return Fate::Fault(ChannelError::new(ErrorKind::Timeout, call.op, "too late"));
    }
    if rng.percent(weather.deaf) {
        let kinds = [
            ErrorKind::Unavailable,
            ErrorKind::Interrupted,
            // Cut off in the middle.
            ErrorKind::Protocol,
        ];
        let kind = rng.pick(&kinds).copied().unwrap_or(ErrorKind::Timeout);
        return Fate::Fault(ChannelError::new(kind, call.op, "deaf"));
    }
    Fate::Answer(remote.lock().carry_out(call, now))
}

fn refused(kind: ErrorKind, op: &str) -> Fate {
    Fate::Fault(ChannelError::new(kind, op, "not done").with_effect(Effect::None))
}

/// Sent: the request acts now, or later than anybody waits for it, or never.
fn sends(
    remote: &Remote,
    call: &Call,
    rng: &mut Rng,
    weather: Weather,
    now: Timestamp,
) -> (Fate, Option<Reply>) {
    let mut world = remote.lock();
    if now >= call.ends {
        return (refused(ErrorKind::Timeout, call.op), None);
    }
    if world.conflicts(call) {
        return (refused(ErrorKind::Unavailable, call.op), None);
    }
    if rng.percent(weather.refuses) {
        let kinds = [
            (6, ErrorKind::Unavailable),
            (3, ErrorKind::RateLimited),
            (1, ErrorKind::Rejected),
        ];
        let kind = rng.weighed(&kinds).unwrap_or(ErrorKind::Unavailable);
        return (refused(kind, call.op), None);
    }
    if let Some(digest) = &call.digest {
        world.sent.push((digest.clone(), call.marker.clone()));
    }
    world.next_job = (rng.between(0, 60_000), !rng.percent(weather.refuses / 2));
    if rng.percent(weather.loses) {
        if rng.percent(50) {
            let most = u64::try_from(LATE.as_millis()).unwrap_or(0);
            let wait = Duration::from_millis(rng.between(0, most));
            let from = if rng.percent(50) { now } else { call.ends };
            world.later(later(from, wait), call.clone());
        }
        return (Fate::Sent, None);
    }
    let reply = world.carry_out(call, now);
    // Delivered twice by the network: harmless for all but a submit.
    if !matches!(call.ask, Ask::Submit { .. }) && rng.percent(weather.loses / 4) {
        world.carry_out(call, now);
    }
    (Fate::Sent, Some(reply))
}

fn receives(
    reply: Option<Reply>,
    call: &Call,
    rng: &mut Rng,
    weather: Weather,
    now: Timestamp,
) -> Fate {
    let lost = rng.percent(weather.loses);
    match reply {
        Some(reply) if now <= call.ends && !lost => Fate::Answer(reply),
        _ => {
            let kinds = [
                ErrorKind::Timeout,
                ErrorKind::Interrupted,
                // A server's error after it had done it.
                ErrorKind::Unavailable,
                // An answer cut off in the middle.
                ErrorKind::Protocol,
            ];
            let kind = rng.pick(&kinds).copied().unwrap_or(ErrorKind::Timeout);
            Fate::Fault(ChannelError::new(kind, call.op, "no answer"))
        }
    }
}
