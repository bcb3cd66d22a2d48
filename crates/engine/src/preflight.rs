//! Shapes a version for every destination and reports, before anything is sent, what each would refuse.

use futures_util::future::join_all;
use yigao_channel::RenderInput;
use yigao_core::{
    DestinationId, Digest, Finding, Intent, Localized, Rendition, Severity, Timestamp, Version,
    finding::{blocks, listed},
    plan::{next_intent, will_stand},
};
use yigao_formats::Draft;
use yigao_store::{ListDeliveries, StoreError};

use crate::{destinations::Destination, hub::Hub, losses::losses, shelf::Shelf};

/// One destination's page of a pre-flight: the rendition and all findings.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DestinationReport {
    pub destination: DestinationId,
    pub name: String,
    pub channel: &'static str,
    pub intent: Intent,
    /// What an approval must name.
    pub digest: Option<Digest>,
    #[serde(skip)]
    pub rendition: Option<Rendition>,
    /// First what import noticed in the version, the same for every destination, each with its number; then what this
    /// destination says.
    pub findings: Vec<Finding>,
    /// Who approved exactly this, and when.
    pub approvals: Vec<(String, Timestamp)>,
    /// The item is not meant for this destination.
    pub skipped: bool,
}

/// What the renditions are made for: an intent that is decided already, the reason of a withdrawal, and what import noticed.
#[derive(Clone, Copy, Debug, Default)]
struct Order<'a> {
    intent: Option<Intent>,
    reason: Option<&'a str>,
    noticed: &'a [Finding],
}

impl DestinationReport {
    /// Whether it can be approved and sent.
    pub fn is_clear(&self) -> bool {
        self.rendition.is_some() && !blocks(&self.findings)
    }
}

