//! What stands on the site, as its interface tells it and as a reader gets it.

use serde_json::json;
use yigao_article::readback::leaves_of;
use yigao_channel::{Answer, Cx, R, Stop};
use yigao_core::{Leaf, LeafKind, Observation, Prior, Seen, Standing, Words};

use crate::{
    Http,
    api::Api,
    article::{mark, marked},
    there::There,
};

impl Http {
    pub(crate) async fn look_at(&self, cx: &Cx<'_>, prior: &Prior) -> R<Observation> {
        let api = self.api(cx);
        let mut found = api.found(&api.named()).await?;
        let receipt = match &prior.standing {
            Standing::Out(receipt) => Some(receipt),
            _ => prior.under.as_ref(),
        };
        if let Some(receipt) = receipt
            && found.iter().all(|there| there.id != receipt.id)
        {
            let remote = json!({ "id": receipt.id, "url": receipt.url });
            let scope = api.named().with("remote", remote);
            found.extend(api.read_back(&scope).await?);
        }
        let public: Vec<&There> = found
            .iter()
            .filter(|there| there.public != Some(false))
            .collect();
        let Some(there) = public.first() else {
            return api.nothing_public(&found, prior).await;
        };
        let there = api.whole(there).await?;
        let mut seen = Observation::by_remote(Seen::Live, cx.now());
        seen.leaves = there.leaves().unwrap_or_default();
        let known = receipt.and_then(|receipt| receipt.url.clone());
        seen.url = there.url.as_deref().map(|url| api.address(url)).or(known);
        if public.len() > 1 {
            seen.standing = Seen::Changed;
            seen.drift
                .extend(public.iter().skip(1).map(|there| twice(there)));
        }
        if let Some(url) = seen.url.clone() {
            let page = api.page(&url).await;
            match page {
                Ok(page) => compare(&page, &mark(cx.mark()), &mut seen),
                Err(Stop::Fault(error)) => {
                    seen.standing = Seen::CannotSee;
                    seen.drift.push(error.words());
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(seen)
    }
}

impl Api<'_> {
    /// What was found, with its text: a list of matches rarely has it.
    async fn whole(&self, there: &There) -> R<There> {
        if there.html.is_some() {
            return Ok(there.clone());
        }
        let remote = json!({ "id": there.id, "url": there.url });
        let read = self.read_back(&self.named().with("remote", remote)).await?;
        Ok(read.unwrap_or_else(|| there.clone()))
    }

    /// Nothing is found, or nothing that is public. Where nothing can be asked for, the page is all there is.
    async fn nothing_public(&self, found: &[There], prior: &Prior) -> R<Observation> {
        let mut seen = Observation::by_remote(Seen::Gone, self.cx.now());
        let ops = &self.site.manifest.ops;
        if ops.find.is_none() && ops.read_back.is_none() {
            let url = match &prior.standing {
                Standing::Out(receipt) => receipt.url.clone(),
                _ => None,
            };
            match url {
                Some(url) => {
                    seen.standing = Seen::Live;
                    let page = self.page(&url).await?;
                    compare(&page, &mark(self.cx.mark()), &mut seen);
                }
                None => seen.standing = Seen::CannotSee,
            }
        }
        if !found.is_empty() {
            seen.drift.push(Words::new(
                "稿件在网站上，但读者看不到",
                "it is on the site, and readers do not see it",
            ));
        }
        Ok(seen)
    }
}

/// What a reader gets must say the same as what the interface told.
fn compare(page: &Answer, mark: &str, seen: &mut Observation) {
    let mut differs = |standing, zh: String, en: String| {
        if seen.standing == Seen::Live {
            seen.standing = standing;
        }
        seen.drift.push(Words::new(zh, en));
    };
    if page.status != 200 {
        let status = page.status;
        differs(
            Seen::NotThePage,
            format!("读者打开网页得到 HTTP {status}"),
            format!("readers get HTTP {status}"),
        );
        return;
    }
    let html = page.text();
    let Some(inner) = marked(&html, mark) else {
        differs(
            Seen::NotThePage,
            "读者看到的不是这篇稿件（登录页、错误页或被模板截短）".to_owned(),
            "readers see something else than this item: a log-in or error page, or a template that cuts it".to_owned(),
        );
        return;
    };
    let shown = leaves_of(inner);
    // The title stands elsewhere on the page.
    let held: Vec<&Leaf> = seen
        .leaves
        .iter()
        .filter(|leaf| leaf.kind != LeafKind::Title)
        .collect();
    if held.is_empty() {
        seen.leaves = shown;
        return;
    }
    let first = held.iter().zip(&shown).position(|(a, b)| **a != *b);
    let at = match first {
        Some(at) => at,
        None if held.len() > shown.len() => {
            differs(
                Seen::Truncated,
                "读者看到的正文被截断".to_owned(),
                "readers see only the beginning of the text".to_owned(),
            );
            return;
        }
        None if held.len() < shown.len() => held.len(),
        None => return,
    };
    let at = at + 1;
    differs(
        Seen::Changed,
        format!("读者看到的第 {at} 段与网站存的不同（模板或插件改动）"),
        format!(
            "what readers see at paragraph {at} is not what the site holds: a template or plug-in changes it"
        ),
    );
}

fn twice(other: &There) -> Words {
    let place = other.url.as_deref().unwrap_or(&other.id);
    Words::new(
        format!("网站上还有一份：{place}"),
        format!("there is a second copy: {place}"),
    )
}
