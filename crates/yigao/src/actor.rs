//! Who acts, for the ledger.

use yigao_core::Actor;

use crate::exit::Mistake;

/// Who acts.
///
/// # Errors
/// When nobody can be named: nothing is signed by nobody.
pub fn signed(actor: Option<&Actor>) -> anyhow::Result<&Actor> {
    actor.ok_or_else(|| {
        Mistake::error(
            "不知道是谁在操作：请加 --as 姓名",
            "it is not known who acts: add --as NAME",
        )
    })
}

/// The name this process runs under: by the environment, else by the system (a container sets no variable).
pub fn system_user() -> Option<Actor> {
    let named = std::env::vars()
        .find(|(name, _)| matches!(name.as_str(), "USER" | "LOGNAME" | "USERNAME"))
        .map(|(_, value)| value);
    let told = || {
        let id = std::process::Command::new("id").arg("-un").output().ok()?;
        String::from_utf8(id.stdout).ok()
    };
    named
        .or_else(told)
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .map(|name| Actor::user(&name))
}
