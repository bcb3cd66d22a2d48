//! Characters at which the parser of YAML stops without a word that helps: taken out, or refused by name.

use yigao_core::Finding;

use crate::{
    characters::{self, Met, Source, Unseen},
    problem::Problem,
    reserved,
};

/// Most lines of which it is said.
const SAID_MAX: usize = 200;

/// Lines without control characters and without the two codes that are no characters.
pub(super) fn taken_out(
    file: &str,
    first: usize,
    lines: &mut [String],
) -> (Vec<Problem>, Vec<Finding>) {
    let (mut met, mut findings) = (Vec::new(), Vec::new());
    for (number, line) in (first..).zip(lines) {
        let place = "front_matter";
        if let Some(c) = line.chars().find(|c| is_no_character(*c)) {
            met.push(Met {
                c,
                why: Unseen::Unassigned,
                place: place.to_owned(),
                line: Some(number),
                quote: characters::around(line, c),
            });
            line.retain(|c| !is_no_character(c));
        }
        if let Some((left, finding)) = reserved::without(place, number, line, is_control) {
            *line = left;
            findings.push(finding);
        }
    }
    let source = Source {
        file,
        text: "",
        body_from: 1,
    };
    met.truncate(SAID_MAX);
    findings.truncate(SAID_MAX);
    (characters::problems(&source, &met), findings)
}

/// What YAML cannot hold; the next line of ISO 6429 it can.
fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\r' | '\u{85}')
}

fn is_no_character(c: char) -> bool {
    matches!(c, '\u{fffe}' | '\u{ffff}')
}
