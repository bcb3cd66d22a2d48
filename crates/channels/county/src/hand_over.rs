//! By a person: an editor opens a signed page, copies, and answers what became of it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;
use yigao_channel::{Callback, Cx, Incoming, Refusal, StepResult};
use yigao_core::{
    Asks, By, Digest, Fills, Found, Intent, Localized, Observation, Receipt, RemoteState,
    Rendition, Seen, Ticket,
};

use crate::{
    config::Paste,
    ops,
    payload::{Filled, Payload, made},
    signing::{link_holds, of_link},
};

const NAME_CHARS: usize = 40;
const REASON_CHARS: usize = 500;
const URL_BYTES: usize = 2_000;
/// End of a withdrawal's ticket: its page takes no 采用, and its answer means that the item is withdrawn.
const WITHDRAW: &str = ".withdraw";

/// What an editor answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Received,
    Adopted,
    Returned,
}

/// What was received from a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Word {
    /// The page it was answered on.
    #[serde(default)]
    ticket: String,
    who: String,
    answer: Said,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

/// What the wait ends in. A person who cleared a doubt gives their name as the id.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Confirmed {
    By { who: String },
    Decided { id: String },
}

/// Hand-over pages, as one run of a method sees them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hand<'a> {
    pub(crate) cx: &'a Cx<'a>,
    pub(crate) paste: &'a Paste,
    pub(crate) centre: &'a str,
}

impl Hand<'_> {
    /// Asks a person; with their 收到 the delivery is done.
    pub(crate) async fn ask(&self, rendition: &Rendition) -> StepResult<Receipt> {
        let withdraw = rendition.intent == Intent::Withdraw;
        let prior = self.cx.prior();
        let nothing =
            matches!(prior.remote_state, RemoteState::Nothing) && prior.replaced.is_none();
        if withdraw && nothing {
            let by = By::Remote;
            return Ok(self.receipt("nothing was sent".to_owned(), by));
        }
        let payload = Payload::of(rendition)?;
        let mut names = Fills::new();
        for picture in &payload.pictures {
            let made = made(rendition, &picture.name)?;
            names.insert(picture.name.clone(), made.file_name.clone());
        }
        let fills = self.cx.fills(rendition, &names).await?;
        let filled = payload.filled(rendition, &fills)?;
        let ticket = self.ticket(rendition, &payload, &filled)?;
        let confirmed = self
            .cx
            .wait(ops::HAND, &ticket, |callbacks| async move {
                Ok(answer(withdraw, callbacks))
            })
            .await?;
        let (Confirmed::By { who } | Confirmed::Decided { id: who }) = confirmed;
        Ok(self.receipt(ticket.id, By::Person(who)))
    }

    fn ticket_id(&self, withdraw: bool) -> String {
        let key = self.cx.key(ops::HAND, "");
        if withdraw {
            format!("{key}{WITHDRAW}")
        } else {
            key
        }
    }

    fn ticket(
        &self,
        rendition: &Rendition,
        payload: &Payload,
        filled: &Filled,
    ) -> StepResult<Ticket> {
        let id = self.ticket_id(rendition.intent == Intent::Withdraw);
        let link = format!(
            "{}/{id}?s={}",
            self.paste.pages,
            of_link(&self.paste.secret, &id)
        );
        let mut pictures = Vec::new();
        for picture in &payload.pictures {
            let made = made(rendition, &picture.name)?;
            pictures.push(json!({
                "name": picture.name,
                "digest": made.digest,
                "file_name": made.file_name,
                "alt": picture.alt,
            }));
        }
        let what = match rendition.intent {
            Intent::Publish => ("编辑采用", "publish it"),
            Intent::Correct => ("编辑更正", "correct it"),
            Intent::Withdraw => ("编辑撤稿", "take it down"),
        };
        Ok(Ticket {
            asks: Asks::Person(Localized::new(
                format!("请{}{}：打开 {link}", self.centre, what.0),
                format!("{} is to {}: open {link}", self.centre, what.1),
            )),
            note: json!({
                "link": link,
                "pack": {
                    "title": rendition.title,
                    "summary": payload.summary,
                    "text": filled.text,
                    "html": filled.html,
                    "pictures": pictures,
                    "byline": payload.byline,
                    "intent": rendition.intent,
                },
            }),
            id,
        })
    }

    /// What editors answered last, on the page of this delivery and on the one before it: nobody else can check. A later
    /// word counts for more: who took an item down may find it out again.
    pub(crate) async fn seen(&self, remote_state: &RemoteState) -> StepResult<Observation> {
        let mut seen = Observation::by_remote(Seen::CannotSee, self.cx.now());
        let own = self.ticket_id(true);
        let before = match remote_state {
            RemoteState::Out(receipt) => receipt.id.clone(),
            RemoteState::Accepted(ticket) => ticket.id.clone(),
            RemoteState::Nothing | RemoteState::Unsure => self.ticket_id(false),
        };
        let words = self.localized(&[&own, &before]).await?;
        let tells = |word: &&Word| (word.ticket == own) == (word.answer == Said::Received);
        let Some(last) = words.iter().rev().find(tells) else {
            return Ok(seen);
        };
        seen.by = By::Person(last.who.clone());
        match last.answer {
            Said::Received => seen.remote_state = Seen::Gone,
            Said::Adopted => {
                seen.remote_state = Seen::Adopted;
                seen.url = last.url.clone();
            }
            Said::Returned => {
                let reason = last.reason.as_deref().unwrap_or("未说明");
                seen.remote_state = Seen::Returned;
                seen.drift.push(Localized::new(
                    format!("{} 退稿：{reason}", last.who),
                    format!("returned by {}: {reason}", last.who),
                ));
            }
        }
        Ok(seen)
    }

    async fn localized(&self, tickets: &[&str]) -> StepResult<Vec<Word>> {
        let callbacks = self.cx.callbacks(tickets).await?;
        Ok(callbacks
            .into_iter()
            .filter_map(|body| serde_json::from_value(body).ok())
            .collect())
    }

    fn receipt(&self, id: String, by: By) -> Receipt {
        Receipt {
            by,
            ..Receipt::by_remote(id, None, self.cx.now())
        }
    }
}

