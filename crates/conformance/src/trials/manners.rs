//! Manners: what an adapter does not disclose, and what it does only where it may.

use std::collections::BTreeSet;

use yigao_channel::{Access, Cx, Interrupt, Naming};
use yigao_core::{DueFor, Intent, Prior};

use super::{Ended, done, ensure, promise};
use crate::{
    fault::{Bad, Faults},
    host::MemoryHost,
    sample,
    story::{Story, is_mistake},
    subject::Subject,
};

/// Everything of the story that people or records may show.
fn shown(story: &Story) -> Vec<String> {
    let facts = story.world.facts();
    let mut out = vec![
        format!("{:?}", story.channel),
        format!("{:?}", story.channel.profile()),
    ];
    out.extend(
        facts
            .exchanges
            .iter()
            .map(|e| format!("{}\n{}", e.request, e.answer)),
    );
    out.extend(facts.deliveries.iter().map(|d| format!("{d:?}")));
    out.extend(facts.rows.iter().map(|r| format!("{r:?}")));
    out.extend(story.renditions().iter().map(|r| format!("{r:?}")));
    out
}

pub(super) async fn no_secret_is_seen(subject: &Subject) -> Ended {
    let plans = [
        Faults::none(),
        Faults::at_write(1, Bad::Unauthorized),
        Faults::always(Bad::Unauthorized),
        Faults::always(Bad::Garbage),
        Faults::always(Bad::BadGateway),
        Faults::always(Bad::LostAnswer),
        Faults::always(Bad::Refused),
    ];
    for faults in plans {
        let story = Story::new(subject);
        story.world.facts().faults = faults.clone();
        drop(story.go(Intent::Publish, &sample::news()).await?);
        for text in shown(&story) {
            let seen = subject
                .secrets
                .iter()
                .find(|secret| text.contains(**secret));
            ensure(seen.is_none(), || {
                let part: String = text.chars().take(300).collect();
                format!("a secret is seen in {part}")
            })?;
        }
    }
    Ok(format!("secrets={}", subject.secrets.len()))
}

/// Publish, correct and withdraw, with nothing going wrong; returns what `Cx` refused all the same.
async fn plain_life(subject: &Subject) -> Result<(Story, Vec<String>), String> {
    let story = Story::new(subject);
    for (intent, version) in [
        (Intent::Publish, sample::news()),
        (Intent::Correct, sample::news_corrected()),
        (Intent::Withdraw, sample::news_corrected()),
    ] {
        let id = story.plan(intent, &version)?;
        drop(story.drive(&id).await?);
    }
    let mistakes = story.world.facts().mistakes.clone();
    Ok((story, mistakes))
}

pub(super) async fn every_write_has_its_intent(subject: &Subject) -> Ended {
    let (story, mistakes) = plain_life(subject).await?;
    ensure(mistakes.is_empty(), || mistakes.join("; "))?;
    Ok(format!("writes={}", promise::writes(&story)))
}

/// What `Cx` refuses, the adapter has tried.
pub(super) async fn one_write_an_act(subject: &Subject) -> Ended {
    let (_, mistakes) = plain_life(subject).await?;
    let second = mistakes
        .iter()
        .find(|message| message.contains("a second write"));
    ensure(second.is_none(), || format!("{second:?}"))?;
    done()
}

pub(super) async fn observe_and_probe_only_read(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let id = promise::published(&story).await?;
    let before = promise::writes(&story);
    let seen = story.observe(&id).await?;
    let mistake = seen
        .drift
        .iter()
        .find(|w| w.en.contains("mistake of the adapter"));
    ensure(mistake.is_none(), || format!("observe: {mistake:?}"))?;
    let (profile, prior) = (story.channel.profile(), Prior::default());
    let host = MemoryHost {
        world: &story.world,
        profile,
        delivery: story.delivery(&id),
        // A probe has no delivery: it finds no journal.
        purpose: DueFor::Cleanup,
    };
    let naming = Naming {
        key: "probe".into(),
        marker: "probe".into(),
        spent: false,
    };
    let cx = Cx::new(&host, profile, &prior, naming);
    match story.channel.probe(&cx).await {
        Ok(_) => {}
        // A destination that cannot be probed without an allowance or at all may report so.
        Err(Interrupt::Fault(error)) if !is_mistake(&error) => {}
        Err(stop) => return Err(format!("probe: {stop:?}")),
    }
    let after = promise::writes(&story);
    let probes = story
        .channel
        .profile()
        .ops
        .iter()
        .any(|op| op.name == "probe" && op.access == Access::Write);
    ensure(after == before || probes, || {
        format!("{} writes while only looking", after - before)
    })?;
    done()
}

pub(super) async fn operations_have_names_of_their_own(subject: &Subject) -> Ended {
    let (story, _) = plain_life(subject).await?;
    let names: Vec<&str> = story
        .channel
        .profile()
        .ops
        .iter()
        .map(|op| op.name)
        .collect();
    let different: BTreeSet<&str> = names.iter().copied().collect();
    ensure(names.len() == different.len(), || {
        format!("a name occurs twice in {names:?}")
    })?;
    let facts = story.world.facts();
    let stranger = facts.exchanges.iter().find(|e| !different.contains(e.op));
    ensure(stranger.is_none(), || {
        format!("{:?} is not in the profile", stranger.map(|e| e.op))
    })?;
    Ok(format!("operations={}", names.len()))
}
