//! 栏目: the site's columns, and which one an item goes into.

use serde::Deserialize;
use yigao_channel::{ConfigError, RenderInput};
use yigao_core::Kind;

/// 栏目.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    /// Folder of its pages: `a-z 0-9 -`.
    pub slug: String,
    /// Items of this kind go here when they name no column.
    pub kind: Kind,
    #[serde(default)]
    pub description: String,
}

/// A site's columns, in the order of its navigation.
#[derive(Clone, Debug)]
pub struct Columns {
    pub list: Vec<Column>,
    /// Takes what fits no other.
    pub fallback: Column,
}

impl Columns {
    /// Checks `channel.columns` and `channel.default_column`.
    pub fn check(list: Vec<Column>, default: Option<&str>) -> Result<Self, ConfigError> {
        check_list(&list)?;
        let fallback = fallback(&list, default)?;
        Ok(Self { list, fallback })
    }

    /// The column with this slug or name.
    pub fn named(&self, name: &str) -> Option<&Column> {
        self.list.iter().find(|c| c.slug == name || c.name == name)
    }

    /// Where an item of this kind goes by default.
    pub fn of_kind(&self, kind: Kind) -> &Column {
        let found = self.list.iter().find(|c| c.kind == kind);
        found.unwrap_or(&self.fallback)
    }

    /// Where an item is filed.
    pub fn of(&self, input: &RenderInput<'_>) -> &Column {
        let content = &input.version.content;
        let named = content.column_for(input.destination);
        let named = named.and_then(|name| self.named(name));
        named.unwrap_or_else(|| self.of_kind(content.kind))
    }
}

/// Names under the site's root that are no columns.
const TAKEN: [&str; 2] = ["media", "articles"];

pub fn default_columns() -> Vec<Column> {
    let rows = [
        (
            "要闻动态",
            "news",
            Kind::News,
            "文化和旅游工作要闻、活动动态",
        ),
        (
            "通知公告",
            "notices",
            Kind::Notice,
            "面向社会发布的通知、公告、公示",
        ),
        (
            "政策文件",
            "policy",
            Kind::Policy,
            "本机关制发的规范性文件和其他政策文件",
        ),
        (
            "政策解读",
            "interpretation",
            Kind::Interpretation,
            "政策文件的文字、图表、问答解读",
        ),
        (
            "活动预告",
            "events",
            Kind::Event,
            "演出、展览、节会等活动预告",
        ),
        ("办事服务", "guide", Kind::Guide, "办事指南和服务信息"),
    ];
    rows.into_iter()
        .map(|(name, slug, kind, description)| Column {
            name: name.to_owned(),
            slug: slug.to_owned(),
            kind,
            description: description.to_owned(),
        })
        .collect()
}

fn check_list(columns: &[Column]) -> Result<(), ConfigError> {
    const KEY: &str = "channel.columns";
    if columns.is_empty() {
        return Err(ConfigError::new(
            KEY,
            "至少要有一个栏目",
            "at least one column is needed",
        ));
    }
    for (at, column) in columns.iter().enumerate() {
        let slug = &column.slug;
        let fits = !slug.is_empty()
            && slug.len() <= 40
            && slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !fits || TAKEN.contains(&slug.as_str()) {
            return Err(ConfigError::new(
                KEY,
                format!("slug {slug:?}：1 至 40 个 a-z 0-9 -，且不能是 media 或 articles"),
                format!("slug {slug:?}: 1 to 40 of a-z 0-9 -, and not media or articles"),
            ));
        }
        if column.name.trim().is_empty() {
            return Err(ConfigError::new(
                KEY,
                format!("栏目 {slug:?} 没有名称"),
                format!("column {slug:?} has no name"),
            ));
        }
        let twice = columns
            .iter()
            .take(at)
            .any(|c| c.slug == *slug || c.name == column.name);
        if twice {
            return Err(ConfigError::new(
                KEY,
                format!("{slug:?} 或它的名称重复了"),
                format!("{slug:?} or its name occurs twice"),
            ));
        }
    }
    Ok(())
}

fn fallback(columns: &[Column], default: Option<&str>) -> Result<Column, ConfigError> {
    const KEY: &str = "channel.default_column";
    let found = match default {
        None => columns.first(),
        Some(name) => columns.iter().find(|c| c.slug == name || c.name == name),
    };
    found.cloned().ok_or_else(|| {
        let known: Vec<&str> = columns.iter().map(|c| c.slug.as_str()).collect();
        ConfigError::new(
            KEY,
            format!("没有这个栏目；有 {}", known.join("、")),
            format!("no such column; there are {}", known.join(", ")),
        )
    })
}
