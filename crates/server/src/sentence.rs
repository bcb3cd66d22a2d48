//! The situation of a delivery, in one sentence: cause, who is to act, what happens next, when.

use yigao_core::{Asks, Delivery, Localized, Seen, State, Timestamp, WaitReason};

use crate::lang::{Lang, when};

/// The sentence in both languages.
pub(crate) fn sentence(delivery: &Delivery, now: Timestamp) -> Localized {
    Localized::new(say(delivery, now, Lang::Zh), say(delivery, now, Lang::En))
}

fn say(delivery: &Delivery, now: Timestamp, lang: Lang) -> String {
    match delivery.state {
        State::Waiting => waiting(delivery, now, lang),
        State::Working => lang
            .pick(
                "投递进程正在处理，通常几秒内有结果；进程若中断会自动接手",
                "a worker is in it, usually for seconds; if it stops another takes over",
            )
            .to_owned(),
        State::Accepted => accepted(delivery, now, lang),
        State::Unconfirmed => {
            let due = delivery
                .due_at
                .map(|at| when(at, now, lang))
                .unwrap_or_default();
            match lang {
                Lang::Zh => format!("已撤稿，{}自动再看一次，确认没有残留", spaced(&due)),
                Lang::En => format!(
                    "withdrawn; read back again automatically {due}, to prove that nothing came back"
                ),
            }
        }
        State::Delivered => delivered(delivery, now, lang),
        State::Failed => failed(delivery, lang),
        State::InDoubt => in_doubt(delivery, lang),
        State::Superseded => {
            let by = delivery
                .superseded_by
                .as_ref()
                .map_or_else(String::new, |id| format!(" {id}"));
            match lang {
                Lang::Zh => format!("已被更新的指令{by} 或取消取代，无需处理"),
                Lang::En => {
                    format!("something newer{by} or a cancel took its place; nothing to do")
                }
            }
        }
    }
}

fn waiting(delivery: &Delivery, now: Timestamp, lang: Lang) -> String {
    let why = delivery.why.clone().unwrap_or(WaitReason::Planned);
    let cause = lang.localized(&why.localized()).to_owned();
    let next = match &why {
        WaitReason::Approval => lang.pick(
            "请到稿件页批准，批准后立即投递",
            "approve it on the item's page; it goes at once then",
        ),
        WaitReason::Hold { .. } => lang.pick("放行后继续", "continues when it is released"),
        WaitReason::Paused { .. } => lang.pick(
            "恢复目的账号后继续",
            "continues when the destination is resumed",
        ),
        WaitReason::Slot { .. } | WaitReason::Order { .. } | WaitReason::Shared { .. } => {
            lang.pick("随后自动继续", "continues automatically then")
        }
        WaitReason::Person { .. } => lang.pick("对方确认后自动继续", "continues when they confirm"),
        WaitReason::Planned
        | WaitReason::Embargo
        | WaitReason::Scheduled
        | WaitReason::Lookup { .. }
        | WaitReason::Quota { .. }
        | WaitReason::Backoff { .. }
        | WaitReason::Breaker
        | WaitReason::Remote { .. }
        | WaitReason::Proof
        | WaitReason::Handover => return timed(delivery, now, lang, &cause),
    };
    match lang {
        Lang::Zh => format!("{cause}；{next}"),
        Lang::En => format!("{cause}; {next}"),
    }
}

fn timed(delivery: &Delivery, now: Timestamp, lang: Lang, cause: &str) -> String {
    let due = delivery.due_at.filter(|at| *at > now);
    match (due.map(|at| when(at, now, lang)), lang) {
        (Some(due), Lang::Zh) => format!("{cause}；{}自动继续", spaced(&due)),
        (Some(due), Lang::En) => format!("{cause}; continues automatically {due}"),
        (None, Lang::Zh) => format!("{cause}；已到时间，投递进程空闲即处理"),
        (None, Lang::En) => format!("{cause}; due now, the next free worker takes it"),
    }
}

