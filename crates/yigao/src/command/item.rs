//! `yigao item …` and `yigao preflight`.

use std::{fs, path::Path};

use anyhow::Context as _;
use yigao_core::{DestinationId, Finding, ItemId, time::minute_in_shanghai};
use yigao_engine::{DestinationReport, input, read_draft};

use super::{Call, send, verify};
use crate::{
    cli::{FormatName, Item},
    exit::{Mistake, finding_line, noticed_line},
    lang::{Say, out},
    table::table,
};

pub(super) async fn run(call: &Call<'_>, args: Item) -> anyhow::Result<()> {
    match args {
        Item::Import { path, format } => import(call, &path, format).await,
        Item::New { path } => new(call.say, &path),
        Item::List { text, limit } => list(call, text.as_deref(), limit).await,
        Item::Show { item } => show(call, &item).await,
        Item::Verify { item, to } => verify::run(call, &item, &to).await,
        Item::Preview { item, to, out } => preview(call, &item, &to, &out).await,
        Item::Approve { item, to } => approve(call, &item, &to).await,
        Item::Publish(args) => send::publish(call, args).await,
        Item::Correct(args) => send::correct(call, args).await,
        Item::Withdraw {
            item,
            reason,
            to,
            no_wait,
        } => send::withdraw(call, &item, &reason, to, no_wait).await,
        Item::Answer {
            item,
            number,
            reason,
        } => answer(call, &item, number, &reason).await,
        Item::Hold { item, reason } => hold(call, &item, Some(&reason)).await,
        Item::Release { item } => hold(call, &item, None).await,
        Item::Export { item, out, format } => export(call, &item, &out, format).await,
    }
}

async fn import(call: &Call<'_>, path: &Path, format: Option<FormatName>) -> anyhow::Result<()> {
    let draft = read_draft(path, format.map(Into::into))?;
    let (_, opened) = call.open_or_make().await?;
    let ingested = opened.hub.ingest(draft, call.actor()?).await?;
    let version = &ingested.put.version;
    let (zh, en) = if ingested.put.new {
        ("已存为", "stored as")
    } else {
        ("内容未变，仍是", "unchanged, still")
    };
    call.say.line(
        format!(
            "{} {zh}版本 {}（{}）：{}",
            version.item,
            version.number,
            version.digest.short(),
            version.content.title
        ),
        format!(
            "{} {en} version {} ({}): {}",
            version.item,
            version.number,
            version.digest.short(),
            version.content.title
        ),
    );
    print_noticed(&ingested.findings, call.say);
    call.say.json(&serde_json::json!({
        "item": version.item, "version": version.number, "digest": version.digest, "new": ingested.put.new, "findings": ingested.findings,
    }));
    Ok(())
}

/// What import noticed, each with its number; the ones that are open first.
fn print_noticed(findings: &[Finding], say: &Say) {
    let answered = |finding: &&Finding| !finding.is_open();
    let open = findings.iter().filter(|finding| finding.is_open());
    for finding in open.chain(findings.iter().filter(answered)) {
        let line = format!("  {}", noticed_line(finding, say));
        say.line(&line, &line);
    }
}

fn new(say: &Say, path: &Path) -> anyhow::Result<()> {
    if path.exists() {
        return Err(Mistake::error(
            format!("{} 已存在，不会覆盖", path.display()),
            format!("{} exists already and is not overwritten", path.display()),
        ));
    }
    fs::create_dir_all(path).with_context(|| path.display().to_string())?;
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    fs::write(path.join("item.md"), TEMPLATE.replace("NAME", &name))?;
    say.line(
        format!(
            "{} 已建好，写完后：yigao item import {}",
            path.join("item.md").display(),
            path.display()
        ),
        format!(
            "{} is there; when it is written: yigao item import {}",
            path.join("item.md").display(),
            path.display()
        ),
    );
    Ok(())
}

const TEMPLATE: &str = "---\nid: NAME\nkind: news\ntitle: 标题（公众号不超过 32 字，县级融媒体中心不超过 23 字）\nsummary: 摘要（不超过 40 字）\nunit: 发布单位\ncolumn: 要闻动态\n---\n\n第一段。\n\n![替代文字：给看不见图片的人](picture.jpg \"图说\")\n";

