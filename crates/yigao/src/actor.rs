//! The person whom the ledger records as having acted.

use yigao_core::Actor;

use crate::exit::Mistake;

/// The person who acts.
///
/// # Errors
/// When nobody can be named, because every change in the ledger needs an actor.
pub fn signed(actor: Option<&Actor>) -> anyhow::Result<&Actor> {
    actor.ok_or_else(|| {
        Mistake::error(
            "不知道是谁在操作：请加 --as 姓名",
            "it is not known who acts: add --as NAME",
        )
    })
}

/// The user name this process runs under, from the environment, or from the system when no variable is set (as in a container).
pub fn system_user() -> Option<Actor> {
    let named = std::env::vars()
        .find(|(name, _)| matches!(name.as_str(), "USER" | "LOGNAME" | "USERNAME"))
        .map(|(_, value)| value);
    let from_system = || {
        let id = std::process::Command::new("id").arg("-un").output().ok()?;
        String::from_utf8(id.stdout).ok()
    };
    named
        .or_else(from_system)
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .map(|name| Actor::user(&name))
}
