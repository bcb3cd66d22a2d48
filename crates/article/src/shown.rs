//! What readers are shown, beside what the site holds: the one comparison of all drivers that have both.

use yigao_core::{Leaf, LeafKind, Localized, Observation, Seen, Timestamp, time::later};

use super::{
    page::{Page, PageKind, published},
    readback::leaves_of,
    text::head,
};

/// How far ahead a page's date may be: clocks differ.
const AHEAD: std::time::Duration = std::time::Duration::from_secs(86_400);

/// Compares a public page with what an observation already holds, and notes what differs.
/// - `status` is the page's, `shown` the markup of its main text (in the element that bears our marker, where it kept one).
/// - With no leaves yet, those of the page are taken: nothing else could be asked.
pub fn compare(
    status: u16,
    page: &Page,
    shown: Option<&str>,
    now: Timestamp,
    seen: &mut Observation,
) {
    let mut differs = |remote_state, zh: String, en: String| {
        if seen.remote_state == Seen::Live {
            seen.remote_state = remote_state;
        }
        seen.drift.push(Localized::new(zh, en));
    };
    if status != 200 {
        differs(
            Seen::NotThePage,
            format!("读者打开网页得到 HTTP {status}"),
            format!("readers get HTTP {status}"),
        );
        return;
    }
    let other = match page.kind {
        PageKind::Article => None,
        PageKind::LogIn => Some(("读者看到的是登录页", "readers see a log-in page")),
        PageKind::Error => Some(("读者看到的是出错页", "readers see an error page")),
    };
    let Some(shown) = shown.filter(|_| other.is_none()) else {
        let (zh, en) = other.unwrap_or((
            "读者看到的不是这篇稿件（被模板截短，或换成了别的页面）",
            "readers see something else than this item: a template that cuts it, or another page",
        ));
        differs(Seen::NotThePage, zh.to_owned(), en.to_owned());
        return;
    };
    let shown = leaves_of(shown);
    for (remote_state, zh, en) in [title(page, seen), date(page, now)].into_iter().flatten() {
        if seen.remote_state == Seen::Live {
            seen.remote_state = remote_state;
        }
        seen.drift.push(Localized::new(zh, en));
    }
    let held: Vec<Leaf> = seen
        .leaves
        .iter()
        .filter(|leaf| leaf.kind != LeafKind::Title)
        .cloned()
        .collect();
    if held.is_empty() {
        let titled = page
            .title
            .iter()
            .map(|title| Leaf::new(LeafKind::Title, title));
        seen.leaves = titled.chain(shown).collect();
        return;
    }
    if let Some((remote_state, zh, en)) = text(&held, &shown) {
        if seen.remote_state == Seen::Live {
            seen.remote_state = remote_state;
        }
        seen.drift.push(Localized::new(zh, en));
    }
}

type Differs = Option<(Seen, String, String)>;

/// Some tags are cut at a hundred characters, and the window's bar has the site's name in it, too.
fn title(page: &Page, seen: &Observation) -> Differs {
    let held = seen
        .leaves
        .iter()
        .find(|leaf| leaf.kind == LeafKind::Title)?;
    let held = folded(&held.text);
    let is_it = |shown: &String| {
        let shown = folded(shown);
        shown.contains(&held) || (shown.chars().count() >= 90 && held.starts_with(&shown))
    };
    if page.titles.is_empty() || page.titles.iter().any(is_it) {
        return None;
    }
    let shown = page.title.as_deref().unwrap_or_default();
    Some((
        Seen::Changed,
        format!("读者看到的标题不同：{}", head(shown)),
        format!("readers see another title: {}", head(shown)),
    ))
}

/// A date ahead of its time is one of the faults that inspections do not forgive.
fn date(page: &Page, now: Timestamp) -> Differs {
    let text = page.published.as_deref()?;
    let at = published(text)?;
    (at > later(now, AHEAD)).then(|| {
        (
            Seen::Changed,
            format!("页面的发布时间 {text} 在将来"),
            format!("the page's date {text} is ahead"),
        )
    })
}