async fn list(call: &Call<'_>, text: Option<&str>, limit: u32) -> anyhow::Result<()> {
    let (_, opened) = call.open().await?;
    let items = opened.hub.items(text, limit).await?;
    if !call.say.json {
        let rows: Vec<Vec<String>> = items
            .iter()
            .map(|i| {
                let held = i
                    .held_by
                    .as_ref()
                    .map(|by| format!("⏸ {by}"))
                    .unwrap_or_default();
                vec![
                    i.id.to_string(),
                    i.title.clone(),
                    i.latest.to_string(),
                    minute_in_shanghai(i.updated_at),
                    held,
                ]
            })
            .collect();
        let say = call.say;
        let heads = [
            say.pick("稿件", "item"),
            say.pick("标题", "title"),
            say.pick("版本", "version"),
            say.pick("更新", "changed"),
            "",
        ];
        out(&table(&heads, &rows, 48));
    }
    call.say.json(&items);
    Ok(())
}

async fn show(call: &Call<'_>, item: &ItemId) -> anyhow::Result<()> {
    let (_, opened) = call.open().await?;
    let version = opened.hub.version(item, None).await?;
    let findings = opened.hub.findings(item, Some(version.number)).await?;
    let deliveries = opened.hub.deliveries_of(item).await?;
    if !call.say.json {
        out(&format!(
            "{}\n{}  v{}  {}",
            version.content.title, version.item, version.number, version.digest
        ));
        print_noticed(&findings, call.say);
        for delivery in &deliveries {
            out(&format!(
                "  {}  {}",
                delivery.id,
                crate::follow::line(delivery, call.say)
            ));
        }
    }
    call.say.json(
        &serde_json::json!({"version": version, "findings": findings, "deliveries": deliveries}),
    );
    Ok(())
}

/// Says what every destination would be given, and what it would refuse. The ledger is not changed; of an item that has not
/// been imported nothing at all is stored.
pub(super) async fn preflight(
    call: &Call<'_>,
    what: &str,
    to: &[DestinationId],
) -> anyhow::Result<()> {
    let (_, opened) = call.open_or_make().await?;
    let hub = &opened.hub;
    hub.known(to)?;
    let path = Path::new(what);
    let reports = if path.exists() {
        hub.check_draft(read_draft(path, None)?, to).await?
    } else {
        let item = ItemId::parse(what).map_err(|e| {
            Mistake::error(
                format!("{what:?} 不是稿件名，也不是路径"),
                format!("{what:?} is no name of an item and no path: {e}"),
            )
        })?;
        let version = hub.version(&item, None).await?;
        hub.check(&version, to, None, None).await?
    };
    print_reports(&reports, call.say);
    call.say.json(&reports);
    let blocked: Vec<DestinationReport> = reports
        .into_iter()
        .filter(|s| !s.skipped && !s.is_clear())
        .collect();
    if blocked.is_empty() {
        Ok(())
    } else {
        Err(yigao_engine::PublishError::Blocked(blocked).into())
    }
}

/// What import noticed once, then each destination with what it says itself.
pub(crate) fn print_reports(reports: &[DestinationReport], say: &Say) {
    let whole = reports.iter().find(|report| !report.skipped);
    let noticed = whole.map(|report| report.findings.iter().filter(|f| f.number.is_some()));
    let noticed: Vec<Finding> = noticed.into_iter().flatten().cloned().collect();
    if !noticed.is_empty() {
        say.line("导入时发现：", "Noticed at import:");
        print_noticed(&noticed, say);
    }
    for report in reports {
        let state = match (report.skipped, report.is_clear()) {
            (true, _) => say.pick("不发", "skipped"),
            (_, true) => say.pick("可发", "clear"),
            (_, false) => say.pick("必改", "blocked"),
        };
        let digest = report
            .digest
            .as_ref()
            .map(|d| d.short().to_owned())
            .unwrap_or_default();
        let line = format!(
            "{:<10} {} {} {digest}",
            report.destination.to_string(),
            say.pick(report.intent.zh(), report.intent.name()),
            state
        );
        say.line(&line, &line);
        for finding in report.findings.iter().filter(|f| f.number.is_none()) {
            let line = format!("  {}", finding_line(report, finding, say));
            say.line(&line, &line);
        }
    }
}

