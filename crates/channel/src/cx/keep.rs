//! `keep`: one value that all deliveries of a destination share: a token, a picture by its digest, a category.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use yigao_core::{Effect, Found, Timestamp, Why, journal::SharedValue, time::later};

use super::{Cx, decode, mistake};
use crate::{
    profile::{Does, Op},
    stop::{R, Stop},
};

/// How often, and how long each time, a delivery waits in place for another that makes the value.
const TRIES: u32 = 20;
const MOMENT: Duration = Duration::from_millis(100);
/// When it comes back after it has returned its lease.
const COME_BACK: Duration = Duration::from_secs(2);

/// A value just made, with the time at which it stops being good, if it does.
pub(super) type Fresh<T> = (T, Option<Timestamp>);

impl Cx<'_> {
    /// The shared value of this name, made by one delivery at a time.
    /// - Left open by a crash: `look` answers at the operation's look times; without look times it is made again at once.
    /// - A making operation that writes passes the gate and may not stand inside another act.
    ///
    /// # Errors
    /// The maker's fault; a wait when another delivery takes long over it.
    pub async fn keep<T, L, M>(
        &self,
        op: &'static str,
        part: &str,
        look: impl Fn() -> L,
        make: impl Fn() -> M,
    ) -> R<T>
    where
        T: Serialize + DeserializeOwned,
        L: Future<Output = R<Found<T>>>,
        M: Future<Output = R<Fresh<T>>>,
    {
        let spec = self.op(op)?;
        if spec.does == Does::Write && self.state().act.is_some() {
            return Err(mistake(op, "a writing keep inside an act"));
        }
        for _ in 0..TRIES {
            match self.values.kept(op, part).await? {
                SharedValue::Done(value) => return decode(op, &value),
                SharedValue::Busy => {
                    self.clock.pause(MOMENT).await;
                    continue;
                }
                SharedValue::Open { ends, looks } => {
                    if let Some(value) = self.look_for_kept(spec, part, ends, looks, &look).await? {
                        return Ok(value);
                    }
                }
                SharedValue::Absent => {}
            }
            if spec.does == Does::Write {
                self.journal.ready(spec, part).await?;
            }
            let ends = later(self.now(), spec.within);
            let last = self.state().pending.take();
            if !self.values.keep_begin(last, spec, part, ends).await? {
                self.clock.pause(MOMENT).await;
                continue;
            }
            let (out, effect) = self.act(ends, make()).await;
            return match out {
                Ok((value, expires)) => {
                    let recorded = serde_json::to_value(&value).map_err(|e| {
                        Stop::Changed(format!("the value of {op:?} cannot be kept: {e}"))
                    })?;
                    self.values.keep_done(op, part, recorded, expires).await?;
                    Ok(value)
                }
                Err(stop) => {
                    self.values
                        .keep_undone(op, part, effect == Effect::Unknown, 0)
                        .await?;
                    Err(stop)
                }
            };
        }
        Err(Stop::Waits {
            until: later(self.now(), COME_BACK),
            why: Why::Shared { op: op.to_owned() },
        })
    }

    /// A kept value and the call that uses it. A fault that says the credential itself was refused, before anything was
    /// done, forgets *that* value if it is still the kept one, makes a new one and uses it once more.
    ///
    /// # Errors
    /// As [`Cx::keep`], and the second refusal.
    pub async fn keep_with<V, T, L, M, U>(
        &self,
        op: &'static str,
        part: &str,
        look: impl Fn() -> L,
        make: impl Fn() -> M,
        using: impl Fn(V) -> U,
    ) -> R<T>
    where
        V: Serialize + DeserializeOwned,
        L: Future<Output = R<Found<V>>>,
        M: Future<Output = R<Fresh<V>>>,
        U: Future<Output = R<T>>,
    {
        let value: V = self.keep(op, part, &look, &make).await?;
        let held = serde_json::to_value(&value)
            .map_err(|e| Stop::Changed(format!("the value of {op:?} cannot be kept: {e}")))?;
        match using(value).await {
            Err(Stop::Fault(error)) if error.renews() => {
                self.values.keep_forget(op, part, &held).await?;
                using(self.keep(op, part, &look, &make).await?).await
            }
            other => other,
        }
    }

    /// Acts on each value of `kept` that this item uses and no other does, then forgets it; what others use is left to the last
    /// of them.
    ///
    /// # Errors
    /// The first act's fault; the others follow when the method is run again.
    pub async fn release<V, F>(
        &self,
        kept: &'static str,
        op: &'static str,
        act: impl Fn(V) -> F,
    ) -> R<()>
    where
        V: Serialize + DeserializeOwned + Clone,
        F: Future<Output = R<()>>,
    {
        self.skip_done(op).await?;
        for (part, value) in self.values.unshared(kept).await? {
            let decoded: V = decode(kept, &value)?;
            self.step(op, &part, || act(decoded.clone())).await?;
            self.flush().await?;
            self.values.keep_forget(kept, &part, &value).await?;
        }
        self.values.unuse(kept).await
    }

    async fn look_for_kept<T, L>(
        &self,
        spec: &Op,
        part: &str,
        ends: Timestamp,
        looks: u32,
        look: &impl Fn() -> L,
    ) -> R<Option<T>>
    where
        T: Serialize,
        L: Future<Output = R<Found<T>>>,
    {
        let index = usize::try_from(looks).unwrap_or(usize::MAX);
        let Some(wait) = spec.looks.get(index) else {
            return Ok(None);
        };
        let due = later(ends, *wait);
        let early = self.now() < due;
        match self.looking(look()).await? {
            Found::Yes(value) => {
                let recorded = serde_json::to_value(&value).map_err(|e| {
                    Stop::Changed(format!("the value of {:?} cannot be kept: {e}", spec.name))
                })?;
                self.values
                    .keep_done(spec.name, part, recorded, None)
                    .await?;
                Ok(Some(value))
            }
            _ if early => Err(Stop::Waits {
                until: due,
                why: Why::Look {
                    op: spec.name.to_owned(),
                },
            }),
            // A second picture beside the first is seen by nobody: the last look may end in making it again.
            _ if index + 1 >= spec.looks.len() => Ok(None),
            _ => {
                self.values
                    .keep_undone(spec.name, part, true, looks.saturating_add(1))
                    .await?;
                let next = spec.looks.get(index + 1).copied().unwrap_or_default();
                Err(Stop::Waits {
                    until: later(ends, next),
                    why: Why::Look {
                        op: spec.name.to_owned(),
                    },
                })
            }
        }
    }
}
