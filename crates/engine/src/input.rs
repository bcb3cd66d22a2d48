//! What people type, read in one place, so that a mistake has the same sentence at the command line, the API and the pages.

use yigao_core::{DeliveryId, DestinationId, Digest, ItemId, Localized, State, Timestamp};
use yigao_store::Decision;

/// Most characters of a reason.
const REASON_MAX: usize = 500;
/// Most characters of a wrong text that are repeated.
const SHOWN: usize = 80;

/// Something that was typed and cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .message.en)]
pub struct InputError {
    /// Stable, for programs.
    pub code: &'static str,
    /// What is wrong and what to write instead.
    pub message: Localized,
}

impl InputError {
    /// A mistake with its sentence in both languages.
    pub fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            code,
            message: Localized::new(zh, en),
        }
    }
}

/// A reason that is not empty.
///
/// # Errors
/// When it is empty or longer than 500 characters.
pub fn reason(text: &str) -> Result<&str, InputError> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(InputError::new(
            "reason_required",
            "请写明原因，原因会记入台账",
            "give a reason; it goes into the ledger",
        )),
        1..=REASON_MAX => Ok(text),
        _ => Err(InputError::new(
            "reason_too_long",
            "原因不超过 500 字",
            "a reason has at most 500 characters",
        )),
    }
}

/// The number of a finding, or of a version, as a form sends it.
///
/// # Errors
/// When it is no whole number.
pub fn number(text: &str) -> Result<u32, InputError> {
    text.trim().parse().map_err(|_| {
        let text = cut(text);
        InputError::new(
            "bad_number",
            format!("{text:?} 不是序号，请写检查结果前的数字"),
            format!("{text:?} is no number; write the one that stands before the finding"),
        )
    })
}

/// A time as people type it: RFC 3339, or a date and a clock in Asia/Shanghai.
///
/// # Errors
/// When it cannot be read.
pub fn time(text: &str) -> Result<Timestamp, InputError> {
    let text = text.trim();
    let shanghai = text.replacen(' ', "T", 1);
    let padded = match shanghai.len() {
        16 => format!("{shanghai}:00+08:00"),
        _ => format!("{shanghai}+08:00"),
    };
    text.parse().or_else(|_| padded.parse()).map_err(|_| {
        let text = cut(text);
        InputError::new(
            "bad_time",
            format!("时间 {text:?} 看不懂，请写 2026-05-01 09:00（北京时间）"),
            format!(
                "time {text:?} cannot be read; write 2026-05-01 09:00 (Asia/Shanghai) or RFC 3339"
            ),
        )
    })
}

/// A state of a delivery, by its name.
///
/// # Errors
/// When there is no such state; the message lists the names there are.
pub fn state(name: &str) -> Result<State, InputError> {
    State::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = State::ALL.iter().map(|s| s.name()).collect();
        let name = cut(name);
        InputError::new(
            "bad_query",
            format!("没有状态 {name}；可用：{}", known.join("、")),
            format!("no state {name}; there are {}", known.join(", ")),
        )
    })
}

/// The name of an item.
///
/// # Errors
/// When it is no name; the message states what a name may contain.
pub fn item(text: &str) -> Result<ItemId, InputError> {
    ItemId::parse(text).map_err(|e| no_name(text, ("稿件名", "name of an item"), &e))
}

/// The name of a delivery.
///
/// # Errors
/// When it is none.
pub fn delivery(text: &str) -> Result<DeliveryId, InputError> {
    DeliveryId::parse(text).map_err(|e| no_name(text, ("投递号", "name of a delivery"), &e))
}

/// The name of a destination.
///
/// # Errors
/// When it is none.
pub fn destination(text: &str) -> Result<DestinationId, InputError> {
    let kind = ("目的账号名", "name of a destination");
    DestinationId::parse(text).map_err(|e| no_name(text, kind, &e))
}

/// A digest.
///
/// # Errors
/// When it is none.
pub fn digest(text: &str) -> Result<Digest, InputError> {
    Digest::parse(text).map_err(|e| no_name(text, ("摘要（64 位十六进制）", "digest"), &e))
}

