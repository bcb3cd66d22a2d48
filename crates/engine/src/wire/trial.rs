//! Calls that go wrong on purpose, for the proof over all adapters (see [`yigao_core::trial`]). Without one, nothing here
//! does anything.

use std::{future::pending, time::Duration};

use bytes::Bytes;
use yigao_channel::{Answer, Call};
pub(super) use yigao_core::trial::reach;
use yigao_core::{
    ChannelError, DestinationId, Effect, ErrorKind,
    trial::{Point, Then},
};

use super::Wire;

/// The longest time after which a late call arrives when nobody waits for it any more; a lookup is made after it.
const LATE: Duration = Duration::from_millis(500);

fn refused(op: &str) -> ChannelError {
    ChannelError::new(ErrorKind::Unavailable, op, "cannot connect: trial").with_effect(Effect::None)
}

fn lost(op: &str) -> ChannelError {
    ChannelError::new(ErrorKind::Interrupted, op, "the connection broke: trial")
        .with_effect(Effect::Unknown)
}

fn page(status: u16) -> Answer {
    Answer {
        status,
        headers: vec![("content-type".into(), "text/html".into())],
        body: Bytes::from_static(b"<html><body>nginx</body></html>"),
    }
}

impl Wire {
    /// The exchange, as whoever watches wants it.
    pub(super) async fn tried(
        &self,
        destination: &DestinationId,
        op: &'static str,
        call: &Call,
        left: Duration,
    ) -> Result<Answer, ChannelError> {
        match reach(Point::BeforeCall, destination.as_str(), op) {
            Then::Go => self.exchange(op, call).await,
            Then::Refused => Err(refused(op)),
            Then::RequestLost => Err(lost(op)),
            Then::AnswerLost => self.exchange(op, call).await.and_then(|_| Err(lost(op))),
            Then::ErrorAfter => self.exchange(op, call).await.map(|_| page(502)),
            Then::Junk => Ok(page(200)),
            Then::Slow => {
                drop(self.exchange(op, call).await);
                pending().await
            }
            Then::Late => {
                let (wire, call) = (self.clone(), call.clone());
                let after = self.clock.real(left + LATE);
                #[expect(
                    clippy::disallowed_methods,
                    reason = "a trial's late call comes when its caller has gone"
                )]
                tokio::task::spawn(async move {
                    tokio::time::sleep(after).await;
                    drop(wire.exchange(op, &call).await);
                });
                pending().await
            }
        }
    }
}

/// What is there whole or not at all, a file or a mail, as whoever watches wants it.
pub(super) async fn whole<T>(
    destination: &DestinationId,
    op: &str,
    act: impl Future<Output = Result<T, ChannelError>>,
) -> Result<T, ChannelError> {
    match reach(Point::BeforeCall, destination.as_str(), op) {
        Then::Go => act.await,
        Then::Refused => Err(refused(op)),
        Then::RequestLost | Then::Late | Then::Junk => Err(lost(op)),
        Then::AnswerLost | Then::ErrorAfter | Then::Slow => act.await.and_then(|_| Err(lost(op))),
    }
}
