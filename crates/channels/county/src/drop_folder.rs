//! Packages in a folder that the centre empties. They are made ready out of sight and moved into `in/` as a whole:
//! ready and not there any more means released, whatever became of it since.

use bytes::Bytes;
use serde_json::{Value, json};
use yigao_channel::{Cx, FileAct, FileAnswer, FileCall, StepResult};
use yigao_core::{
    Digest, Fills, Found, Intent, Localized, Observation, Prior, Receipt, RemoteState, Rendition,
    Seen,
};

use crate::{
    config::DropFolder,
    ops,
    payload::{Payload, made},
};

const STAGED: &str = ".staged";
/// Most of a refusal's reason that is read.
const REASON_CHARS: usize = 200;

/// A folder, as one run of a method sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drop<'a> {
    pub(crate) cx: &'a Cx<'a>,
    pub(crate) folder: &'a DropFolder,
}

impl Drop<'_> {
    pub(crate) async fn deliver(&self, rendition: &Rendition) -> StepResult<Receipt> {
        let prior = self.cx.prior();
        let nothing =
            matches!(prior.remote_state, RemoteState::Nothing) && prior.replaced.is_none();
        if rendition.intent == Intent::Withdraw && nothing {
            return Ok(self.receipt("nothing was sent".to_owned(), Value::Null));
        }
        let payload = Payload::numbered(rendition, self.cx.prior())?;
        let name = self.name(payload.uri(), rendition);
        let mut names = Fills::new();
        for picture in &payload.pictures {
            let made = made(rendition, &picture.name)?;
            self.stage(&name, &made.file_name, || self.cx.media(&made.digest))
                .await?;
            names.insert(picture.name.clone(), made.file_name.clone());
        }
        let fills = self.cx.fills(rendition, &names).await?;
        let filled = payload.filled(rendition, &fills)?;
        let texts = [
            ("item.html", filled.html),
            ("item.txt", filled.text),
            ("item.json", filled.item.to_string()),
        ];
        for (file, text) in texts {
            self.stage(&name, file, || async { Ok(Bytes::from(text.clone())) })
                .await?;
        }
        self.release(&name).await?;
        let note = json!({ "uri": payload.uri(), "version": payload.version() });
        Ok(self.receipt(name, note))
    }

    /// Packages are taken in the order of their names: the delivery's comes first, and those sort by time.
    fn name(&self, uri: &str, rendition: &Rendition) -> String {
        format!(
            "{}{}-v{}-{}",
            self.prefix(),
            Digest::of_bytes(uri.as_bytes()).short(),
            rendition.version,
            rendition.intent.name()
        )
    }

    fn prefix(&self) -> String {
        let key = self.cx.key(ops::RELEASE, "");
        let delivery = key.strip_suffix(".release").unwrap_or(&key);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let delivery: String = delivery
            .chars()
            .map(|c| if plain(c) { c } else { '-' })
            .collect();
        format!("{delivery}-")
    }

    async fn stage<F>(&self, name: &str, file: &str, bytes: impl Fn() -> F) -> StepResult<()>
    where
        F: Future<Output = StepResult<Bytes>>,
    {
        let path = format!("{STAGED}/{name}/{file}");
        self.cx
            .step(ops::STAGE, file, || async {
                let act = FileAct::Put {
                    path: path.clone(),
                    bytes: bytes().await?,
                    while_still: Vec::new(),
                };
                self.write(ops::STAGE, act).await
            })
            .await
    }

    async fn release(&self, name: &str) -> StepResult<()> {
        let from = format!("{STAGED}/{name}");
        self.cx
            .once(
                ops::RELEASE,
                "",
                |_| async {
                    // Its item.json is the last file of a package: with it the package is whole.
                    let path = format!("{from}/item.json");
                    Ok(
                        match self.read(ops::STAGED, FileAct::Stat { path }).await? {
                            FileAnswer::Size(None) => Found::Yes(()),
                            _ => Found::No,
                        },
                    )
                },
                || {
                    let act = FileAct::Release {
                        from: from.clone(),
                        to: format!("in/{name}"),
                    };
                    self.write(ops::RELEASE, act)
                },
            )
            .await
    }

    async fn write(&self, op: &'static str, act: FileAct) -> StepResult<()> {
        self.cx.file(FileCall { op, act }).await?;
        Ok(())
    }

    async fn read(&self, op: &'static str, act: FileAct) -> StepResult<FileAnswer> {
        self.cx.file(FileCall { op, act }).await
    }

    /// What is still made ready of this delivery will never be released.
    pub(crate) async fn cleanup(&self) -> StepResult<()> {
        let path = STAGED.to_owned();
        let FileAnswer::Names(names) = self.read(ops::STAGED, FileAct::List { path }).await? else {
            return Ok(());
        };
        let prefix = self.prefix();
        for name in names.iter().filter(|name| name.starts_with(&prefix)) {
            self.cx
                .step(ops::UNSTAGE, name, || {
                    let path = format!("{STAGED}/{name}");
                    self.write(ops::UNSTAGE, FileAct::Remove { path })
                })
                .await?;
        }
        Ok(())
    }

    /// Nothing comes back from a folder, unless the centre has one for what it refuses.
    pub(crate) async fn seen(&self, prior: &Prior) -> StepResult<Observation> {
        let mut seen = Observation::by_remote(Seen::CannotSee, self.cx.now());
        let (Some(rejected), RemoteState::Out(receipt)) =
            (&self.folder.rejected, &prior.remote_state)
        else {
            return Ok(seen);
        };
        let path = format!("{rejected}/{}.reason.txt", receipt.id);
        let FileAnswer::Bytes(Some(bytes)) =
            self.read(ops::REJECTED, FileAct::Read { path }).await?
        else {
            return Ok(seen);
        };
        let reason: String = String::from_utf8_lossy(&bytes)
            .trim()
            .chars()
            .take(REASON_CHARS)
            .collect();
        seen.remote_state = Seen::Returned;
        seen.drift.push(Localized::new(
            format!("中心退回此包：{reason}"),
            format!("the centre refused the package: {reason}"),
        ));
        Ok(seen)
    }

    /// The folder is proven by a list; only a package proves that it can be written into.
    pub(crate) async fn probe(&self) -> StepResult<()> {
        let path = "in".to_owned();
        self.read(ops::STAGED, FileAct::List { path }).await?;
        Ok(())
    }

    fn receipt(&self, id: String, note: Value) -> Receipt {
        Receipt::by_remote(id, None, self.cx.now()).with_note(note)
    }
}
