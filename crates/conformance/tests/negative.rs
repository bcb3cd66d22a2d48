//! A check that cannot fail is none: adapters that misbehave in one way each, and the trial that must catch it.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use serde_json::{Value, json};
use yigao_channel::{
    Call, Callback, Channel, Cx, Incoming, Method, Profile, Refusal, RenderInput, Rendered,
    StepResult,
    http_status::{http_fault, json},
};
use yigao_conformance::{Pair, Subject, run};
use yigao_core::{
    By, ChannelError, ErrorKind, Found, Observation, Prior, Receipt, Rendition, Retry,
};
use yigao_fakes::board::{self, BoardRemote, TOKEN, adapter};
use yigao_memory::{Board, Dedupe, Memory};

/// In what way it misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    WritesOutsideActs,
    StepForOnce,
    LookupSaysNo,
    DecidesOutsideTheJournal,
    TwoWritesAnAct,
    SecretInError,
    SwallowsServerErrors,
    TakesAnyPage,
    IgnoresRetryAfter,
    UnsteadyRender,
    EscapesNothing,
    FindsNothing,
    FindsOneThing,
    ForgetsSlots,
    WithdrawsNothing,
    WithdrawsWhereNothingStood,
    ObserveWrites,
    SeesTheDead,
    GivesUpAtOnce,
    SendsNoText,
    SaysAlwaysLive,
    CorrectsNothing,
}

#[derive(Debug)]
struct Wrong {
    inner: Memory,
    how: How,
    renders: AtomicU64,
}

impl Wrong {
    fn call(&self, op: &'static str, method: Method, path: &str) -> Call {
        Call::new(op, method, format!("http://board.example{path}"))
            .header("x-board-token", TOKEN)
            .conceal(yigao_channel::Secret::new(TOKEN))
    }

