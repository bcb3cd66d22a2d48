//! What goes wrong at the remote, and what the fault table makes of it.

use std::time::Duration;

use yigao_core::{ErrorKind, Intent, Retry, State, time::later};

use super::{Ended, done, ensure, promise};
use crate::{
    fault::{Bad, Faults},
    sample,
    story::{End, Story},
    subject::Subject,
};

/// A publication whose first call over HTTP meets `bad`, run once. `None`: the adapter makes no such call.
async fn first_call(
    subject: &Subject,
    bad: Bad,
) -> Result<Option<(Story, yigao_core::DeliveryId)>, String> {
    let story = Story::new(subject);
    let id = story.plan(Intent::Publish, &sample::news())?;
    story.world.facts().faults = Faults::at_write(1, bad);
    for _ in 0..8 {
        if story.world.facts().faults.fired > 0 {
            return Ok(Some((story, id)));
        }
        let delivery = story.delivery(&id);
        let Some(due) = delivery.due_at.filter(|_| !delivery.state.is_final()) else {
            break;
        };
        story.world.advance(due).await;
        story.run(&id).await?;
    }
    let fired = story.world.facts().faults.fired > 0;
    // Only a destination without HTTP may pass here, and then without a single call.
    let calls = story.world.facts().spent.len();
    ensure(fired || calls == 0, || {
        format!("{bad:?} struck no writing call, yet {calls} operations were called")
    })?;
    Ok(fired.then_some((story, id)))
}

pub(super) async fn too_many_requests_defer_without_an_attempt(subject: &Subject) -> Ended {
    let Some((story, id)) = first_call(subject, Bad::TooMany).await? else {
        return Ok("no calls over HTTP".to_owned());
    };
    let delivery = story.delivery(&id);
    ensure(delivery.attempts == 0, || {
        format!("a deferral spent {} attempts", delivery.attempts)
    })?;
    let until = later(story.world.now(), Duration::from_secs(7));
    ensure(
        (delivery.state, delivery.due_at) == (State::Waiting, Some(until)),
        || {
            format!(
                "Retry-After: 7 was not respected: {} until {:?}",
                delivery.state.name(),
                delivery.due_at
            )
        },
    )?;
    let end = story.drive(&id).await?;
    promise::delivered(&story, &end, 1).await?;
    done()
}

pub(super) async fn a_gateway_error_backs_off(subject: &Subject) -> Ended {
    backs_off(subject, Bad::BadGateway).await
}

pub(super) async fn a_refused_connection_backs_off(subject: &Subject) -> Ended {
    backs_off(subject, Bad::Refused).await
}

async fn backs_off(subject: &Subject, bad: Bad) -> Ended {
    let Some((story, id)) = first_call(subject, bad).await? else {
        return Ok("no calls over HTTP".to_owned());
    };
    let delivery = story.delivery(&id);
    if delivery.state == State::InDoubt && bad == Bad::BadGateway {
        return Ok("in doubt, as its operation declares".to_owned());
    }
    ensure(delivery.attempts == 1, || {
        format!("{} attempts were counted", delivery.attempts)
    })?;
    let later_on = delivery.due_at.is_some_and(|due| due > story.world.now());
    ensure(delivery.state == State::Waiting && later_on, || {
        format!(
            "it is {} until {:?}",
            delivery.state.name(),
            delivery.due_at
        )
    })?;
    let end = story.drive(&id).await?;
    promise::delivered(&story, &end, 1).await?;
    done()
}

pub(super) async fn a_dead_token_is_renewed_once(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    promise::published(&story).await?;
    if !story.world.remote.kill_token().await {
        return Ok("no token is fetched here".to_owned());
    }
    let (id, end) = story.go(Intent::Correct, &sample::news_corrected()).await?;
    promise::delivered(&story, &end, 1).await?;
    let attempts = story.delivery(&id).attempts;
    ensure(attempts == 0, || {
        format!("a dead token cost {attempts} attempts")
    })?;
    done()
}

pub(super) async fn a_wrong_secret_fails_for_good_and_names_its_place(subject: &Subject) -> Ended {
    let Some(place) = subject.secret_place else {
        return Ok("no secret".to_owned());
    };
    let story = Story::new(subject);
    story.world.facts().faults = Faults::always(Bad::Unauthorized);
    let (_, end) = story.go(Intent::Publish, &sample::news()).await?;
    let End::Failed(Some(error)) = &end else {
        return Err(format!("with every call refused it is {end}"));
    };
    ensure(
        (error.kind(), error.retry()) == (ErrorKind::Unauthorized, Retry::Never),
        || format!("{error} is {:?}, {:?}", error.kind(), error.retry()),
    )?;
    let advice = error
        .advice()
        .map(|a| format!("{} {}", a.zh, a.en))
        .unwrap_or_default();
    let named = format!("{error} {advice}").contains(place);
    ensure(named, || {
        format!("{error} ({advice}) does not name {place}")
    })?;
    let copies = story.world.copies().await.len();
    ensure(copies == 0, || format!("refused, and {copies} copies"))?;
    done()
}

/// 200 with a page that is no answer: whatever it was, it was not a success.
pub(super) async fn garbage_is_no_success(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    story.world.facts().faults = Faults::always(Bad::Garbage);
    let id = story.plan(Intent::Publish, &sample::news())?;
    story.run(&id).await?;
    let fired = story.world.facts().faults.fired;
    let state = story.delivery(&id).state;
    ensure(fired == 0 || state != State::Delivered, || {
        "a page of a gateway was taken for an answer".to_owned()
    })?;
    Ok(format!("struck={fired}"))
}

/// Every answer comes too late: the act is cut at its end, and nothing is sent after it.
pub(super) async fn slow_answers_are_cut(subject: &Subject) -> Ended {
    let Some((story, id)) = first_call(subject, Bad::Late).await? else {
        return Ok("no calls over HTTP".to_owned());
    };
    let fault = story.delivery(&id).fault;
    if let Some(error) = fault {
        ensure(error.kind() == ErrorKind::Timeout, || {
            format!("a time-out became {error}")
        })?;
    }
    let end = story.drive(&id).await?;
    let copies = story.world.copies().await.len();
    ensure(copies <= 1, || format!("{end}, {copies} copies"))?;
    done()
}
