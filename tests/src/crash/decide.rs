//! The person who answers doubts truthfully, after looking at the remote.

use yigao_core::State;
use yigao_engine::Hub;
use yigao_store::Decision;

use crate::{
    scene::{PLACES, Scene, Stage, me, token},
    witness::{Copy, Witness},
    work::{needs_a_person, newest},
};

/// The account's submit of an article that has no link to the original: it bears no mark, so nothing can be looked for.
const UNMARKED: &str = "submit_unmarked";

/// Answers every doubt by what the remote holds. How many there were: where nothing can be looked for, and elsewhere.
pub(crate) async fn doubts(
    hub: &Hub,
    scene: &Scene,
    witness: &Witness,
) -> anyhow::Result<(u64, Vec<String>)> {
    let (mut rightly, mut wrongly) = (0, Vec::new());
    for place in PLACES {
        for number in 0..scene.items.min(place.most) {
            let Some(delivery) = newest(hub, number, place.id).await? else {
                continue;
            };
            if !needs_a_person(&delivery) {
                continue;
            }
            let doubt = delivery.doubt.as_ref().map(|doubt| doubt.op.as_str());
            let can_be_told = place.proof && doubt != Some(UNMARKED);
            match (delivery.state, can_be_told) {
                (State::InDoubt, true) => {
                    let about = (&delivery.item, place.id, &delivery.doubt);
                    wrongly.push(format!("{about:?}"));
                }
                _ => rightly += 1,
            }
            let token = token(number, scene.stage.version());
            let held = witness.held(number, place.id).copies;
            let done = match scene.stage {
                Stage::Withdraw => held.is_empty().then(|| Copy {
                    id: "gone".into(),
                    url: None,
                    text: String::new(),
                }),
                _ => held.into_iter().find(|copy| copy.text.contains(&token)),
            };
            let decision = match done {
                Some(copy) => Decision::Happened {
                    id: copy.id,
                    url: copy.url,
                },
                None => Decision::DidNot,
            };
            hub.decide(&delivery.id, decision, &me(), "looked at it")
                .await?;
        }
    }
    Ok((rightly, wrongly))
}
