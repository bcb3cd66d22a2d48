//! A post: what is sent, what comes back, and how the two are compared.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use yigao_core::{Digest, Leaf, LeafKind, Localized};

use yigao_article::{
    readback::{leaves_of, unescape},
    text::Text,
    whole::{fitted, whole},
};

use super::note::Beside;

/// Fields that are asked for; without the list every answer holds the text three times.
pub(super) const FIELDS: &str =
    "_fields=id,status,link,title.raw,content.raw,excerpt.raw,categories,tags,featured_media,meta";

/// States in which a post may be; `any` leaves out the trash.
pub(super) const STATES: &str = "publish,future,draft,pending,private,trash";

/// A post as the site shows it to an editor.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Post {
    pub(super) id: u64,
    pub(super) status: String,
    pub(super) link: String,
    pub(super) title: Raw,
    pub(super) content: Raw,
    pub(super) excerpt: Raw,
    pub(super) categories: Vec<u64>,
    pub(super) tags: Vec<u64>,
    pub(super) featured_media: u64,
    /// Custom fields; where there are none they come as an empty list.
    #[serde(default)]
    pub(super) meta: Value,
}

/// A text as it was written, before the site's filters.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Raw {
    pub(super) raw: String,
}

impl Post {
    pub(super) fn is_public(&self) -> bool {
        self.status == "publish"
    }

    pub(super) fn bears(&self, marker: &str) -> bool {
        self.content.raw.contains(&opening(marker))
    }

    /// Whether title and text are exactly what this program once wrote, whichever delivery that was.
    pub(super) fn is_as_written(&self, marker: &str) -> bool {
        let inner = self.content.raw.strip_prefix(&opening(marker));
        let parts = inner.and_then(|rest| rest.rsplit_once("<!-- /"));
        parts.is_some_and(|(inner, checksum)| {
            format!("<!-- /{checksum}") == closing(marker, &self.title.raw, inner)
        })
    }

    /// What of it readers see, as a digest.
    pub(super) fn print(&self) -> Digest {
        print(&self.title.raw, &self.content.raw)
    }

    /// As it reads to those who see it.
    pub(super) fn leaves(&self) -> Vec<Leaf> {
        let mut leaves = vec![Leaf::new(LeafKind::Title, &unescape(&self.title.raw))];
        leaves.extend(leaves_of(&self.content.raw));
        leaves
    }
}

/// A post as it is to be.
#[derive(Clone, Debug)]
pub(super) struct NewPost {
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) content: String,
    pub(super) excerpt: String,
    pub(super) category: u64,
    pub(super) tags: Vec<u64>,
    pub(super) featured_media: u64,
    pub(super) fields: Map<String, Value>,
}

impl NewPost {
    /// What is public keeps its address, which staff may have chosen since, and the columns and tags that they added.
    pub(super) fn correction(&self, there: &Post, before: Option<&Beside>) -> Value {
        let mut body = self.body("publish");
        if let Some(fields) = body.as_object_mut() {
            fields.remove("slug");
            if let Some(before) = before {
                let categories = joined(&[self.category], &there.categories, &before.categories);
                fields.insert("categories".to_owned(), categories);
                let tags = joined(&self.tags, &there.tags, &before.tags);
                fields.insert("tags".to_owned(), tags);
            }
        }
        body
    }

    pub(super) fn body(&self, status: &str) -> Value {
        let mut body = json!({
            "status": status,
            "slug": self.slug,
            "title": self.title,
            "content": self.content,
            "excerpt": self.excerpt,
            "categories": [self.category],
            "tags": self.tags,
            "featured_media": self.featured_media,
            "comment_status": "closed",
            "ping_status": "closed",
        });
        if let Some(body) = body.as_object_mut()
            && !self.fields.is_empty()
        {
            body.insert("meta".to_owned(), self.fields.clone().into());
        }
        body
    }

    pub(super) fn print(&self) -> Digest {
        print(&self.title, &self.content)
    }

    /// What of this the site dropped without a word: it does so with numbers it does not know.
    pub(super) fn dropped(&self, post: &Post) -> Option<&str> {
        if !post.categories.contains(&self.category) {
            return Some("categories");
        }
        if self.tags.iter().any(|tag| !post.tags.contains(tag)) {
            return Some("tags");
        }
        if post.featured_media != self.featured_media {
            return Some("featured_media");
        }
        let mut fields = self.fields.iter();
        fields
            .find(|(field, value)| post.meta.get(field.as_str()) != Some(value))
            .map(|(field, _)| field.as_str())
    }
}

/// Ours, and what is there that was not ours before.
fn joined(ours: &[u64], there: &[u64], before: &[u64]) -> Value {
    let added = there
        .iter()
        .filter(|id| !before.contains(id) && !ours.contains(id));
    ours.iter().chain(added).copied().collect()
}

/// The filters of users without `unfiltered_html` write `&#91;` as `&#091;`, and break lines as they like.
fn print(title: &str, content: &str) -> Digest {
    let plain = |text: &str| text.replace("&#0", "&#").replace(['\r', '\n'], "");
    Digest::of_bytes(format!("{}\n{}", plain(title), plain(content)).as_bytes())
}

