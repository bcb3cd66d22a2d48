//! The transports to a destination, and the bytes of its media.

use std::fmt::Debug;

use async_trait::async_trait;
use bytes::Bytes;
use yigao_core::{ChannelError, Digest, Timestamp};

use crate::{
    call::{Answer, Call, FileAnswer, FileCall, Mail},
    profile::Op,
};

/// Requests, files and mails; each passes the guards, and a fault carries what may have happened.
#[async_trait]
pub trait Transport: Debug + Send + Sync {
    /// Sends one request.
    async fn send(&self, op: &Op, call: &Call, deadline: Timestamp)
    -> Result<Answer, ChannelError>;
    /// Asks the destination's folder.
    async fn file(
        &self,
        op: &Op,
        call: &FileCall,
        deadline: Timestamp,
    ) -> Result<FileAnswer, ChannelError>;
    /// Sends one mail.
    async fn mail(&self, op: &Op, mail: &Mail, deadline: Timestamp) -> Result<(), ChannelError>;
    /// Bytes of a derivative or original from the media folder.
    async fn media(&self, digest: &Digest) -> Result<Bytes, ChannelError>;
}
