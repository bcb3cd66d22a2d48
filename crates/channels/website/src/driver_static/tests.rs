//! What render and the page builders promise.

use yigao_core::{
    Block, Content, DestinationId, Digest, Figure, Intent, ItemId, Kind, Severity, Timestamp,
    finding::blocks,
    item::{Disclosure, Manner, Relation, RelationKind},
};

use super::{
    config::{Settings, StaticConfig},
    index::Index,
    render::render,
    site::{
        article, feed, home, notice,
        related::{Role, related},
        sitemap,
    },
    testing::{at, entry, everything, input, para, rendered, settings, stored, version},
};
use yigao_article::readback;

fn codes(content: Content) -> Vec<(String, Severity)> {
    let (version, site) = (version(content), DestinationId::parse("site").unwrap());
    let found = render(&settings(), &input(&version, &site, Intent::Publish)).findings;
    found.into_iter().map(|f| (f.code, f.severity)).collect()
}

fn has(list: &[(String, Severity)], code: &str, severity: Severity) -> bool {
    list.iter().any(|(c, s)| c == code && *s == severity)
}

fn plain() -> Content {
    Content {
        title: "标题".into(),
        unit: "市文旅局".into(),
        body: vec![para("正文")],
        ..Content::default()
    }
}

#[test]
fn rendering_is_deterministic() {
    assert_eq!(
        rendered(everything()).digest(),
        rendered(everything()).digest()
    );
}

#[test]
fn a_title_at_the_limit_passes_and_one_over_blocks() {
    let titled = |n: usize| Content {
        title: "文".repeat(n),
        ..plain()
    };
    assert!(!has(&codes(titled(100)), "title_too_long", Severity::Block));
    assert!(has(&codes(titled(101)), "title_too_long", Severity::Block));
}

#[test]
fn all_findings_come_at_once() {
    let digest = Digest::of_bytes(b"x");
    let content = Content {
        kind: Kind::Policy,
        column: Some("没有的栏目".into()),
        body: vec![
            Block::Figure {
                figure: Figure {
                    asset: digest,
                    alt: " ".into(),
                    caption: None,
                    credit: None,
                },
            },
            Block::Table {
                caption: None,
                header: 0,
                align: Vec::new(),
                rows: vec![vec![]],
            },
        ],
        disclosure: Some(Disclosure {
            manner: Some(Manner::Withheld),
            ..Disclosure::default()
        }),
        ..plain()
    };
    let found = codes(content);
    for (code, severity) in [
        ("picture_without_alt", Severity::Block),
        ("asset_missing", Severity::Block),
        ("disclosure_withheld", Severity::Block),
        ("table_without_header", Severity::Warn),
        ("column_unknown", Severity::Warn),
        ("summary_missing", Severity::Note),
        ("cover_missing", Severity::Note),
    ] {
        assert!(has(&found, code, severity), "{code} in {found:?}");
    }
    let (version, site) = (version(plain()), DestinationId::parse("site").unwrap());
    let rendered = render(&settings(), &input(&version, &site, Intent::Publish));
    assert!(!blocks(&rendered.findings), "{:?}", rendered.findings);
}

#[test]
fn an_article_has_the_governments_tags_and_keeps_empty_rows() {
    let html = article::page(&settings(), &stored(&rendered(everything())), &[]);
    for line in [
        "<html lang=\"zh-CN\">",
        "<meta name=\"SiteName\" content=\"临沂市文化和旅游局\">",
        "<meta name=\"SiteDomain\" content=\"wlj.linyi.gov.cn\">",
        "<meta name=\"SiteIDCode\" content=\"3713000000\">",
        "<meta name=\"ColumnName\" content=\"要闻动态\">",
        "<meta name=\"ColumnDescription\" content=\"文化和旅游工作要闻、活动动态\">",
        "<meta name=\"ColumnKeywords\" content=\"要闻动态\">",
        "<meta name=\"ColumnType\" content=\"工作动态\">",
        "<meta name=\"ArticleTitle\" content=\"标题 &lt;script&gt;&quot;\">",
        "<meta name=\"PubDate\" content=\"2026-11-24 18:05\">",
        "<meta name=\"ContentSource\" content=\"临沂市文化和旅游局\">",
        "<meta name=\"Keywords\" content=\"标题 &lt;script&gt;&quot;\">",
        "<meta name=\"Description\" content=\"摘要\">",
        "<meta name=\"Author\" content=\"临沂市文化和旅游局\">",
        "<meta name=\"Image\" content=\"http://127.0.0.1:8086/media/cover\">",
        "<meta name=\"Url\" content=\"http://127.0.0.1:8086/news/2026/item-1.html\">",
        "<meta name=\"yigao:mark\" content=\"mark-1\">",
        "<meta name=\"yigao:version\" content=\"1\">",
        "<link rel=\"canonical\" href=\"http://127.0.0.1:8086/news/2026/item-1.html\">",
        "<dt>文号</dt><dd></dd>",
        "<dt>公开方式</dt><dd>主动公开</dd>",
        "本内容由人工智能生成",
        "<span>发布时间：2026-11-24 18:05</span>",
        "<dt>活动时间</dt><dd>2026-11-24 18:05 至 20:05</dd>",
        "PDF，4 KB",
        "网站标识码：3713000000",
        "我为政府网站找错",
    ] {
        assert!(html.contains(line), "{line} is missing");
    }
    assert!(!html.contains("content=\"\""), "a tag with an empty value");
    let own = html.replace("<script>\n(function", "");
    assert!(!own.contains("<script>"), "text of the item became markup");
}

