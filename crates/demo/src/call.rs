//! What every part of the demo is given.

use yigao::{actor::signed, lang::Say};
use yigao_core::Actor;

/// How it speaks, and who acts.
#[derive(Clone, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) say: &'a Say,
    /// `None` when neither a flag nor the system says.
    pub(crate) actor: Option<Actor>,
}

impl Call<'_> {
    /// Who acts, for the ledger.
    ///
    /// # Errors
    /// When nobody can be named.
    pub(crate) fn actor(&self) -> anyhow::Result<&Actor> {
        signed(self.actor.as_ref())
    }
}
