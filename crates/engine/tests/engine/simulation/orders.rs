//! What people do: order, sign, hold back, answer.

use serde_json::json;
use yigao_channel::Incoming;
use yigao_core::{
    Actor, Asks, Content, Delivery, DestinationId, Intent, ItemId, State, plan::NotPlanned,
};
use yigao_engine::{PublishError, Request};
use yigao_formats::Draft;
use yigao_store::{Decision, PlanError, StoreError};

use super::{
    remote::Kind,
    sim::{Red, Rules, Sim},
};

#[derive(Clone, Copy, Debug)]
enum Order {
    Publish,
    Unsigned,
    Approve,
    Write,
    Correct,
    Withdraw,
    Pause,
    Resume,
    Hold,
    Release,
    Cancel,
    Retry,
    Recover,
    Replay,
}

fn me() -> Actor {
    Actor::user("editor")
}

/// A ledger that refuses a person is no fault; one that fails is.
fn plan_said(error: PlanError) -> Result<String, Red> {
    match error {
        PlanError::NotPlanned(NotPlanned::UnderWay(_)) => Ok("under way".to_owned()),
        PlanError::NotPlanned(NotPlanned::OutAlready(_)) => Ok("out already".to_owned()),
        PlanError::NotPlanned(NotPlanned::NothingThere) => Ok("nothing there".to_owned()),
        PlanError::NotPlanned(NotPlanned::Same(_)) => Ok("the same".to_owned()),
        PlanError::NotPlanned(NotPlanned::Draining { .. }) => Ok("draining".to_owned()),
        PlanError::Store(error) => store_said(error),
    }
}

fn store_said(error: StoreError) -> Result<String, Red> {
    match error {
        StoreError::Refused(_) => Ok("refused".to_owned()),
        other => Err(format!("the ledger: {other}")),
    }
}

fn publish_said(error: PublishError) -> Result<String, Red> {
    match error {
        PublishError::Nothing(left_out) => {
            let codes: Vec<_> = left_out.iter().map(|left| left.code).collect();
            Ok(format!("nothing: {}", codes.join(" ")))
        }
        PublishError::Unapproved(_) => Ok("unsigned".to_owned()),
        PublishError::Store(error) => store_said(error),
        other => Err(format!("an order: {other}")),
    }
}

impl Sim {
    pub(super) async fn write(&mut self, item: &str) {
        let number = self.rng.next() % 10_000;
        let content = Content {
            title: format!("{item} {number}"),
            unit: "局".into(),
            ..Content::default()
        };
        let draft = Draft {
            id: ItemId::parse(item).unwrap(),
            content,
            files: std::collections::BTreeMap::new(),
            findings: Vec::new(),
        };
        self.desk().ingest(draft, &me()).await.unwrap();
    }

    fn pair(&mut self) -> (ItemId, DestinationId) {
        let item = self.rng.pick(&self.items).cloned().unwrap_or_default();
        let stand = self.rng.pick(&self.stands).cloned();
        let name = stand.map(|(name, _)| name).unwrap_or_default();
        (ItemId::parse(&item).unwrap(), name.parse().unwrap())
    }

    pub(super) async fn order(&mut self) -> Result<(), Red> {
        let orders = [
            (24, Order::Publish),
            (3, Order::Unsigned),
            (3, Order::Approve),
            (8, Order::Write),
            (22, Order::Correct),
            (16, Order::Withdraw),
            (3, Order::Pause),
            (6, Order::Resume),
            (2, Order::Hold),
            (4, Order::Release),
            (3, Order::Cancel),
            (5, Order::Retry),
            (5, Order::Recover),
            (3, Order::Replay),
        ];
        let order = self.rng.weighed(&orders).unwrap_or(Order::Publish);
        let (item, to) = self.pair();
        // One destination after the other: side by side, which is planned first would be chance of another kind.
        let mut places = vec![to];
        if self.rng.percent(25) {
            places = self
                .stands
                .iter()
                .map(|(n, _)| n.parse().unwrap())
                .collect();
        }
        for to in places {
            let result = match order {
                Order::Publish
                | Order::Unsigned
                | Order::Approve
                | Order::Correct
                | Order::Withdraw => self.order_for(order, &item, &to).await?,
                _ => self.operate(order, &item, &to).await?,
            };
            self.note(format!("{order:?} {item}@{to}: {result}"));
        }
        Ok(())
    }

    async fn order_for(
        &mut self,
        order: Order,
        item: &ItemId,
        to: &DestinationId,
    ) -> Result<String, Red> {
        let hub = self.desk();
        let request = Request {
            destinations: vec![to.clone()],
            approve: !matches!(order, Order::Unsigned),
            ..Request::default()
        };
        let plan = match order {
            Order::Approve => {
                let only = std::slice::from_ref(to);
                return match hub.approve(item, only, None, &me()).await {
                    Ok(_) => Ok("signed".to_owned()),
                    Err(error) => publish_said(error),
                };
            }
            Order::Withdraw => hub.withdraw(item, vec![to.clone()], "误发", &me()).await,
            Order::Correct => {
                self.write(item.as_str()).await;
                hub.correct(item, &request, &me()).await
            }
            _ => hub.publish(item, &request, &me()).await,
        };
        match plan {
            Ok(plan) => {
                let names: Vec<_> = plan.deliveries.iter().map(|d| self.name_of(d)).collect();
                Ok(format!("planned {}", names.join(" ")))
            }
            Err(error) => publish_said(error),
        }
    }

