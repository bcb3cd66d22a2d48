//! What the site tells of what it holds, and whether it is still ours to write over.

use serde_json::Value;
use yigao_channel::{Interrupt, StepResult};
use yigao_core::{ChannelError, Digest, Effect, ErrorKind, Localized, Prior, Receipt, RemoteState};

use crate::manifest::{
    answer::{INCOMPLETE, Outcome, TAKEN},
    api::{Api, Ask},
    article::{Article, Note, bears, has_checksum, leaves, marker, print},
    config::{Dedupe, Op},
    profile,
    request::text_of,
    template::Scope,
};

/// What the site tells of something it holds.
#[derive(Clone, Debug)]
pub(crate) struct There {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
    /// None when the manifest does not say where it stands.
    pub(crate) public: Option<bool>,
    pub(crate) title: Option<String>,
    pub(crate) html: Option<String>,
}

impl There {
    /// What of it readers see, as a digest.
    pub(crate) fn print(&self) -> Option<Digest> {
        Some(print(&self.leaves()?, self.html.as_deref()?))
    }

    pub(crate) fn leaves(&self) -> Option<Vec<yigao_core::Leaf>> {
        Some(leaves(self.title.as_deref()?, self.html.as_deref()?))
    }
}

impl Api<'_> {
    /// What is found of the item: public before hidden, then in the site's order.
    pub(crate) async fn first(&self, scope: &Scope) -> StepResult<Option<There>> {
        let found = self.found(scope).await?;
        let public = found.iter().position(|there| there.public == Some(true));
        Ok(found.into_iter().nth(public.unwrap_or(0)))
    }

    /// Everything of the item that the site finds.
    pub(crate) async fn found(&self, scope: &Scope) -> StepResult<Vec<There>> {
        let Some(op) = &self.site.manifest.ops.find else {
            return Ok(Vec::new());
        };
        let ask = self.asking(profile::FIND, op, scope);
        let Outcome::Answer(answer) = self.ask(ask.clone()).await? else {
            return Ok(Vec::new());
        };
        let matches = self.matches(&ask, &answer)?;
        if matches.is_empty() && op.each.is_none() && self.site.manifest.dedupe == Dedupe::Enforced
        {
            return Err(taken());
        }
        matches
            .iter()
            .map(|scope| self.there(&ask, scope))
            .collect()
    }

    /// What the site holds under the number in `remote`; none when it is not there or cannot be asked for.
    pub(crate) async fn read_back(&self, scope: &Scope) -> StepResult<Option<There>> {
        let Some(op) = &self.site.manifest.ops.read_back else {
            return Ok(None);
        };
        let ask = self.asking(profile::READ_BACK, op, scope);
        match self.ask(ask.clone()).await? {
            Outcome::Answer(answer) => self.there(&ask, &answered(answer)).map(Some),
            Outcome::Exists | Outcome::Absent => Ok(None),
        }
    }

    /// The matches of an answer, each with its own `match`.
    pub(crate) fn matches(&self, ask: &Ask<'_>, answer: &Scope) -> StepResult<Vec<Scope>> {
        let language = &self.site.language;
        let all = match &ask.op.each {
            None => vec![answer.get("body")],
            Some(each) => match language.expression(each, answer) {
                Ok(Value::Array(all)) => all,
                Ok(Value::Null) => Vec::new(),
                Ok(_) | Err(_) => {
                    let message = format!("the answer has no list {each}");
                    let error = ChannelError::new(ErrorKind::Protocol, ask.name, message);
                    return Err(error.with_code(INCOMPLETE).into());
                }
            },
        };
        let matches = all
            .into_iter()
            .map(|one| answer.clone().with("match", one))
            .filter(|one| {
                let ours = ask.op.ours.as_deref();
                ours.is_none_or(|ours| language.holds(ours, one))
            });
        Ok(matches.collect())
    }

    fn there(&self, ask: &Ask<'_>, scope: &Scope) -> StepResult<There> {
        let text = |name: &str| self.out(ask.op, name, scope).map(|value| text_of(&value));
        Ok(There {
            id: self.must(ask, "id", scope)?,
            url: text("url"),
            public: self
                .out(ask.op, "public", scope)
                .and_then(|value| value.as_bool()),
            title: text("title"),
            html: text("html"),
        })
    }

    pub(crate) fn asking<'o>(&self, name: &'static str, op: &'o Op, scope: &Scope) -> Ask<'o> {
        Ask {
            name,
            op,
            scope: scope.clone(),
            upload: None,
        }
    }

    /// What stands there is written over only when it is as this program left it, or what would be written now, or exactly
    /// what a person agreed to replace; and only when nobody took it back.
    pub(crate) async fn not_changed_by_others(
        &self,
        scope: &Scope,
        article: &Article,
    ) -> StepResult<()> {
        if self.site.manifest.ops.read_back.is_none() {
            return Ok(());
        }
        let prior = self.cx.prior();
        let was_out = matches!(prior.remote_state, RemoteState::Out(_));
        let Some(there) = self.read_back(scope).await? else {
            return Err(refused(
                "it was deleted on the site",
                "稿件已在网站上被人删除：请先撤稿，再重新投递",
                "it was deleted on the site: withdraw it here, then publish again",
            ));
        };
        let bears_ours = bears(
            there.html.as_deref().unwrap_or_default(),
            &marker(self.cx.marker()),
        );
        let is_known = receipts(prior).any(|receipt| note(receipt).is_some());
        if !bears_ours && !is_known && was_out {
            return Err(refused(
                "what is there does not bear this item's mark",
                "该编号的内容不是由本程序发布的，未覆盖：请核对裁定时填写的编号",
                "what has this number is none of this item's: check the number that was given",
            ));
        }
        let held = there.print();
        let as_new = held.is_some() && held == Some(print(&article.leaves, &article.html));
        // Saving alone hides it on some sites: what this very delivery wrote is not what staff took back.
        if was_out && there.public == Some(false) && !as_new {
            return Err(refused(
                "somebody of the site's staff took it back",
                "网站工作人员已把稿件收回，未再公开：请在网站上恢复公开，或先撤稿再重新投递",
                "the site's staff took it back, so it is not made public: put it back there, or withdraw it here and publish again",
            ));
        }
        // A text that somebody emptied is changed, too.
        let title = there.title.as_deref().unwrap_or_default();
        let html = there.html.as_deref().unwrap_or_default();
        let seen = leaves(title, html);
        let agreed = prior.over.is_some() && prior.over == Some(Digest::of_json(&seen));
        if agreed || as_new || has_checksum(title, html) || wrote(prior, held.as_ref()) {
            return Ok(());
        }
        Err(refused(
            "it was changed on the site",
            "有人在网站后台改过这篇稿件，未覆盖；先看改了什么：yigao item verify 稿件；确认要覆盖所看到的：yigao item correct 稿件 --to 目的账号 --overwrite",
            "somebody changed it on the site, so it was not overwritten: see what it is: yigao item verify ITEM; to replace exactly that: yigao item correct ITEM --to DESTINATION --overwrite",
        ))
    }
}