#[test]
fn a_page_without_the_code_leaves_the_tag_out() {
    let mut settings = settings();
    settings.site_id_code = None;
    let html = home::page(&settings, &Index::default());
    assert!(!html.contains("SiteIDCode") && !html.contains("网站标识码"));
}

#[test]
fn feed_and_sitemap_tell_the_living_from_the_withdrawn() {
    let mut index = Index::default();
    let mut hostile = entry("one", "news", 0);
    hostile.title = "a<b>&\"\u{8}\u{FFFF}".into();
    index.entries.insert("m1".into(), hostile);
    let mut gone = entry("two", "news", 1);
    gone.withdraw(at(5), Some("内容<有误>".into()));
    index.entries.insert("m2".into(), gone);
    let atom = feed::feed(&settings(), &index);
    assert!(
        atom.contains("<title>a&lt;b&gt;&amp;&quot;</title>"),
        "{atom}"
    );
    assert!(atom.contains(
        "<at:deleted-entry ref=\"tag:wlj.linyi.gov.cn,2026-01-01:two\" when=\"2026-11-24T15:05:00Z\"><at:comment>内容&lt;有误&gt;</at:comment></at:deleted-entry>"
    ), "{atom}");
    assert_eq!(atom.matches("<entry>").count(), 1);
    let map = sitemap::sitemap(&settings(), &index);
    assert!(map.contains("<loc>http://127.0.0.1:8086/news/2026/one.html</loc><lastmod>2026-11-24T10:05:00Z</lastmod>"), "{map}");
    assert!(!map.contains("two.html"));
    let page = home::page(&settings(), &index);
    assert!(page.contains("one.html") && !page.contains("two.html"));
}

#[test]
fn a_notice_says_so_to_people_and_machines() {
    let html = notice::page(
        &settings(),
        "news/2026/item-1.html",
        "mark-1",
        at(0),
        Some("<内容有误>"),
    );
    assert!(html.contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(html.contains("撤稿说明：&lt;内容有误&gt;"));
    let page = readback::page(&html);
    assert_eq!(
        (page.withdrawn, page.marker.as_deref()),
        (true, Some("mark-1"))
    );
}

#[test]
fn policy_and_interpretation_link_each_other_whichever_said_so() {
    let mut reading = entry("reading", "interpretation", 1);
    let policy = ItemId::parse("policy").unwrap();
    reading.relations = vec![Relation {
        kind: RelationKind::Interprets,
        item: policy,
        title: None,
    }];
    let mut index = Index::default();
    index
        .entries
        .insert("a".into(), entry("policy", "policy", 0));
    index.entries.insert("b".into(), reading.clone());
    let on_policy = related(&index, "policy", &[]);
    assert_eq!(
        on_policy
            .iter()
            .map(|l| (l.role, l.path.as_deref()))
            .collect::<Vec<_>>(),
        [(
            Role::Interpretation,
            Some("interpretation/2026/reading.html")
        )]
    );
    let on_reading = related(&index, "reading", &reading.relations);
    assert_eq!(
        on_reading
            .iter()
            .map(|l| (l.role, l.title.as_str()))
            .collect::<Vec<_>>(),
        [(Role::Policy, "标题 policy")]
    );
    index
        .entries
        .get_mut("a")
        .unwrap()
        .withdraw(Timestamp::UNIX_EPOCH, None);
    assert_eq!(related(&index, "reading", &reading.relations), []);
}

#[test]
fn configuration_mistakes_name_their_key() {
    let read = |change: &dyn Fn(&mut toml::Table)| {
        let table: toml::Table = toml::from_str(include_str!("../../example.toml")).unwrap();
        let mut channel = table.get("channel").unwrap().as_table().unwrap().clone();
        channel.remove("driver");
        change(&mut channel);
        let config: StaticConfig = channel
            .try_into()
            .map_err(|e: toml::de::Error| e.to_string())?;
        Settings::check(config).map(|_| ()).map_err(|e| e.key)
    };
    let set = |key: &'static str, value: &'static str| {
        move |t: &mut toml::Table| {
            t.insert(key.into(), value.into());
        }
    };
    assert_eq!(
        read(&set("base_url", "http://www.example.gov.cn")),
        Err("channel.base_url".into())
    );
    assert_eq!(
        read(&set("base_url", "https://www.example.gov.cn/a")),
        Ok(())
    );
    assert_eq!(
        read(&set("site_id_code", "12345")),
        Err("channel.site_id_code".into())
    );
    assert_eq!(
        read(&set("default_column", "nowhere")),
        Err("channel.default_column".into())
    );
    assert!(read(&set("colour", "red")).unwrap_err().contains("colour"));
    let none = |t: &mut toml::Table| drop(t.remove("columns"));
    assert_eq!(read(&none), Ok(()));
}

#[test]
fn the_front_page_names_every_operation() {
    let readme = include_str!("../../README.md");
    for op in super::profile::profile(&settings()).ops {
        assert!(
            readme.contains(&format!("| `{}` | {} s |", op.name, op.timeout.as_secs())),
            "{}",
            op.name
        );
    }
}

#[test]
fn a_page_reads_back_as_what_was_approved() {
    let rendition = rendered(everything());
    let article = stored(&rendition);
    let html = article::page(&settings(), &article, &[]);
    let page = readback::page(&html);
    assert_eq!(page.leaves, rendition.leaves);
    assert_eq!(page.marker.as_deref(), Some("mark-1"));
    assert!(!page.withdrawn);
}
