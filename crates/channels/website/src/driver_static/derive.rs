//! Pages that derive from the index: which of them a change touches, and how each is built.

use yigao_channel::{Cx, StepResult};

use super::{
    StaticSite,
    config::Settings,
    files,
    index::{Entry, Index, PageNo},
    profile::DERIVE,
    site::{self, article, column, feed, home, map, related::related, sitemap},
};
use yigao_article::columns::Column;

/// A derived page, by the name its step has in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Home,
    Feed,
    Sitemap,
    Map,
    Column {
        slug: String,
        number: PageNo,
    },
    /// The page of another item, for the links on it.
    Article {
        item: String,
    },
}

impl Part {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Home => "home".to_owned(),
            Self::Feed => "feed".to_owned(),
            Self::Sitemap => "sitemap".to_owned(),
            Self::Map => "map".to_owned(),
            Self::Column { slug, number } => match number {
                PageNo::Newest => format!("column:{slug}"),
                PageNo::Older(n) => format!("column:{slug}:{n}"),
            },
            Self::Article { item } => format!("article:{item}"),
        }
    }

    /// Reads a name; none for one that this program never wrote.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (kind, rest) = name.split_once(':').unwrap_or((name, ""));
        match (kind, rest) {
            ("home", "") => Some(Self::Home),
            ("feed", "") => Some(Self::Feed),
            ("sitemap", "") => Some(Self::Sitemap),
            ("map", "") => Some(Self::Map),
            ("article", item) if !item.is_empty() => Some(Self::Article {
                item: item.to_owned(),
            }),
            ("column", rest) if !rest.is_empty() => {
                let (slug, number) = match rest.split_once(':') {
                    None => (rest, PageNo::Newest),
                    Some((slug, n)) => (slug, PageNo::Older(n.parse().ok()?)),
                };
                Some(Self::Column {
                    slug: slug.to_owned(),
                    number,
                })
            }
            _ => None,
        }
    }
}

/// What one item's change in the index touches. `was` is its entry before this delivery, as the journal has it: the index
/// itself may hold the new entry already, when the act is done again after a crash.
pub(super) fn touched(
    settings: &Settings,
    now: &Index,
    marker: &str,
    was: Option<&Entry>,
    unbuilt: &[&Column],
) -> Vec<Part> {
    let mut before = now.clone();
    match was {
        Some(entry) => before.entries.insert(marker.to_owned(), entry.clone()),
        None => before.entries.remove(marker),
    };
    let mut parts = linked(&before, now, marker);
    for column in &settings.columns.list {
        let slug = &column.slug;
        let newest = PageNo::Newest;
        if unbuilt.contains(&column) || before.page(slug, newest) != now.page(slug, newest) {
            parts.push(Part::Column {
                slug: slug.clone(),
                number: newest,
            });
        }
        let most = before.older_pages(slug).max(now.older_pages(slug));
        let changed = (1..=most)
            .rev()
            .map(PageNo::Older)
            .filter(|n| before.page(slug, *n) != now.page(slug, *n));
        parts.extend(changed.map(|number| Part::Column {
            slug: slug.clone(),
            number,
        }));
    }
    parts.extend([Part::Home, Part::Feed, Part::Sitemap, Part::Map]);
    parts
}

/// Live articles that link to this item or did so; itself too, when there are any: between the writing of its page and
/// that of the index, the other may have gone up.
fn linked(before: &Index, now: &Index, marker: &str) -> Vec<Part> {
    let mut items: Vec<String> = Vec::new();
    for index in [before, now] {
        if let Some(entry) = index.entries.get(marker) {
            let links = related(index, &entry.item, &entry.relations);
            items.extend(links.into_iter().map(|link| link.item));
        }
    }
    if items.is_empty() {
        return Vec::new();
    }
    items.extend(now.entries.get(marker).map(|entry| entry.item.clone()));
    items.retain(|item| now.live_item(item).is_some());
    items.sort();
    items.dedup();
    items
        .into_iter()
        .map(|item| Part::Article { item })
        .collect()
}

