//! What an item is: its words, its pictures and the metadata a government publisher answers for.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    asset::{AiUse, Asset},
    block::Block,
    digest::Digest,
    id::{DestinationId, ItemId},
};

/// What kind of piece an item is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 新闻.
    #[default]
    News,
    /// 政策文件.
    Policy,
    /// 政策解读.
    Interpretation,
    /// 通知公告.
    Notice,
    /// 活动.
    Event,
    /// 办事指南.
    Guide,
}

/// The whole content of a version. Two versions with equal content have the same digest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub kind: Kind,
    pub title: String,
    /// 副题.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// 摘要.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// 发布单位, as it signs: 临沂市文化和旅游局.
    pub unit: String,
    /// 起草单位 / 科室.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drafting_unit: Option<String>,
    /// 负责人.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible: Option<String>,
    /// 作者 / 通讯员.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// 来源, when not the unit itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// 栏目 of the website.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// 发布日期 as the piece itself states it; the day of publication when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Event>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disclosure: Option<Disclosure>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<ServiceGuide>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ai: Option<AiUse>,
    /// 禁发至: nothing of it is published before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embargo: Option<Timestamp>,
    /// 失效时间.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// 封面: an asset of the item; the first picture when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<Digest>,
    pub body: Vec<Block>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Every original the body, the cover and the attachments name, by digest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assets: BTreeMap<Digest, Asset>,
    /// What one destination is given instead.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<DestinationId, Override>,
}

/// 活动时间与地点.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub starts: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Timestamp>,
    pub place: String,
}

/// 政府信息公开 metadata. Fields the source leaves empty stay `None`: an empty 文号 is not a missing table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// 索引号, opaque: each province builds it differently.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_number: Option<String>,
    /// 发布机构.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// 公开目录.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<String>,
    /// 文号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// 公开方式.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manner: Option<Manner>,
    /// Why it is not disclosed on the unit's own motion; required for the last two manners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manner_reason: Option<String>,
    /// 成文日期.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Date>,
    /// 有效性.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Validity>,
    /// 内容概述.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overview: Option<String>,
}

/// 公开方式.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Manner {
    #[serde(rename = "主动公开")]
    Active,
    #[serde(rename = "依申请公开")]
    OnRequest,
    #[serde(rename = "不予公开")]
    Withheld,
}

impl Manner {
    /// As printed on a page.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Active => "主动公开",
            Self::OnRequest => "依申请公开",
            Self::Withheld => "不予公开",
        }
    }
}

/// 有效性.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Validity {
    #[serde(rename = "现行有效")]
    InForce,
    #[serde(rename = "废止")]
    Repealed,
    #[serde(rename = "失效")]
    Lapsed,
}

impl Validity {
    /// As printed on a page.
    pub fn zh(self) -> &'static str {
        match self {
            Self::InForce => "现行有效",
            Self::Repealed => "废止",
            Self::Lapsed => "失效",
        }
    }
}

/// How one item relates to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    pub kind: RelationKind,
    pub item: ItemId,
    /// Title of the other item, for the link's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// 关系.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// 解读 the other.
    Interprets,
    /// 被其解读.
    InterpretedBy,
    /// 取代.
    Replaces,
    /// 回应.
    RespondsTo,
}

/// 办事指南 in its key elements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceGuide {
    /// 事项名称.
    pub matter: String,
    /// 受理机构.
    pub office: String,
    /// 受理条件.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<String>,
    /// 申请材料.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<String>,
    /// 办理时限.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<String>,
    /// 办理地点与电话.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// 附件.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    pub asset: Digest,
    /// Shown name: 附件1：报名表.
    pub title: String,
}

/// What one destination is given instead of the item's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Not sent to this destination at all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skip: bool,
}

/// One immutable state of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    pub item: ItemId,
    /// 1, 2, 3 … within the item.
    pub number: u32,
    /// Digest of `content` as canonical JSON.
    pub digest: Digest,
    pub content: Content,
}

impl Version {
    /// A version with its digest taken.
    pub fn new(item: ItemId, number: u32, content: Content) -> Self {
        Self {
            item,
            number,
            digest: Digest::of_json(&content),
            content,
        }
    }
}

impl Content {
    /// The title this destination is given.
    pub fn title_for(&self, destination: &DestinationId) -> &str {
        self.overrides
            .get(destination)
            .and_then(|o| o.title.as_deref())
            .unwrap_or(&self.title)
    }

    /// The summary this destination is given, if there is one.
    pub fn summary_for(&self, destination: &DestinationId) -> Option<&str> {
        self.overrides
            .get(destination)
            .and_then(|o| o.summary.as_deref())
            .or(self.summary.as_deref())
    }

    /// The column this destination files it under, if any.
    pub fn column_for(&self, destination: &DestinationId) -> Option<&str> {
        self.overrides
            .get(destination)
            .and_then(|o| o.column.as_deref())
            .or(self.column.as_deref())
    }

    /// The cover: the one named, else the first picture of the body.
    pub fn cover(&self) -> Option<&Digest> {
        self.cover
            .as_ref()
            .or_else(|| crate::block::figures(&self.body).first().map(|f| &f.asset))
    }

    /// 来源 as pages print it.
    pub fn source(&self) -> &str {
        self.source.as_deref().unwrap_or(&self.unit)
    }
}
