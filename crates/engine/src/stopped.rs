//! How a run that left early is told to people, in both languages.

use yigao_channel::Stop;
use yigao_core::Words;

/// Why a run ended before its end.
pub(crate) fn words(stop: &Stop) -> Words {
    match stop {
        Stop::Fault(error) => error.with_way_out(),
        Stop::Waits { why, .. } | Stop::Accepted { why, .. } => why.words(),
        Stop::Doubt(doubt) => Words::new(
            format!("“{}”结果不明：{}", doubt.op, doubt.evidence),
            format!("the outcome of {} is unknown: {}", doubt.op, doubt.evidence),
        ),
        Stop::Overtaken => Words::new(
            "已有更新的指令取代了它",
            "a newer order has taken its place",
        ),
        Stop::Changed(says) => Words::new(
            format!("日志是另一个版本的程序写下的（{says}）"),
            format!("its journal was written by another version of this program ({says})"),
        ),
        Stop::ByPerson(receipt) => Words::new(
            format!("有人裁定它已发生，编号 {}", receipt.id),
            format!("a person decided that it happened, as {}", receipt.id),
        ),
        Stop::Lost(says) => Words::new(
            format!("台账暂时读写不了（{says}），请稍后再试"),
            format!("the ledger cannot be reached ({says}); try again later"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use yigao_core::{Actor, Receipt, Timestamp, Why};

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
            Stop::Waits {
                until: at,
                why: Why::Embargo,
            },
            Stop::Overtaken,
            Stop::Changed("entry 3".to_owned()),
            Stop::ByPerson(receipt),
            Stop::Lost("locked".to_owned()),
        ];
        for stop in stops {
            let Words { zh, en } = words(&stop);
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
