//! Rules of `Cx` that no well-behaved adapter would show: each was a flaw once.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::json;
use yigao_channel::{
    Call, Cx, Interrupt, Method, Naming, Op, Profile, StepResult, host::Journal as _,
    profile::RepeatSafety,
};
use yigao_conformance::{Decision, Faults, MemoryHost, Pair, Story, Subject, sample};
use yigao_core::{
    ChannelError, DueFor, ErrorKind, Fills, Found, Intent, Prior, Slot,
    journal::{EntryState, Verb},
    time::later,
};
use yigao_fakes::board;
use yigao_memory::{Board, Dedupe};

fn story() -> Story {
    let subject = Subject {
        make: Box::new(|| Pair {
            channel: Arc::new(board::adapter(Dedupe::None)),
            remote: Arc::new(board::BoardRemote(Mutex::new(Board::new(
                board::TOKEN,
                Dedupe::None,
            )))),
        }),
        ..board::subject("cx", Dedupe::None)
    };
    let story = Story::new(&subject);
    story
        .plan(Intent::Publish, &sample::news())
        .expect("the sample renders");
    story
}

fn profile(story: &Story) -> Profile {
    let mut profile = story.channel.profile().clone();
    profile.ops = vec![
        Op::write("post", 10, RepeatSafety::Never),
        Op::write("put", 10, RepeatSafety::Harmless),
        Op::read("find", 10),
        Op::read("token", 10),
    ];
    profile
}

fn host<'w>(story: &'w Story, profile: &'w Profile) -> MemoryHost<'w> {
    let delivery = story
        .world
        .facts()
        .deliveries
        .first()
        .cloned()
        .expect("one is planned");
    MemoryHost {
        world: &story.world,
        profile,
        delivery,
        purpose: DueFor::Deliver,
    }
}

fn cx<'a>(host: &'a MemoryHost<'_>, profile: &'a Profile, prior: &'a Prior) -> Cx<'a> {
    let naming = Naming {
        key: host.delivery.id.to_string(),
        marker: "m".into(),
        spent: false,
    };
    Cx::new(host, profile, prior, naming)
}

async fn write(cx: &Cx<'_>, op: &'static str) -> StepResult<String> {
    let call = Call::new(op, Method::Post, "http://board.example/x");
    cx.http(call, |_| Ok("done".to_owned())).await
}

async fn read(cx: &Cx<'_>, fault: Option<ChannelError>) -> StepResult<()> {
    let call = Call::new("find", Method::Get, "http://board.example/x");
    cx.http(call, |_| fault.map_or(Ok(()), Err)).await
}

fn sent(story: &Story, op: &str) -> usize {
    story
        .world
        .facts()
        .exchanges
        .iter()
        .filter(|e| e.op == op)
        .count()
}

/// A slot's entry was left open by a crash: it is filled in, not doubled, and the next replay passes it.
#[tokio::test]
async fn a_slot_left_open_is_taken_up_again() {
    let (story, prior) = (story(), Prior::default());
    let profile = profile(&story);
    let mut rendition = story.render(Intent::Publish, &sample::news()).unwrap();
    rendition.slots = vec![Slot::UrlFrom {
        destination: sample::home(),
    }];
    let host = host(&story, &profile);
    let first = cx(&host, &profile, &prior);
    first.fills(&rendition, &Fills::new()).await.unwrap();
    // The process dies after the answer and before its commit.
    drop(first);
    for _ in 0..3 {
        let again = cx(&host, &profile, &prior);
        let fills = again.fills(&rendition, &Fills::new()).await.unwrap();
        assert_eq!(fills.len(), 1);
        again
            .step("put", "", || write(&again, "put"))
            .await
            .unwrap();
        again.flush().await.unwrap();
    }
    let verbs: Vec<Verb> = host
        .entries()
        .await
        .unwrap()
        .iter()
        .map(|e| e.verb)
        .collect();
    assert_eq!(verbs, [Verb::Slot, Verb::Step]);
}

/// A read that fails before the write leaves nothing in doubt, whatever effect the read itself declares.
#[tokio::test]
async fn a_fault_before_the_write_is_no_doubt() {
    let (story, prior) = (story(), Prior::default());
    let profile = profile(&story);
    let host = host(&story, &profile);
    let cx = cx(&host, &profile, &prior);
    let down = || ChannelError::new(ErrorKind::Unavailable, "find", "502");
    let out = cx
        .once(
            "post",
            "",
            |_| async { Ok(Found::No) },
            || async {
                read(&cx, Some(down())).await?;
                write(&cx, "post").await
            },
        )
        .await;
    assert_eq!(out, Err(Interrupt::Fault(down())));
    assert_eq!(host.entries().await.unwrap(), []);
}

