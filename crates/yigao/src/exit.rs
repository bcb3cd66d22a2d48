//! Exit codes, and how errors are reported. `yigao explain exit` prints this table.
//!
//! | code | means |
//! |---|---|
//! | 0 | done |
//! | 1 | something failed that is nobody's input: the ledger, the network |
//! | 2 | the command line or the configuration is wrong |
//! | 3 | the item is wrong: import problems, or pre-flight stops it |
//! | 4 | not approved, or changed since |
//! | 5 | deliveries ended failed or in doubt, or what was read back differs |
//! | 130 | interrupted from the keyboard |

use std::process::ExitCode;

use yigao_core::time::minute_in_shanghai;
use yigao_engine::{
    DestinationReport, IngestError, InputError, MediaError, PlanError, PublishError, StoreError,
};
use yigao_formats::Problem;

use crate::lang::{Lang, Say, err};

/// A mistake of the person who typed, with what to do.
#[derive(Debug, thiserror::Error)]
#[error("{en}")]
pub struct Mistake {
    pub zh: String,
    pub en: String,
}

impl Mistake {
    pub fn error(zh: impl Into<String>, en: impl Into<String>) -> anyhow::Error {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
        .into()
    }
}

/// A person ended it before its end.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Deliveries ended badly; the table has been shown.
#[derive(Debug, thiserror::Error)]
#[error("{failed} deliveries failed, {in_doubt} are in doubt")]
pub struct EndedBadly {
    pub failed: usize,
    pub in_doubt: usize,
}

impl EndedBadly {
    fn localized(&self) -> yigao_core::Localized {
        let (failed, in_doubt) = (self.failed, self.in_doubt);
        yigao_core::Localized::new(
            format!(
                "投递失败 {failed} 个，结果不明 {in_doubt} 个；逐个查看：yigao delivery show 投递号"
            ),
            format!(
                "deliveries failed: {failed}, in doubt: {in_doubt}; see each: yigao delivery show ID"
            ),
        )
    }
}

/// Something is not as it was approved; what, has been shown.
#[derive(Debug, thiserror::Error)]
#[error("{0} differ from what was approved")]
pub struct Differs(pub usize);

impl Differs {
    fn localized(&self) -> yigao_core::Localized {
        yigao_core::Localized::new(
            format!("{} 处与批准的不一致，见上", self.0),
            format!("not as approved: {}, see above", self.0),
        )
    }
}