fn no_name(text: &str, (zh, en): (&str, &str), why: &dyn std::error::Error) -> InputError {
    let text = cut(text);
    InputError::new(
        "bad_name",
        format!("{text:?} 不是{zh}"),
        format!("{text:?} is not a {en}: {why}"),
    )
}

/// How many rows a list has at most.
///
/// # Errors
/// When it is not between 1 and 1,000.
pub fn limit(asked: Option<u32>) -> Result<u32, InputError> {
    asked.filter(|n| (1..=1_000).contains(n)).ok_or_else(|| {
        InputError::new(
            "bad_query",
            "limit 须为 1 到 1000",
            "limit must be 1 to 1000",
        )
    })
}

/// A person's answer to a doubt: exactly one of "it happened" with the remote's id, and "it did not happen".
///
/// # Errors
/// When it is none or both, or the address is no link.
pub fn decision(
    happened: Option<(String, Option<String>)>,
    did_not: bool,
) -> Result<Decision, InputError> {
    match (happened, did_not) {
        (Some((id, url)), false) if !id.trim().is_empty() => {
            let url = url.map(|u| u.trim().to_owned()).filter(|u| !u.is_empty());
            if url
                .as_ref()
                .is_some_and(|u| !yigao_core::html::is_safe_link(u))
            {
                return Err(InputError::new(
                    "bad_url",
                    "地址须以 http:// 或 https:// 开头",
                    "the address must begin with http:// or https://",
                ));
            }
            Ok(Decision::Happened {
                id: id.trim().to_owned(),
                url,
            })
        }
        (None, true) => Ok(Decision::DidNot),
        _ => Err(InputError::new(
            "one_answer",
            "请二选一：已发生（填写对方的编号），或未发生",
            "give exactly one answer: happened (with the remote's id), or did_not",
        )),
    }
}

/// What a person agreed to overwrite, as typed: `destination=digest`, or a bare digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overwrite {
    /// None when only a digest was given.
    pub destination: Option<DestinationId>,
    /// Digest of what was seen there.
    pub digest: Digest,
}

/// Reads `destination=digest`, or a bare digest.
///
/// # Errors
/// When either part is no name of its kind.
pub fn overwrite(text: &str) -> Result<Overwrite, InputError> {
    let shown = cut(text);
    let wrong = || {
        InputError::new(
            "bad_overwrite",
            format!("覆盖 {shown:?} 看不懂：请写 目的账号=摘要，摘要由 item verify 给出"),
            format!(
                "overwrite {shown:?} cannot be read; write destination=digest, as item verify gives it"
            ),
        )
    };
    let (destination, digest) = match text.split_once('=') {
        Some((destination, digest)) => (
            Some(DestinationId::parse(destination.trim()).map_err(|_| wrong())?),
            digest,
        ),
        None => (None, text),
    };
    let digest = Digest::parse(digest.trim()).map_err(|_| wrong())?;
    Ok(Overwrite {
        destination,
        digest,
    })
}

fn cut(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let nine: Timestamp = "2026-05-01T01:00:00Z".parse().unwrap();
        for text in [
            "2026-05-01 09:00",
            "2026-05-01T09:00",
            "2026-05-01T09:00:00",
            "2026-05-01T01:00:00Z",
        ] {
            assert_eq!(time(text).ok(), Some(nine), "{text}");
        }
        assert!(time("明天").is_err());
    }

    #[test]
    fn an_overwrite_names_its_destination_or_stands_alone() {
        let digest = "a".repeat(64);
        let named = overwrite(&format!("site={digest}")).unwrap();
        assert_eq!(named.destination, DestinationId::parse("site").ok());
        assert_eq!(overwrite(&digest).unwrap().destination, None);
        for wrong in ["site=", "=a", "site", "Site=a"] {
            assert_eq!(overwrite(wrong).unwrap_err().code, "bad_overwrite");
        }
    }
}