impl Hub {
    /// Renders `version` for the destinations named (all when none is), stores the renditions and returns the reports.
    /// `intent` is decided for each destination by what is public there unless it is given.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn preflight(
        &self,
        version: &Version,
        only: &[DestinationId],
        intent: Option<Intent>,
        reason: Option<&str>,
    ) -> Result<Vec<DestinationReport>, StoreError> {
        let reports = self.check(version, only, intent, reason).await?;
        let stored = reports
            .iter()
            .filter_map(|s| s.rendition.clone().map(|r| (r, s.findings.clone())))
            .collect();
        self.store.put_renditions(stored, self.clock.now()).await?;
        Ok(reports)
    }

    /// The same without storing: the ledger is not touched. Pictures that are made for it stay in the media folder, where
    /// the next one finds them.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn check(
        &self,
        version: &Version,
        only: &[DestinationId],
        intent: Option<Intent>,
        reason: Option<&str>,
    ) -> Result<Vec<DestinationReport>, StoreError> {
        let shelf = Shelf::Media(&self.media);
        let noticed = self.noticed(version).await?;
        let order = Order {
            intent,
            reason,
            noticed: &noticed,
        };
        self.render(&shelf, version, only, order).await
    }

    /// Checks an item that has not been imported. Nothing at all is stored: no version, no rendition, no file.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn check_draft(
        &self,
        draft: Draft,
        only: &[DestinationId],
    ) -> Result<Vec<DestinationReport>, StoreError> {
        let version = Version::new(draft.id, 0, draft.content);
        let shelf = Shelf::draft(&self.media, &draft.files);
        let order = Order {
            noticed: &listed(&draft.findings),
            ..Order::default()
        };
        self.render(&shelf, &version, only, order).await
    }

    /// The report of one destination as [`Hub::check`] of all of them makes it.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the destination is not configured; when the ledger cannot be read.
    pub async fn check_one(
        &self,
        version: &Version,
        destination: &DestinationId,
    ) -> Result<DestinationReport, StoreError> {
        let missing = || StoreError::Missing {
            what: "destination",
            name: destination.to_string(),
        };
        let found = self.destinations.get(destination).ok_or_else(missing)?;
        let all: Vec<&Destination> = self.destinations.iter().collect();
        let home = self.home_of(version, &all).await?;
        let shelf = Shelf::Media(&self.media);
        let noticed = self.noticed(version).await?;
        let order = Order {
            noticed: &noticed,
            ..Order::default()
        };
        let mut report = self
            .report(&shelf, version, found, order, home.as_ref())
            .await?;
        if let Some(digest) = &report.digest {
            report.approvals = self.store.approvals(digest).await?;
        }
        Ok(report)
    }

    async fn render(
        &self,
        shelf: &Shelf<'_>,
        version: &Version,
        only: &[DestinationId],
        order: Order<'_>,
    ) -> Result<Vec<DestinationReport>, StoreError> {
        let chosen: Vec<&Destination> = self
            .destinations
            .iter()
            .filter(|d| only.is_empty() || only.contains(&d.id))
            .collect();
        let home = self.home_of(version, &chosen).await?;
        let reports = join_all(
            chosen
                .into_iter()
                .map(|d| self.report(shelf, version, d, order, home.as_ref())),
        )
        .await;
        let mut reports = reports.into_iter().collect::<Result<Vec<_>, _>>()?;
        for report in &mut reports {
            if let Some(digest) = &report.digest {
                report.approvals = self.store.approvals(digest).await?;
            }
        }
        Ok(reports)
    }

    /// The place of record, if the item goes there, is on its way there or is public there: only then will it have an
    /// address to print.
    async fn home_of(
        &self,
        version: &Version,
        chosen: &[&Destination],
    ) -> Result<Option<DestinationId>, StoreError> {
        let Some(home) = self.destinations.home() else {
            return Ok(None);
        };
        let skipped = version
            .content
            .overrides
            .get(&home.id)
            .is_some_and(|o| o.skip);
        let goes = chosen.iter().any(|d| d.id == home.id) && !skipped;
        if goes {
            return Ok(Some(home.id.clone()));
        }
        let before = self.store.before(&version.item, &home.id).await?;
        Ok(will_stand(&before).then(|| home.id.clone()))
    }

    async fn report(
        &self,
        shelf: &Shelf<'_>,
        version: &Version,
        destination: &Destination,
        order: Order<'_>,
        home: Option<&DestinationId>,
    ) -> Result<DestinationReport, StoreError> {
        let Order {
            intent,
            reason,
            noticed,
        } = order;
        let intent = match intent {
            Some(intent) => intent,
            None => next_intent(&self.store.before(&version.item, &destination.id).await?),
        };
        let skipped = version
            .content
            .overrides
            .get(&destination.id)
            .is_some_and(|o| o.skip);
        let mut report = DestinationReport {
            destination: destination.id.clone(),
            name: destination.name.clone(),
            channel: destination.kind,
            intent,
            digest: None,
            rendition: None,
            findings: Vec::new(),
            approvals: Vec::new(),
            skipped,
        };
        if skipped {
            return Ok(report);
        }
        let home = home.filter(|home| **home != destination.id);
        let input = RenderInput {
            destination: &destination.id,
            intent,
            version,
            reason,
            home,
            cover: destination.cover.as_ref(),
        };
        let rendered = destination.channel.render(&input);
        report.findings = noticed.to_vec();
        report.findings.extend(rendered.findings);
        report.findings.extend(expired(version, self.clock.now()));
        if let Some(mut rendition) = rendered.rendition {
            self.make_derivatives(shelf, &mut rendition, &mut report.findings)
                .await;
            let losses = losses(&self.making, shelf, &version.content, &rendition).await;
            report.findings.extend(losses);
            report.digest = Some(rendition.digest());
            report.rendition = Some(rendition);
        }
        Ok(report)
    }

    /// What import noticed in the version; nothing in one that has not been stored.
    async fn noticed(&self, version: &Version) -> Result<Vec<Finding>, StoreError> {
        match self
            .store
            .findings(&version.item, Some(version.number))
            .await
        {
            Err(StoreError::Missing { .. }) => Ok(Vec::new()),
            found => found,
        }
    }

    /// Deliveries of one item, newest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn deliveries_of(
        &self,
        item: &yigao_core::ItemId,
    ) -> Result<Vec<yigao_core::Delivery>, StoreError> {
        self.store
            .deliveries(&ListDeliveries {
                item: Some(item.clone()),
                limit: 1_000,
                ..ListDeliveries::default()
            })
            .await
    }

    /// Whether anything of the item is on its way.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn is_under_way(&self, item: &yigao_core::ItemId) -> Result<bool, StoreError> {
        Ok(self
            .deliveries_of(item)
            .await?
            .iter()
            .any(|d| d.state.is_under_way()))
    }
}

fn expired(version: &Version, now: Timestamp) -> Option<Finding> {
    let expires = version.content.expires.filter(|at| *at <= now)?;
    let day = yigao_core::time::day_in_shanghai(expires);
    Some(Finding::new(
        Severity::Warn,
        "expired",
        "expires",
        Localized::new(
            format!("稿件已于 {day} 失效"),
            format!("the item expired on {day}"),
        ),
        Localized::new(
            "确认仍要发布，或修改失效时间",
            "publish anyway, or change when it expires",
        ),
    ))
}