/// A command line that cannot be read. Help and the version are asked for, and no mistake.
pub fn misused(error: &clap::Error) -> ExitCode {
    let asked = crate::help::asked_language(std::env::args());
    let chinese = match Say::new(asked, false).lang {
        Lang::Zh => crate::misuse::in_chinese(error),
        Lang::En => None,
    };
    match chinese {
        Some(text) => err(&text),
        None => drop(error.print()),
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Tells the error and picks the exit code.
pub fn report(error: &anyhow::Error, say: &Say) -> ExitCode {
    let (code, name) = classify(error);
    if say.json {
        let detail: Vec<String> = lines(error, say);
        err(&serde_json::json!({"error": name, "exit": code, "message": detail}).to_string());
    } else {
        for line in lines(error, say) {
            err(&line);
        }
    }
    ExitCode::from(code)
}

fn classify(error: &anyhow::Error) -> (u8, &'static str) {
    if error.is::<Mistake>() || error.is::<InputError>() {
        return (2, "mistake");
    }
    if error.is::<Interrupted>() {
        return (130, "interrupted");
    }
    if error.is::<crate::settings::ConfigProblems>() {
        return (2, "config");
    }
    if error.is::<EndedBadly>() || error.is::<Differs>() {
        return (5, "ended_badly");
    }
    if let Some(IngestError::Problems(_)) = error.downcast_ref::<IngestError>() {
        return (3, "import");
    }
    match error.downcast_ref::<PublishError>() {
        Some(PublishError::Blocked(_)) => return (3, "blocked"),
        Some(PublishError::Unapproved(_)) => return (4, "unapproved"),
        Some(
            PublishError::UnknownDestination { .. }
            | PublishError::Nothing(_)
            | PublishError::Input(_),
        ) => {
            return (2, "mistake");
        }
        Some(PublishError::Store(_)) | None => {}
    }
    if let Some(PlanError::NotPlanned(_)) = error.downcast_ref::<PlanError>() {
        return (2, "mistake");
    }
    match ledger_says(error) {
        Some(StoreError::Missing { .. } | StoreError::Refused(_)) => (2, "mistake"),
        Some(_) => (1, "store"),
        None => (1, "failed"),
    }
}

fn lines(error: &anyhow::Error, say: &Say) -> Vec<String> {
    if let Some(mistake) = error.downcast_ref::<Mistake>() {
        return vec![say.pick(&mistake.zh, &mistake.en).to_owned()];
    }
    if let Some(IngestError::Problems(problems)) = error.downcast_ref::<IngestError>() {
        return problem_lines(problems, say);
    }
    match error.downcast_ref::<PublishError>() {
        Some(blocked @ PublishError::Blocked(reports)) => {
            return blocked_lines(&blocked.localized(), reports, say);
        }
        Some(unapproved @ PublishError::Unapproved(_)) => {
            return vec![
                say.localized(&unapproved.localized()).to_owned(),
                say.pick(
                    "看：yigao item preview；批准：yigao item approve，或在命令后加 --approve",
                    "look: yigao item preview; approve: yigao item approve, or add --approve to the command",
                )
                .to_owned(),
            ];
        }
        Some(nothing @ PublishError::Nothing(_)) => {
            return vec![say.localized(&nothing.localized()).to_owned()];
        }
        _ => {}
    }
    if let Some(problems) = error.downcast_ref::<crate::settings::ConfigProblems>() {
        return problems
            .0
            .iter()
            .map(|message| say.localized(message).to_owned())
            .collect();
    }
    if let Some(ended) = error.downcast_ref::<EndedBadly>() {
        return vec![say.localized(&ended.localized()).to_owned()];
    }
    if let Some(differs) = error.downcast_ref::<Differs>() {
        return vec![say.localized(&differs.localized()).to_owned()];
    }
    if error.is::<Interrupted>() {
        return vec![say.pick("已中断", "interrupted").to_owned()];
    }
    if let Some(words) = machine(error) {
        return std::iter::once(say.localized(&words))
            .chain(where_to_look(error, say))
            .map(ToOwned::to_owned)
            .collect();
    }
    vec![match say.lang {
        Lang::Zh => format!("出错：{error:#}"),
        Lang::En => format!("error: {error:#}"),
    }]
}

/// What the ledger itself said, under whichever use case.
fn ledger_says(error: &anyhow::Error) -> Option<&StoreError> {
    let publish = error.downcast_ref::<PublishError>();
    let ingest = error.downcast_ref::<IngestError>();
    match (publish, ingest, error.downcast_ref::<PlanError>()) {
        (Some(PublishError::Store(store)), _, _)
        | (_, Some(IngestError::Store(store)), _)
        | (_, _, Some(PlanError::Store(store))) => Some(store),
        _ => error.downcast_ref(),
    }
}

/// The command that lists what a name was looked up in.
fn where_to_look<'a>(error: &anyhow::Error, say: &'a Say) -> Option<&'a str> {
    match ledger_says(error)? {
        StoreError::Missing { what: "item", .. } => Some(say.pick(
            "有哪些稿件：yigao item list；导入：yigao item import 文件夹",
            "items there are: yigao item list; take one in: yigao item import FOLDER",
        )),
        StoreError::Missing {
            what: "delivery", ..
        } => Some(say.pick(
            "有哪些投递：yigao delivery list",
            "deliveries there are: yigao delivery list",
        )),
        _ => None,
    }
}

