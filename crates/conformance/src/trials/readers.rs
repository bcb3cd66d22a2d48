//! What readers meet is what was approved, and no later change is taken for it.

use yigao_core::{Intent, Rendition, Seen, Version};

use super::{Ended, ensure};
use crate::{
    readers::{folded, must_read},
    remote::{Copy, Tampered},
    sample,
    story::{End, Story},
    subject::Subject,
};

/// Sends a version and returns the one copy there is.
async fn out(story: &Story, intent: Intent, version: &Version) -> Result<Copy, String> {
    let (_, end) = story.go(intent, version).await?;
    ensure(matches!(end, End::Delivered(_)), || {
        format!("expected delivered, it is {end}")
    })?;
    let mut copies = story.world.copies().await;
    let copy = copies.pop();
    ensure(copies.is_empty(), || format!("{} copies", copies.len() + 1))?;
    copy.ok_or_else(|| "no copy".to_owned())
}

fn reads(copy: &Copy, rendition: &Rendition) -> Ended {
    let page = folded(&copy.text);
    let wanted = must_read(rendition);
    ensure(!wanted.is_empty(), || {
        "the rendition has no leaf of text: nothing can be compared with what readers see; fill `leaves` in render".to_owned()
    })?;
    let lost: Vec<&String> = wanted
        .iter()
        .filter(|piece| !page.contains(*piece))
        .collect();
    ensure(lost.is_empty(), || {
        let shown: String = copy.text.chars().take(300).collect();
        format!(
            "readers do not meet {lost:?}; they see {shown:?}. What is sent must be made of the payload that was approved"
        )
    })?;
    Ok(format!("pieces={}", wanted.len()))
}

pub(super) async fn meet_what_was_approved(subject: &Subject) -> Ended {
    let mut counted = 0;
    for version in sample::versions() {
        let story = Story::new(subject);
        // What pre-flight stops is another trial's business.
        let Ok(rendition) = story.render(Intent::Publish, &version) else {
            continue;
        };
        let copy = out(&story, Intent::Publish, &version)
            .await
            .map_err(|e| format!("{}: {e}", version.item))?;
        reads(&copy, &rendition).map_err(|e| format!("{}: {e}", version.item))?;
        counted += must_read(&rendition).len();
    }
    ensure(counted > 0, || "no sample goes out".to_owned())?;
    Ok(format!("pieces={counted}"))
}

pub(super) async fn meet_the_correction_and_not_the_mistake(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let (old, new) = (sample::news(), sample::news_corrected());
    out(&story, Intent::Publish, &old).await?;
    let copy = out(&story, Intent::Correct, &new).await?;
    let corrected = story.render(Intent::Correct, &new)?;
    reads(&copy, &corrected)?;
    let (page, stays) = (folded(&copy.text), must_read(&corrected));
    let gone = must_read(&story.render(Intent::Publish, &old)?);
    let gone: Vec<&String> = gone
        .iter()
        .filter(|piece| !stays.iter().any(|new| new.contains(*piece)))
        .collect();
    ensure(!gone.is_empty(), || {
        "the kit's own mistake: the correction takes no text away".to_owned()
    })?;
    let left: Vec<&&String> = gone.iter().filter(|piece| page.contains(**piece)).collect();
    ensure(left.is_empty(), || {
        format!("after the correction readers still meet {left:?}")
    })?;
    Ok(format!("gone={}", gone.len()))
}

/// An adapter that answers "live" without having read it back is detected by a change that it cannot know of.
pub(super) async fn a_change_behind_our_back_is_seen(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let (id, end) = story.go(Intent::Publish, &sample::news()).await?;
    ensure(matches!(end, End::Delivered(_)), || {
        format!("expected delivered, it is {end}")
    })?;
    let before = story.observe(&id).await?;
    if before.remote_state == Seen::CannotSee {
        return Ok("it does not claim to see".to_owned());
    }
    match story.world.remote.tamper(&story.world.place()).await {
        Tampered::Impossible(why) => return Ok(format!("cannot be changed there: {why}")),
        Tampered::Done => {}
        Tampered::Folder(folder) => story.world.facts().folder = folder,
    }
    let approved = story.render(Intent::Publish, &sample::news())?.leaves;
    let after = story.observe(&id).await?;
    // The engine compares what was read back with what was approved; an adapter that read nothing has judged for itself.
    let differs = !after.leaves.is_empty()
        && (after.leaves.iter().any(|leaf| !approved.contains(leaf))
            || approved.iter().any(|leaf| !after.leaves.contains(leaf)));
    ensure(after.remote_state != Seen::Live || differs, || {
        format!(
            "somebody changed the copy, and it is still seen as live and as approved; before: {:?}, after: {:?}",
            before.remote_state, after.remote_state
        )
    })?;
    Ok(format!("seen={}", after.remote_state.name()))
}
