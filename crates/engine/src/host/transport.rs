//! The guarded transports, and the media folder.

use async_trait::async_trait;
use bytes::Bytes;
use yigao_channel::{Answer, Call, FileAnswer, FileCall, Mail, Op, host::Transport};
use yigao_core::{ChannelError, Digest, ErrorKind, Retry, Timestamp};
use yigao_store::MediaError;

use super::DeliveryHost;

#[async_trait]
impl Transport for DeliveryHost<'_> {
    async fn media(&self, digest: &Digest) -> Result<Bytes, ChannelError> {
        self.hub
            .media
            .get(digest)
            .await
            .map(Bytes::from)
            .map_err(|error| {
                let kind = if matches!(error, MediaError::Io(_)) {
                    ErrorKind::Unavailable
                } else {
                    ErrorKind::Config
                };
                ChannelError::new(kind, "media", error.to_string())
                    .with_effect(yigao_core::Effect::None)
            })
    }

    async fn send(
        &self,
        op: &Op,
        call: &Call,
        deadline: Timestamp,
    ) -> Result<Answer, ChannelError> {
        self.hub
            .wire
            .send(&self.destination.id, op, call, deadline, self.recorder)
            .await
    }

    async fn file(
        &self,
        op: &Op,
        call: &FileCall,
        _: Timestamp,
    ) -> Result<FileAnswer, ChannelError> {
        let Some(root) = &self.destination.channel.profile().folder else {
            let message = "this destination has no folder";
            return Err(
                ChannelError::new(ErrorKind::Config, op.name, message).with_retry(Retry::Never)
            );
        };
        let at = (&self.destination.id, root.as_path());
        self.hub.wire.file(at, op, call, self.recorder).await
    }

    async fn mail(&self, op: &Op, mail: &Mail, deadline: Timestamp) -> Result<(), ChannelError> {
        let to = &self.destination.id;
        self.hub
            .wire
            .mail(to, op, mail, deadline, self.recorder)
            .await
    }
}
