//! What import noticed stands before everybody until it is mended or answered.

use std::collections::BTreeMap;

use yigao_core::{Content, Finding, Localized, Severity};
use yigao_engine::{DestinationReport, Request};
use yigao_formats::Draft;

use crate::{
    place::{On, on_both},
    stage::{Stage, item, me},
};

on_both!(
    what_import_noticed_stands_first_at_every_destination_until_it_is_answered,
    what_import_finds_that_must_change_keeps_the_item_back
);

fn draft(severity: Severity) -> Draft {
    let words = |text: &str| Localized::new(text, text);
    let noticed = Finding::new(severity, "noticed", "body/0", words("话"), words("改"));
    Draft {
        id: item(),
        content: Content {
            title: "新题".into(),
            unit: "局".into(),
            ..Content::default()
        },
        files: BTreeMap::new(),
        findings: vec![noticed.at(7).quoting("1200*600")],
    }
}

/// What stands first in each report: its line and whether it is open.
fn first(reports: &[DestinationReport]) -> Vec<(Option<usize>, Option<u32>, bool)> {
    let first = reports.iter().filter_map(|report| report.findings.first());
    first.map(|f| (f.line, f.number, f.is_open())).collect()
}

async fn what_import_noticed_stands_first_at_every_destination_until_it_is_answered(on: On) {
    let mut stage = Stage::new(on, "noticed").await;
    stage.with_another("second").await;
    let hub = &stage.hub;
    let open = [(Some(7), Some(1), true); 2];
    let unread = hub.check_draft(draft(Severity::Warn), &[]).await.unwrap();
    assert_eq!(first(&unread), open, "before it is imported");

    hub.ingest(draft(Severity::Warn), &me()).await.unwrap();
    let version = hub.version(&item(), None).await.unwrap();
    let reports = hub.check(&version, &[], None, None).await.unwrap();
    assert_eq!(first(&reports), open);
    assert!(reports.iter().all(DestinationReport::is_clear));
    let place = &reports[0].destination;
    let one = hub.check_one(&version, place).await.unwrap();
    assert_eq!(one.findings, reports[0].findings);

    // Who approves sees it, and a rendition that was signed before the answer shows the answer.
    let approved = hub.approve(&item(), &[], None, &me()).await.unwrap();
    assert_eq!(first(&approved), open);
    let (a, actor) = (item(), me());
    let given = hub.answer_finding(&a, Some(2), 1, "长宽高", &actor).await;
    let given = given.unwrap();
    let digest = approved[0].digest.as_ref().unwrap();
    let (_, findings) = hub.rendition(digest).await.unwrap();
    assert_eq!(findings, [given]);
    let answered = [(Some(7), Some(1), false); 2];
    let reports = hub.check(&version, &[], None, None).await.unwrap();
    assert_eq!(first(&reports), answered);
    let unchanged = reports[0].digest == approved[0].digest && reports[0].approvals.len() == 1;
    assert!(unchanged, "an answer is no change of the rendition");

    // The same import again keeps the answer; the next version has none yet.
    let again = hub.ingest(draft(Severity::Warn), &me()).await.unwrap();
    assert!(!again.put.new && !again.findings[0].is_open());
    stage.write("改过的题").await;
    assert!(hub.findings(&item(), None).await.unwrap().is_empty());
    assert_eq!(hub.findings(&item(), Some(2)).await.unwrap().len(), 1);
}

async fn what_import_finds_that_must_change_keeps_the_item_back(on: On) {
    let stage = Stage::new(on, "must-change").await;
    let hub = &stage.hub;
    hub.ingest(draft(Severity::Block), &me()).await.unwrap();
    let refused = hub.publish(&item(), &Request::approved(), &me()).await;
    assert!(refused.unwrap_err().localized().zh.contains("预检未通过"));
    let answer = hub.answer_finding(&item(), None, 1, "不改", &me()).await;
    assert!(answer.unwrap_err().localized().zh.contains("必改"));
}