    async fn operate(
        &mut self,
        order: Order,
        item: &ItemId,
        to: &DestinationId,
    ) -> Result<String, Red> {
        let hub = self.desk();
        let done = match order {
            Order::Write => {
                self.write(item.as_str()).await;
                Ok(())
            }
            Order::Pause => ledger(hub.pause_destination(to, "检修", &me()).await),
            Order::Resume => ledger(hub.resume_destination(to, &me()).await),
            Order::Hold => hub.hold_item(item, "核实", &me()).await,
            Order::Release => hub.release_item(item, &me()).await,
            Order::Cancel => {
                let waiting = self.those(&[State::Waiting]);
                match self.rng.pick(&waiting) {
                    Some(one) => hub.cancel(&one.id, &me()).await.map(drop),
                    None => Ok(()),
                }
            }
            Order::Retry => {
                let those = self.those(&[State::Waiting, State::Accepted, State::Failed]);
                let Some(one) = self.rng.pick(&those) else {
                    return Ok("nothing".to_owned());
                };
                let old = self.name_of(one);
                return match hub.retry(&one.id, &me()).await {
                    Ok(new) => Ok(format!("{old} by {}", self.name_of(&new))),
                    Err(error) => plan_said(error),
                };
            }
            Order::Recover => return self.recover().await.map(|many| format!("{many}")),
            Order::Replay => {
                let replayed = hub.replay(to, true, false, &me()).await;
                let replayed = replayed.map_err(|error| format!("replay: {error}"))?;
                return Ok(format!("{}", replayed.len()));
            }
            _ => Ok(()),
        };
        match done {
            Ok(()) => Ok("done".to_owned()),
            Err(error) => store_said(error),
        }
    }

    /// Tries again what failed; returns how many were planned.
    pub(super) async fn recover(&mut self) -> Result<usize, Red> {
        let since = "2026-01-01T00:00:00Z".parse().unwrap();
        let all = self.desk().recover(since, None, false, &me()).await;
        let all = all.map_err(|error| format!("recover: {error}"))?;
        Ok(all.iter().filter(|one| one.planned.is_some()).count())
    }

    fn kind_of(&self, to: &str) -> Option<Kind> {
        self.stands
            .iter()
            .find(|(name, _)| name == to)
            .map(|(_, kind)| *kind)
    }

    /// Nothing of the item is on its way there: whoever is asked can know.
    fn is_settled(&self, delivery: &Delivery) -> bool {
        let to = delivery.destination.as_str();
        let marker = format!("{}@{to}", delivery.item);
        let pair = (delivery.item.to_string(), to.to_owned());
        let now = self.now();
        let sending = |task: &super::tasks::Task| task.pair == pair && task.may_send(now);
        !self.remote.lock().on_its_way(to, &marker) && !self.tasks.iter().any(sending)
    }

    /// A person is asked and reports what the remote really holds. Returns whether anybody could answer.
    pub(super) async fn answer_one(&mut self) -> Result<bool, Red> {
        let asked = self.those(&[State::InDoubt, State::Accepted, State::Unconfirmed]);
        let mut open: Vec<_> = asked
            .into_iter()
            .filter(|d| self.is_settled(d) && self.asks(d))
            .collect();
        if open.is_empty() {
            return Ok(false);
        }
        let one = open.swap_remove(self.rng.below(open.len()));
        let (name, now) = (self.name_of(&one), self.now());
        let live: Vec<_> = {
            let world = self.remote.lock();
            let marker = format!("{}@{}", one.item, one.destination);
            let live = world.live(one.destination.as_str(), &marker);
            live.into_iter().cloned().collect()
        };
        if let (State::Accepted, Some(ticket)) = (one.state, &one.ticket) {
            let id = live.first().map(|post| post.id.clone());
            self.note(format!("{name} gets the answer {id:?}"));
            let call = Incoming {
                method: "POST".into(),
                path: String::new(),
                query: Vec::new(),
                headers: Vec::new(),
                body: json!({"about": ticket.id, "id": id})
                    .to_string()
                    .into_bytes(),
                now,
            };
            let callbacks = self.desk().receive(&one.destination, &call).await;
            return callbacks
                .map(|_| true)
                .map_err(|refused| format!("{refused:?}"));
        }
        let key = format!("{}.submit", one.id);
        let mine = live.iter().find(|post| post.key == key);
        let decision = match (one.intent, mine, live.first()) {
            _ if self.rules == Rules::Liar => Decision::DidNot,
            (Intent::Withdraw, _, None) => Decision::Happened {
                id: "gone".into(),
                url: None,
            },
            (Intent::Withdraw, _, Some(_)) | (_, None, _) => Decision::DidNot,
            (_, Some(post), _) => Decision::Happened {
                id: post.id.clone(),
                url: None,
            },
        };
        let about = one.doubt.as_ref().map(|doubt| doubt.op.clone());
        self.note(format!("{name} is decided ({about:?}): {decision:?}"));
        let decided = self.desk().decide(&one.id, decision, &me(), "看过").await;
        decided
            .map(|_| true)
            .map_err(|error| format!("decide {name}: {error}"))
    }

    /// Whether a person is asked here, and nobody is at work on it.
    fn asks(&self, delivery: &Delivery) -> bool {
        let held = self.tasks.iter().any(|task| task.id == delivery.id);
        let by_person = delivery
            .ticket
            .as_ref()
            .is_some_and(|ticket| matches!(ticket.asks, Asks::Person(_)));
        match delivery.state {
            State::InDoubt => !held,
            State::Accepted => by_person,
            // Where it can be searched, the proof comes automatically.
            State::Unconfirmed => {
                !held
                    && delivery.observation.is_some()
                    && self.kind_of(delivery.destination.as_str()) == Some(Kind::Desk)
            }
            _ => false,
        }
    }
}

/// What the ledger answered to an order for a destination that is configured.
fn ledger(done: Result<(), PublishError>) -> Result<(), StoreError> {
    done.map_err(|error| match error {
        PublishError::Store(error) => error,
        other => panic!("{other}"),
    })
}
