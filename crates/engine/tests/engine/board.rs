//! A board that carries out what it was asked when it likes, and its channel.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use serde_json::json;
use yigao_channel::{
    Callback, Channel, Completion, Correction, Cx, FileAct, FileAnswer, FileCall, Incoming,
    Interrupt, Limits, Op, Profile, Refusal, RenderInput, Rendered, RepeatSafety, StepResult,
    Withdrawal,
};
use yigao_core::{
    ChannelError, ErrorKind, Found, Observation, Prior, Receipt, RemoteState, Rendition, Seen,
    WaitReason,
};

/// What the board does with requests just now.
#[derive(Debug, Default)]
pub(crate) struct Mood {
    /// Requests stay in the tray until [`Remote::carry_out`].
    pub(crate) later: AtomicBool,
    /// Answers are lost.
    pub(crate) mute: AtomicBool,
    /// Posts are refused for good.
    pub(crate) strict: AtomicBool,
    /// Lookups are not answered.
    pub(crate) deaf: AtomicBool,
}

/// The board: a folder with `tray/` and `posts/`.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    pub(crate) folder: PathBuf,
    pub(crate) mood: Arc<Mood>,
}

impl Remote {
    pub(crate) fn new(folder: &Path) -> Self {
        fs::create_dir_all(folder.join("tray")).unwrap();
        fs::create_dir_all(folder.join("posts")).unwrap();
        Self {
            folder: folder.to_owned(),
            mood: Arc::default(),
        }
    }

    pub(crate) fn set(flag: &AtomicBool, on: bool) {
        flag.store(on, Ordering::SeqCst);
    }

    /// Everything in the tray becomes a post; never the same one twice, always one more.
    pub(crate) fn carry_out(&self) {
        let mut waiting: Vec<_> = fs::read_dir(self.folder.join("tray"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        waiting.sort();
        for request in waiting {
            let number = self.posts().len() + 1;
            let name = format!("{number}-{}", request.file_name().unwrap().display());
            fs::rename(&request, self.folder.join("posts").join(name)).unwrap();
        }
    }

    /// What readers see.
    pub(crate) fn posts(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.folder.join("posts"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().display().to_string())
            .collect();
        names.sort();
        names
    }
}

/// The board's channel: one post an item, found again by its marker.
#[derive(Debug)]
pub(crate) struct Board {
    remote: Remote,
    profile: Profile,
}

impl Board {
    pub(crate) fn new(remote: Remote) -> Self {
        let profile = Profile {
            channel: "board",
            identity: remote.folder.display().to_string(),
            folder: Some(remote.folder.clone()),
            ops: vec![
                Op::write("post", 10, RepeatSafety::Lookup).lookup_after(&[30, 60]),
                Op::write("delete", 10, RepeatSafety::Harmless),
                Op::read("list", 10),
            ],
            limits: Limits::default(),
            correction: Correction::InPlace,
            withdraw: Withdrawal::Remote,
            completion: Completion::Immediate,
            max_in_flight: 4,
        };
        Self { remote, profile }
    }

    /// Posts of ours. Their names carry the marker behind their number.
    async fn ours(&self, cx: &Cx<'_>) -> StepResult<Vec<String>> {
        if self.remote.mood.deaf.load(Ordering::SeqCst) {
            return Err(ChannelError::new(ErrorKind::Unavailable, "list", "deaf").into());
        }
        let path = "posts".to_owned();
        let FileAnswer::Names(names) = cx
            .file(FileCall {
                op: "list",
                act: FileAct::List { path },
            })
            .await?
        else {
            return Ok(Vec::new());
        };
        Ok(names
            .into_iter()
            .filter(|name| name.contains(cx.marker()))
            .collect())
    }

    async fn post(&self, cx: &Cx<'_>) -> StepResult<String> {
        if self.remote.mood.strict.load(Ordering::SeqCst) {
            return Err(ChannelError::new(ErrorKind::Rejected, "post", "not like this").into());
        }
        let path = format!("tray/{}~{}", cx.marker(), cx.key("post", ""));
        let act = FileAct::Put {
            path,
            bytes: Vec::new().into(),
            while_still: Vec::new(),
        };
        cx.file(FileCall { op: "post", act }).await?;
        if !self.remote.mood.later.load(Ordering::SeqCst) {
            self.remote.carry_out();
        }
        if self.remote.mood.mute.load(Ordering::SeqCst) {
            return Err(ChannelError::new(ErrorKind::Interrupted, "post", "answer lost").into());
        }
        Ok(self.ours(cx).await?.pop().unwrap_or_default())
    }

    async fn delete(&self, cx: &Cx<'_>, name: &str) -> StepResult<()> {
        let path = format!("posts/{name}");
        let act = FileAct::Remove { path };
        cx.file(FileCall { op: "delete", act }).await.map(drop)
    }
}

#[async_trait]
impl Channel for Board {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        let rendition = Rendition {
            payload: json!([input.version.number, input.home]),
            ..input.blank(&input.version.content.title)
        };
        Rendered {
            rendition: Some(rendition),
            findings: Vec::new(),
        }
    }

    fn receive(&self, _: &Incoming) -> Result<Callback, Refusal> {
        Err(Refusal::new(
            404,
            "文件夹不会回传消息",
            "a folder does not call back",
        ))
    }

    async fn publish(&self, cx: &Cx<'_>, _: &Rendition) -> StepResult<Receipt> {
        let lookup = |_| async {
            Ok(match self.ours(cx).await?.pop() {
                Some(name) => Found::Yes(name),
                None => Found::No,
            })
        };
        let name = cx.once("post", "", lookup, || self.post(cx)).await?;
        Ok(Receipt::by_remote(name, None, cx.now()))
    }

    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        match &cx.prior().remote_state {
            RemoteState::Out(receipt) => Ok(Receipt::by_remote(receipt.id.clone(), None, cx.now())),
            _ => self.publish(cx, rendition).await,
        }
    }

    /// Withdraws what its receipt names; only where nothing is known it searches for more.
    async fn withdraw(&self, cx: &Cx<'_>, _: &Rendition) -> StepResult<Receipt> {
        let names = match &cx.prior().remote_state {
            RemoteState::Out(receipt) => vec![receipt.id.clone()],
            _ => self.ours(cx).await?,
        };
        let names = match cx.key("", "").contains(".r") {
            // It was seen to be public again.
            true => self.ours(cx).await?,
            false => names,
        };
        for name in &names {
            cx.step("delete", name, || self.delete(cx, name)).await?;
        }
        Ok(Receipt::by_remote(names.join(" "), None, cx.now()))
    }

    async fn observe(&self, cx: &Cx<'_>, _: &Prior) -> StepResult<Observation> {
        let remote_state = match self.ours(cx).await?.is_empty() {
            true => Seen::Gone,
            false => Seen::Live,
        };
        Ok(Observation::by_remote(remote_state, cx.now()))
    }

    async fn cleanup(&self, _: &Cx<'_>, _: Option<&Receipt>) -> StepResult<()> {
        Ok(())
    }

    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<yigao_core::Localized>> {
        if self.remote.mood.mute.load(Ordering::SeqCst) {
            return Err(Interrupt::Waits {
                until: cx.now(),
                why: WaitReason::Breaker,
            });
        }
        Ok(Vec::new())
    }
}
