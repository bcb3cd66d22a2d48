//! Plans deliveries: publish, correct, withdraw. Nothing is sent here; workers do that.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use yigao_core::{
    Actor, Delivery, DeliveryId, DestinationId, Digest, Intent, ItemId, Localized, Rendition,
    Timestamp, Version, WaitReason,
    finding::blocks,
    plan::{NotPlanned, stands_by},
};
use yigao_store::{NewDelivery, PlanError, StoreError};

use crate::{hub::Hub, input::InputError, preflight::DestinationReport};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// These destinations; all when none is named.
    pub destinations: Vec<DestinationId>,
    /// Not before.
    pub at: Option<Timestamp>,
    /// The person who publishes approves by name what the screen showed.
    pub approve: bool,
    /// Overwrite what a person changed there, exactly as it was seen: for each destination the digest of what was read
    /// back, as [`Hub::agreed_overwrites`] makes them.
    pub over: BTreeMap<DestinationId, Digest>,
}

impl Request {
    /// Everywhere, now, approved by whoever asks.
    pub fn approved() -> Self {
        Self {
            approve: true,
            ..Self::default()
        }
    }
}

/// What was planned, and what was not.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Plan {
    pub deliveries: Vec<Delivery>,
    pub left_out: Vec<LeftOut>,
}

/// A destination at which nothing was planned.
#[derive(Clone, Debug, serde::Serialize)]
pub struct LeftOut {
    pub destination: DestinationId,
    pub code: &'static str,
    pub message: Localized,
}

/// Why nothing was planned at all.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Pre-flight found what would be refused; nothing was planned anywhere.
    #[error("pre-flight stops it at {}", names(.0))]
    Blocked(Vec<DestinationReport>),
    /// No approval names these renditions.
    #[error("no approval names its renditions for {}: approve what you have seen first", names(.0))]
    Unapproved(Vec<DestinationReport>),
    /// A destination that is not configured.
    #[error("no destination named {name}; there are: {known}")]
    UnknownDestination { name: String, known: String },
    /// Nothing to do anywhere.
    #[error("nothing to do: {}", message(.0))]
    Nothing(Vec<LeftOut>),
    /// The order contradicts itself or cannot be carried out.
    #[error(transparent)]
    Input(#[from] InputError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PublishError {
    /// What is wrong and what to do, in both languages.
    pub fn localized(&self) -> Localized {
        let en = self.to_string();
        match self {
            Self::Blocked(reports) => Localized::new(
                format!(
                    "预检未通过，什么都没有发出：{}。改稿后重新导入",
                    names(reports)
                ),
                format!("{en}; nothing was sent: change the item and import it again"),
            ),
            Self::Unapproved(reports) => Localized::new(
                format!(
                    "尚未批准，或批准后有改动：{}。请看过现在的渠道稿再批准",
                    shown(reports)
                ),
                en,
            ),
            Self::UnknownDestination { name, known } => {
                Localized::new(format!("没有名为 {name} 的目的账号；现有：{known}"), en)
            }
            Self::Nothing(left_out) => {
                let zh: Vec<String> = left_out
                    .iter()
                    .map(|l| format!("{}：{}", l.destination, l.message.zh))
                    .collect();
                let zh = match zh.is_empty() {
                    true => "没有适用的目的账号".to_owned(),
                    false => zh.join("；"),
                };
                Localized::new(format!("没有可做的：{zh}"), en)
            }
            Self::Input(error) => error.message.clone(),
            Self::Store(error) => error.localized(),
        }
    }
}

