//! What every adapter promises.

use yigao_channel::Access;
use yigao_core::{
    Intent, RemoteState, Seen, State, WaitReason,
    journal::{EntryState, Verb},
    time::later,
};

use super::{Ended, done, ensure};
use crate::{
    fault::{Bad, Faults},
    sample,
    story::{End, Story},
    subject::Subject,
};

/// Publishes the news item and expects it delivered as one copy.
pub(super) async fn published(story: &Story) -> Result<yigao_core::DeliveryId, String> {
    let (id, end) = story.go(Intent::Publish, &sample::news()).await?;
    delivered(story, &end, 1).await?;
    Ok(id)
}

/// Expects a delivery that ended well, and so many copies.
pub(super) async fn delivered(story: &Story, end: &End, copies: usize) -> Result<(), String> {
    ensure(matches!(end, End::Delivered(_)), || {
        format!("expected delivered, it is {end}")
    })?;
    let seen = story.world.copies().await;
    ensure(seen.len() == copies, || {
        format!(
            "{end}, and readers see {} copies, not {copies}: {seen:?}",
            seen.len()
        )
    })
}

pub(super) fn writes(story: &Story) -> usize {
    let facts = story.world.facts();
    let calls = facts
        .exchanges
        .iter()
        .filter(|e| e.access == Access::Write)
        .count();
    calls + facts.mails.len()
}

pub(super) async fn publish_gives_a_receipt_and_one_copy(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let id = published(&story).await?;
    let receipt = story.delivery(&id).receipt.ok_or("no receipt")?;
    ensure(!receipt.id.is_empty(), || {
        "the receipt names nothing".to_owned()
    })?;
    done()
}

/// As if the process had died in the very last commit: what is public is found, not done again.
pub(super) async fn published_twice_under_one_key_is_one_copy(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let id = published(&story).await?;
    let mut never = false;
    {
        let mut facts = story.world.facts();
        let last = facts
            .rows
            .iter()
            .rposition(|row| row.entry.verb == Verb::Once);
        let now = facts.now;
        if let Some(index) = last {
            // What came after it was never written.
            facts.rows.truncate(index + 1);
            if let Some(row) = facts.rows.last_mut() {
                row.entry.state = EntryState::Open;
                let op = story.channel.profile().op(&row.entry.op);
                never = op.is_some_and(|op| op.lookup_after.is_empty());
            }
        }
        let delivery = facts.delivery_mut(&id).ok_or("no delivery")?;
        delivery.state = State::Waiting;
        delivery.due_at = Some(now);
        delivery.due_for = yigao_core::DueFor::Deliver;
        delivery.receipt = None;
    }
    let end = story.drive(&id).await?;
    if never || matches!(&end, End::Doubt(doubt) if subject.cannot.contains(&doubt.op.as_str())) {
        ensure(matches!(end, End::Doubt(_)), || {
            format!("no lookup is possible, yet it is {end}")
        })?;
        let copies = story.world.copies().await.len();
        ensure(copies == 1, || format!("{copies} copies in doubt"))?;
        return done();
    }
    delivered(&story, &end, 1).await?;
    done()
}

pub(super) async fn every_sample_goes_out(subject: &Subject) -> Ended {
    let mut sent = Vec::new();
    for version in sample::versions() {
        let story = Story::new(subject);
        let (_, end) = story
            .go(Intent::Publish, &version)
            .await
            .map_err(|e| format!("{}: {e}", version.item))?;
        delivered(&story, &end, 1)
            .await
            .map_err(|e| format!("{}: {e}", version.item))?;
        sent.push(version.item.to_string());
    }
    Ok(format!("samples={}", sent.len()))
}

pub(super) async fn correct_replaces(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    published(&story).await?;
    let (id, end) = story.go(Intent::Correct, &sample::news_corrected()).await?;
    delivered(&story, &end, 1).await?;
    let seen = story.observe(&id).await?;
    ensure(
        matches!(seen.remote_state, Seen::Live | Seen::CannotSee),
        || {
            format!(
                "after the correction readers see {:?}: {:?}",
                seen.remote_state, seen.drift
            )
        },
    )?;
    done()
}

