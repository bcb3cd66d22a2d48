//! Lists as the platform keeps them.

use yigao_core::{
    block::{Block, ListItem, number_labels},
    numbering::{NumberStyle, Numbering},
};

use super::{GAP, Writer};

impl Writer<'_> {
    /// White space between entries and blocks inside them become empty bullets: an entry is one line of inlines, a list
    /// below it follows its entry, anything else interrupts the list.
    pub(super) fn list(&mut self, numbering: Option<Numbering>, items: &[ListItem]) {
        self.list_within(numbering, items, ["1.5em", "0"]);
    }

    /// The same inside of a list, `indents` from the left: where the browser writes the signs, and where they are text.
    fn list_within(
        &mut self,
        numbering: Option<Numbering>,
        items: &[ListItem],
        indents: [&str; 2],
    ) {
        let decimal = numbering.filter(|numbering| numbering.style == NumberStyle::Decimal);
        let tag = if decimal.is_some() { "ol" } else { "ul" };
        // Numbers that no browser writes are text.
        let labels = match (numbering, decimal) {
            (Some(numbering), None) => number_labels(numbering, items),
            _ => Vec::new(),
        };
        let [signs, own] = indents;
        let style = if labels.is_empty() {
            format!("{GAP};padding-left:{signs}")
        } else {
            format!("{GAP};padding-left:{own};list-style:none")
        };
        // An entry whose number is text begins further left.
        let below = if labels.is_empty() {
            ["1.5em", "1.5em"]
        } else {
            ["2.5em", "1.5em"]
        };
        let numbers = decimal.map(|n| n.numbers(items.iter().map(|item| item.number)));
        let number = |at: usize| numbers.as_ref()?.get(at).copied();
        let start = |number: Option<u32>| match number {
            None | Some(1) => String::new(),
            Some(number) => format!(" start=\"{number}\""),
        };
        self.put(format_args!(
            "<{tag}{} style=\"{style}\">",
            start(number(0))
        ));
        for (at, item) in items.iter().enumerate() {
            let mut text = self.inlines(&item.text);
            let child = item.children.as_deref();
            if let Some(Block::Paragraph { text: more } | Block::Heading { text: more, .. }) = child
            {
                let more = self.inlines(more);
                text.push_str("<br>");
                text.push_str(&more);
            }
            let value = match item.number.filter(|_| at > 0 && decimal.is_some()) {
                Some(number) => format!(" value=\"{number}\""),
                None => String::new(),
            };
            let label = labels.get(at).map(String::as_str).unwrap_or_default();
            self.put(format_args!("<li{value}>{label}{text}</li>"));
            match child {
                None | Some(Block::Paragraph { .. } | Block::Heading { .. }) => {}
                Some(Block::List {
                    ordered,
                    numbering,
                    items,
                }) => self.list_within(ordered.then_some(*numbering), items, below),
                Some(other) => {
                    self.put(format_args!("</{tag}>"));
                    self.block(other);
                    let next = number(at).map(|number| number.saturating_add(1));
                    self.put(format_args!("<{tag}{} style=\"{style}\">", start(next)));
                }
            }
        }
        self.put(format_args!("</{tag}>"));
    }
}
