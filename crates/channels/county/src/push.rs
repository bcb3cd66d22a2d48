//! Over a centre's interface: the pictures, then the item; corrections and withdrawals under the same `uri`.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yigao_channel::{Interrupt, StepResult};
use yigao_core::{
    Digest, Fills, Found, Localized, Observation, Prior, Receipt, RemoteState, Rendition, Seen,
    time::later,
};

use crate::{
    api::{Api, Held, HeldState},
    ninjs::uri,
    note::Note,
    ops,
    payload::{Payload, made},
    profile::MEDIA_KNOWN,
};

/// What the centre calls it. A person who cleared a doubt gives it alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Posted {
    id: String,
}

impl Api<'_> {
    /// Publishes, or puts a higher version in the place of what is there.
    pub(crate) async fn deliver(&self, rendition: &Rendition) -> StepResult<Receipt> {
        let payload = Payload::numbered(rendition, self.cx.prior())?;
        let pictures = self.pictures(rendition, &payload).await?;
        let fills = self.cx.fills(rendition, &pictures).await?;
        let filled = payload.filled(rendition, &fills)?;
        let body = Bytes::from(filled.item.to_string());
        let digest = Digest::of_bytes(&body);
        let key = self.cx.key("items.post", "");
        let posted = self
            .cx
            .once(
                ops::ITEMS_POST,
                "",
                |since| self.lookup(payload.uri(), &digest, since),
                || async {
                    let taken = self
                        .post(ops::ITEMS_POST, key.clone(), body.clone())
                        .await?;
                    Ok(Posted { id: taken.id })
                },
            )
            .await?;
        let note = Note {
            uri: payload.uri().to_owned(),
            version: payload.version().to_owned(),
            digest: digest.to_string(),
        };
        Ok(self.receipt(posted.id, json!(note)))
    }

    /// The list tells bodies apart by their digests. Not there: the same key may be sent again while the centre knows it;
    /// after that a second post might be a second copy.
    async fn lookup(
        &self,
        uri: &str,
        digest: &Digest,
        since: yigao_core::Timestamp,
    ) -> StepResult<Found<Posted>> {
        let held = self.held(uri).await?;
        let ours = held
            .into_iter()
            .find(|one| one.digest.as_deref() == Some(digest.as_str()));
        if let Some(found) = ours {
            return Ok(Found::Yes(Posted { id: found.id }));
        }
        let life = Duration::from_secs(self.push.key_life_hours.saturating_mul(3_600));
        let keyless = self.push.key_life_hours == 0;
        Ok(if keyless || self.cx.now() < later(since, life) {
            Found::No
        } else {
            Found::Cannot(
                "not in the centre's list, and the centre does not know the key any more"
                    .to_owned(),
            )
        })
    }

    /// Addresses of the pictures, by their names; each file is sent once while the centre has it.
    async fn pictures(&self, rendition: &Rendition, payload: &Payload) -> StepResult<Fills> {
        let mut addresses = Fills::new();
        for picture in &payload.pictures {
            let made = made(rendition, &picture.name)?;
            let address: String = self
                .cx
                .shared(
                    ops::MEDIA,
                    made.digest.as_str(),
                    || async { Ok(Found::No) },
                    || async {
                        if !self.has_media(&made.digest).await? {
                            let bytes = self.cx.media(&made.digest).await?;
                            self.put_media(&made.digest, &made.media_type, bytes)
                                .await?;
                        }
                        let good_until = later(self.cx.now(), MEDIA_KNOWN);
                        Ok((format!("media/{}", made.digest), Some(good_until)))
                    },
                )
                .await?;
            addresses.insert(picture.name.clone(), address);
        }
        Ok(addresses)
    }

    /// Withdraws every copy under the item's name. The key names the copies that are there: a copy that comes up late is
    /// withdrawn by a new request, not answered with the old one.
    pub(crate) async fn withdraw(&self, notice: &Rendition) -> StepResult<Receipt> {
        if self.has_nothing() {
            return Ok(self.receipt("nothing was sent".to_owned(), Value::Null));
        }
        let payload = Payload::of(notice)?;
        let filled = payload.filled(notice, &Fills::new())?;
        let body = Bytes::from(filled.item.to_string());
        let uri = payload.uri();
        let posted = self
            .cx
            .step(ops::WITHDRAW, "", || async {
                let held = self.held(uri).await?;
                let live: Vec<&str> = held
                    .iter()
                    .filter(|one| one.state != HeldState::Withdrawn)
                    .map(|one| one.id.as_str())
                    .collect();
                let key = self.cx.key("items.withdraw", &live.join(","));
                match self.post(ops::WITHDRAW, key, body.clone()).await {
                    Ok(taken) => Ok(Posted { id: taken.id }),
                    // Nothing is held: what should be withdrawn is not there.
                    Err(Interrupt::Fault(error)) if error.remote_code() == Some("2006") => {
                        Ok(Posted {
                            id: "nothing is held".to_owned(),
                        })
                    }
                    Err(stop) => Err(stop),
                }
            })
            .await?;
        let note = Note {
            uri: uri.to_owned(),
            version: notice.version.to_string(),
            digest: Digest::of_bytes(&body).to_string(),
        };
        Ok(self.receipt(posted.id, json!(note)))
    }

    fn has_nothing(&self) -> bool {
        let prior = self.cx.prior();
        matches!(prior.remote_state, RemoteState::Nothing) && prior.replaced.is_none()
    }

    fn receipt(&self, id: String, note: Value) -> Receipt {
        Receipt::by_remote(id, None, self.cx.now()).with_note(note)
    }

    /// What the centre reports about its copies: the one that is furthest in publishing counts.
    pub(crate) async fn seen(&self, prior: &Prior) -> StepResult<Observation> {
        let note = match &prior.remote_state {
            RemoteState::Out(receipt) => Note::of(&receipt.note),
            RemoteState::Nothing | RemoteState::Accepted(_) | RemoteState::Unsure => {
                Note::default()
            }
        };
        let name = if note.uri.is_empty() {
            uri(self.cx.marker())
        } else {
            note.uri.clone()
        };
        let held = self.held(&name).await?;
        Ok(judge(&held, &note.digest, self.cx.now()))
    }

    pub(crate) async fn probe(&self) -> StepResult<()> {
        // Signature, clock and address are proven by any question.
        self.held(&uri("probe")).await?;
        Ok(())
    }
}

