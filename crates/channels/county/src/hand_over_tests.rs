use yigao_channel::Secret;
use yigao_core::Timestamp;

use super::*;

const TICKET: &str = "d-01jd3k.hand";

fn paste() -> Paste {
    Paste {
        secret: Secret::new("hand-secret"),
        pages: "https://hub.example.cn/hand/yunxi".into(),
    }
}

fn call(method: &str, ticket: &str, form: &str) -> Incoming {
    Incoming {
        method: method.into(),
        path: format!("/hand/{ticket}"),
        query: vec![("s".into(), of_link(&paste().secret, ticket))],
        headers: Vec::new(),
        body: form.as_bytes().to_vec(),
        now: Timestamp::UNIX_EPOCH,
    }
}

fn said(ticket: &str, form: &str) -> Result<Callback, Refusal> {
    receive(&paste(), &call("POST", ticket, form))
}

#[test]
fn opening_the_page_says_nothing() {
    let callbacks = receive(&paste(), &call("GET", TICKET, "")).unwrap();
    assert_eq!(
        (callbacks.about.as_str(), callbacks.body),
        (TICKET, Value::Null)
    );
}

#[test]
fn a_link_that_is_not_whole_is_refused() {
    let mut wrong = call("GET", TICKET, "");
    wrong.query[0].1.replace_range(0..1, "x");
    assert_eq!(receive(&paste(), &wrong).unwrap_err().status, 403);
    wrong.query.clear();
    assert_eq!(receive(&paste(), &wrong).unwrap_err().status, 403);
    let mut other = call("GET", TICKET, "");
    other.path = "/hand/d-01jd3k.hand.withdraw".into();
    assert_eq!(receive(&paste(), &other).unwrap_err().status, 403);
    let mut nowhere = call("GET", TICKET, "");
    nowhere.path = "/hand/a/b".into();
    assert_eq!(receive(&paste(), &nowhere).unwrap_err().status, 404);
    assert_eq!(
        receive(&paste(), &call("DELETE", TICKET, ""))
            .unwrap_err()
            .status,
        405
    );
}

#[test]
fn an_answer_is_read_from_the_form() {
    let form = "who=+%E5%BC%A0%E4%B8%89+&answer=adopted&url=https%3A%2F%2Fc.cn%2F1&reason=";
    let callbacks = said(TICKET, form).unwrap();
    assert_eq!(callbacks.about, TICKET);
    assert_eq!(
        callbacks.body,
        json!({"ticket": TICKET, "who": "张三", "answer": "adopted", "url": "https://c.cn/1", "reason": null})
    );
    assert_eq!(callbacks.dedupe, said(TICKET, form).unwrap().dedupe);
    let other = said(TICKET, "who=%E5%BC%A0%E4%B8%89&answer=received").unwrap();
    assert_ne!(callbacks.dedupe, other.dedupe);
}

#[test]
fn what_is_missing_or_wrong_is_said() {
    let long = format!("who={}&answer=received", "a".repeat(41));
    for form in [
        "",
        "answer=received",
        "who=+&answer=received",
        &long,
        "who=a",
        "who=a&answer=burnt",
        "who=a&answer=returned",
        "who=a&answer=adopted",
        "who=a&answer=adopted&url=javascript:alert(1)",
        "who=a&answer=adopted&url=c.cn",
    ] {
        assert_eq!(said(TICKET, form).unwrap_err().status, 422, "{form}");
    }
    let exact = format!("who={}&answer=received", "a".repeat(40));
    assert!(said(TICKET, &exact).is_ok());
}

#[test]
fn a_withdrawal_is_not_adopted_and_may_be_refused() {
    let withdraw = format!("{TICKET}{WITHDRAW}");
    assert_eq!(
        said(&withdraw, "who=a&answer=adopted").unwrap_err().status,
        422
    );
    let callbacks =
        |answer: &str| Some(json!({"who": "张三", "answer": answer, "reason": "已印出"}));
    assert!(matches!(
        answer(true, callbacks("received")),
        Found::Yes(Confirmed::By { who }) if who == "张三"
    ));
    assert!(
        matches!(answer(true, callbacks("returned")), Found::Cannot(message) if message.contains("已印出"))
    );
    assert!(matches!(
        answer(false, callbacks("returned")),
        Found::Yes(_)
    ));
    assert!(matches!(answer(false, None), Found::No));
    assert!(matches!(answer(false, Some(json!({"who": 1}))), Found::No));
}