fn accepted(delivery: &Delivery, now: Timestamp, lang: Lang) -> String {
    match delivery.ticket.as_ref().map(|t| &t.asks) {
        Some(Asks::Person(asked)) => match lang {
            Lang::Zh => format!("已交对方：{}；等对方在交接页确认，确认后自动继续", asked.zh),
            Lang::En => format!(
                "handed over: {}; waits for them to confirm on the hand-over page",
                asked.en
            ),
        },
        Some(Asks::Remote) | None => {
            let due = delivery
                .due_at
                .filter(|at| *at > now)
                .map(|at| when(at, now, lang));
            let due = due.unwrap_or_else(|| lang.pick("马上", "soon").to_owned());
            match lang {
                Lang::Zh => format!("对方已受理，处理中；{}自动再问", spaced(&due)),
                Lang::En => {
                    format!(
                        "accepted, the remote is working on it; asked again automatically {due}"
                    )
                }
            }
        }
    }
}

fn delivered(delivery: &Delivery, now: Timestamp, lang: Lang) -> String {
    let at = delivery
        .receipt
        .as_ref()
        .map_or(delivery.updated_at, |r| r.at);
    let at = when(at, now, lang);
    let seen = delivery.observation.as_ref().map(|o| o.remote_state);
    match (seen.and_then(|s| seen_words(s, lang)), lang) {
        (None, Lang::Zh) => format!("{}已送达，有回执", spaced(&at)),
        (None, Lang::En) => format!("delivered {at}, with a receipt"),
        (Some(seen), Lang::Zh) => format!("{}已送达；回读：{seen}", spaced(&at)),
        (Some(seen), Lang::En) => format!("delivered {at}; read back: {seen}"),
    }
}

/// What a read-back saw; nothing for what could not be examined.
fn seen_words(seen: Seen, lang: Lang) -> Option<String> {
    (seen != Seen::CannotSee).then(|| lang.localized(&seen.localized()).to_owned())
}

/// Whether what is live is not what was approved.
pub(crate) fn is_drift(delivery: &Delivery) -> bool {
    let Some(seen) = delivery.observation.as_ref().map(|o| o.remote_state) else {
        return false;
    };
    let wrong = match delivery.intent {
        yigao_core::Intent::Withdraw => seen.is_up(),
        yigao_core::Intent::Publish | yigao_core::Intent::Correct => {
            !matches!(seen, Seen::Live | Seen::Adopted | Seen::CannotSee)
        }
    };
    delivery.state == State::Delivered && wrong
}

fn failed(delivery: &Delivery, lang: Lang) -> String {
    let Some(fault) = &delivery.fault else {
        return lang
            .pick(
                "没有送达，不会自动再试",
                "not delivered; not tried again automatically",
            )
            .to_owned();
    };
    let cause = fault.localized();
    let cause = lang.localized(&cause);
    let usual = lang.pick("排除原因后点“重试”", "mend the cause, then retry");
    let advice = fault.advice().map_or(usual, |words| lang.localized(words));
    match lang {
        Lang::Zh => format!("{cause}；不会自动再试。{advice}"),
        Lang::En => format!("{cause}; not tried again automatically. {advice}"),
    }
}

fn in_doubt(delivery: &Delivery, lang: Lang) -> String {
    let (op, evidence) = delivery
        .doubt
        .as_ref()
        .map_or(("", ""), |d| (d.op.as_str(), d.evidence.as_str()));
    match lang {
        Lang::Zh => {
            format!("“{op}”结果不明（{evidence}）；请到对方后台核对，再在投递页裁定是否已发生")
        }
        Lang::En => format!(
            "{op}: outcome unknown ({evidence}); check at the remote, then decide on the delivery's page"
        ),
    }
}

/// A space after a text that ends in a digit: figures and Chinese characters stand apart.
fn spaced(text: &str) -> String {
    if text.ends_with(|c: char| c.is_ascii_digit()) {
        format!("{text} ")
    } else {
        text.to_owned()
    }
}