fn judge(held: &[Held], ours: &str, now: yigao_core::Timestamp) -> Observation {
    let mut seen = Observation::by_remote(Seen::Gone, now);
    let rank = |one: &&Held| match one.state {
        HeldState::Withdrawn => 0,
        HeldState::Returned => 1,
        HeldState::Other => 2,
        HeldState::Received => 3,
        HeldState::Adopted => 4,
    };
    let Some(best) = held.iter().max_by_key(rank) else {
        return seen;
    };
    seen.remote_state = match best.state {
        HeldState::Withdrawn => Seen::Gone,
        HeldState::Returned => Seen::Returned,
        HeldState::Other => Seen::CannotSee,
        HeldState::Received => Seen::Live,
        HeldState::Adopted => Seen::Adopted,
    };
    if best.state == HeldState::Returned {
        let reason = best.reason.as_deref().filter(|r| !r.is_empty());
        let reason: String = reason.unwrap_or("未说明").chars().take(200).collect();
        seen.drift.push(Localized::new(
            format!("中心退稿：{reason}"),
            format!("returned: {reason}"),
        ));
    }
    if best.state == HeldState::Adopted {
        seen.url = best.page.clone().filter(|page| page.starts_with("http"));
    }
    if !seen.remote_state.is_up() {
        return seen;
    }
    let live = held.iter().filter(|one| rank(one) >= 3).count();
    if live > 1 {
        seen.drift.push(Localized::new(
            format!("中心有 {live} 份此稿，请联系中心删去多余的"),
            format!("the centre has {live} copies: ask it to remove the others"),
        ));
    }
    let other = best.digest.as_deref().is_some_and(|digest| digest != ours);
    if other && !ours.is_empty() {
        seen.drift.push(Localized::new(
            "中心手上的不是这一版",
            "what the centre has is not this version",
        ));
        if seen.remote_state == Seen::Live {
            seen.remote_state = Seen::Changed;
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use yigao_core::Timestamp;

    use super::*;

    fn held(state: HeldState, digest: &str) -> Held {
        Held {
            id: "yunxi-1".into(),
            state,
            reason: Some("图片不清".into()),
            digest: Some(digest.into()),
            page: Some("https://centre.example.cn/items/1".into()),
        }
    }

    fn seen(all: &[Held]) -> Observation {
        judge(all, "d1", Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn each_state_of_a_centre_has_its_word() {
        use HeldState as S;
        let rows = [
            (S::Received, Seen::Live),
            (S::Adopted, Seen::Adopted),
            (S::Returned, Seen::Returned),
            (S::Withdrawn, Seen::Gone),
            (S::Other, Seen::CannotSee),
        ];
        for (state, remote_state) in rows {
            assert_eq!(
                seen(&[held(state, "d1")]).remote_state,
                remote_state,
                "{state:?}"
            );
        }
        assert_eq!(seen(&[]).remote_state, Seen::Gone);
        let adopted = seen(&[held(S::Adopted, "d1")]);
        assert!(adopted.url.is_some() && adopted.drift.is_empty());
        let returned = seen(&[held(S::Returned, "d1")]);
        assert!(returned.drift[0].zh.contains("图片不清") && returned.url.is_none());
    }

    #[test]
    fn a_second_copy_and_another_version_are_said() {
        use HeldState as S;
        let twice = seen(&[
            held(S::Withdrawn, "d0"),
            held(S::Received, "d1"),
            held(S::Adopted, "d1"),
        ]);
        assert_eq!((twice.remote_state, twice.drift.len()), (Seen::Adopted, 1));
        let other = seen(&[held(S::Received, "d2")]);
        assert_eq!((other.remote_state, other.drift.len()), (Seen::Changed, 1));
    }
}