async fn preview(
    call: &Call<'_>,
    item: &ItemId,
    to: &[DestinationId],
    folder: &Path,
) -> anyhow::Result<()> {
    let (_, opened) = call.open().await?;
    opened.hub.known(to)?;
    let version = opened.hub.version(item, None).await?;
    let reports = opened.hub.check(&version, to, None, None).await?;
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut pages = Vec::new();
    for report in &reports {
        let Some(rendition) = &report.rendition else {
            continue;
        };
        let page = opened.hub.preview_page(rendition, folder).await?;
        let line = format!("{}: {}", report.destination, page.display());
        call.say.line(&line, &line);
        pages.push(serde_json::json!({"destination": report.destination, "page": page, "digest": report.digest}));
    }
    call.say.json(&pages);
    Ok(())
}

async fn approve(call: &Call<'_>, item: &ItemId, to: &[DestinationId]) -> anyhow::Result<()> {
    let (_, opened) = call.open().await?;
    let reports = opened.hub.approve(item, to, None, call.actor()?).await?;
    print_reports(&reports, call.say);
    call.say.line(
        format!(
            "{} 已批准以上 {} 份渠道稿；稿件再有改动须重新批准",
            call.actor()?,
            reports.len()
        ),
        format!(
            "{} approved these {} renditions; any change voids it",
            call.actor()?,
            reports.len()
        ),
    );
    call.say.json(&reports);
    Ok(())
}

async fn answer(call: &Call<'_>, item: &ItemId, number: u32, reason: &str) -> anyhow::Result<()> {
    let (_, opened) = call.open().await?;
    let (why, actor) = (input::reason(reason)?, call.actor()?);
    let finding = opened
        .hub
        .answer_finding(item, None, number, why, actor)
        .await?;
    call.say.line(
        format!("{item} 第 {number} 条检查结果已答复，已记入台账"),
        format!("finding {number} of {item} is answered; the ledger has it"),
    );
    call.say
        .json(&serde_json::json!({"item": item, "finding": finding}));
    Ok(())
}

async fn hold(call: &Call<'_>, item: &ItemId, reason: Option<&str>) -> anyhow::Result<()> {
    let (_, opened) = call.open().await?;
    let (hub, actor) = (&opened.hub, call.actor()?);
    match reason {
        Some(reason) => hub.hold_item(item, input::reason(reason)?, actor).await?,
        None => hub.release_item(item, actor).await?,
    }
    match reason {
        Some(_) => call
            .say
            .line(format!("{item} 已暂扣"), format!("{item} is held")),
        None => call
            .say
            .line(format!("{item} 已放行"), format!("{item} is released")),
    }
    call.say
        .json(&serde_json::json!({"item": item, "held": reason.is_some()}));
    Ok(())
}

async fn export(
    call: &Call<'_>,
    item: &ItemId,
    folder: &Path,
    format: FormatName,
) -> anyhow::Result<()> {
    let (_, opened) = call.open().await?;
    let exported = opened.hub.export(item, format.into()).await?;
    let (version, bundle) = (&exported.version, &exported.bundle);
    for (name, bytes) in &bundle.files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        }
        fs::write(&path, bytes).with_context(|| path.display().to_string())?;
    }
    call.say.line(
        format!(
            "{item} 版本 {} 已导出到 {}（{} 个文件）",
            version.number,
            folder.display(),
            bundle.files.len()
        ),
        format!(
            "{item} version {} is in {} ({} files)",
            version.number,
            folder.display(),
            bundle.files.len()
        ),
    );
    call.say.json(&serde_json::json!({"item": item, "version": version.number, "folder": folder, "files": bundle.files.keys().collect::<Vec<_>>()}));
    Ok(())
}
