//! Lists as Markdown that reads the same.

use yigao_core::{
    Block,
    block::ListItem,
    numbering::{NumberStyle, Numbering, STYLES},
};

use super::{
    write_fence::fence,
    write_inline::{Place, inlines},
};

/// A list; styles that Markdown has no signs for are named by a fence round it, level by level.
pub(super) fn whole(numbering: Option<Numbering>, items: &[ListItem], turn: bool) -> String {
    let mut styles = Vec::new();
    collect(numbering, items, 0, &mut styles);
    let signs = |style: &NumberStyle| matches!(style, NumberStyle::Decimal | NumberStyle::Bracket);
    let fenced = !styles.iter().flatten().all(signs);
    let text = list(numbering, items, turn, "", fenced);
    if !fenced {
        return text;
    }
    let names: Vec<&str> = styles
        .into_iter()
        .map(|style| {
            let style = style.unwrap_or_default();
            let named = STYLES.iter().find(|(_, known)| *known == style);
            named.map_or("decimal", |(name, _)| name)
        })
        .collect();
    fence(&format!("list style={}", names.join(",")), &text)
}

/// The style of each level of numbered lists; the first one met counts.
fn collect(
    numbering: Option<Numbering>,
    items: &[ListItem],
    level: usize,
    styles: &mut Vec<Option<NumberStyle>>,
) {
    let below = match numbering {
        Some(numbering) => {
            if styles.len() <= level {
                styles.resize(level + 1, None);
            }
            if let Some(style @ None) = styles.get_mut(level) {
                *style = Some(numbering.style);
            }
            level + 1
        }
        None => level,
    };
    for item in items {
        if let Some(Block::List {
            ordered,
            numbering,
            items,
        }) = item.children.as_deref()
        {
            collect(ordered.then_some(*numbering), items, below, styles);
        }
    }
}

fn list(
    numbering: Option<Numbering>,
    items: &[ListItem],
    turn: bool,
    indent: &str,
    fenced: bool,
) -> String {
    let mut out = String::new();
    let numbers = numbering.map(|n| n.numbers(items.iter().map(|item| item.number)));
    for (at, item) in items.iter().enumerate() {
        let number = numbers.as_ref().and_then(|numbers| numbers.get(at));
        let bracket = numbering.is_some_and(|n| n.style == NumberStyle::Bracket) && !fenced;
        let sign = match (number, turn) {
            (Some(number), _) if bracket => format!("{number})"),
            (Some(number), _) => format!("{number}."),
            (None, false) => "-".to_owned(),
            (None, true) => "*".to_owned(),
        };
        let text = inlines(&item.text, Place::Line);
        out.push_str(format!("{indent}{sign} {text}").trim_end());
        let Some(Block::List {
            ordered,
            numbering: below,
            items,
        }) = item.children.as_deref()
        else {
            out.push('\n');
            continue;
        };
        let deeper = format!("{indent}{}", " ".repeat(sign.len() + 1));
        // The other bullet below: three equal ones in a line would be a divider.
        let turned = !ordered && numbering.is_none() && !turn;
        let children = list(ordered.then_some(*below), items, turned, &deeper, fenced);
        if item.text.is_empty() {
            out.push(' ');
            out.push_str(children.trim_start());
        } else {
            // A list that does not begin with 1, or begins with nothing, needs a blank line before it.
            let bare = items.first().is_some_and(|item| item.text.is_empty());
            let apart = bare || (*ordered && below.start != 1);
            out.push_str(if apart { "\n\n" } else { "\n" });
            out.push_str(&children);
        }
    }
    out
}
