//! Lists as HTML. Numbers that browsers do not write by themselves are text: they are right wherever the markup goes.

use super::{Sources, inlines, put, write_block};
use crate::block::{ListItem, number_labels};
use crate::numbering::{NumberStyle, Numbering};

pub(super) fn write(
    numbering: Option<Numbering>,
    items: &[ListItem],
    sources: &Sources<'_>,
    out: &mut String,
) {
    let tag = match numbering {
        None => "ul",
        Some(numbering) if numbering.style == NumberStyle::Decimal => "ol",
        Some(_) => "ul class=\"numbered\"",
    };
    let decimal = numbering.filter(|numbering| numbering.style == NumberStyle::Decimal);
    match decimal.map(|numbering| numbering.start) {
        None | Some(1) => put(out, format_args!("<{tag}>")),
        Some(start) => put(out, format_args!("<{tag} start=\"{start}\">")),
    }
    let labels = match (numbering, decimal) {
        (Some(numbering), None) => number_labels(numbering, items),
        _ => Vec::new(),
    };
    for (at, item) in items.iter().enumerate() {
        match item.number.filter(|_| decimal.is_some()) {
            Some(number) => put(out, format_args!("<li value=\"{number}\">")),
            None => out.push_str("<li>"),
        }
        let label = labels.get(at).map(String::as_str).unwrap_or_default();
        put(out, format_args!("{label}{}", inlines(&item.text)));
        if let Some(child) = &item.children {
            write_block(child, sources, out);
        }
        out.push_str("</li>");
    }
    let name = tag.split(' ').next().unwrap_or(tag);
    put(out, format_args!("</{name}>\n"));
}
