//! What ends a document, as HTML: 落款 at the right, and the notes.

use super::{escape, inlines, put};
use crate::block::{Note, note_label};

pub(super) fn write(units: &[String], date: &str, out: &mut String) {
    let lines = units.iter().map(String::as_str).chain([date]);
    for line in lines.filter(|line| !line.is_empty()) {
        put(
            out,
            format_args!("<p class=\"sign\">{}</p>\n", escape(line)),
        );
    }
}

pub(super) fn write_notes(notes: &[Note], out: &mut String) {
    out.push_str("<section class=\"notes\" aria-label=\"注释\">\n");
    for (number, note) in (1..).zip(notes) {
        put(
            out,
            format_args!(
                "<p id=\"note-{number}\">{} {}</p>\n",
                note_label(number),
                inlines(&note.text)
            ),
        );
    }
    out.push_str("</section>\n");
}