/// A single answer is its own match.
pub(crate) fn answered(answer: Scope) -> Scope {
    let body = answer.get("body");
    answer.with("match", body)
}

/// Receipts of what stands, and of what stood beneath something unsure.
pub(crate) fn receipts(prior: &Prior) -> impl Iterator<Item = &Receipt> {
    let out = match &prior.remote_state {
        RemoteState::Out(receipt) => Some(receipt),
        _ => None,
    };
    out.into_iter().chain(&prior.replaced)
}

pub(crate) fn note(receipt: &Receipt) -> Option<Note> {
    serde_json::from_value(receipt.note.clone()).ok()
}

/// Whether a receipt remembers exactly this.
fn wrote(prior: &Prior, print: Option<&Digest>) -> bool {
    receipts(prior)
        .filter_map(note)
        .any(|note| note.wrote.is_some() && note.wrote.as_ref() == print)
}

pub(crate) fn taken() -> Interrupt {
    let message = "the name that we chose belongs to something else on the site";
    Interrupt::Fault(
        ChannelError::new(ErrorKind::Rejected, profile::CREATE, message)
            .with_effect(Effect::None)
            .with_code(TAKEN)
            .with_advice(Localized::new(
                "网站上已有同名的内容，且不是这篇稿件：请在网站上改名，或改清单中的命名方式",
                "something else has this name on the site: rename it there, or choose another way of naming in the manifest",
            )),
    )
}

fn refused(message: &str, zh: &str, en: &str) -> Interrupt {
    Interrupt::Fault(
        ChannelError::new(ErrorKind::Rejected, profile::UPDATE, message)
            .with_effect(Effect::None)
            .with_advice(Localized::new(zh, en)),
    )
}