/// What is written on everything of ours, so that it is found again: a comment that readers do not see. Of one length, since
/// the site's search finds parts of words.
pub(super) fn marker(of: &str) -> String {
    let digest = Digest::of_bytes(of.as_bytes());
    format!("yigao:{}", digest.as_str().get(..32).unwrap_or_default())
}

/// Stands before the text; readers do not see it.
pub(super) fn opening(marker: &str) -> String {
    format!("<!-- {marker} -->")
}

/// Takes the checksum of title and text, so that what this program wrote can be distinguished from what somebody changed.
fn closing(marker: &str, title: &str, inner: &str) -> String {
    format!("<!-- /{marker} {} -->", print(title, inner).short())
}

/// The whole content of a post with this title; `href` is the address of an attachment.
pub(super) fn content(
    marker: &str,
    title: &str,
    text: &Text,
    href: &dyn Fn(&str) -> Option<String>,
) -> String {
    let html = whole(text, &|file| href(&file.name));
    let inner = fitted(&harmless(&html));
    format!(
        "{}{inner}{}",
        opening(marker),
        closing(marker, title, &inner)
    )
}

/// Finished markup as the site's filters leave it alone: no line breaks (each would become a tag), nothing that reads as a
/// shortcode, as an address to embed, as typewriter's punctuation or as a smiley.
fn harmless(html: &str) -> String {
    html.replace('\n', "")
        .replace('[', "&#91;")
        .replace(']', "&#93;")
        .replace("<p>http", "<p>&#104;ttp")
        .replace("...", "&#46;..")
        .replace("--", "&#45;-")
        .replace(":)", "&#58;)")
        .replace(":(", "&#58;(")
        .replace(":-", "&#58;-")
        .replace(";)", ";&#41;")
}

impl Beside {
    pub(super) fn of(new: &NewPost, post: &Post) -> Self {
        Self {
            excerpt: post.excerpt.raw.clone(),
            categories: vec![new.category],
            tags: new.tags.clone(),
            featured_media: new.featured_media,
            fields: new.fields.clone(),
        }
    }

    /// What staff changed since, in words. That they put it into more columns or added tags is none of our business.
    pub(super) fn changed(&self, post: &Post) -> Vec<Localized> {
        let mut changed = Vec::new();
        let mut say = |zh: String, en: String| changed.push(Localized::new(zh, en));
        if self.excerpt != post.excerpt.raw {
            let there = &post.excerpt.raw;
            say(
                format!("摘要改过，网站上是“{there}”"),
                format!("the excerpt was changed, the site has “{there}”"),
            );
        }
        let lost = |ours: &[u64], theirs: &[u64]| ours.iter().any(|id| !theirs.contains(id));
        if lost(&self.categories, &post.categories) {
            say(
                "文章已被移出原来的栏目".to_owned(),
                "the post was moved out of its column".to_owned(),
            );
        }
        if lost(&self.tags, &post.tags) {
            say("有标签被去掉".to_owned(), "a tag was taken away".to_owned());
        }
        if self.featured_media != post.featured_media {
            say(
                "特色图片被换掉或去掉".to_owned(),
                "the featured picture was replaced or taken away".to_owned(),
            );
        }
        for (field, value) in &self.fields {
            let there = post.meta.get(field).unwrap_or(&Value::Null);
            if there != value {
                say(
                    format!("自定义字段 {field} 批准的是 {value}，网站上是 {there}"),
                    format!("field {field}: approved {value}, the site has {there}"),
                );
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_have_one_length_and_are_told_apart() {
        let (a, b) = (marker("night@site"), marker("night@site1"));
        assert_eq!((a.len(), b.len()), (38, 38));
        assert_ne!(a, b);
    }

    #[test]
    fn a_checksummed_post_is_told_from_a_changed_one() {
        let (marker, title) = (marker("night@site"), "题");
        let inner = "<p>免费入园</p>";
        let raw = format!(
            "{}{inner}{}",
            opening(&marker),
            closing(&marker, title, inner)
        );
        let post = |title: &str, raw: &str| Post {
            id: 1,
            status: "publish".into(),
            link: String::new(),
            title: Raw { raw: title.into() },
            content: Raw { raw: raw.into() },
            excerpt: Raw { raw: String::new() },
            meta: Value::Null,
            categories: Vec::new(),
            tags: Vec::new(),
            featured_media: 0,
        };
        assert!(post(title, &raw).is_as_written(&marker));
        assert!(!post("新题", &raw).is_as_written(&marker));
        assert!(!post(title, &raw.replace("免费", "凭票")).is_as_written(&marker));
        assert!(!post(title, &format!("{raw}<p>又及</p>")).is_as_written(&marker));
        assert!(!post(title, inner).is_as_written(&marker));
    }

    #[test]
    fn nothing_is_left_that_the_site_would_read_as_its_own() {
        let html = "<p>http://x.cn</p>\n<p>[gallery] ... -- :) a;)</p>";
        assert_eq!(
            harmless(html),
            "<p>&#104;ttp://x.cn</p><p>&#91;gallery&#93; &#46;.. &#45;- &#58;&#41; a;&#41;</p>"
        );
    }
}
