//! Categories and tags by their names.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use yigao_channel::{Interrupt, StepResult};
use yigao_core::{ChannelError, ErrorKind, Found, Timestamp, time::later};

use super::{
    api::{Api, Term, encoded, new_term},
    ops,
};
use yigao_article::{columns::Column, readback::unescape};

/// How long a number is trusted: staff rename, merge and delete.
const TRUSTED: Duration = Duration::from_secs(600);

impl Api<'_> {
    fn trusted(&self) -> Option<Timestamp> {
        Some(later(self.cx.now(), TRUSTED))
    }

    /// The category of a column, and what is done with it. A number that the site dropped is looked up once more.
    pub(super) async fn with_category<T, U>(
        &self,
        column: &Column,
        using: impl Fn(u64) -> U,
    ) -> StepResult<T>
    where
        U: Future<Output = StepResult<T>>,
    {
        self.cx
            .shared_with(
                ops::CATEGORY,
                &column.slug,
                || async { Ok(Found::No) },
                || async {
                    let id = match self.find_category(column).await? {
                        Some(id) => id,
                        None => {
                            let body =
                                new_term(&column.name, Some(&column.slug), &column.description);
                            self.make_term(ops::CATEGORY, "categories", &body).await?
                        }
                    };
                    Ok((id, self.trusted()))
                },
                using,
            )
            .await
    }

    /// By its address, which staff who rename it leave alone; else by its name.
    async fn find_category(&self, column: &Column) -> StepResult<Option<u64>> {
        let by_slug = format!("slug={}", encoded(&column.slug));
        let found = self.terms("categories", &by_slug).await?;
        if let Some(term) = found.first() {
            return Ok(Some(term.id));
        }
        let by_name = format!("search={}", encoded(&column.name));
        let found = self.terms("categories", &by_name).await?;
        let named = found
            .iter()
            .find(|term| unescape(&term.name) == column.name);
        Ok(named.map(|term| term.id))
    }

    /// Numbers of the tags with these names.
    pub(super) async fn tags(&self, names: &[String]) -> StepResult<Vec<u64>> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let there = self.known_tags(names).await?;
        let mut ids = Vec::new();
        for name in names {
            let known = there.iter().find(|term| unescape(&term.name) == *name);
            let id = match known {
                Some(term) => term.id,
                None => self.make_tag(name).await?,
            };
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// One call for all of them: their addresses follow from their names.
    async fn known_tags(&self, names: &[String]) -> StepResult<Vec<Term>> {
        let slugs: Vec<String> = names.iter().map(|name| encoded(name)).collect();
        self.terms("tags", &format!("slug={}", slugs.join(",")))
            .await
    }

    async fn make_tag(&self, name: &str) -> StepResult<u64> {
        // It is not among those that the site has: one that was made earlier is there no more.
        let fresh: Mutex<Option<u64>> = Mutex::new(None);
        let fresh = &fresh;
        self.cx
            .shared_with(
                ops::TAG,
                name,
                || async { Ok(Found::No) },
                || async {
                    let body = new_term(name, None, "");
                    let id = self.make_term(ops::TAG, "tags", &body).await?;
                    *fresh.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
                    Ok((id, self.trusted()))
                },
                |id: u64| async move {
                    if *fresh.lock().unwrap_or_else(PoisonError::into_inner) == Some(id) {
                        return Ok(id);
                    }
                    let message = "a tag that was made is not on the site any more";
                    let error = ChannelError::new(ErrorKind::Rejected, ops::TAG, message);
                    Err(Interrupt::Fault(error.with_renew()))
                },
            )
            .await
    }
}
