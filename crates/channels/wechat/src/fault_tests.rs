use super::*;
use crate::codes::CODES;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn of(op: &str, access: Access, number: i64) -> ChannelError {
    fault(op, access, number, "", at("2026-11-24T10:00:00+08:00"))
}

#[test]
fn every_code_answers_the_three_questions() {
    for row in CODES {
        for access in [Access::Read, Access::Write] {
            let fault = of("draft", access, row.code);
            assert_eq!(fault.remote_code(), Some(row.code.to_string().as_str()));
            let advice = fault.advice().unwrap();
            assert!(
                !advice.zh.is_empty() && !advice.en.is_empty(),
                "{}",
                row.code
            );
            let (kind, retry) = match row.class {
                Class::Fix | Class::Editor | Class::Reconcile => {
                    (ErrorKind::Rejected, Retry::Never)
                }
                Class::Busy => (ErrorKind::Unavailable, Retry::Backoff),
                Class::Token => (ErrorKind::Unauthorized, Retry::Backoff),
                Class::Slow(s) => (ErrorKind::RateLimited, Retry::After(Duration::from_secs(s))),
                Class::Day => (
                    ErrorKind::QuotaExhausted,
                    Retry::After(Duration::from_secs(14 * 3_600)),
                ),
                Class::Setup => (ErrorKind::Config, Retry::Never),
                Class::Account => (ErrorKind::Unauthorized, Retry::Never),
            };
            assert_eq!((fault.kind(), fault.retry()), (kind, retry), "{}", row.code);
            let may_have_acted =
                access == Access::Write && matches!(row.class, Class::Busy | Class::Reconcile);
            assert_eq!(
                fault.effect() == Effect::Unknown,
                may_have_acted,
                "{}",
                row.code
            );
            assert_eq!(fault.renews(), row.class == Class::Token, "{}", row.code);
        }
    }
}

#[test]
fn no_code_stands_twice() {
    let mut codes: Vec<i64> = CODES.iter().map(|row| row.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), CODES.len());
}

#[test]
fn a_gone_draft_is_a_doubt_when_it_was_submitted() {
    let submitted = of("submit", Access::Write, 40007);
    assert_eq!(submitted.effect(), Effect::Unknown);
    assert_eq!(
        of("draft_delete", Access::Write, 40007).effect(),
        Effect::None
    );
}

#[test]
fn a_bad_secret_is_not_renewed() {
    let fault = of("token", Access::Read, 40001);
    assert_eq!(
        (fault.kind(), fault.retry(), fault.renews()),
        (ErrorKind::Config, Retry::Never, false)
    );
}

#[test]
fn an_unknown_code_is_a_no_to_a_question_and_a_doubt_to_an_order() {
    let read = of("article", Access::Read, 12345);
    assert_eq!(
        (read.kind(), read.effect()),
        (ErrorKind::Rejected, Effect::None)
    );
    let write = of("submit", Access::Write, 12345);
    assert_eq!(
        (write.kind(), write.effect()),
        (ErrorKind::Protocol, Effect::Unknown)
    );
}

#[test]
fn the_request_id_and_the_address_are_taken_over_and_nothing_else() {
    let text = "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 6b0552e5-1a2b3c4d-5e6f7081";
    let fault = fault(
        "token",
        Access::Read,
        40164,
        text,
        at("2026-11-24T10:00:00Z"),
    );
    assert_eq!(
        fault.message(),
        "this address is not on the allow-list, rid 6b0552e5-1a2b3c4d-5e6f7081"
    );
    assert!(fault.advice().unwrap().zh.contains("203.0.113.9"));
    let hostile = "bad rid: <script> secret";
    let fault = super::fault(
        "draft",
        Access::Write,
        45003,
        hostile,
        at("2026-11-24T10:00:00Z"),
    );
    assert_eq!(fault.message(), "title size out of limit");
}

#[test]
fn a_day_ends_at_midnight_in_beijing() {
    let just_before = at("2026-11-24T15:59:00Z");
    assert_eq!(until_midnight(just_before), Duration::from_secs(60));
}