/// A withdrawal that an editor sends back is no withdrawal: somebody must call them.
fn answer(withdraw: bool, callbacks: Option<Value>) -> Found<Confirmed> {
    let word: Option<Word> = callbacks.and_then(|body| serde_json::from_value(body).ok());
    match word {
        None => Found::No,
        Some(word) if withdraw && word.answer == Said::Returned => Found::Cannot(format!(
            "{} answers that it cannot be withdrawn: {}",
            word.who,
            word.reason.as_deref().unwrap_or("no reason given")
        )),
        Some(word) => Found::Yes(Confirmed::By { who: word.who }),
    }
}

/// A page was opened, or its form was sent.
pub(crate) fn receive(paste: &Paste, call: &Incoming) -> Result<Callback, Refusal> {
    let ticket = call
        .path
        .strip_prefix("/hand/")
        .filter(|ticket| !ticket.is_empty() && !ticket.contains('/'))
        .ok_or_else(|| Refusal::new(404, "没有这个页面", "no such page"))?;
    let signature = call.query.iter().find(|(name, _)| name == "s");
    let signature = signature.map_or("", |(_, value)| value.as_str());
    if !link_holds(&paste.secret, ticket, signature) {
        return Err(Refusal::new(
            403,
            "链接不完整或被改动过，请从原邮件或消息中重新打开",
            "the link is not whole: its signature is wrong",
        ));
    }
    match call.method.as_str() {
        "GET" | "HEAD" => Ok(Callback {
            about: ticket.to_owned(),
            dedupe: String::new(),
            body: Value::Null,
            answer: String::new(),
        }),
        "POST" => {
            let word = Word {
                ticket: ticket.to_owned(),
                ..read_form(&call.body, ticket.ends_with(WITHDRAW))?
            };
            let text = format!("{ticket}\n{:?}\n{}", word.answer, word.who);
            Ok(Callback {
                about: ticket.to_owned(),
                dedupe: Digest::of_bytes(text.as_bytes()).to_string(),
                body: serde_json::to_value(&word).unwrap_or_default(),
                answer: "已记录，谢谢。 Recorded, thank you.".to_owned(),
            })
        }
        _ => Err(Refusal::new(
            405,
            "请打开页面，或提交其中的表单",
            "open the page, or send its form",
        )),
    }
}

fn read_form(body: &[u8], withdraw: bool) -> Result<Word, Refusal> {
    let wrong = |zh: &str, en: &str| Refusal::new(422, zh, en);
    let field = |wanted: &str| {
        let mut pairs = url::form_urlencoded::parse(body);
        let value = pairs
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value);
        let value: String = value
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .collect();
        value.trim().to_owned()
    };
    let who = field("who");
    if who.is_empty() || who.chars().count() > NAME_CHARS {
        return Err(wrong(
            "请填写姓名（1 到 40 字）。",
            "Your name, 1 to 40 characters.",
        ));
    }
    let answer = match (field("answer").as_str(), withdraw) {
        ("received", _) => Said::Received,
        ("adopted", false) => Said::Adopted,
        ("returned", _) => Said::Returned,
        _ => return Err(wrong("请选择结果。", "Choose what became of it.")),
    };
    let url = Some(field("url")).filter(|url| !url.is_empty());
    if url.as_deref().is_some_and(|url| !is_web_address(url)) {
        return Err(wrong(
            "网址须以 http:// 或 https:// 开头。",
            "The address must begin with http:// or https://.",
        ));
    }
    if answer == Said::Adopted && url.is_none() {
        return Err(wrong(
            "采用后请填写网址，以便核对。",
            "Give the address where it is published, so that it can be checked.",
        ));
    }
    let reason: String = field("reason").chars().take(REASON_CHARS).collect();
    let reason = Some(reason).filter(|reason| !reason.is_empty());
    if answer == Said::Returned && reason.is_none() {
        return Err(wrong("请写明原因。", "Say why."));
    }
    Ok(Word {
        ticket: String::new(),
        who,
        answer,
        url,
        reason,
    })
}

fn is_web_address(text: &str) -> bool {
    text.len() <= URL_BYTES
        && Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
}

#[cfg(test)]
#[path = "hand_over_tests.rs"]
mod tests;
