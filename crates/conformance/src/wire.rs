//! Transports in which things go wrong.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use yigao_channel::{Access, Answer, Call, FileAnswer, FileCall, Mail, Op, host::Transport};
use yigao_core::{ChannelError, Digest, Effect, ErrorKind, Retry, Timestamp, time::later};

use crate::{
    exchange,
    fault::{Bad, Place, interrupted, refused, window},
    host::MemoryHost,
};

impl MemoryHost<'_> {
    /// Every try pays.
    fn pay(&self, op: &Op) -> Result<(), ChannelError> {
        let mut facts = self.world.facts();
        let used = facts.spent.entry(op.name).or_default();
        if let Some(quota) = op.quotas.iter().find(|quota| *used >= quota.max) {
            let message = format!("the allowance of {} calls is used up", quota.max);
            return Err(
                ChannelError::new(ErrorKind::QuotaExhausted, op.name, message)
                    .with_retry(Retry::After(window(quota.window))),
            );
        }
        *used += 1;
        Ok(())
    }

    async fn one_try(
        &self,
        op: &Op,
        call: &Call,
        deadline: Timestamp,
    ) -> Result<Answer, ChannelError> {
        self.pay(op)?;
        let out = match self.world.meet(Place::Http, op.access) {
            None => Ok(self.world.ask(call).await),
            Some(Bad::CrashBefore) => self.world.crash().await,
            Some(Bad::CrashAfter) => {
                drop(self.world.ask(call).await);
                self.world.crash().await
            }
            Some(Bad::LostAnswer) => {
                drop(self.world.ask(call).await);
                Err(interrupted(op))
            }
            Some(Bad::LostCall) => Err(interrupted(op)),
            Some(Bad::Refused) => Err(refused(op)),
            Some(Bad::Late) => {
                self.world.advance(deadline).await;
                if op.access == Access::Write {
                    let at = later(deadline, lateness(op));
                    self.world.facts().late.push((at, call.clone()));
                }
                Err(ChannelError::new(
                    ErrorKind::Timeout,
                    op.name,
                    "no answer in time",
                ))
            }
            Some(Bad::BadGateway) => {
                drop(self.world.ask(call).await);
                Ok(page(502, "<html><body>502 Bad Gateway</body></html>"))
            }
            Some(Bad::Garbage) => {
                drop(self.world.ask(call).await);
                Ok(page(200, "<!DOCTYPE html><title>系统维护中</title>"))
            }
            Some(Bad::TooMany) => {
                let mut answer = page(429, "slow down");
                answer.headers.push(("retry-after".into(), "7".into()));
                Ok(answer)
            }
            Some(Bad::Unauthorized) => Ok(page(401, "who are you?")),
        };
        let exchange = exchange::of_call(op.access, call, &out);
        self.world.facts().exchanges.push(exchange);
        out
    }
}

#[async_trait]
impl Transport for MemoryHost<'_> {
    async fn media(&self, digest: &Digest) -> Result<Bytes, ChannelError> {
        self.world
            .facts()
            .media
            .get(digest)
            .cloned()
            .ok_or_else(|| {
                ChannelError::new(ErrorKind::Config, "media", format!("no file {digest}"))
                    .with_effect(Effect::None)
            })
    }

    async fn send(
        &self,
        op: &Op,
        call: &Call,
        deadline: Timestamp,
    ) -> Result<Answer, ChannelError> {
        let out = self.one_try(op, call, deadline).await;
        // As the engine's wire does: one immediate second try of a read that certainly did nothing.
        let refused = matches!(&out, Err(e) if e.kind() == ErrorKind::Unavailable && e.effect() == Effect::None);
        if refused && op.access == Access::Read {
            return self.one_try(op, call, deadline).await;
        }
        out
    }

    async fn file(
        &self,
        op: &Op,
        call: &FileCall,
        _: Timestamp,
    ) -> Result<FileAnswer, ChannelError> {
        let act = || self.world.facts().folder.ask(op.name, &call.act);
        let out = match self.world.meet(Place::File, op.access) {
            None => act(),
            Some(Bad::CrashBefore) => self.world.crash().await,
            Some(Bad::CrashAfter) => {
                drop(act());
                self.world.crash().await
            }
            Some(Bad::LostAnswer) => {
                drop(act());
                Err(interrupted(op))
            }
            Some(Bad::LostCall) => Err(interrupted(op)),
            Some(_) => Err(refused(op)),
        };
        let exchange = exchange::of_file(op.access, call, &out);
        self.world.facts().exchanges.push(exchange);
        out
    }

    async fn mail(&self, op: &Op, mail: &Mail, _: Timestamp) -> Result<(), ChannelError> {
        let deliver = || self.world.facts().mails.push(mail.clone());
        match self.world.meet(Place::Mail, op.access) {
            None => {
                deliver();
                Ok(())
            }
            Some(Bad::CrashBefore) => self.world.crash().await,
            Some(Bad::CrashAfter) => {
                deliver();
                self.world.crash().await
            }
            Some(Bad::LostAnswer) => {
                deliver();
                Err(interrupted(op))
            }
            Some(Bad::LostCall) => Err(interrupted(op)),
            Some(_) => Err(refused(op)),
        }
    }
}

/// How long after its deadline a remote still acts: before the last lookup, if there is one. Against a later effect no lookup can help.
fn lateness(op: &Op) -> Duration {
    op.lookup_after
        .last()
        .map_or(Duration::from_secs(20), |last| *last / 2)
}

fn page(status: u16, text: &'static str) -> Answer {
    Answer {
        status,
        headers: vec![("content-type".into(), "text/html".into())],
        body: Bytes::from_static(text.as_bytes()),
    }
}
