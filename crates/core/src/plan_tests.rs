use super::*;
use crate::{
    Digest, DueFor, ItemId, Timestamp,
    id::DestinationId,
    outcome::{Asks, By, Ticket},
};

fn before(id: &str, intent: Intent, state: State) -> Before {
    let at = Timestamp::from_second(0).unwrap();
    let receipt = (state == State::Delivered).then(|| Receipt {
        id: format!("r-{id}"),
        url: None,
        at,
        by: By::Remote,
        parts: vec![],
        note: serde_json::Value::Null,
    });
    let delivery = Delivery {
        id: DeliveryId::parse(id).unwrap(),
        item: ItemId::parse("i").unwrap(),
        version: 1,
        destination: DestinationId::parse("d").unwrap(),
        identity: "here".into(),
        intent,
        state,
        due_at: None,
        due_for: DueFor::Deliver,
        why: None,
        fence: 0,
        worker: None,
        starts: 0,
        attempts: 0,
        round: 0,
        observed: 0,
        rendition: Digest::of_bytes(b""),
        not_before: None,
        prior: Prior::default(),
        ticket: None,
        receipt,
        fault: None,
        doubt: None,
        observation: None,
        superseded_by: None,
        created_at: at,
        updated_at: at,
        actor: "user:t".into(),
    };
    Before {
        delivery,
        wrote: state != State::Waiting,
        unsure: false,
    }
}

fn id(text: &str) -> DeliveryId {
    DeliveryId::parse(text).unwrap()
}

#[test]
fn a_second_publish_is_refused_while_one_is_live_or_out() {
    let live = [before("d-1", Intent::Publish, State::Accepted)];
    assert_eq!(
        plan(Intent::Publish, &live),
        Err(NotPlanned::UnderWay(id("d-1")))
    );
    let out = [before("d-1", Intent::Publish, State::Delivered)];
    assert_eq!(
        plan(Intent::Publish, &out),
        Err(NotPlanned::OutAlready(id("d-1")))
    );
    let mut failed = [before("d-1", Intent::Publish, State::Failed)];
    failed[0].wrote = false;
    assert_eq!(
        plan(Intent::Publish, &failed).map(|p| p.prior.remote_state),
        Ok(RemoteState::Nothing)
    );
}

#[test]
fn what_a_failed_delivery_had_done_is_not_nothing() {
    let failed = [before("d-1", Intent::Publish, State::Failed)];
    for intent in [Intent::Publish, Intent::Correct, Intent::Withdraw] {
        let prior = plan(intent, &failed).unwrap().prior;
        assert_eq!(
            (prior.key.as_str(), prior.remote_state),
            ("d-1", RemoteState::Unsure),
            "{intent:?}"
        );
    }
    let half_replaced = [
        before("d-1", Intent::Publish, State::Delivered),
        before("d-2", Intent::Correct, State::Failed),
    ];
    let prior = plan(Intent::Withdraw, &half_replaced).unwrap().prior;
    assert_eq!(
        (prior.remote_state, prior.replaced.map(|r| r.id)),
        (RemoteState::Unsure, Some("r-d-1".into()))
    );
}

#[test]
fn a_ticket_is_passed_on_also_while_it_is_polled_or_in_doubt() {
    let ticket = Ticket {
        id: "t".into(),
        asks: Asks::Remote,
        note: serde_json::Value::Null,
    };
    for state in [State::Working, State::Waiting, State::InDoubt] {
        let mut row = before("d-1", Intent::Publish, state);
        row.delivery.ticket = Some(ticket.clone());
        assert_eq!(
            plan(Intent::Withdraw, &[row]).unwrap().prior.remote_state,
            RemoteState::Accepted(ticket.clone()),
            "{state:?}"
        );
    }
}

#[test]
fn a_withdrawal_supersedes_whatever_is_live_and_knows_what_stands_beneath() {
    let mut correct = before("d-2", Intent::Correct, State::InDoubt);
    correct.unsure = true;
    let rows = [before("d-1", Intent::Publish, State::Delivered), correct];
    let planned = plan(Intent::Withdraw, &rows).unwrap();
    assert_eq!(planned.supersedes, [id("d-2")]);
    assert_eq!(
        (planned.prior.key.as_str(), &planned.prior.remote_state),
        ("d-2", &RemoteState::Unsure)
    );
    assert_eq!(planned.prior.replaced.map(|r| r.id), Some("r-d-1".into()));
}

