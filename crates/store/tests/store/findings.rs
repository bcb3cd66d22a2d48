//! What import noticed, on both ledgers: stored with the version, replaced by an equal import, answered once.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use yigao_core::{Content, Finding, ItemId, Localized, Severity};
use yigao_store::{PutVersion, Store, StoreError};

use crate::place::{Kind, at, item, ledger, me};

fn noticed(severity: Severity, line: usize, quote: &str) -> Finding {
    let words = Localized::new("话", "words");
    Finding::new(severity, "code", "body/0", words.clone(), words)
        .at(line)
        .quoting(quote)
}

async fn put(store: &Store, id: &ItemId, title: &str, findings: &[Finding]) -> PutVersion {
    let content = Content {
        title: title.into(),
        ..Content::default()
    };
    let put = store.put_version(id, content, findings, &me(), at(1)).await;
    put.unwrap()
}

async fn answer(
    store: &Store,
    id: &ItemId,
    version: Option<u32>,
    number: u32,
    reason: &str,
) -> Result<Finding, StoreError> {
    let (actor, now) = (me(), at(2));
    let done = store.answer_finding(id, version, number, reason, &actor, now);
    done.await
}

pub(crate) async fn what_import_noticed_is_stored_with_its_version_and_answered_once(on: Kind) {
    let l = ledger(on, "findings").await;
    let a = item("a");
    let found = [
        noticed(Severity::Warn, 3, "1200*600"),
        noticed(Severity::Note, 9, "\0\u{e000}'"),
    ];
    let first = put(&l.store, &a, "题", &found).await;
    let stored = l.store.findings(&a, None).await.unwrap();
    assert_eq!(stored, first.findings);
    let as_found: Vec<Finding> = stored.iter().map(Finding::as_found).collect();
    assert_eq!(as_found, found);
    assert_eq!(stored[1].number, Some(2));

    let given = answer(&l.store, &a, None, 1, "长宽高").await.unwrap();
    let stored = l.store.findings(&a, Some(1)).await.unwrap();
    assert_eq!(stored[0], given);
    let by = given.answered.unwrap();
    assert_eq!((by.actor, by.at), (me(), at(2)));
    assert!(stored[1].is_open());
    let entry = l.store.ledger(Some("a"), 10).await.unwrap().pop().unwrap();
    assert_eq!(entry.verb, "finding.answered");
    assert_eq!(
        (&entry.body["number"], &entry.body["reason"]),
        (&1.into(), &"长宽高".into())
    );
    assert_eq!(entry.body["quote"], "1200*600");

    // The next version has what its own import noticed; the first one keeps its own.
    put(&l.store, &a, "新题", &found[1..]).await;
    assert_eq!(l.store.findings(&a, None).await.unwrap().len(), 1);
    assert_eq!(l.store.findings(&a, Some(1)).await.unwrap(), stored);
    let nowhere = l.store.findings(&a, Some(7)).await;
    assert!(matches!(nowhere, Err(StoreError::Missing { .. })));
}

pub(crate) async fn what_a_new_import_no_longer_notices_is_gone_and_equal_findings_keep_their_answers(
    on: Kind,
) {
    let l = ledger(on, "findings-again").await;
    let a = item("a");
    let (one, two) = (
        noticed(Severity::Warn, 3, "一"),
        noticed(Severity::Warn, 9, "二"),
    );
    put(&l.store, &a, "题", &[one.clone(), two.clone()]).await;
    answer(&l.store, &a, None, 2, "如此").await.unwrap();
    let entries = async || l.store.ledger(Some("a"), 10).await.unwrap().len();
    let before = entries().await;

    let same = put(&l.store, &a, "题", &[one, two.clone()]).await;
    assert_eq!((same.new, same.findings[1].is_open()), (false, false));
    assert_eq!(
        entries().await,
        before,
        "nothing changed, nothing is recorded"
    );

    let mended = put(&l.store, &a, "题", &[two]).await;
    assert_eq!((mended.new, mended.version.number), (false, 1));
    let stored = l.store.findings(&a, None).await.unwrap();
    assert_eq!(stored, mended.findings);
    assert_eq!((stored.len(), stored[0].number), (1, Some(1)));
    assert_eq!(stored[0].answered.as_ref().unwrap().reason, "如此");
    assert_eq!(entries().await, before + 1);

    let many: Vec<Finding> = (1..=500)
        .map(|n| noticed(Severity::Note, n, "多"))
        .collect();
    put(&l.store, &a, "题", &many).await;
    assert_eq!(l.store.findings(&a, None).await.unwrap().len(), 200);
}

pub(crate) async fn what_cannot_be_answered_is_told_and_changes_nothing(on: Kind) {
    let l = ledger(on, "findings-refused").await;
    let a = item("a");
    let found = [
        noticed(Severity::Block, 1, "必"),
        noticed(Severity::Note, 2, "提"),
    ];
    put(&l.store, &a, "旧题", &found).await;
    put(&l.store, &a, "题", &found).await;
    let said = async |version, number| match answer(&l.store, &a, version, number, "因").await {
        Err(StoreError::Refused(words)) => words.zh,
        other => format!("{other:?}"),
    };
    assert!(said(None, 1).await.contains("必改"));
    assert!(said(None, 3).await.contains("没有第 3 条"));
    assert!(said(None, 0).await.contains("没有第 0 条"));
    assert!(said(Some(1), 2).await.contains("已有版本 2"));
    let open = |all: Vec<Finding>| all.iter().filter(|f| f.is_open()).count();
    assert_eq!(open(l.store.findings(&a, None).await.unwrap()), 2);
    said(Some(2), 2).await;
    let twice = said(Some(2), 2).await;
    assert!(
        twice.contains("已由 user:") && twice.contains("因"),
        "{twice}"
    );
    let nowhere = answer(&l.store, &item("z"), None, 1, "因").await;
    assert!(matches!(nowhere, Err(StoreError::Missing { .. })));
}
