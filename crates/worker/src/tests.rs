//! The queues as they are, and the traps of the library over them: each of these has lost or doubled tasks when it was
//! measured, and would again if our glue or a later version brought it back.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::FutureExt as _;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use yigao_core::DeliveryId;
use yigao_engine::Queue as _;
use yigao_testkit::{Redis, core_only};

use crate::{
    queue::{Beat, Transport, WorkQueue},
    worker::{Listener, listen},
};

/// Short, so that a worker that is silent is missed within the test.
const BEAT: Beat = Beat {
    every: Duration::from_secs(1),
    missed: 2,
};

/// A queue, and what it lives on.
enum Stand {
    File(PathBuf),
    Redis(Redis),
}

impl Stand {
    fn file() -> Self {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("yigao-queue-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        Self::File(folder)
    }

    /// None where Redis is not installed and need not be.
    fn redis() -> Option<Self> {
        let Some(program) = Redis::find() else {
            assert!(core_only(), "redis-server is not installed");
            return None;
        };
        Some(Self::Redis(Redis::start(program).unwrap()))
    }

    async fn queue(&self) -> WorkQueue {
        match self {
            Self::File(folder) => WorkQueue::open_with(&folder.join("queue.db"), BEAT)
                .await
                .unwrap(),
            Self::Redis(server) => WorkQueue::connect_with(&server.url(), BEAT).unwrap(),
        }
    }

    fn server(&self) -> &Redis {
        match self {
            Self::Redis(server) => server,
            Self::File(_) => panic!("not on Redis"),
        }
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        if let Self::File(folder) = self {
            drop(std::fs::remove_dir_all(folder));
        }
    }
}

/// What handlers have seen: how often each delivery was begun, and how often it came to its end.
#[derive(Clone, Debug, Default)]
struct Seen(Arc<Mutex<BTreeMap<String, (u32, u32)>>>);

impl Seen {
    fn add(&self, delivery: &DeliveryId, begun: u32, ended: u32) {
        let mut all = self.0.lock().unwrap();
        let (b, e) = all.entry(delivery.to_string()).or_default();
        *b += begun;
        *e += ended;
    }

    fn of(&self, delivery: &DeliveryId) -> (u32, u32) {
        let all = self.0.lock().unwrap();
        all.get(delivery.as_str()).copied().unwrap_or_default()
    }

    fn begun(&self) -> u32 {
        self.0
            .lock()
            .unwrap()
            .values()
            .map(|(begun, _)| begun)
            .sum()
    }
}

/// A worker of the library over `queue`.
struct Listening {
    stop: CancellationToken,
    task: tokio::task::JoinSet<()>,
}

impl Listening {
    fn start(queue: &WorkQueue, name: &str, tasks: usize, seen: &Seen, takes: Duration) -> Self {
        let stop = CancellationToken::new();
        let seen = seen.clone();
        let listener = Listener {
            name: name.to_owned(),
            stop: stop.clone(),
            handlers: TaskTracker::new(),
            concurrency: tasks,
            answer: Arc::new(move |delivery| {
                let seen = seen.clone();
                async move {
                    seen.add(&delivery, 1, 0);
                    tokio::time::sleep(takes).await;
                    assert!(!delivery.as_str().starts_with("panic"), "on purpose");
                    seen.add(&delivery, 0, 1);
                }
                .boxed()
            }),
        };
        let mut task = tokio::task::JoinSet::new();
        task.spawn(listen(queue.clone(), listener));
        Self { stop, task }
    }

    async fn stop(mut self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), self.task.join_next());
        drop(ended.await);
    }
}

fn delivery(name: &str) -> DeliveryId {
    name.parse().unwrap()
}

async fn within(most: u64, what: &str, ready: impl Fn() -> bool) {
    let begun = Instant::now();
    while !ready() {
        assert!(begun.elapsed() < Duration::from_secs(most), "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn answered(queue: &WorkQueue, seen: &Seen, name: &str, most: u64) {
    let one = delivery(name);
    let begun = Instant::now();
    // A queue that is away reports nothing: whoever notifies later gets an answer.
    while seen.of(&one).1 == 0 {
        assert!(begun.elapsed() < Duration::from_secs(most), "never: {name}");
        queue.notify(&one).await;
        queue.answered();
        let again = Instant::now();
        while seen.of(&one).1 == 0 && again.elapsed() < Duration::from_secs(3) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// The same tests on both.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod file {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(super::Stand::file()).await; })*
        }
        mod redis {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(stand) = super::Stand::redis() { super::$name(stand).await; }
            })*
        }
    };
}