#[test]
fn a_withdrawal_of_something_accepted_is_given_the_ticket() {
    let mut row = before("d-1", Intent::Publish, State::Accepted);
    let ticket = Ticket {
        id: "t".into(),
        asks: Asks::Remote,
        note: serde_json::Value::Null,
    };
    row.delivery.ticket = Some(ticket.clone());
    assert_eq!(
        plan(Intent::Withdraw, &[row]).unwrap().prior.remote_state,
        RemoteState::Accepted(ticket)
    );
}

#[test]
fn a_correction_replaces_what_was_never_sent_and_queues_behind_what_was() {
    let waiting = [before("d-1", Intent::Publish, State::Waiting)];
    let planned = plan(Intent::Correct, &waiting).unwrap();
    assert_eq!(
        (
            planned.supersedes,
            planned.after,
            planned.prior.remote_state
        ),
        (vec![id("d-1")], None, RemoteState::Nothing)
    );
    let in_doubt = [before("d-1", Intent::Publish, State::InDoubt)];
    let planned = plan(Intent::Correct, &in_doubt).unwrap();
    assert_eq!(
        (planned.supersedes, planned.after),
        (vec![], Some(id("d-1")))
    );
}

#[test]
fn after_a_withdrawal_nothing_stands_and_nothing_beneath_is_dug_up() {
    let rows = [
        before("d-1", Intent::Publish, State::Delivered),
        before("d-2", Intent::Withdraw, State::Delivered),
    ];
    let planned = plan(Intent::Publish, &rows).unwrap();
    assert_eq!(
        (planned.prior.remote_state, planned.prior.replaced),
        (RemoteState::Nothing, None)
    );
    assert_eq!(plan(Intent::Withdraw, &[]), Err(NotPlanned::NothingThere));
}

#[test]
fn what_would_be_next_is_what_a_plan_would_take() {
    let case = |intent, state, wrote, fence| {
        let mut one = before("a", intent, state);
        one.wrote = wrote;
        one.delivery.fence = fence;
        next_intent(&[one])
    };
    assert_eq!(next_intent(&[]), Intent::Publish);
    // Refused before anything was written: nothing is public, and a publication is planned.
    let refused = case(Intent::Publish, State::Failed, false, 1);
    assert_eq!(refused, Intent::Publish);
    assert_eq!(
        case(Intent::Publish, State::Failed, true, 1),
        Intent::Correct
    );
    assert_eq!(
        case(Intent::Publish, State::Delivered, true, 1),
        Intent::Correct
    );
    assert_eq!(
        case(Intent::Withdraw, State::Delivered, true, 1),
        Intent::Publish
    );
    // A worker is in it.
    assert_eq!(
        case(Intent::Publish, State::Working, false, 1),
        Intent::Correct
    );
    assert_eq!(
        case(Intent::Publish, State::Waiting, false, 0),
        Intent::Publish
    );
}

#[test]
fn what_is_under_way_will_stand_unless_it_withdraws() {
    let will = |all: &[(Intent, State)]| {
        let all: Vec<Before> = all
            .iter()
            .zip(["a", "b"])
            .map(|((intent, state), id)| before(id, *intent, *state))
            .collect();
        will_stand(&all)
    };
    assert!(!will(&[]));
    assert!(will(&[(Intent::Publish, State::Waiting)]));
    assert!(will(&[(Intent::Publish, State::Delivered)]));
    assert!(!will(&[(Intent::Publish, State::Failed)]));
    assert!(!will(&[(Intent::Publish, State::InDoubt)]));
    let out = (Intent::Publish, State::Delivered);
    assert!(!will(&[out, (Intent::Withdraw, State::Waiting)]));
    assert!(!will(&[out, (Intent::Withdraw, State::Delivered)]));
    assert!(!will(&[out, (Intent::Withdraw, State::InDoubt)]));
    assert!(will(&[
        (Intent::Withdraw, State::Delivered),
        (Intent::Publish, State::Working)
    ]));
}
