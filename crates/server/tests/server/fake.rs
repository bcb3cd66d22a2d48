//! A channel that does what the item's keywords say (`<destination>:<mode>`), with a folder as its remote: enough to see
//! every state on the pages. The hand-over page's signature is `ok-` and the ticket.

use std::path::PathBuf;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::json;
use yigao_channel::{
    Callback, Channel, Completion, Correction, Cx, FileAct, FileCall, Incoming, Interrupt, Length,
    Limited, Limits, Op, Profile, Refusal, RenderInput, Rendered, RepeatSafety, StepResult,
    Withdrawal,
};
use yigao_core::html::{Sources, blocks, escape};
use yigao_core::text;
use yigao_core::{
    Asks, By, ChannelError, Derivative, DerivativeSpec, Digest, ErrorKind, Finding, Found, Leaf,
    LeafKind, Localized, Observation, PictureFormat, Prior, Receipt, Rendition, Seen, Severity,
    Slot, Ticket, block::figures,
};

#[derive(Debug)]
pub(crate) struct Fake {
    profile: Profile,
    /// Longest title.
    title: usize,
}

impl Fake {
    pub(crate) fn new(
        channel: &'static str,
        identity: &str,
        folder: PathBuf,
        title: usize,
    ) -> Self {
        let (completion, correction, withdraw) = match channel {
            "county" => (Completion::Person, Correction::ByHand, Withdrawal::ByHand),
            "wechat" => (
                Completion::Polled,
                Correction::Republish,
                Withdrawal::Remote,
            ),
            _ => (
                Completion::Immediate,
                Correction::InPlace,
                Withdrawal::Remote,
            ),
        };
        let profile = Profile {
            channel,
            identity: identity.to_owned(),
            folder: Some(folder),
            ops: vec![
                Op::write("put", 20, RepeatSafety::Harmless),
                Op::write("submit", 20, RepeatSafety::Never),
                Op::read("ask", 20).lookup_after(&[5, 30, 3600]),
                Op::read("hand", 20),
                Op::read("stat", 5),
            ],
            limits: Limits {
                title: Some(Length::chars(title)),
                ..Limits::default()
            },
            correction,
            withdraw,
            completion,
            max_in_flight: 4,
        };
        Self { profile, title }
    }

    async fn put(&self, cx: &Cx<'_>, op: &'static str, rendition: &Rendition) -> StepResult<()> {
        let call = FileCall {
            op,
            act: FileAct::Put {
                path: format!("{}.html", rendition.item),
                bytes: Bytes::from(rendition.preview.clone()),
                while_still: Vec::new(),
            },
        };
        cx.file(call).await.map(|_| ())
    }

    fn receipt(cx: &Cx<'_>, rendition: &Rendition, by: By) -> Receipt {
        Receipt {
            id: format!("{}-{}", rendition.item, rendition.version),
            url: Some(format!(
                "https://{}.example.cn/{}.html",
                rendition.destination, rendition.item
            )),
            at: cx.now(),
            by,
            parts: Vec::new(),
            note: serde_json::Value::Null,
        }
    }
}

fn mode(rendition: &Rendition) -> &str {
    rendition
        .payload
        .get("mode")
        .and_then(|m| m.as_str())
        .unwrap_or("deliver")
}

