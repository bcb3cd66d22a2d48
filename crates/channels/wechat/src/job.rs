//! The publish job: waiting for its end, and what its statuses mean.

use serde::{Deserialize, Serialize};
use yigao_channel::{Interrupt, StepResult};
use yigao_core::{Asks, ChannelError, ErrorKind, Found, Localized, Ticket};

use crate::{api::Api, ops, payload::refused};

/// How a publish job ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum JobEnd {
    Out { id: String, url: Option<String> },
    Not { status: i64, articles: Vec<i64> },
}

impl Api<'_> {
    /// Waits for the end of a publish job, whichever it is.
    pub(crate) async fn wait_for_job(&self, ticket: &Ticket) -> StepResult<JobEnd> {
        self.cx
            .wait(ops::JOB, ticket, |_| async {
                let job = match self.job(&ticket.id).await {
                    // Another account's number, or a mistyped one: it proves nothing about the article.
                    Err(Interrupt::Fault(error)) if error.remote_code() == Some("53502") => {
                        return Ok(Found::Cannot("the publish job is not known".to_owned()));
                    }
                    other => other?,
                };
                let url = job.url();
                Ok(match (job.publish_status, job.article_id) {
                    (0, Some(id)) => Found::Yes(JobEnd::Out { id, url }),
                    // Out, but the list has not caught up.
                    (0 | 1, _) => Found::No,
                    (status, _) => Found::Yes(JobEnd::Not {
                        status,
                        articles: job.fail_idx,
                    }),
                })
            })
            .await
    }
}

/// The ticket under which the job is waited for.
pub(crate) fn job_ticket(publish_id: &str, msg_data_id: &str, draft: &str) -> Ticket {
    Ticket {
        id: publish_id.to_owned(),
        asks: Asks::Remote,
        note: serde_json::json!({ "msg_data_id": msg_data_id, "draft": draft }),
    }
}

/// Statuses after page 发布状态轮询, read 2026-11.
pub(crate) fn job_refused(status: i64, articles: &[i64]) -> ChannelError {
    let (message, zh, en) = match status {
        2 => (
            "originality check failed",
            "原创校验未通过：文中有内容与他人原创文章重复，请修改或取得授权后再投",
            "the originality check failed: change the text or get the author's leave",
        ),
        3 => (
            "publishing failed",
            "平台发布失败，草稿仍在草稿箱，请到公众号后台查看原因",
            "publishing failed; the draft is still there: see the console for the reason",
        ),
        4 => (
            "refused by the platform's audit",
            "平台审核未通过，请到公众号后台查看违规原因，修改后再投",
            "the platform's audit refused it: see the console for the reason and change the text",
        ),
        5 => (
            "published, then deleted by the account's staff",
            "发布后被本账号人员删除，请与操作人核对",
            "published, then deleted by somebody of the account: ask them",
        ),
        6 => (
            "published, then banned by the platform",
            "发布后被平台封禁，请到公众号后台查看原因",
            "published, then banned by the platform: see the console for the reason",
        ),
        _ => (
            "ended with a status that is not documented",
            "发布任务以未知状态结束，请到公众号后台核对",
            "the job ended with an unknown status: check the console",
        ),
    };
    let message = match articles.first() {
        Some(index) => format!("{message} (article {index})"),
        None => message.to_owned(),
    };
    refused(ops::JOB, ErrorKind::Rejected, message)
        .with_code(format!("publish_status_{status}"))
        .with_advice(Localized::new(zh, en))
}