/// A failure of ledger, media or queue, in both languages.
fn machine(error: &anyhow::Error) -> Option<yigao_core::Localized> {
    if let Some(IngestError::Media(media)) = error.downcast_ref::<IngestError>() {
        return Some(media.localized());
    }
    if let Some(input) = error.downcast_ref::<InputError>() {
        return Some(input.message.clone());
    }
    if let Some(publish) = error.downcast_ref::<PublishError>() {
        return Some(publish.localized());
    }
    if let Some(store) = ledger_says(error) {
        return Some(store.localized());
    }
    if let Some(PlanError::NotPlanned(why)) = error.downcast_ref::<PlanError>() {
        return Some(why.localized());
    }
    error.chain().find_map(|cause| {
        let store = cause.downcast_ref::<StoreError>();
        let media = cause.downcast_ref::<MediaError>();
        let queue = cause.downcast_ref::<yigao_worker::QueueError>();
        store
            .map(StoreError::localized)
            .or_else(|| media.map(MediaError::localized))
            .or_else(|| queue.map(yigao_worker::QueueError::localized))
    })
}

pub fn problem_lines(problems: &[Problem], say: &Say) -> Vec<String> {
    problems
        .iter()
        .map(|p| {
            let place = p
                .line
                .map_or_else(|| p.file.clone(), |line| format!("{}:{line}", p.file));
            format!(
                "{place}: {} [{}] {}",
                say.localized(&p.message),
                p.code,
                say.localized(&p.advice)
            )
        })
        .collect()
}

fn blocked_lines(
    message: &yigao_core::Localized,
    reports: &[DestinationReport],
    say: &Say,
) -> Vec<String> {
    let mut lines = vec![say.localized(message).to_owned()];
    // What import noticed holds for all of them and is said once.
    let noticed = reports.first().map_or(&[][..], |report| &report.findings);
    let noticed = noticed.iter().filter(|f| f.number.is_some());
    lines.extend(noticed.map(|finding| format!("  {}", noticed_line(finding, say))));
    for report in reports {
        for finding in report.findings.iter().filter(|f| f.number.is_none()) {
            lines.push(format!("  {}", finding_line(report, finding, say)));
        }
    }
    lines.push(
        say.pick(
            "要先发其余的，用 --to 写明目的账号",
            "To send to the others first, name them with --to",
        )
        .to_owned(),
    );
    lines
}

/// One finding of a destination.
pub fn finding_line(
    report: &DestinationReport,
    finding: &yigao_core::Finding,
    say: &Say,
) -> String {
    let marker = marker(finding);
    let predicts = finding
        .predicts
        .as_deref()
        .map(|code| {
            say.pick("（将被拒 ", "(would be refused: ").to_owned() + code + say.pick("） ", ") ")
        })
        .unwrap_or_default();
    format!(
        "{marker} {} {}: {} {predicts}→ {}",
        report.destination,
        place(finding, say),
        say.localized(&finding.message),
        say.localized(&finding.advice)
    )
}

/// One finding of an import: its number, its place with line and quotation, and who answered it.
pub fn noticed_line(finding: &yigao_core::Finding, say: &Say) -> String {
    let number = finding.number.map(|n| format!("#{n} "));
    let end = match &finding.answered {
        None => format!("→ {}", say.localized(&finding.advice)),
        Some(answer) => {
            let (actor, at) = (&answer.actor, minute_in_shanghai(answer.at));
            let reason = &answer.reason;
            match say.lang {
                Lang::Zh => format!("✓ {actor} 于 {at} 答复：{reason}"),
                Lang::En => format!("✓ answered by {actor} at {at}: {reason}"),
            }
        }
    };
    format!(
        "{} {}{}: {} {end}",
        marker(finding),
        number.unwrap_or_default(),
        place(finding, say),
        say.localized(&finding.message),
    )
}

fn marker(finding: &yigao_core::Finding) -> &'static str {
    match finding.severity {
        yigao_core::Severity::Block => "✕",
        yigao_core::Severity::Warn => "!",
        yigao_core::Severity::Note => "·",
    }
}

/// Where it is, with the line and the words in question where they are known.
fn place(finding: &yigao_core::Finding, say: &Say) -> String {
    let line = finding.line.map(|line| match say.lang {
        Lang::Zh => format!(" 第 {line} 行"),
        Lang::En => format!(" line {line}"),
    });
    let quote = finding.quote.as_deref().map(|quote| match say.lang {
        Lang::Zh => format!("“{quote}”"),
        Lang::En => format!(" \"{quote}\""),
    });
    format!(
        "{}{}{}",
        finding.place,
        line.unwrap_or_default(),
        quote.unwrap_or_default()
    )
}