on_both!(
    a_notification_is_answered_at_once,
    slow_handlers_run_once_beside_another_worker,
    the_notifications_of_a_process_that_died_go_to_another,
    two_processes_of_one_name_both_work,
    a_handler_that_panics_takes_nobody_along,
    finished_tasks_are_deleted,
);

async fn a_notification_is_answered_at_once(stand: Stand) {
    let (queue, seen) = (stand.queue().await, Seen::default());
    let worker = Listening::start(&queue, "one", 4, &seen, Duration::ZERO);
    answered(&queue, &seen, "warm", 10).await;
    let one = delivery("at-once");
    queue.notify(&one).await;
    within(2, "an answer", || seen.of(&one).1 > 0).await;
    worker.stop().await;
}

/// Trap: with a batch above one no heartbeat is sent while it waits, the other worker takes the tasks, and all run twice.
async fn slow_handlers_run_once_beside_another_worker(stand: Stand) {
    let (first, second) = (stand.queue().await, stand.queue().await);
    let seen = Seen::default();
    let all: Vec<_> = (0..6).map(|n| delivery(&format!("slow-{n}"))).collect();
    for one in &all {
        first.notify(one).await;
    }
    let takes = Duration::from_millis(2_500);
    let workers = [
        Listening::start(&first, "one", 1, &seen, takes),
        Listening::start(&second, "two", 1, &seen, takes),
    ];
    within(30, "six ends", || all.iter().all(|d| seen.of(d).1 > 0)).await;
    tokio::time::sleep(BEAT.every * 4).await;
    assert_eq!(seen.begun(), 6, "{seen:?}");
    for worker in workers {
        worker.stop().await;
    }
}

async fn the_notifications_of_a_process_that_died_go_to_another(stand: Stand) {
    let (first, second) = (stand.queue().await, stand.queue().await);
    let (dead, alive) = (Seen::default(), Seen::default());
    let one = delivery("orphan");
    first.notify(&one).await;
    let mut worker = Listening::start(&first, "one", 1, &dead, Duration::from_secs(600));
    within(10, "its begin", || dead.of(&one).0 > 0).await;
    // As by SIGKILL: nothing is reported to the queue any more.
    worker.task.abort_all();
    let worker = Listening::start(&second, "two", 1, &alive, Duration::ZERO);
    within(15, "another that takes it over", || alive.of(&one).1 > 0).await;
    worker.stop().await;
}

