//! What must hold at any time, and in the end.

use std::collections::BTreeMap;

use yigao_core::{Delivery, Intent, State};
use yigao_store::ListDeliveries;

use super::{
    methods::text,
    remote::{Kind, Post},
    sim::{Red, Sim},
    tasks::Task,
};

/// Which states may follow which, at most one change at a time.
fn may_follow(old: State, new: State) -> bool {
    use State as S;
    if old == new {
        return true;
    }
    match old {
        S::Waiting => matches!(new, S::Working | S::Superseded),
        S::Working => true,
        S::Accepted => matches!(new, S::Working | S::Superseded),
        S::Unconfirmed => matches!(new, S::Delivered | S::Waiting),
        S::InDoubt => matches!(
            new,
            S::Waiting | S::Superseded | S::Delivered | S::Unconfirmed
        ),
        S::Delivered | S::Failed | S::Superseded => false,
    }
}

type Pairs = BTreeMap<(String, String), Vec<Delivery>>;

impl Sim {
    /// No other task is at work on the item there, as far as leases show.
    pub(super) fn check_alone(&self, new: &Task) -> Result<(), Red> {
        let now = self.now();
        let other = self.tasks.iter().find(|task| {
            let current = task.id != new.id || task.fence >= new.fence;
            task.pair == new.pair && task.lease_end > now && current && self.holds(task)
        });
        match other {
            None => Ok(()),
            Some(other) => Err(format!("{} while {}", new.stands(), other.stands())),
        }
    }

    /// The ledger's fence is still this task's.
    fn holds(&self, task: &Task) -> bool {
        self.last
            .get(&task.id)
            .is_none_or(|delivery| delivery.fence <= task.fence)
    }

    /// Reads the ledger and the remotes, and compares.
    pub(super) async fn inspect(&mut self) -> Result<(), Red> {
        let all = ListDeliveries {
            limit: 1_000,
            ..ListDeliveries::default()
        };
        let mut all = self.store.deliveries(&all).await.unwrap();
        all.reverse();
        let mut pairs = Pairs::new();
        for delivery in all {
            self.compare(&delivery)?;
            let pair = (delivery.item.to_string(), delivery.destination.to_string());
            pairs.entry(pair).or_default().push(delivery.clone());
            self.last.insert(delivery.id.clone(), delivery);
        }
        self.check_approved().await?;
        for (pair, deliveries) in &pairs {
            self.check_pair(pair, deliveries).await?;
        }
        Ok(())
    }

    fn compare(&mut self, new: &Delivery) -> Result<(), Red> {
        let name = self.name_of(new);
        let Some(old) = self.last.get(&new.id) else {
            self.counts.deliveries += 1;
            return Ok(());
        };
        if old.fence > new.fence {
            return Err(format!("{name}: fence {} after {}", new.fence, old.fence));
        }
        if !may_follow(old.state, new.state) {
            let (old, new) = (old.state.name(), new.state.name());
            return Err(format!("{name}: {old} became {new}"));
        }
        if old.state != new.state {
            let line = format!("  {name} {} → {}", old.state.name(), new.state.name());
            self.counts.doubts += u64::from(new.state == State::InDoubt);
            let broken = new
                .doubt
                .as_ref()
                .filter(|doubt| matches!(doubt.op.as_str(), "replay" | "identity" | "rendition"));
            if let Some(doubt) = broken {
                return Err(format!("{name}: {doubt:?}"));
            }
            self.note(line);
        }
        Ok(())
    }

    /// What was sent was signed, and has the content of the version.
    async fn check_approved(&mut self) -> Result<(), Red> {
        let sent = std::mem::take(&mut self.remote.lock().sent);
        for (digest, marker) in sent {
            if !self.checked.insert(digest.to_string()) {
                continue;
            }
            if self.store.approvals(&digest).await.unwrap().is_empty() {
                return Err(format!("{marker}: sent without a signature"));
            }
            let (rendition, _) = self.store.rendition(&digest).await.unwrap();
            let version = self
                .store
                .version(&rendition.item, Some(rendition.version))
                .await;
            if version.unwrap().content.title != text(&rendition) {
                return Err(format!("{marker}: sent something else than was signed"));
            }
        }
        Ok(())
    }