    async fn post(&self, cx: &Cx<'_>, title: &str) -> StepResult<String> {
        let body = json!({"key": cx.key("post", ""), "mark": cx.marker(), "title": title, "html": "<p>x</p>"});
        let call = self.call("post", Method::Post, "/posts").json(&body);
        cx.http(call, |answer| {
            if let Some(fault) = http_fault("post", answer) {
                return match (self.how, answer.status) {
                    (How::SwallowsServerErrors, 500..) => Ok("1".to_owned()),
                    (How::SecretInError, 401) => Err(ChannelError::new(
                        ErrorKind::Unauthorized,
                        "post",
                        format!("token {TOKEN} was refused"),
                    )),
                    (How::IgnoresRetryAfter, 429) => Err(ChannelError::new(
                        ErrorKind::Unavailable,
                        "post",
                        "too many",
                    )),
                    (How::GivesUpAtOnce, _) => Err(fault.with_retry(Retry::Never)),
                    _ => Err(fault),
                };
            }
            match json("post", answer) {
                Ok(value) => Ok(value
                    .pointer("/id")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()),
                Err(_) if self.how == How::TakesAnyPage => Ok("1".to_owned()),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn find(&self, cx: &Cx<'_>) -> StepResult<Option<String>> {
        let marker = cx.marker().replace('@', "%40");
        let call = self.call(
            "find",
            Method::Get,
            &format!("/posts?mark={marker}&limit=1"),
        );
        cx.http(call, |answer| {
            if let Some(fault) = http_fault("find", answer) {
                return Err(fault);
            }
            let value = json("find", answer)?;
            Ok(value
                .pointer("/posts/0/id")
                .and_then(Value::as_str)
                .map(ToOwned::to_owned))
        })
        .await
    }

    async fn found(&self, cx: &Cx<'_>) -> StepResult<Found<String>> {
        if self.how == How::LookupSaysNo {
            return Ok(Found::No);
        }
        Ok(self.find(cx).await?.map_or(Found::No, Found::Yes))
    }

    async fn out(&self, cx: &Cx<'_>, r: &Rendition) -> StepResult<Receipt> {
        let id = match self.how {
            How::WritesOutsideActs => self.post(cx, &r.title).await?,
            How::StepForOnce => cx.step("post", "", || self.post(cx, &r.title)).await?,
            How::TwoWritesAnAct => {
                let twice = || async {
                    self.post(cx, &r.title).await?;
                    self.post(cx, &r.title).await
                };
                cx.once("post", "", |_| self.found(cx), twice).await?
            }
            How::DecidesOutsideTheJournal => match self.find(cx).await? {
                Some(id) => {
                    cx.step("put", &id, || self.post(cx, &r.title)).await?;
                    id
                }
                None => {
                    cx.once("post", "", |_| self.found(cx), || self.post(cx, &r.title))
                        .await?
                }
            },
            _ => {
                cx.once("post", "", |_| self.found(cx), || self.post(cx, &r.title))
                    .await?
            }
        };
        Ok(receipt(cx, &id))
    }
}

fn receipt(cx: &Cx<'_>, id: &str) -> Receipt {
    Receipt {
        id: id.to_owned(),
        url: None,
        at: cx.now(),
        by: By::Remote,
        parts: Vec::new(),
        note: Value::Null,
    }
}

#[async_trait]
impl Channel for Wrong {
    fn profile(&self) -> &Profile {
        self.inner.profile()
    }

    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        let mut rendered = self.inner.render(input);
        if let Some(rendition) = &mut rendered.rendition {
            match self.how {
                How::UnsteadyRender => {
                    let turn = self.renders.fetch_add(1, Ordering::Relaxed);
                    rendition.title = format!("{} {turn}", rendition.title);
                }
                How::EscapesNothing => {
                    rendition.preview = format!("<h1>{}</h1>", input.version.content.title);
                }
                How::ForgetsSlots => rendition.slots.clear(),
                _ => {}
            }
        }
        match self.how {
            How::FindsNothing => rendered.findings.clear(),
            How::FindsOneThing => rendered.findings.truncate(1),
            _ => {}
        }
        rendered
    }

    fn receive(&self, call: &Incoming) -> Result<Callback, Refusal> {
        self.inner.receive(call)
    }

    async fn publish(&self, cx: &Cx<'_>, r: &Rendition) -> StepResult<Receipt> {
        match self.how {
            How::WithdrawsNothing
            | How::WithdrawsWhereNothingStood
            | How::ObserveWrites
            | How::SeesTheDead
            | How::SaysAlwaysLive
            | How::CorrectsNothing => self.inner.publish(cx, r).await,
            _ => self.out(cx, r).await,
        }
    }

    async fn correct(&self, cx: &Cx<'_>, r: &Rendition) -> StepResult<Receipt> {
        if self.how == How::CorrectsNothing {
            return Ok(receipt(cx, "1"));
        }
        self.inner.correct(cx, r).await
    }

    async fn withdraw(&self, cx: &Cx<'_>, r: &Rendition) -> StepResult<Receipt> {
        match self.how {
            How::WithdrawsNothing => Ok(receipt(cx, "1")),
            How::WithdrawsWhereNothingStood => {
                let call = || self.call("delete", Method::Delete, "/posts/1");
                cx.step("delete", "", || cx.http(call(), |_| Ok(())))
                    .await?;
                Ok(receipt(cx, "1"))
            }
            _ => self.inner.withdraw(cx, r).await,
        }
    }

    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        if self.how == How::ObserveWrites {
            self.post(cx, "x").await?;
        }
        let mut seen = self.inner.observe(cx, prior).await?;
        if matches!(self.how, How::SeesTheDead | How::SaysAlwaysLive) {
            seen.remote_state = yigao_core::Seen::Live;
        }
        Ok(seen)
    }

    async fn cleanup(&self, cx: &Cx<'_>, stays: Option<&Receipt>) -> StepResult<()> {
        self.inner.cleanup(cx, stays).await
    }

    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<yigao_core::Localized>> {
        self.inner.probe(cx).await
    }
}

fn wrong(how: How, dedupe: Dedupe) -> Subject {
    Subject {
        make: Box::new(move || Pair {
            channel: Arc::new(Wrong {
                inner: adapter(dedupe),
                how,
                renders: AtomicU64::new(0),
            }),
            remote: Arc::new(BoardRemote(Mutex::new(Board::new(TOKEN, dedupe)))),
        }),
        ..board::subject("wrong", dedupe)
    }
}

/// The trial must fail for the wrong adapter, and pass for the right one.
async fn caught(how: How, trial: &str) {
    let right = run(&board::subject("right", Dedupe::Lookup), trial).await;
    assert_eq!(right, [(trial.to_owned(), Ok(()))], "the right adapter");
    let ended = run(&wrong(how, Dedupe::Lookup), trial).await;
    let failed = matches!(ended.as_slice(), [(name, Err(_))] if name == trial);
    assert!(failed, "{how:?} passed {trial}: {ended:?}");
}

macro_rules! caught {
    ($($name:ident: $how:ident by $trial:literal;)*) => {
        $(#[tokio::test]
        async fn $name() {
            caught(How::$how, $trial).await;
        })*
    };
}

caught! {
    a_write_outside_an_act: WritesOutsideActs by "manners::every_write_has_its_intent";
    a_step_for_what_readers_see: StepForOnce by "idempotency::a_lost_answer_is_one_copy";
    a_step_for_what_readers_see_in_a_crash: StepForOnce by "crash::publish_and_correct";
    a_lookup_that_always_says_no: LookupSaysNo by "idempotency::a_lost_answer_is_one_copy";
    a_lookup_that_always_says_no_after_a_crash: LookupSaysNo by "promise::published_twice_under_one_key_is_one_copy";
    a_decision_outside_the_journal: DecidesOutsideTheJournal by "idempotency::a_lost_answer_is_one_copy";
    two_writes_in_an_act: TwoWritesAnAct by "manners::one_write_an_act";
    a_secret_in_an_error: SecretInError by "manners::no_secret_is_seen";
    a_server_error_taken_for_success: SwallowsServerErrors by "faults::a_gateway_error_backs_off";
    a_page_taken_for_an_answer: TakesAnyPage by "faults::garbage_is_no_success";
    a_server_delay_not_kept: IgnoresRetryAfter by "faults::too_many_requests_defer_without_an_attempt";
    a_passing_trouble_taken_for_the_end: GivesUpAtOnce by "crash::two_faults";
    an_unsteady_render: UnsteadyRender by "render::the_same_each_time";
    a_preview_that_escapes_nothing: EscapesNothing by "render::hostile_text_is_harmless";
    a_limit_that_is_not_checked: FindsNothing by "render::the_limit_passes_and_one_over_blocks";
    one_finding_at_a_time: FindsOneThing by "render::all_findings_at_once";
    slots_that_are_not_declared: ForgetsSlots by "render::slots_declared_are_slots_used";
    a_withdrawal_that_withdraws_nothing: WithdrawsNothing by "promise::withdrawal_removes";
    a_withdrawal_that_withdraws_nothing_unfinished: WithdrawsNothing by "crash::withdrawal_of_the_unfinished";
    a_withdrawal_that_writes_for_nothing: WithdrawsWhereNothingStood by "promise::withdrawal_of_nothing_succeeds_without_writes";
    an_observation_that_writes: ObserveWrites by "manners::observe_and_probe_only_read";
    a_text_that_is_not_sent: SendsNoText by "readers::meet_what_was_approved";
    an_observation_that_does_not_look: SaysAlwaysLive by "readers::a_change_behind_our_back_is_seen";
    a_correction_that_corrects_nothing: CorrectsNothing by "readers::meet_the_correction_and_not_the_mistake";
    an_observation_that_sees_the_dead: SeesTheDead by "promise::observe_sees_live_then_gone";
}

/// Where no lookup is possible, acting again is a guess, and the kit reports it.
#[tokio::test]
async fn a_guess_where_nobody_can_look() {
    let ended = run(&wrong(How::StepForOnce, Dedupe::None), "idempotency::").await;
    let failed: Vec<&str> = ended
        .iter()
        .filter(|(_, r)| r.is_err())
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        failed,
        [
            "idempotency::a_lost_answer_is_one_copy",
            "idempotency::a_lost_call_is_one_copy",
            "idempotency::a_doubt_has_evidence_and_both_answers_end_it",
        ]
    );
}
