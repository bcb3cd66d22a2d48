//! How a run that left early is reported to people, in both languages.

use yigao_channel::Interrupt;
use yigao_core::Localized;

/// Why a run ended early.
pub(crate) fn localized(stop: &Interrupt) -> Localized {
    match stop {
        Interrupt::Fault(error) => error.with_way_out(),
        Interrupt::Waits { why, .. } | Interrupt::Accepted { why, .. } => why.localized(),
        Interrupt::Doubt(doubt) => Localized::new(
            format!("“{}”结果不明：{}", doubt.op, doubt.evidence),
            format!("the outcome of {} is unknown: {}", doubt.op, doubt.evidence),
        ),
        Interrupt::Superseded => Localized::new(
            "已有更新的指令取代了它",
            "a newer order has taken its place",
        ),
        Interrupt::Changed(message) => Localized::new(
            format!("日志是另一个版本的程序写下的（{message}）"),
            format!("its journal was written by another version of this program ({message})"),
        ),
        Interrupt::ByPerson(receipt) => Localized::new(
            format!("有人裁定它已发生，编号 {}", receipt.id),
            format!("a person decided that it happened, as {}", receipt.id),
        ),
        Interrupt::Lost(message) => Localized::new(
            format!("台账暂时读写不了（{message}），请稍后再试"),
            format!("the ledger cannot be reached ({message}); try again later"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use yigao_core::{Actor, Receipt, Timestamp, WaitReason};

    use super::*;

    /// A sentence for people has no names of types and fields in it.
    #[test]
    fn no_debug_text_reaches_people() {
        let at = Timestamp::UNIX_EPOCH;
        let _ = (Duration::ZERO, Actor::user("x"));
        let receipt = Receipt {
            id: "p-1".to_owned(),
            ..serde_json::from_value(serde_json::json!({"id": "p-1", "at": at, "by": "remote"}))
                .unwrap()
        };
        let stops = [
            Interrupt::Waits {
                until: at,
                why: WaitReason::Embargo,
            },
            Interrupt::Superseded,
            Interrupt::Changed("entry 3".to_owned()),
            Interrupt::ByPerson(receipt),
            Interrupt::Lost("locked".to_owned()),
        ];
        for stop in stops {
            let Localized { zh, en } = localized(&stop);
            assert!(
                !zh.contains(['{', '}']) && !en.contains(['{', '}']),
                "{zh} {en}"
            );
            let name = format!("{stop:?}");
            let name = name.split([' ', '(']).next().unwrap();
            assert!(!en.contains(name), "{name} in {en}");
            assert!(!zh.is_empty() && zh != en);
        }
    }
}