pub(super) async fn correct_of_nothing_publishes(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    // A publication that was never sent is superseded by the correction, which runs as one.
    story.plan(Intent::Publish, &sample::news())?;
    let (id, end) = story.go(Intent::Correct, &sample::news_corrected()).await?;
    let remote_state = story.delivery(&id).prior.remote_state;
    ensure(remote_state == RemoteState::Nothing, || {
        format!("the kit's own mistake: {remote_state:?}")
    })?;
    delivered(&story, &end, 1).await?;
    done()
}

pub(super) async fn withdrawal_removes(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    published(&story).await?;
    let (_, end) = story.go(Intent::Withdraw, &sample::news()).await?;
    delivered(&story, &end, 0).await?;
    let leftovers = story.world.remote.leftovers(&story.world.place()).await;
    ensure(leftovers == 0, || {
        format!("{leftovers} pieces of ours lie about there")
    })?;
    done()
}

pub(super) async fn withdrawing_twice_is_fine(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    published(&story).await?;
    let (id, end) = story.go(Intent::Withdraw, &sample::news()).await?;
    delivered(&story, &end, 0).await?;
    // The same withdrawal again, as a new round does when something was seen to be public.
    {
        let mut facts = story.world.facts();
        let now = facts.now;
        let delivery = facts.delivery_mut(&id).ok_or("no delivery")?;
        delivery.round += 1;
        delivery.state = State::Waiting;
        delivery.due_for = yigao_core::DueFor::Deliver;
        delivery.due_at = Some(now);
    }
    let end = story.drive(&id).await?;
    delivered(&story, &end, 0).await?;
    done()
}

pub(super) async fn withdrawal_of_nothing_succeeds_without_writes(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    story.plan(Intent::Publish, &sample::news())?;
    let (_, end) = story.go(Intent::Withdraw, &sample::news()).await?;
    delivered(&story, &end, 0).await?;
    let writes = writes(&story);
    ensure(writes == 0, || {
        format!("nothing was public there, and it wrote {writes} times")
    })?;
    done()
}

pub(super) async fn observe_sees_live_then_gone(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let id = published(&story).await?;
    let seen = story.observe(&id).await?;
    ensure(
        matches!(seen.remote_state, Seen::Live | Seen::CannotSee),
        || {
            format!(
                "what was published is seen as {:?}: {:?}",
                seen.remote_state, seen.drift
            )
        },
    )?;
    if !seen.leaves.is_empty() {
        let approved = story.render(Intent::Publish, &sample::news())?.leaves;
        let lost: Vec<_> = approved
            .iter()
            .filter(|leaf| !seen.leaves.contains(leaf))
            .collect();
        let strange: Vec<_> = seen
            .leaves
            .iter()
            .filter(|leaf| !approved.contains(leaf))
            .collect();
        ensure(lost.is_empty() && strange.is_empty(), || {
            format!("read back otherwise than approved: lost {lost:?}, strange {strange:?}")
        })?;
    }
    let (withdraw, end) = story.go(Intent::Withdraw, &sample::news()).await?;
    delivered(&story, &end, 0).await?;
    let after = story.observe(&withdraw).await?;
    let blind = seen.remote_state == Seen::CannotSee;
    ensure(
        blind || matches!(after.remote_state, Seen::Gone | Seen::CannotSee),
        || {
            format!(
                "after the withdrawal it is seen as {:?}",
                after.remote_state
            )
        },
    )?;
    done()
}

/// Whatever waits for somebody ends when somebody answers; with nobody there it stays accepted, and nothing is sent again.
pub(super) async fn waits_end_by_answer(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    published(&story).await?;
    let waits = story
        .world
        .facts()
        .rows
        .iter()
        .filter(|row| row.entry.verb == Verb::Wait)
        .count();
    let open = |row: &&crate::world::Row| row.entry.state == EntryState::Open;
    let left = story.world.facts().rows.iter().filter(open).count();
    ensure(left == 0, || {
        format!("{left} entries are open after the end")
    })?;
    Ok(format!("waits={waits}"))
}