/// Trap: the second of one name is refused by both queues and would end for ever.
async fn two_processes_of_one_name_both_work(stand: Stand) {
    let queues = [stand.queue().await, stand.queue().await];
    let seen = [Seen::default(), Seen::default()];
    let takes = Duration::from_millis(300);
    let mut workers = Vec::new();
    for (queue, seen) in queues.iter().zip(&seen) {
        workers.push(Listening::start(queue, "same", 1, seen, takes));
    }
    let begun = Instant::now();
    let mut n = 0;
    while seen.iter().any(|seen| seen.begun() == 0) {
        assert!(begun.elapsed() < Duration::from_secs(30), "{seen:?}");
        for queue in &queues {
            n += 1;
            queue.notify(&delivery(&format!("delivery-{n}"))).await;
            queue.answered();
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    for worker in workers {
        worker.stop().await;
    }
}

async fn a_handler_that_panics_takes_nobody_along(stand: Stand) {
    let (queue, seen) = (stand.queue().await, Seen::default());
    let worker = Listening::start(&queue, "one", 1, &seen, Duration::ZERO);
    queue.notify(&delivery("panic-1")).await;
    queue.answered();
    within(10, "the panic", || seen.of(&delivery("panic-1")).0 > 0).await;
    answered(&queue, &seen, "after", 10).await;
    worker.stop().await;
}

/// Trap: finished tasks stay for ever, and the libraries' vacuum deletes too much, or stops the server meanwhile.
async fn finished_tasks_are_deleted(stand: Stand) {
    let (queue, seen) = (stand.queue().await, Seen::default());
    let worker = Listening::start(&queue, "one", 8, &seen, Duration::ZERO);
    for n in 0..20 {
        answered(&queue, &seen, &format!("delivery-{n}"), 10).await;
    }
    let begun = Instant::now();
    loop {
        let left = match &queue.transport {
            Transport::File(queue) => queue.tasks().await,
            Transport::Redis(queue) => queue.tasks().await,
        };
        if left == 0 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{left} left");
        // The library reports a task as done some time after it is.
        tokio::time::sleep(Duration::from_millis(100)).await;
        queue.clean().await;
    }
    worker.stop().await;
    assert_eq!(seen.begun(), 20);
}

/// Another process notifies, and nobody here has to poll: Redis passes it on.
#[tokio::test(flavor = "multi_thread")]
async fn on_redis_the_notification_of_another_process_is_heard() {
    let Some(stand) = Stand::redis() else { return };
    let url = stand.server().url();
    // With the beats of real life: each makes the library poll, too.
    let [here, there] = [(), ()].map(|()| WorkQueue::connect(&url).unwrap());
    let seen = Seen::default();
    let worker = Listening::start(&here, "one", 4, &seen, Duration::ZERO);
    answered(&here, &seen, "warm", 10).await;
    for n in 0..5 {
        let one = delivery(&format!("there-{n}"));
        there.notify(&one).await;
        // Well below the time after which it would be found without a notification.
        within(1, "an answer", || seen.of(&one).1 > 0).await;
    }
    worker.stop().await;
}

/// Trap: what runs is dropped when the queue hiccups, unless handlers are spawned; and the worker ends for good.
#[tokio::test(flavor = "multi_thread")]
async fn redis_that_dies_drops_no_handler_and_is_found_again() {
    let Some(stand) = Stand::redis() else { return };
    let (queue, seen) = (stand.queue().await, Seen::default());
    let worker = Listening::start(&queue, "one", 4, &seen, Duration::from_secs(3));
    let one = delivery("running");
    queue.notify(&one).await;
    within(10, "its begin", || seen.of(&one).0 > 0).await;
    stand.server().crash();
    let asked = Instant::now();
    for n in 0..20 {
        queue.notify(&delivery(&format!("unheard-{n}"))).await;
    }
    assert!(
        asked.elapsed() < Duration::from_secs(4),
        "whoever notifies waits for a queue that is away"
    );
    within(10, "its end", || seen.of(&one).1 > 0).await;
    stand.server().run().unwrap();
    answered(&queue, &seen, "after", 40).await;
    worker.stop().await;
}

/// Trap: at some 8,000 tasks that wait the library cannot fetch one any more, for ever.
#[tokio::test(flavor = "multi_thread")]
async fn redis_takes_any_number_of_notifications_while_nobody_works() {
    let Some(stand) = Stand::redis() else { return };
    let (queue, seen) = (stand.queue().await, Seen::default());
    for n in 0..9_000 {
        queue.notify(&delivery(&format!("early-{n}"))).await;
    }
    let worker = Listening::start(&queue, "one", 16, &seen, Duration::ZERO);
    within(20, "an answer", || seen.begun() > 100).await;
    worker.stop().await;
}

/// Trap: a worker whose registration is gone ends.
#[tokio::test(flavor = "multi_thread")]
async fn redis_that_forgets_everything_is_worked_on() {
    let Some(stand) = Stand::redis() else { return };
    let (queue, seen) = (stand.queue().await, Seen::default());
    let worker = Listening::start(&queue, "one", 4, &seen, Duration::ZERO);
    answered(&queue, &seen, "before", 10).await;
    stand.server().flush().unwrap();
    answered(&queue, &seen, "after", 40).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_need_not_be_up_at_the_start() {
    let Some(program) = Redis::find() else {
        assert!(core_only(), "redis-server is not installed");
        return;
    };
    let stand = Stand::Redis(Redis::absent(program).unwrap());
    let (queue, seen) = (stand.queue().await, Seen::default());
    let asked = Instant::now();
    queue.notify(&delivery("nobody")).await;
    assert!(asked.elapsed() < Duration::from_secs(2));
    let worker = Listening::start(&queue, "one", 4, &seen, Duration::ZERO);
    tokio::time::sleep(Duration::from_secs(1)).await;
    stand.server().run().unwrap();
    answered(&queue, &seen, "after", 40).await;
    worker.stop().await;
}

#[tokio::test]
async fn an_address_that_is_none_is_reported_without_showing_it() {
    for address in ["", "localhost", "http://x:secret@host", "redis://"] {
        let message = match WorkQueue::connect(address) {
            Ok(_) => continue,
            Err(error) => error.localized(),
        };
        assert!(message.zh.contains("redis://"), "{message:?}");
        assert!(!message.en.contains("secret"), "{message:?}");
    }
    assert!(WorkQueue::connect("postgres://x").is_err());
}