    async fn check_pair(&mut self, pair: &(String, String), all: &[Delivery]) -> Result<(), Red> {
        let (item, to) = pair;
        let marker = format!("{item}@{to}");
        let live: Vec<_> = {
            let world = self.remote.lock();
            world.live(to, &marker).into_iter().cloned().collect()
        };
        let same = |(known, there): &(Vec<Delivery>, Vec<Post>)| known == all && *there == live;
        if self.seen.get(pair).is_some_and(same) {
            return Ok(());
        }
        self.seen.insert(pair.clone(), (all.to_vec(), live.clone()));
        let kind = self.stands.iter().find(|(name, _)| name == to);
        let republished = kind.is_some_and(|(_, kind)| *kind == Kind::Slow);
        let rests = all.iter().all(|delivery| delivery.state.is_final());
        let most = if republished && !rests { 2 } else { 1 };
        if live.len() > most {
            return Err(format!("{marker}: duplicated, {live:?}"));
        }
        for delivery in all.iter().filter(|d| d.state == State::Failed) {
            let by = delivery.id.as_str();
            if live.iter().any(|post| post.by == by)
                && self
                    .store
                    .journal_of(&delivery.id)
                    .await
                    .unwrap()
                    .is_empty()
            {
                return Err(format!("{}: failed, and is there", self.name_of(delivery)));
            }
        }
        if !rests {
            return Ok(());
        }
        if let Some(expected) = self.message(all).await {
            let texts: Vec<_> = live.iter().map(|post| post.text.clone()).collect();
            if texts != expected {
                return Err(format!(
                    "{marker}: hidden doubt, there is {texts:?}, the ledger has {expected:?}"
                ));
            }
        }
        Ok(())
    }

    /// What is public there according to the ledger; nothing when its last entry is a failure that may have left something.
    async fn message(&self, all: &[Delivery]) -> Option<Vec<String>> {
        for delivery in all.iter().rev() {
            match (delivery.state, delivery.intent) {
                (State::Delivered, Intent::Withdraw) => return Some(Vec::new()),
                (State::Delivered, Intent::Publish | Intent::Correct) => {
                    let rendition = self.store.rendition(&delivery.rendition).await;
                    return Some(vec![text(&rendition.unwrap().0)]);
                }
                _ => {
                    let journal = self.store.journal_of(&delivery.id).await.unwrap();
                    if !journal.is_empty() {
                        return None;
                    }
                }
            }
        }
        Some(Vec::new())
    }

    /// Faults off, all at work, until nothing is due any more.
    pub(super) async fn come_to_rest(&mut self) -> Result<(), Red> {
        self.weather = super::tasks::Weather::default();
        let desk = self.desk();
        let me = yigao_core::Actor::user("editor");
        for (name, _) in self.stands.clone() {
            let to = name.parse().unwrap();
            desk.resume_destination(&to, &me).await.unwrap();
        }
        for item in self.items.clone() {
            let item = yigao_core::ItemId::parse(&item).unwrap();
            desk.release_item(&item, &me).await.unwrap();
        }
        for _ in 0..1_000 {
            while !self.tasks.is_empty() {
                self.finish(0).await?;
                self.inspect().await?;
            }
            let mut busy = false;
            for worker in 0..self.workers.len() {
                busy |= self.claim(worker, None).await? > 0;
            }
            self.inspect().await?;
            if busy {
                continue;
            }
            if self.answer_one().await? || self.recover().await? > 0 {
                self.inspect().await?;
                continue;
            }
            if self.last.values().all(|delivery| delivery.state.is_final()) {
                return Ok(());
            }
            self.advance(std::time::Duration::from_secs(20));
        }
        let open: Vec<_> = self
            .last
            .values()
            .filter(|delivery| !delivery.state.is_final())
            .map(|d| {
                format!(
                    "{} {} {:?}",
                    self.names.get(&d.id).cloned().unwrap_or_default(),
                    d.state.name(),
                    d.why
                )
            })
            .collect();
        Err(format!("lost, it never comes to rest: {open:?}"))
    }

    /// A day later, read back and still as it was.
    pub(super) async fn check_the_end(&mut self) -> Result<(), Red> {
        for _ in 0..2 {
            self.advance(std::time::Duration::from_secs(25 * 3_600));
            self.come_to_rest().await?;
        }
        if let Some(seq) = self.store.ledger_broken_at().await.unwrap() {
            return Err(format!("the ledger's chain breaks at {seq}"));
        }
        let drift = self.last.values().find(|delivery| {
            let seen = delivery.observation.as_ref().map(|seen| seen.drift.len());
            delivery.state == State::Delivered
                && seen.is_some_and(|many| many > 0)
                && self.is_newest(delivery)
        });
        match drift {
            None => Ok(()),
            Some(delivery) => Err(format!("drift: {:?}", delivery.observation)),
        }
    }

    /// What was sent there last, as it is numbered.
    fn is_newest(&self, delivery: &Delivery) -> bool {
        let number = |id: &yigao_core::DeliveryId| {
            let name = self.names.get(id)?;
            name.rsplit('#').next()?.parse::<u64>().ok()
        };
        let newer = |other: &&Delivery| {
            other.item == delivery.item
                && other.destination == delivery.destination
                && number(&other.id) > number(&delivery.id)
        };
        self.last.values().find(newer).is_none()
    }
}