fn names(reports: &[DestinationReport]) -> String {
    reports
        .iter()
        .map(|s| s.destination.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

/// As people know them: 局网站（site）.
fn shown(reports: &[DestinationReport]) -> String {
    let shown = reports
        .iter()
        .map(|s| format!("{}（{}）", s.name, s.destination));
    shown.collect::<Vec<_>>().join("、")
}

fn message(left_out: &[LeftOut]) -> String {
    left_out
        .iter()
        .map(|l| format!("{}: {}", l.destination, l.message.en))
        .collect::<Vec<_>>()
        .join("; ")
}

impl Hub {
    /// A new name for a delivery; sorts by time.
    pub(crate) fn new_delivery_id(&self) -> Result<DeliveryId, StoreError> {
        let millis = u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0);
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_millis(millis);
        let text = format!("d-{}", ulid::Ulid::from_datetime(at)).to_lowercase();
        DeliveryId::parse(&text)
            .map_err(|e| StoreError::refused(format!("投递号不合规则：{e}"), e.to_string()))
    }

    /// Checks that the destinations named are configured.
    ///
    /// # Errors
    /// [`PublishError::UnknownDestination`] names the first that is not.
    pub fn known(&self, named: &[DestinationId]) -> Result<(), PublishError> {
        match named.iter().find(|id| self.destinations.get(id).is_none()) {
            None => Ok(()),
            Some(name) => {
                let known = self
                    .destinations
                    .iter()
                    .map(|d| d.id.to_string())
                    .collect::<Vec<_>>()
                    .join(", ");
                Err(PublishError::UnknownDestination {
                    name: name.to_string(),
                    known,
                })
            }
        }
    }

    /// Publishes the newest version where nothing of the item is public.
    ///
    /// # Errors
    /// [`PublishError`]; nothing is planned then.
    pub async fn publish(
        &self,
        item: &ItemId,
        request: &Request,
        actor: &Actor,
    ) -> Result<Plan, PublishError> {
        let version = self.store.version(item, None).await?;
        self.send(&version, Intent::Publish, request, None, actor)
            .await
    }

    /// Replaces what is public by the newest version.
    ///
    /// # Errors
    /// [`PublishError`]; nothing is planned then.
    pub async fn correct(
        &self,
        item: &ItemId,
        request: &Request,
        actor: &Actor,
    ) -> Result<Plan, PublishError> {
        let version = self.store.version(item, None).await?;
        self.send(&version, Intent::Correct, request, None, actor)
            .await
    }

    /// Withdraws the item everywhere it is or may be public. The notices are approved by whoever withdraws.
    ///
    /// # Errors
    /// [`PublishError`]; nothing is planned then.
    pub async fn withdraw(
        &self,
        item: &ItemId,
        destinations: Vec<DestinationId>,
        reason: &str,
        actor: &Actor,
    ) -> Result<Plan, PublishError> {
        let version = self.store.version(item, None).await?;
        let request = Request {
            destinations,
            approve: true,
            ..Request::default()
        };
        self.send(&version, Intent::Withdraw, &request, Some(reason), actor)
            .await
    }

    async fn send(
        &self,
        version: &Version,
        intent: Intent,
        request: &Request,
        reason: Option<&str>,
        actor: &Actor,
    ) -> Result<Plan, PublishError> {
        self.known(&request.destinations)?;
        let reports = self
            .preflight(version, &request.destinations, Some(intent), reason)
            .await?;
        let reports: Vec<DestinationReport> = reports.into_iter().filter(|s| !s.skipped).collect();
        let blocked: Vec<DestinationReport> = reports
            .iter()
            .filter(|s| s.rendition.is_none() || blocks(&s.findings))
            .cloned()
            .collect();
        // A withdrawal is never stopped by a finding about the item's own text.
        if !blocked.is_empty() && intent != Intent::Withdraw {
            return Err(PublishError::Blocked(blocked));
        }
        if request.approve {
            let digests = reports.iter().filter_map(|s| s.digest.clone()).collect();
            self.store.approve(digests, actor, self.clock.now()).await?;
        } else {
            let unsigned: Vec<DestinationReport> = reports
                .iter()
                .filter(|s| s.approvals.is_empty())
                .cloned()
                .collect();
            if !unsigned.is_empty() {
                return Err(PublishError::Unapproved(unsigned));
            }
        }
        // Side by side: the plans of all destinations share a commit.
        let planned = join_all(
            reports
                .into_iter()
                .map(|report| self.plan_one(version, intent, report, request, actor)),
        )
        .await;
        let mut plan = Plan::default();
        for one in planned {
            match one? {
                Planned::Delivery(delivery) => plan.deliveries.push(*delivery),
                Planned::LeftOut(left_out) => plan.left_out.push(left_out),
                Planned::Nothing => {}
            }
        }
        if plan.deliveries.is_empty() {
            return Err(PublishError::Nothing(plan.left_out));
        }
        join_all(plan.deliveries.iter().map(|d| self.notify(&d.id))).await;
        Ok(plan)
    }

    async fn plan_one(
        &self,
        version: &Version,
        intent: Intent,
        report: DestinationReport,
        request: &Request,
        actor: &Actor,
    ) -> Result<Planned, PublishError> {
        let Some(rendition) = report.rendition else {
            return Ok(Planned::Nothing);
        };
        let not_before = match intent {
            Intent::Withdraw => None,
            Intent::Publish | Intent::Correct => later_of(version.content.embargo, request.at),
        };
        if intent == Intent::Correct
            && !request.over.contains_key(&report.destination)
            && let Some(same) = self.stands_as_it_is(&rendition).await?
        {
            let refused = NotPlanned::Same(same);
            return Ok(Planned::LeftOut(LeftOut {
                destination: report.destination,
                code: code(&refused),
                message: refused.localized(),
            }));
        }
        let new = NewDelivery {
            id: self.new_delivery_id()?,
            rendition,
            findings: report.findings,
            not_before,
            over: request.over.get(&report.destination).cloned(),
        };
        match self.store.plan(new, actor, self.clock.now()).await {
            Ok(delivery) => Ok(Planned::Delivery(Box::new(delivery))),
            Err(PlanError::NotPlanned(refused)) => Ok(Planned::LeftOut(LeftOut {
                destination: report.destination,
                code: code(&refused),
                message: refused.localized(),
            })),
            Err(PlanError::Store(error)) => Err(error.into()),
        }
    }
}

impl Hub {
    /// The delivery by which exactly this is public at its destination. None when anything came after it, or when it was
    /// last seen to be otherwise: then sending the same again restores it.
    async fn stands_as_it_is(&self, new: &Rendition) -> Result<Option<DeliveryId>, StoreError> {
        let before = self.store.before(&new.item, &new.destination).await?;
        let Some(newest) = stands_by(&before) else {
            return Ok(None);
        };
        let (out, _) = self.store.rendition(&newest.rendition).await?;
        Ok(out.says_the_same(new).then(|| newest.id.clone()))
    }
}

/// The result of planning for one destination.
enum Planned {
    Delivery(Box<Delivery>),
    LeftOut(LeftOut),
    Nothing,
}

fn later_of(embargo: Option<Timestamp>, at: Option<Timestamp>) -> Option<(Timestamp, WaitReason)> {
    match (embargo, at) {
        (Some(embargo), Some(at)) if at > embargo => Some((at, WaitReason::Scheduled)),
        (Some(embargo), _) => Some((embargo, WaitReason::Embargo)),
        (None, Some(at)) => Some((at, WaitReason::Scheduled)),
        (None, None) => None,
    }
}

fn code(refused: &NotPlanned) -> &'static str {
    match refused {
        NotPlanned::UnderWay(_) => "under_way",
        NotPlanned::OutAlready(_) => "out_already",
        NotPlanned::NothingThere => "nothing_there",
        NotPlanned::Same(_) => "unchanged",
        NotPlanned::Draining { .. } => "draining",
    }
}
