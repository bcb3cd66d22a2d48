//! Answers that are lost. What may happen twice without readers noticing happens again;
//! what readers would see is looked up, or a person is asked about it.

use yigao_channel::{Access, RepeatSafety};
use yigao_core::Intent;

use super::{Ended, ensure, promise};
use crate::{
    fault::{Bad, Faults},
    people::Decision,
    sample,
    story::{End, Story},
    subject::Subject,
};

/// The operations of a publication's writing calls, in their order.
async fn writing_calls(subject: &Subject) -> Result<Vec<&'static str>, String> {
    let story = Story::new(subject);
    promise::published(&story).await?;
    let facts = story.world.facts();
    let calls = facts
        .exchanges
        .iter()
        .filter(|e| e.access == Access::Write)
        .map(|e| e.op);
    Ok(calls.chain(facts.mails.iter().map(|m| m.op)).collect())
}

fn never(story: &Story, op: &str) -> bool {
    story
        .channel
        .profile()
        .op(op)
        .is_some_and(|op| op.repeat_safety == RepeatSafety::Never)
}

async fn lose(subject: &Subject, bad: Bad) -> Ended {
    let calls = writing_calls(subject).await?;
    let (mut delivered, mut doubts, mut fired) = (0, 0, 0);
    for (op, write) in calls.iter().zip(1..) {
        let story = Story::new(subject);
        story.world.facts().faults = Faults::at_write(write, bad);
        let (_, end) = story.go(Intent::Publish, &sample::news()).await?;
        fired += story.world.facts().faults.fired;
        let copies = story.world.copies().await.len();
        ensure(copies <= 1, || {
            format!("{bad:?} at {op} (write {write}): {copies} copies")
        })?;
        match &end {
            End::Delivered(_) => {
                let wrong = story.world.facts().faults.fired > 0 && never(&story, op);
                ensure(!wrong, || {
                    format!("{op} can never be done again, yet after {bad:?} it is {end}: a guess")
                })?;
                ensure(copies == 1, || {
                    format!("{bad:?} at {op}: {end}, and no copy")
                })?;
                delivered += 1;
            }
            End::Doubt(doubt) => {
                let may = never(&story, &doubt.op) || subject.cannot.contains(&doubt.op.as_str());
                ensure(may, || {
                    format!("{bad:?} at {op}: {end}, though it can be looked up or repeated")
                })?;
                doubts += 1;
            }
            other => return Err(format!("{bad:?} at {op} (write {write}): {other}")),
        }
    }
    ensure(fired > 0, || {
        "no answer could be lost: nothing was proved".to_owned()
    })?;
    Ok(format!(
        "lost={fired} delivered={delivered} doubts={doubts}"
    ))
}

pub(super) async fn a_lost_answer_is_one_copy(subject: &Subject) -> Ended {
    lose(subject, Bad::LostAnswer).await
}

pub(super) async fn a_lost_call_is_one_copy(subject: &Subject) -> Ended {
    lose(subject, Bad::LostCall).await
}

/// An operation that can never be done again ends in doubt, with evidence; after "it happened" and after "it did not" it continues.
pub(super) async fn a_doubt_has_evidence_and_both_answers_end_it(subject: &Subject) -> Ended {
    let calls = writing_calls(subject).await?;
    let mut decided = 0;
    for (op, write) in calls.iter().zip(1..) {
        for (bad, happened) in [(Bad::LostAnswer, true), (Bad::LostCall, false)] {
            let story = Story::new(subject);
            if !never(&story, op) {
                continue;
            }
            story.world.facts().faults = Faults::at_write(write, bad);
            let (id, end) = story.go(Intent::Publish, &sample::news()).await?;
            let End::Doubt(doubt) = &end else {
                return Err(format!(
                    "{op} can never be done again, yet after {bad:?} it is {end}"
                ));
            };
            ensure(!doubt.evidence.is_empty(), || {
                format!("the doubt about {op} has no evidence")
            })?;
            let truth = story.truth().await;
            ensure(
                matches!(truth, Decision::Happened { .. }) == happened,
                || format!("after {bad:?} at {op} a person sees {truth:?}"),
            )?;
            story.decide(&id, &truth)?;
            let end = story.drive(&id).await?;
            promise::delivered(&story, &end, 1)
                .await
                .map_err(|e| format!("{bad:?} at {op}, decided {truth:?}: {e}"))?;
            decided += 1;
        }
    }
    Ok(format!("decided={decided}"))
}