impl StaticSite {
    /// Columns without a first page yet: navigation links to all of them.
    pub(super) async fn unbuilt(&self, cx: &Cx<'_>) -> StepResult<Vec<&Column>> {
        let mut out = Vec::new();
        for column in &self.settings.columns.list {
            let path = column::path(column, PageNo::Newest);
            if files::size(cx, &path).await?.is_none() {
                out.push(column);
            }
        }
        Ok(out)
    }

    /// Builds each of these anew, a step each.
    pub(super) async fn derive_all(&self, cx: &Cx<'_>, names: &[String]) -> StepResult<()> {
        for name in names {
            if let Some(part) = Part::parse(name) {
                cx.step(DERIVE, name, || self.derive(cx, part.clone()))
                    .await?;
            }
        }
        Ok(())
    }

    async fn derive(&self, cx: &Cx<'_>, part: Part) -> StepResult<()> {
        files::until_settled(DERIVE, || self.derive_once(cx, &part)).await
    }

    async fn derive_once(&self, cx: &Cx<'_>, part: &Part) -> StepResult<Option<()>> {
        let held = files::index(cx).await?;
        let (settings, index) = (&self.settings, &held.value);
        let (path, text) = match part {
            Part::Home => (home::PATH.to_owned(), home::page(settings, index)),
            Part::Feed => (feed::PATH.to_owned(), feed::feed(settings, index)),
            Part::Sitemap => (sitemap::PATH.to_owned(), sitemap::sitemap(settings, index)),
            Part::Map => (site::MAP_PATH.to_owned(), map::page(settings, index)),
            Part::Column { slug, number } => match settings.columns.named(slug) {
                // Taken out of the configuration since.
                None => return Ok(Some(())),
                Some(found) => (
                    column::path(found, *number),
                    column::page(settings, index, found, *number),
                ),
            },
            Part::Article { item } => return self.relink(cx, item).await,
        };
        let done = files::put(cx, DERIVE, &path, text, vec![held.still()]).await?;
        Ok(done.then_some(()))
    }

    /// Builds another item's page anew from what is stored beside it, while it is live and still that text.
    async fn relink(&self, cx: &Cx<'_>, item: &str) -> StepResult<Option<()>> {
        let index = files::index(cx).await?;
        let stored = files::article(cx, item).await?;
        let (Some(entry), Some(text)) = (index.value.live_item(item), &stored.value) else {
            return Ok(Some(()));
        };
        let links = related(&index.value, item, &text.text.relations);
        let page = article::page(&self.settings, text, &links);
        let still = vec![index.still(), stored.still()];
        let done = files::put(cx, DERIVE, &entry.path, page, still).await?;
        Ok(done.then_some(()))
    }

    /// The style sheet, written only where it is another or none.
    pub(super) async fn style(&self, cx: &Cx<'_>) -> StepResult<()> {
        let there = files::read(cx, site::STYLE_PATH).await?;
        if there.as_deref() != Some(site::STYLE.as_bytes()) {
            files::put(cx, DERIVE, site::STYLE_PATH, site::STYLE, Vec::new()).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver_static::testing::{entry, settings};

    #[test]
    fn names_read_back() {
        let parts = [
            Part::Home,
            Part::Column {
                slug: "news".into(),
                number: PageNo::Newest,
            },
            Part::Column {
                slug: "news".into(),
                number: PageNo::Older(3),
            },
            Part::Article {
                item: "a.b-1".into(),
            },
        ];
        for part in parts {
            assert_eq!(Part::parse(&part.name()), Some(part));
        }
        assert_eq!(Part::parse("else"), None);
    }

    #[test]
    fn the_same_pages_are_touched_when_the_act_is_done_again() {
        let mut now = Index::default();
        for n in 0..120 {
            now.entries
                .insert(format!("m{n}"), entry(&format!("i{n}"), "news", n));
        }
        let names: Vec<String> = touched(&settings(), &now, "m119", None, &[])
            .iter()
            .map(Part::name)
            .collect();
        assert_eq!(
            names,
            [
                "column:news",
                "column:news:2",
                "home",
                "feed",
                "sitemap",
                "map"
            ]
        );
    }
}