#[async_trait]
impl Channel for Fake {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one rendition with everything that a page can show"
    )]
    fn render(&self, input: &RenderInput<'_>) -> Rendered {
        let content = &input.version.content;
        let title = content.title_for(input.destination);
        let what = Limited {
            code: "title_too_long",
            place: "title",
            zh: "标题",
            en: "title",
            channel: input.destination.as_str(),
            predicts: Some("45003"),
        };
        let mut findings: Vec<Finding> = Length::chars(self.title)
            .check(&what, title)
            .into_iter()
            .collect();
        for (at, figure) in figures(&content.body).iter().enumerate() {
            if figure.alt.is_empty() {
                let place = format!("body/{}", at + 1);
                findings.push(Finding::new(
                    Severity::Warn,
                    "alt_missing",
                    place,
                    Localized::new(
                        "图片没有替代文字，看不见图片的人读不到",
                        "a picture has no alternative text",
                    ),
                    Localized::new("在 ![…] 里写一句图上有什么", "say in ![…] what it shows"),
                ));
            }
        }
        let media: Vec<Derivative> = figures(&content.body)
            .iter()
            .enumerate()
            .map(|(at, figure)| Derivative {
                name: format!("p{}", at + 1),
                spec: Some(DerivativeSpec {
                    source: figure.asset.clone(),
                    crop: None,
                    focus: None,
                    max_width: 900,
                    max_height: None,
                    format: PictureFormat::Jpeg,
                    max_bytes: 300_000,
                }),
                source: figure.asset.clone(),
                alt: figure.alt.clone(),
                made: None,
            })
            .collect();
        let token = |digest: &Digest| {
            media.iter().find(|d| d.source == *digest).map(|d| {
                Slot::Picture {
                    name: d.name.clone(),
                }
                .token()
            })
        };
        let body = blocks(
            &content.body,
            &Sources {
                picture: &|figure| token(&figure.asset),
                file: &|_| None,
            },
        );
        let mut slots: Vec<Slot> = media
            .iter()
            .map(|d| Slot::Picture {
                name: d.name.clone(),
            })
            .collect();
        let mut preview = format!(
            "<h1>{}</h1>\n<p>{}</p>\n{body}",
            escape(title),
            escape(&content.unit)
        );
        if let Some(home) = input.home {
            let slot = Slot::UrlFrom {
                destination: home.clone(),
            };
            preview.push_str(&format!("<p>阅读原文：{}</p>", slot.token()));
            slots.push(slot);
        }
        let prefix = format!("{}:", input.destination);
        let mode = content
            .keywords
            .iter()
            .find_map(|k| k.strip_prefix(&prefix))
            .unwrap_or("deliver");
        let rendition = Rendition {
            destination: input.destination.clone(),
            intent: input.intent,
            item: input.version.item.clone(),
            version: input.version.number,
            version_digest: input.version.digest.clone(),
            title: title.to_owned(),
            preview,
            payload: json!({"mode": mode, "text": text::lines(&content.body).join("\n\n"), "reason": input.reason}),
            media,
            slots,
            leaves: vec![Leaf::new(LeafKind::Title, title)],
        };
        Rendered {
            rendition: Some(rendition),
            findings,
        }
    }

    fn receive(&self, call: &Incoming) -> Result<Callback, Refusal> {
        let ticket = call
            .path
            .strip_prefix("/hand/")
            .unwrap_or_default()
            .to_owned();
        let signature = call
            .query
            .iter()
            .find(|(n, _)| n == "s")
            .map(|(_, v)| v.as_str());
        if signature != Some(format!("ok-{ticket}").as_str()) {
            return Err(Refusal::new(
                403,
                "链接的签名不对",
                "the signature is not ours",
            ));
        }
        let body: Vec<(String, String)> = url::form_urlencoded::parse(&call.body)
            .into_owned()
            .collect();
        let field = |name: &str| {
            body.iter()
                .find(|(n, _)| n == name)
                .map(|(_, v)| v.clone())
                .unwrap_or_default()
        };
        if call.method == "POST" && field("who").is_empty() {
            return Err(Refusal::new(422, "请填写姓名", "your name is missing"));
        }
        Ok(Callback {
            about: ticket,
            dedupe: Digest::of_bytes(&call.body).to_string(),
            body: json!({"who": field("who"), "answer": field("answer"), "url": Some(field("url")).filter(|url| !url.is_empty())}),
            answer: "收到".into(),
        })
    }

    async fn publish(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        let lookup = |_| async { Ok(Found::Cannot("没有可查的接口".to_owned())) };
        match mode(rendition) {
            "reject" => Err(ChannelError::new(
                ErrorKind::Rejected,
                "submit",
                "标题含有对方后台的屏蔽词“促销”",
            )
            .with_code(45003)
            .with_advice(Localized::new(
                "改掉标题里的“促销”，重新导入后再发",
                "take 促销 out of the title, import and publish again",
            ))
            .into()),
            "down" => {
                Err(
                    ChannelError::new(ErrorKind::Unavailable, "put", "503 Service Unavailable")
                        .with_effect(yigao_core::Effect::None)
                        .into(),
                )
            }
            "doubt" => {
                cx.step("put", "draft", || self.put(cx, "put", rendition))
                    .await?;
                cx.once("submit", "", lookup, || async {
                    self.put(cx, "submit", rendition).await?;
                    Err::<(), Interrupt>(
                        ChannelError::new(ErrorKind::Timeout, "submit", "20 秒内没有回答").into(),
                    )
                })
                .await?;
                Ok(Self::receipt(cx, rendition, By::Remote))
            }
            "poll" => {
                cx.step("put", "draft", || self.put(cx, "put", rendition))
                    .await?;
                let ticket = Ticket {
                    id: format!("pub-{}", rendition.item),
                    asks: Asks::Remote,
                    note: json!(null),
                };
                cx.wait("ask", &ticket, |_| async { Ok(Found::<String>::No) })
                    .await?;
                Ok(Self::receipt(cx, rendition, By::Remote))
            }
            "hand" => {
                let pictures: Vec<_> = rendition.media.iter().filter_map(|d| d.made.as_ref().map(|m| json!({"name": d.name, "digest": m.digest, "file_name": m.file_name, "alt": d.alt}))).collect();
                let pack = json!({"title": rendition.title, "summary": "请于今日编发。", "text": rendition.payload.get("text"), "html": rendition.preview, "byline": "来源：临沂市文化和旅游局", "intent": "publish", "pictures": pictures});
                let ticket = Ticket {
                    id: format!("t-{}", rendition.item),
                    asks: Asks::Person(Localized::new(
                        "请编辑在交接页确认收到",
                        "the editor is to confirm",
                    )),
                    note: json!({"pack": pack}),
                };
                let who: String = cx
                    .wait("hand", &ticket, |callbacks| async move {
                        Ok(callbacks.map_or(Found::No, |h| {
                            Found::Yes(h["who"].as_str().unwrap_or_default().to_owned())
                        }))
                    })
                    .await?;
                Ok(Self::receipt(cx, rendition, By::Person(who)))
            }
            _ => {
                cx.step("put", "page", || self.put(cx, "put", rendition))
                    .await?;
                Ok(Self::receipt(cx, rendition, By::Remote))
            }
        }
    }

    async fn correct(&self, cx: &Cx<'_>, rendition: &Rendition) -> StepResult<Receipt> {
        self.publish(cx, rendition).await
    }

    async fn withdraw(&self, cx: &Cx<'_>, notice: &Rendition) -> StepResult<Receipt> {
        let path = format!("{}.html", notice.item);
        cx.step("put", "remove", || async {
            cx.file(FileCall {
                op: "put",
                act: FileAct::Remove { path: path.clone() },
            })
            .await
            .map(|_| ())
        })
        .await?;
        Ok(Self::receipt(cx, notice, By::Remote))
    }

    async fn observe(&self, cx: &Cx<'_>, prior: &Prior) -> StepResult<Observation> {
        let drifts = prior.key.is_empty() || self.profile.identity.ends_with("drift");
        let leaves = if drifts {
            vec![Leaf::new(LeafKind::Title, "被人改过的标题")]
        } else {
            Vec::new()
        };
        Ok(Observation {
            remote_state: Seen::Live,
            by: By::Remote,
            leaves,
            url: None,
            at: cx.now(),
            drift: Vec::new(),
        })
    }

    async fn cleanup(&self, _: &Cx<'_>, _: Option<&Receipt>) -> StepResult<()> {
        Ok(())
    }

    async fn probe(&self, cx: &Cx<'_>) -> StepResult<Vec<Localized>> {
        if self.profile.identity.contains("down") {
            return Err(
                ChannelError::new(ErrorKind::Unauthorized, "stat", "IP 不在白名单")
                    .with_code(40164)
                    .with_advice(Localized::new(
                        "请在公众号后台把本机出口 IP 加入白名单",
                        "put this machine's address on the allow-list",
                    ))
                    .into(),
            );
        }
        cx.file(FileCall {
            op: "stat",
            act: FileAct::Stat { path: "x".into() },
        })
        .await
        .map(|_| vec![Localized::new("样机第 3 版", "a fake, version 3")])
    }
}