/// The content was refused after something had been done: a new delivery of the same item is not public beside the old.
pub(super) async fn again_after_a_failure_is_one_copy(subject: &Subject) -> Ended {
    let calls = {
        let story = Story::new(subject);
        published(&story).await?;
        writes(&story)
    };
    let mut tried = 0;
    for write in 1..=u32::try_from(calls).unwrap_or(u32::MAX) {
        let story = Story::new(subject);
        story.world.facts().faults = Faults::at_write(write, Bad::Unauthorized);
        let (_, end) = story.go(Intent::Publish, &sample::news()).await?;
        if !matches!(end, End::Failed(_)) {
            continue;
        }
        tried += 1;
        let (_, end) = story.go(Intent::Publish, &sample::news()).await?;
        delivered(&story, &end, 1)
            .await
            .map_err(|e| format!("refused at write {write}: {e}"))?;
        let (_, end) = story.go(Intent::Withdraw, &sample::news()).await?;
        delivered(&story, &end, 0)
            .await
            .map_err(|e| format!("refused at write {write}, killed: {e}"))?;
    }
    Ok(format!("failed_and_tried_again={tried}"))
}

pub(super) async fn embargo_holds_every_write(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let id = story.plan(Intent::Publish, &sample::news())?;
    let until = later(story.world.now(), std::time::Duration::from_secs(7_200));
    if let Some(delivery) = story.world.facts().delivery_mut(&id) {
        delivery.not_before = Some(until);
    }
    story.run(&id).await?;
    let held = story.delivery(&id);
    ensure(
        (held.state, held.due_at) == (State::Waiting, Some(until)),
        || {
            format!(
                "under embargo it is {} until {:?}",
                held.state.name(),
                held.due_at
            )
        },
    )?;
    ensure(held.why == Some(WaitReason::Embargo), || {
        format!("it waits for {:?}", held.why)
    })?;
    let early = writes(&story);
    ensure(early == 0, || format!("{early} writes under embargo"))?;
    let end = story.drive(&id).await?;
    delivered(&story, &end, 1).await?;
    done()
}

pub(super) async fn superseded_stops_at_the_gate(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let id = story.plan(Intent::Publish, &sample::news())?;
    if let Some(delivery) = story.world.facts().delivery_mut(&id) {
        delivery.superseded_by = yigao_core::DeliveryId::parse("d-9999").ok();
    }
    story.run(&id).await?;
    let sent = writes(&story);
    ensure(sent == 0, || format!("superseded, it wrote {sent} times"))?;
    done()
}

pub(super) async fn unapproved_sends_nothing(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let id = story.plan(Intent::Publish, &sample::news())?;
    story.world.facts().approved.clear();
    shut(&story, &id, &WaitReason::Approval).await
}

pub(super) async fn paused_sends_nothing(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let id = story.plan(Intent::Publish, &sample::news())?;
    story.world.facts().paused = Some("user:op".into());
    let why = WaitReason::Paused {
        by: "user:op".into(),
    };
    shut(&story, &id, &why).await
}

async fn shut(story: &Story, id: &yigao_core::DeliveryId, why: &WaitReason) -> Ended {
    story.run(id).await?;
    let delivery = story.delivery(id);
    ensure(delivery.why.as_ref() == Some(why), || {
        format!(
            "{} because of {:?}, expected {why:?}",
            delivery.state.name(),
            delivery.why
        )
    })?;
    let sent = writes(story);
    ensure(sent == 0, || format!("{sent} writes through a shut gate"))?;
    let acts = |row: &crate::world::Row| row.entry.verb != Verb::Slot;
    ensure(!story.world.facts().rows.iter().any(acts), || {
        "an intent was committed".to_owned()
    })?;
    done()
}
