//! `shared`: one value that all deliveries of a destination share: a token, a picture by its digest, a category.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use yigao_core::{Effect, Found, Timestamp, WaitReason, journal::SharedValue, time::later};

use super::{Cx, decode, mistake};
use crate::{
    interrupt::{Interrupt, StepResult},
    profile::{Access, Op},
};

/// How often, and how long each time, a delivery waits in place for another that makes the value.
const TRIES: u32 = 20;
const MOMENT: Duration = Duration::from_millis(100);
/// When it comes back after it has returned its lease.
const COME_BACK: Duration = Duration::from_secs(2);

/// A value just made, with the time at which it expires, if it does.
pub(super) type Fresh<T> = (T, Option<Timestamp>);

impl Cx<'_> {
    /// The shared value of this name, made by one delivery at a time.
    /// - Left open by a crash: `lookup` answers at the operation's lookup times; without them it is made again at once.
    /// - A making operation that writes passes the gate and may not be inside another act.
    ///
    /// # Errors
    /// The maker's fault; a wait when another delivery takes long over it.
    pub async fn shared<T, L, M>(
        &self,
        op: &'static str,
        part: &str,
        lookup: impl Fn() -> L,
        make: impl Fn() -> M,
    ) -> StepResult<T>
    where
        T: Serialize + DeserializeOwned,
        L: Future<Output = StepResult<Found<T>>>,
        M: Future<Output = StepResult<Fresh<T>>>,
    {
        let spec = self.op(op)?;
        if spec.access == Access::Write && self.state().act.is_some() {
            return Err(mistake(
                op,
                "a shared value that writes cannot be made inside an act",
            ));
        }
        for _ in 0..TRIES {
            match self.values.shared_value(op, part).await? {
                SharedValue::Done(value) => return decode(op, &value),
                SharedValue::Busy => {
                    self.clock.pause(MOMENT).await;
                    continue;
                }
                SharedValue::Open { ends, lookups } => {
                    if let Some(value) = self
                        .lookup_shared(spec, part, ends, lookups, &lookup)
                        .await?
                    {
                        return Ok(value);
                    }
                }
                SharedValue::Absent => {}
            }
            if spec.access == Access::Write {
                self.journal.ready(spec, part).await?;
            }
            let ends = later(self.now(), spec.timeout);
            let last = self.state().pending.take();
            if !self.values.shared_begin(last, spec, part, ends).await? {
                self.clock.pause(MOMENT).await;
                continue;
            }
            let (out, effect) = self.act(ends, make()).await;
            return match out {
                Ok((value, expires)) => {
                    let recorded = serde_json::to_value(&value).map_err(|e| {
                        Interrupt::Changed(format!("the value of {op:?} cannot be stored: {e}"))
                    })?;
                    self.values.shared_done(op, part, recorded, expires).await?;
                    Ok(value)
                }
                Err(stop) => {
                    self.values
                        .shared_undone(op, part, effect == Effect::Unknown, 0)
                        .await?;
                    Err(stop)
                }
            };
        }
        Err(Interrupt::Waits {
            until: later(self.now(), COME_BACK),
            why: WaitReason::Shared { op: op.to_owned() },
        })
    }

    /// A stored value and the call that uses it. A fault which reports that the credential itself was refused, before anything
    /// was done, forgets *that* value if it is still the stored one, makes a new one and uses it once more.
    ///
    /// # Errors
    /// As [`Cx::shared`], and the second refusal.
    pub async fn shared_with<V, T, L, M, U>(
        &self,
        op: &'static str,
        part: &str,
        lookup: impl Fn() -> L,
        make: impl Fn() -> M,
        using: impl Fn(V) -> U,
    ) -> StepResult<T>
    where
        V: Serialize + DeserializeOwned,
        L: Future<Output = StepResult<Found<V>>>,
        M: Future<Output = StepResult<Fresh<V>>>,
        U: Future<Output = StepResult<T>>,
    {
        let value: V = self.shared(op, part, &lookup, &make).await?;
        let held = serde_json::to_value(&value).map_err(|e| {
            Interrupt::Changed(format!("the value of {op:?} cannot be stored: {e}"))
        })?;
        match using(value).await {
            Err(Interrupt::Fault(error)) if error.renews() => {
                self.values.shared_forget(op, part, &held).await?;
                using(self.shared(op, part, &lookup, &make).await?).await
            }
            other => other,
        }
    }

    /// Acts on each value of `shared_value` that this item uses and no other does, then deletes it; what others use is left to
    /// the last of them.
    ///
    /// # Errors
    /// The first act's fault; the others follow when the method is run again.
    pub async fn release<V, F>(
        &self,
        shared_value: &'static str,
        op: &'static str,
        act: impl Fn(V) -> F,
    ) -> StepResult<()>
    where
        V: Serialize + DeserializeOwned + Clone,
        F: Future<Output = StepResult<()>>,
    {
        self.skip_done(op).await?;
        for (part, value) in self.values.unshared(shared_value).await? {
            let decoded: V = decode(shared_value, &value)?;
            self.step(op, &part, || act(decoded.clone())).await?;
            self.flush().await?;
            self.values
                .shared_forget(shared_value, &part, &value)
                .await?;
        }
        self.values.stop_using(shared_value).await
    }

    async fn lookup_shared<T, L>(
        &self,
        spec: &Op,
        part: &str,
        ends: Timestamp,
        lookups: u32,
        lookup: &impl Fn() -> L,
    ) -> StepResult<Option<T>>
    where
        T: Serialize,
        L: Future<Output = StepResult<Found<T>>>,
    {
        let index = usize::try_from(lookups).unwrap_or(usize::MAX);
        let Some(wait) = spec.lookup_after.get(index) else {
            return Ok(None);
        };
        let due = later(ends, *wait);
        let early = self.now() < due;
        match self.looking_up(lookup()).await? {
            Found::Yes(value) => {
                let recorded = serde_json::to_value(&value).map_err(|e| {
                    Interrupt::Changed(format!(
                        "the value of {:?} cannot be stored: {e}",
                        spec.name
                    ))
                })?;
                self.values
                    .shared_done(spec.name, part, recorded, None)
                    .await?;
                Ok(Some(value))
            }
            _ if early => Err(Interrupt::Waits {
                until: due,
                why: WaitReason::Lookup {
                    op: spec.name.to_owned(),
                },
            }),
            // A second picture beside the first is seen by nobody: the last lookup may end in making it again.
            _ if index + 1 >= spec.lookup_after.len() => Ok(None),
            _ => {
                self.values
                    .shared_undone(spec.name, part, true, lookups.saturating_add(1))
                    .await?;
                let next = spec
                    .lookup_after
                    .get(index + 1)
                    .copied()
                    .unwrap_or_default();
                Err(Interrupt::Waits {
                    until: later(ends, next),
                    why: WaitReason::Lookup {
                        op: spec.name.to_owned(),
                    },
                })
            }
        }
    }
}