fn text(held: &[Leaf], shown: &[Leaf]) -> Differs {
    let first = held
        .iter()
        .zip(shown)
        .position(|(a, b)| (a.kind, folded(&a.text)) != (b.kind, folded(&b.text)));
    let at = match first {
        Some(at) => at,
        None if held.len() > shown.len() => {
            let missing = held.get(shown.len())?;
            return Some(match missing.kind {
                LeafKind::Picture => lost(missing),
                _ => (
                    Seen::Truncated,
                    format!("读者看到的正文被截断，缺“{}”起的部分", head(&missing.text)),
                    format!(
                        "readers see only the beginning, up to {:?}",
                        head(&missing.text)
                    ),
                ),
            });
        }
        None if held.len() < shown.len() => held.len(),
        None => return None,
    };
    let expected = held.get(at);
    if let Some(picture) = expected.filter(|leaf| leaf.kind == LeafKind::Picture)
        && shown
            .get(at)
            .is_none_or(|leaf| leaf.kind != LeafKind::Picture)
    {
        return Some(lost(picture));
    }
    let there = shown
        .get(at)
        .map(|leaf| head(&leaf.text))
        .unwrap_or_default();
    let number = at + 1;
    Some((
        Seen::Changed,
        format!("读者看到的第 {number} 段与网站存的不同（模板或插件改动）：{there}"),
        format!(
            "what readers see at paragraph {number} is not what the site holds, a template or plug-in changes it: {there}"
        ),
    ))
}

fn lost(picture: &Leaf) -> (Seen, String, String) {
    let name = &picture.text;
    (
        Seen::PictureLost,
        format!("读者看到的网页缺图片 {name}"),
        format!("the picture {name} is missing from the page"),
    )
}

/// Sites set typewriter's punctuation in type.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '‘' | '’' | '′' => '\'',
            '“' | '”' | '″' => '"',
            '×' => 'x',
            '–' | '—' => '-',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::read;

    const MAIN: &str =
        "<p>甲</p><figure><img class=\"yigao-leaf-p1\" src=\"/1.jpg\"></figure><p>乙</p>";

    fn now() -> Timestamp {
        "2026-11-24T08:00:00Z".parse().unwrap()
    }

    /// What is noted of a page whose site holds `MAIN` under the title 题.
    fn noted(status: u16, html: &str) -> (Seen, String) {
        let mut seen = Observation::by_remote(Seen::Live, now());
        seen.leaves = vec![Leaf::new(LeafKind::Title, "题")];
        seen.leaves.extend(leaves_of(MAIN));
        let page = read(html, None);
        compare(status, &page, page.main.as_deref(), now(), &mut seen);
        let drift: Vec<String> = seen.drift.into_iter().map(|words| words.en).collect();
        (seen.remote_state, drift.join("; "))
    }

    fn page(main: &str) -> String {
        format!("<h1>题</h1><div class=\"TRS_Editor\">{main}</div>")
    }

    #[test]
    fn each_state_is_told_with_what_differs() {
        let rows = [
            (page(MAIN), Seen::Live, ""),
            (
                page(&MAIN.replace('乙', "丙")),
                Seen::Changed,
                "paragraph 3",
            ),
            (
                page("<p>甲</p><figure><img class=\"yigao-leaf-p1\"></figure>"),
                Seen::Truncated,
                "乙",
            ),
            (page("<p>甲</p><p>乙</p>"), Seen::PictureLost, "p1"),
            (
                page(MAIN).replace(">题<", ">别的<"),
                Seen::Changed,
                "another title",
            ),
            (
                "<h1>登录</h1><input type=\"password\">".to_owned(),
                Seen::NotThePage,
                "log-in",
            ),
            ("<h1>404</h1>".to_owned(), Seen::NotThePage, "error page"),
            (
                "<h1>题</h1><div>摘要</div>".to_owned(),
                Seen::NotThePage,
                "something else",
            ),
            (
                format!(
                    "<meta name=\"PubDate\" content=\"2027-01-01 08:00\">{}",
                    page(MAIN)
                ),
                Seen::Changed,
                "ahead",
            ),
        ];
        for (html, remote_state, message) in rows {
            let (seen, said) = noted(200, &html);
            assert_eq!(seen, remote_state, "{html}: {said}");
            assert!(said.contains(message), "{html}: {said}");
        }
        assert_eq!(noted(410, &page(MAIN)).0, Seen::NotThePage);
    }

    #[test]
    fn where_nothing_else_can_be_asked_the_page_is_what_is_held() {
        let mut seen = Observation::by_remote(Seen::Live, now());
        let html = page(MAIN);
        let page = read(&html, None);
        compare(200, &page, page.main.as_deref(), now(), &mut seen);
        assert_eq!((seen.remote_state, seen.leaves.len()), (Seen::Live, 4));
    }
}
