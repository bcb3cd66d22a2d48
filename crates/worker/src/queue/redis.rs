//! The queue on a Redis server.

use std::time::Duration;

use apalis::prelude::TaskSink as _;
use apalis_redis::{Config, RedisStorage};
use futures_util::StreamExt as _;
use redis::{
    Client, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::{
    error::QueueError,
    task::{Beat, Notification},
};
use crate::wake::Wake;

/// Name of the queue, before the names of all its keys.
const QUEUE: &str = "yigao:queue";
/// The channel on which we publish that a task was added. The library never publishes on its own channel, because it first
/// stores every task among the scheduled ones (apalis-redis 1.0, `push_tasks.rs`).
const PUSHED: &str = "yigao:queue:pushed";
/// How many tasks may wait. A worker that takes one takes up whatever is due, so more would add nothing; and at some 8,000 the
/// library's `fetch_next.lua` fails for ever ("too many results to unpack").
const WAITING_MAX: usize = 1_000;
/// Finished tasks deleted at a time.
const CLEAN_MAX: usize = 500;
/// Longest that a connection and an answer may take.
const ANSWER: Duration = Duration::from_secs(2);
/// The pause between two attempts to subscribe at a server that cannot be reached: the first and the longest.
const TRY_AGAIN: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Removes finished tasks from one set together with their data, atomically, so that an interruption leaves nothing behind.
const CLEAN: &str = "
local ids = redis.call('spop', KEYS[1], ARGV[1])
for _, id in ipairs(ids) do
  redis.call('hdel', KEYS[2], id)
  redis.call('del', KEYS[3] .. ':' .. id)
end
return #ids";

#[derive(Clone)]
pub(crate) struct RedisQueue {
    pub(crate) storage: RedisStorage<Notification>,
    client: Client,
    connection: ConnectionManager,
}

impl RedisQueue {
    /// Connects when it is first used, and again whenever the connection is gone.
    pub(super) fn connect(address: &str, beat: Beat) -> Result<Self, QueueError> {
        let fails = |error: redis::RedisError| QueueError::Address {
            message: error.to_string(),
        };
        let client = Client::open(address).map_err(fails)?;
        let settings = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(200))
            .set_connection_timeout(Some(ANSWER))
            .set_response_timeout(Some(ANSWER));
        let connection =
            ConnectionManager::new_lazy_with_config(client.clone(), settings).map_err(fails)?;
        // One task per fetch: while a filled batch waits, the worker sends no heartbeat and every task runs twice.
        let config = Config::default()
            .queue(QUEUE)
            .batch_size(1)
            .heartbeat_interval(beat.every)
            .missed_heartbeats(beat.missed);
        let storage = RedisStorage::new(connection.clone()).with_config(config);
        Ok(Self {
            storage,
            client,
            connection,
        })
    }

    pub(super) async fn push(&self, notify: Notification) -> Result<(), String> {
        let mut connection = self.connection.clone();
        let (later, now): (usize, usize) = redis::pipe()
            .zcard(format!("{QUEUE}:scheduled"))
            .llen(format!("{QUEUE}:active"))
            .query_async(&mut connection)
            .await
            .map_err(|e| e.to_string())?;
        if later + now < WAITING_MAX {
            let mut storage = self.storage.clone();
            storage.push(notify).await.map_err(|e| e.to_string())?;
        }
        let published: Result<(), _> = redis::cmd("PUBLISH")
            .arg(PUSHED)
            .arg("")
            .query_async(&mut connection)
            .await;
        published.map_err(|e| e.to_string())
    }

    pub(super) async fn clean(&self) -> Result<(), String> {
        let script = Script::new(CLEAN);
        for set in ["done", "dead", "failed"] {
            let mut run = script.key(format!("{QUEUE}:{set}"));
            run.key(format!("{QUEUE}:data"))
                .key(format!("{QUEUE}:meta"));
            run.arg(CLEAN_MAX);
            let mut connection = self.connection.clone();
            let cleaned = run.invoke_async::<usize>(&mut connection).await;
            cleaned.map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    /// Wakes the poller whenever a process has added a task. It uses a connection of its own, because the library's never
    /// reconnects. A task that is added while the connection is down is found by the poller a few seconds later.
    pub(super) async fn receive(&self, wake: &Wake) {
        let (first, most) = TRY_AGAIN;
        let mut pause = first;
        loop {
            match self.client.get_async_pubsub().await {
                Ok(mut channel) => {
                    if channel.subscribe(PUSHED).await.is_ok() {
                        pause = first;
                        // For tasks that were added before the subscription.
                        wake.wake();
                        let mut pushed = channel.on_message();
                        while pushed.next().await.is_some() {
                            wake.wake();
                        }
                    }
                }
                Err(error) => {
                    tracing::debug!(error = %error, "cannot subscribe to the queue's notifications")
                }
            }
            tokio::time::sleep(pause).await;
            pause = most.min(pause * 2);
        }
    }

    /// Tasks of any state, as the library counts them.
    #[cfg(test)]
    pub(crate) async fn tasks(&self) -> i64 {
        let mut connection = self.connection.clone();
        let mut all = 0;
        for (command, set) in [("HLEN", "data"), ("SCARD", "done")] {
            all += redis::cmd(command)
                .arg(format!("{QUEUE}:{set}"))
                .query_async::<i64>(&mut connection)
                .await
                .unwrap();
        }
        all
    }
}
