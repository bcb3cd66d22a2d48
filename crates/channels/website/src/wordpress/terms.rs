//! Categories and tags by their names.

use std::time::Duration;

use yigao_channel::R;
use yigao_core::{Found, Timestamp, time::later};

use super::{
    api::{Api, Term, encoded, new_term},
    profile,
};
use crate::article::columns::Column;

/// How long a number is trusted: staff rename, merge and delete.
const TRUSTED: Duration = Duration::from_secs(600);

impl Api<'_> {
    fn trusted(&self) -> Option<Timestamp> {
        Some(later(self.cx.now(), TRUSTED))
    }

    /// The category of a column, and what is done with it. A number that the site dropped is looked for once more.
    pub(super) async fn with_category<T, U>(
        &self,
        column: &Column,
        using: impl Fn(u64) -> U,
    ) -> R<T>
    where
        U: Future<Output = R<T>>,
    {
        self.cx
            .keep_with(
                profile::CATEGORY,
                &column.slug,
                || async { Ok(Found::No) },
                || async {
                    let query = format!("search={}", encoded(&column.name));
                    let found = self.terms("categories", &query).await?;
                    let id = match found.iter().find(|term| is_column(term, column)) {
                        Some(term) => term.id,
                        None => {
                            let body =
                                new_term(&column.name, Some(&column.slug), &column.description);
                            self.make_term(profile::CATEGORY, "categories", &body)
                                .await?
                        }
                    };
                    Ok((id, self.trusted()))
                },
                using,
            )
            .await
    }

    /// Numbers of the tags with these names.
    pub(super) async fn tags(&self, names: &[String]) -> R<Vec<u64>> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let there = self.known_tags(names).await?;
        let mut ids = Vec::new();
        for name in names {
            let known = there.iter().find(|term| term.name == *name);
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
    async fn known_tags(&self, names: &[String]) -> R<Vec<Term>> {
        let slugs: Vec<String> = names.iter().map(|name| encoded(name)).collect();
        self.terms("tags", &format!("slug={}", slugs.join(",")))
            .await
    }

    async fn make_tag(&self, name: &str) -> R<u64> {
        self.cx
            .keep(
                profile::TAG,
                name,
                || async { Ok(Found::No) },
                || async {
                    let body = new_term(name, None, "");
                    let id = self.make_term(profile::TAG, "tags", &body).await?;
                    Ok((id, self.trusted()))
                },
            )
            .await
    }
}

fn is_column(term: &Term, column: &Column) -> bool {
    term.slug == column.slug || unescaped(&term.name) == column.name
}

/// Names come with their ampersands written out.
fn unescaped(name: &str) -> String {
    name.replace("&amp;", "&")
}
