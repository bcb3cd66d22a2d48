//! `destination check`: asks a destination whether it can be reached and permits what we need to do.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::Value;
use yigao_channel::{
    Answer, Call, Cx, FileAnswer, FileCall, Interrupt, Mail, Naming, Op, StepResult,
    host::{Clock, SharedValues, Transport, Unjournaled},
};
use yigao_core::{
    ChannelError, DestinationId, Digest, ErrorKind, Localized, Prior, Timestamp,
    journal::{Finish, Gate, SharedValue},
};

use crate::{destinations::Destination, hub::Hub, stopped, wire::Recorder};

/// A host without a delivery: nothing is journaled, shared values are read and made for this probe alone.
#[derive(Debug)]
struct ProbeHost<'a> {
    hub: &'a Hub,
    destination: &'a Destination,
    recorder: Recorder,
}

impl Hub {
    /// Asks the destination; returns what it reports about itself.
    ///
    /// # Errors
    /// The fault it found, with its advice.
    pub async fn check_destination(
        &self,
        id: &DestinationId,
    ) -> Result<Vec<Localized>, ChannelError> {
        let missing = || {
            ChannelError::new(
                ErrorKind::Config,
                "check",
                format!("no destination named {id}"),
            )
        };
        let destination = self.destinations.get(id).ok_or_else(missing)?;
        let host = ProbeHost {
            hub: self,
            destination,
            recorder: Recorder::new(0),
        };
        let prior = Prior::default();
        let key = format!(
            "probe-{}",
            ulid::Ulid::from_parts(
                u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0),
                0
            )
        )
        .to_lowercase();
        let naming = Naming {
            marker: key.clone(),
            key,
            spent: false,
        };
        let unjournaled = Unjournaled::default();
        let profile = destination.channel.profile();
        let cx = Cx::probe(&host, &unjournaled, profile, &prior, naming);
        match destination.channel.probe(&cx).await {
            Ok(answer) => Ok(answer),
            Err(Interrupt::Fault(error)) => Err(error),
            Err(stop) => {
                let why = stopped::localized(&stop);
                let fault = ChannelError::new(ErrorKind::Unavailable, "check", "not finished");
                Err(fault.with_advice(why))
            }
        }
    }
}

fn lost(error: &yigao_store::StoreError) -> Interrupt {
    Interrupt::Lost(error.to_string())
}

#[async_trait]
impl Clock for ProbeHost<'_> {
    fn now(&self) -> Timestamp {
        self.hub.clock.now()
    }
    async fn pause(&self, wait: Duration) {
        self.hub.clock.sleep(wait).await;
    }
}

#[async_trait]
impl SharedValues for ProbeHost<'_> {
    async fn shared_value(&self, op: &str, part: &str) -> StepResult<SharedValue> {
        let row = self
            .hub
            .store
            .shared_value(&self.destination.id, (op, part), (None, None), self.now())
            .await;
        Ok(match row.map_err(|e| lost(&e))? {
            SharedValue::Done(value) => SharedValue::Done(value),
            SharedValue::Busy | SharedValue::Open { .. } | SharedValue::Absent => {
                SharedValue::Absent
            }
        })
    }
    async fn shared_begin(
        &self,
        _: Option<Finish>,
        _: &Op,
        _: &str,
        _: Timestamp,
    ) -> Result<bool, Gate> {
        Ok(true)
    }
    async fn shared_done(
        &self,
        _: &str,
        _: &str,
        _: Value,
        _: Option<Timestamp>,
    ) -> StepResult<()> {
        Ok(())
    }
    async fn shared_undone(&self, _: &str, _: &str, _: bool, _: u32) -> StepResult<()> {
        Ok(())
    }
    async fn shared_forget(&self, op: &str, part: &str, value: &Value) -> StepResult<()> {
        self.hub
            .store
            .shared_forget(&self.destination.id, (op, part), value)
            .await
            .map_err(|e| lost(&e))
    }
    async fn unshared(&self, _: &str) -> StepResult<Vec<(String, Value)>> {
        Ok(Vec::new())
    }
    async fn stop_using(&self, _: &str) -> StepResult<()> {
        Ok(())
    }
}

#[async_trait]
impl Transport for ProbeHost<'_> {
    async fn media(&self, digest: &Digest) -> Result<Bytes, ChannelError> {
        let bytes = self.hub.media.get(digest).await;
        bytes
            .map(Bytes::from)
            .map_err(|e| ChannelError::new(ErrorKind::Config, "media", e.to_string()))
    }
    async fn send(
        &self,
        op: &Op,
        call: &Call,
        deadline: Timestamp,
    ) -> Result<Answer, ChannelError> {
        self.hub
            .wire
            .send(&self.destination.id, op, call, deadline, &self.recorder)
            .await
    }
    async fn file(
        &self,
        op: &Op,
        call: &FileCall,
        _: Timestamp,
    ) -> Result<FileAnswer, ChannelError> {
        let no_folder =
            || ChannelError::new(ErrorKind::Config, op.name, "this destination has no folder");
        let root = self
            .destination
            .channel
            .profile()
            .folder
            .as_ref()
            .ok_or_else(no_folder)?;
        let at = (&self.destination.id, root.as_path());
        self.hub.wire.file(at, op, call, &self.recorder).await
    }
    async fn mail(&self, op: &Op, mail: &Mail, deadline: Timestamp) -> Result<(), ChannelError> {
        let to = &self.destination.id;
        self.hub
            .wire
            .mail(to, op, mail, deadline, &self.recorder)
            .await
    }
}
