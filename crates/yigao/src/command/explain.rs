//! `yigao explain`: what words mean, out of the same definitions the program runs on.

use yigao_core::{ErrorKind, State};

use crate::{exit::Mistake, lang::Say};

pub(super) fn run(say: &Say, word: Option<&str>) -> anyhow::Result<()> {
    let all = entries();
    let Some(word) = word else {
        for (name, zh, en) in &all {
            say.line(format!("{name:<18} {zh}"), format!("{name:<18} {en}"));
        }
        say.json(&all);
        return Ok(());
    };
    match all.iter().find(|(name, ..)| name == word) {
        Some((name, zh, en)) => {
            say.line(format!("{name}：{zh}"), format!("{name}: {en}"));
            say.json(&serde_json::json!({"word": name, "zh": zh, "en": en}));
            Ok(())
        }
        None => Err(Mistake::error(
            format!("没有词条 {word}；不带参数列出全部"),
            format!("no entry {word}; without a word all are listed"),
        )),
    }
}

fn entries() -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for kind in ErrorKind::ALL {
        let (zh, en) = kind_words(kind);
        all.push((kind.name().to_owned(), zh.to_owned(), en.to_owned()));
    }
    for state in State::ALL {
        let (zh, en) = state_words(state);
        all.push((
            state.name().to_owned(),
            format!("{}：{zh}", state.zh()),
            en.to_owned(),
        ));
    }
    all.push((
        "exit".to_owned(),
        "退出码：0 成功；1 库或网络出错；2 命令或配置有误；3 稿件有误或预检未过；4 未批准；5 有投递失败、存疑或走样；130 被键盘中断".to_owned(),
        "exit codes: 0 done; 1 ledger or network failed; 2 command or configuration; 3 item or pre-flight; 4 not approved; 5 failed, in doubt or read back other than approved; 130 interrupted from the keyboard".to_owned(),
    ));
    all
}

fn kind_words(kind: ErrorKind) -> (&'static str, &'static str) {
    match kind {
        ErrorKind::Config => (
            "配置有误，改好目的账号文件后重试",
            "our configuration is wrong; mend the destination's file and retry",
        ),
        ErrorKind::Unauthorized => (
            "对方不认我们，或没有此权限；检查密钥、白名单、账号权限",
            "the remote does not know us or refuses the right; check secret, allow-list, account",
        ),
        ErrorKind::Rejected => (
            "对方拒收此内容；按提示改稿后重新发布",
            "the remote refuses this content; change the item and publish again",
        ),
        ErrorKind::RateLimited => (
            "太快了，稍后自动再试，不计次数",
            "too fast; tried again automatically, no attempt is spent",
        ),
        ErrorKind::QuotaExhausted => (
            "额度用完，复位后自动再试，不计次数",
            "the allowance is used up; tried again after its window, no attempt is spent",
        ),
        ErrorKind::Unavailable => (
            "对方故障或不通，自动退避重试",
            "the remote is down; retried with back-off",
        ),
        ErrorKind::Timeout => (
            "对方没有及时回答；可能已执行，先核对再重试",
            "no answer in time; it may have acted, so it is looked up before a retry",
        ),
        ErrorKind::Interrupted => (
            "连接中断；可能已执行，先核对再重试",
            "the connection broke; it may have acted, so it is looked up before a retry",
        ),
        ErrorKind::Unsupported => ("该渠道做不到这件事", "the channel cannot do this"),
        ErrorKind::Protocol => (
            "对方的回答不合其文档，或适配器有错；请把投递记录发给开发者",
            "an answer that the remote's documentation does not allow, or an adapter's mistake; send the delivery's record to its developer",
        ),
    }
}

fn state_words(state: State) -> (&'static str, &'static str) {
    match state {
        State::Waiting => (
            "等到某时某事，界面写明原因",
            "until a time, for a reason that is shown",
        ),
        State::Working => ("有投递进程正在处理", "a worker is in it"),
        State::Accepted => (
            "对方已受理，等对方或指定的人答复",
            "a ticket was given; the remote or a named person must answer",
        ),
        State::Unconfirmed => (
            "已撤稿，到时再看一次以证实",
            "withdrawn; proof is due at a time",
        ),
        State::Delivered => (
            "有回执；之后按时回读",
            "there is a receipt; it is read back on a schedule",
        ),
        State::Failed => (
            "不会再试；“重试”会另起一个投递",
            "final; a retry plans a new delivery",
        ),
        State::InDoubt => (
            "结果无从得知，需要人裁定",
            "nobody can know what happened; a person decides",
        ),
        State::Superseded => (
            "被更新的指令或取消取代",
            "something newer, or a cancel, took its place",
        ),
    }
}