/// And one that fails after it leaves everything, though its own effect is certainly none.
#[tokio::test]
async fn a_fault_after_the_write_is_a_doubt() {
    let (story, prior) = (story(), Prior::default());
    let profile = profile(&story);
    let host = host(&story, &profile);
    let cx = cx(&host, &profile, &prior);
    let refused = || ChannelError::new(ErrorKind::Rejected, "find", "404");
    let out = cx
        .once(
            "post",
            "",
            |_| async { Ok(Found::No) },
            || async {
                write(&cx, "post").await?;
                read(&cx, Some(refused())).await
            },
        )
        .await;
    assert!(matches!(out, Err(Interrupt::Doubt(_))), "{out:?}");
    assert_eq!(host.entries().await.unwrap()[0].state, EntryState::Open);
}

/// The token dies between a step and a read: under the new one the step is answered, not done again.
#[tokio::test]
async fn a_renewed_token_does_not_repeat_a_step() {
    let (story, prior) = (story(), Prior::default());
    let profile = profile(&story);
    let host = host(&story, &profile);
    let cx = cx(&host, &profile, &prior);
    let turn = Mutex::new(0_u64);
    let out = cx
        .shared_with(
            "token",
            "",
            || async { Ok(Found::No) },
            || async {
                *turn.lock().unwrap() += 1;
                Ok((*turn.lock().unwrap(), None))
            },
            |token: u64| {
                let cx = &cx;
                async move {
                    cx.step("put", "", || write(cx, "put")).await?;
                    let dead =
                        ChannelError::new(ErrorKind::Unauthorized, "find", "401").with_renew();
                    read(cx, (token == 1).then_some(dead)).await
                }
            },
        )
        .await;
    assert_eq!(out, Ok(()));
    assert_eq!(
        (sent(&story, "put"), host.entries().await.unwrap().len()),
        (1, 1)
    );
}

/// The token dies inside an act, after its write: the second use lookups before it acts.
#[tokio::test]
async fn a_renewed_token_does_not_act_over_an_open_once() {
    let (story, prior) = (story(), Prior::default());
    let mut profile = profile(&story);
    profile.ops[0] = Op::write("post", 10, RepeatSafety::Lookup).lookup_after(&[5]);
    let host = host(&story, &profile);
    let cx = cx(&host, &profile, &prior);
    let out = cx
        .shared_with(
            "token",
            "",
            || async { Ok(Found::No) },
            || async { Ok((1_u64, None)) },
            |_: u64| {
                let cx = &cx;
                async move {
                    cx.once(
                        "post",
                        "",
                        |_| async { Ok(Found::No) },
                        || async {
                            write(cx, "post").await?;
                            let dead = ChannelError::new(ErrorKind::Unauthorized, "find", "401")
                                .with_renew();
                            read(cx, Some(dead)).await
                        },
                    )
                    .await
                }
            },
        )
        .await;
    assert!(matches!(out, Err(Interrupt::Waits { .. })), "{out:?}");
    assert_eq!(sent(&story, "post"), 1);
}

/// "It happened" is all there is to know of a step that answers nothing: the method continues.
#[tokio::test]
async fn a_person_answers_for_a_step_without_a_value() {
    let (story, prior) = (story(), Prior::default());
    let profile = profile(&story);
    let id = story.world.facts().deliveries[0].id.clone();
    let host = host(&story, &profile);
    let first = cx(&host, &profile, &prior);
    let lost = || ChannelError::new(ErrorKind::Interrupted, "post", "cut off");
    let act = || {
        first.http(
            Call::new("post", Method::Post, "http://board.example/x"),
            |_| Err::<(), _>(lost()),
        )
    };
    let out = first
        .once("post", "", |_| async { Ok(Found::No) }, act)
        .await;
    let Err(Interrupt::Doubt(doubt)) = out else {
        panic!("{out:?}");
    };
    {
        let mut facts = story.world.facts();
        facts.faults = Faults::none();
        let now = later(facts.now, Duration::from_secs(60));
        facts.deliveries[0].state = yigao_core::State::InDoubt;
        facts.deliveries[0].doubt = Some(doubt);
        facts.now = now;
    }
    story
        .decide(
            &id,
            &Decision::Happened {
                id: "7".into(),
                url: None,
            },
        )
        .unwrap();
    let again = cx(&host, &profile, &prior);
    let out: StepResult<()> = again
        .once("post", "", |_| async { Ok(Found::No) }, || async { Ok(()) })
        .await;
    assert_eq!(out, Ok(()));
    again.flush().await.unwrap();
    assert_eq!(
        host.entries().await.unwrap()[0].state,
        EntryState::Done(json!(null))
    );
    assert_eq!(sent(&story, "post"), 1);
}
