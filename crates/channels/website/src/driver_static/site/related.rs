//! Links between articles, both ways: a policy names its interpretation and the interpretation its policy, whichever of
//! the two said so.

use yigao_core::item::{Relation, RelationKind};

use crate::driver_static::index::Index;

/// How the other is related to this article, in the order it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::driver_static) enum Role {
    ReplacedBy,
    Replaces,
    Policy,
    Interpretation,
    RespondsTo,
    Response,
}

impl Role {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::ReplacedBy => "本文已被取代",
            Self::Replaces => "本文取代",
            Self::Policy => "相关政策",
            Self::Interpretation => "相关解读",
            Self::RespondsTo => "回应事项",
            Self::Response => "相关回应",
        }
    }

    fn own(kind: RelationKind) -> Self {
        match kind {
            RelationKind::Interprets => Self::Policy,
            RelationKind::InterpretedBy => Self::Interpretation,
            RelationKind::Replaces => Self::Replaces,
            RelationKind::RespondsTo => Self::RespondsTo,
        }
    }

    fn inverse(kind: RelationKind) -> Self {
        match kind {
            RelationKind::Interprets => Self::Interpretation,
            RelationKind::InterpretedBy => Self::Policy,
            RelationKind::Replaces => Self::ReplacedBy,
            RelationKind::RespondsTo => Self::Response,
        }
    }
}

/// One link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::driver_static) struct Related {
    pub(in crate::driver_static) role: Role,
    pub(in crate::driver_static) item: String,
    pub(in crate::driver_static) title: String,
    /// None when the other is not on the site.
    pub(in crate::driver_static) path: Option<String>,
}

/// What belongs on the page of `item`.
pub(in crate::driver_static) fn related(
    index: &Index,
    item: &str,
    relations: &[Relation],
) -> Vec<Related> {
    let mut out: Vec<Related> = Vec::new();
    let own = relations.iter().filter_map(|relation| {
        let other = index.live_item(relation.item.as_str());
        // Nobody can read anything out of an item's name alone.
        let title = other.map(|o| o.title.clone()).or(relation.title.clone())?;
        Some(Related {
            role: Role::own(relation.kind),
            item: relation.item.to_string(),
            title,
            path: other.map(|o| o.path.clone()),
        })
    });
    let inverse = index.live().into_iter().flat_map(|entry| {
        let about = entry.relations.iter().filter(|r| r.item.as_str() == item);
        about.map(|relation| Related {
            role: Role::inverse(relation.kind),
            item: entry.item.clone(),
            title: entry.title.clone(),
            path: Some(entry.path.clone()),
        })
    });
    for link in own.chain(inverse) {
        let seen = out
            .iter()
            .any(|l| l.role == link.role && l.item == link.item);
        if !seen && link.item != item {
            out.push(link);
        }
    }
    out.sort_by_key(|link| link.role);
    out
}
