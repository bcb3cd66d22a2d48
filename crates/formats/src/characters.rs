//! Characters that readers would not see as they are meant: private use, unassigned, lost in a conversion.
//! They stop an item; for some of them the standard code is known.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::problem::{Problem, words};

/// Most places that are named, of one item and of one character.
const PLACES_MAX: usize = 50;
const LINES_MAX: usize = 20;
/// How many characters are shown before and after a place.
const AROUND: usize = 12;

/// Why a character cannot go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unseen {
    /// A code that each computer draws as it likes, or not at all.
    PrivateUse,
    /// Pictures of bullets and ticks that Word puts into private use for its symbol fonts.
    SymbolFont,
    /// No character, in the Unicode version of the tables.
    Unassigned,
    /// U+FFFD, which stands where a conversion lost a character.
    Lost,
}

/// What stops an item with this character; `None` for whatever may go out.
pub(crate) fn unseen(c: char) -> Option<Unseen> {
    match c {
        // Nearly all of a text, without a look into the tables.
        '\u{0}'..='\u{7f}' | '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' => None,
        '\u{fffd}' => Some(Unseen::Lost),
        '\u{f020}'..='\u{f0ff}' => Some(Unseen::SymbolFont),
        c => match c.general_category() {
            GeneralCategory::PrivateUse => Some(Unseen::PrivateUse),
            GeneralCategory::Unassigned => Some(Unseen::Unassigned),
            _ => None,
        },
    }
}

/// Characters that older fonts and GB 18030-2000 had in private use, by the first code of each run, and the
/// standard characters of GB 18030-2005 and -2022 in the same order.
const MOVED: [(char, &str); 5] = [
    ('\u{e76c}', "€"),
    ('\u{e78d}', "︐︒︑︓︔︕︖︗︘︙"),
    ('\u{e7c7}', "ḿǹ"),
    ('\u{e7e7}', "〾⿰⿱⿲⿳⿴⿵⿶⿷⿸⿹⿺⿻"),
    (
        '\u{e815}',
        "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻",
    ),
];

/// The standard character for one of private use, where the national standard names it.
pub(crate) fn standard(c: char) -> Option<char> {
    MOVED.iter().find_map(|(first, run)| {
        let at = (c as usize).checked_sub(*first as usize)?;
        run.chars().nth(at)
    })
}

/// A text whose lines are named.
pub(crate) struct Source<'t> {
    pub file: &'t str,
    pub text: &'t str,
    /// The first line of the body, from 1; front matter stands before it.
    pub body_from: usize,
}

impl Source<'_> {
    /// Lines in which `c` stands, as itself or escaped. `body` leaves out what is front matter.
    pub(crate) fn lines_of(&self, c: char, body: bool) -> Vec<usize> {
        let escapes = escapes(c);
        let holds = |line: &str| {
            line.contains(c)
                || line.contains(['&', '\\']) && {
                    let lower = line.to_ascii_lowercase();
                    escapes.iter().any(|form| lower.contains(form.as_str()))
                }
        };
        (1..)
            .zip(self.text.lines())
            .filter(|(number, line)| (!body || *number >= self.body_from) && holds(line))
            .map(|(number, _)| number)
            .take(LINES_MAX)
            .collect()
    }

    /// The line with this number, from 1.
    pub(crate) fn line(&self, number: usize) -> Option<&str> {
        self.text.lines().nth(number.checked_sub(1)?)
    }
}

/// How Markdown, HTML, YAML and JSON write a character by its code, in small letters.
fn escapes(c: char) -> Vec<String> {
    let code = c as u32;
    let mut forms = vec![
        format!("&#x{code:x};"),
        format!("&#{code};"),
        format!("\\u{code:04x}"),
        format!("\\u{code:08x}"),
        format!("\\x{code:02x}"),
    ];
    if code > 0xffff {
        let mut pair = [0_u16; 2];
        let pair = c.encode_utf16(&mut pair);
        forms.push(pair.iter().map(|unit| format!("\\u{unit:04x}")).collect());
    }
    forms
}

/// One character that stops the item, as it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Met {
    pub c: char,
    pub why: Unseen,
    /// `title`, `disclosure.publisher`, `body`.
    pub place: String,
    /// Line, from 1, when the reader knew it.
    pub line: Option<usize>,
    /// The text around it.
    pub quote: String,
}

/// A problem for each line in which one of the characters stands.
pub(crate) fn problems(source: &Source<'_>, met: &[Met]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for one in met {
        let lines = match one.line {
            Some(line) => {
                problems.push(problem(source.file, one, &one.quote).at(line));
                continue;
            }
            None => source.lines_of(one.c, one.place == "body"),
        };
        if lines.is_empty() {
            problems.push(problem(source.file, one, &one.quote));
        }
        for number in lines {
            let line = source.line(number).filter(|line| line.contains(one.c));
            let quote = line.map_or_else(|| one.quote.clone(), |line| around(line, one.c));
            problems.push(problem(source.file, one, &quote).at(number));
        }
    }
    problems.sort_by_key(|problem| problem.line);
    problems.dedup();
    problems.truncate(PLACES_MAX);
    problems
}

/// Some characters before and after the first `c`, those that cannot be seen written as codes.
pub(crate) fn around(text: &str, c: char) -> String {
    let at = text.chars().position(|d| d == c).unwrap_or_default();
    let from = at.saturating_sub(AROUND);
    let mut out = String::new();
    for d in text.chars().skip(from).take(at - from + AROUND + 1) {
        match d {
            '\n' | '\r' | '\t' => out.push(' '),
            d if d == c || d.is_control() || unseen(d).is_some() => {
                out.push_str(&format!("〔{}〕", code(d)));
            }
            d => out.push(d),
        }
    }
    out.trim().to_owned()
}

/// `U+E863`.
pub(crate) fn code(c: char) -> String {
    format!("U+{:04X}", c as u32)
}

fn problem(file: &str, met: &Met, quote: &str) -> Problem {
    let code = code(met.c);
    let place = met.place.as_str();
    let (name, zh, en) = match met.why {
        Unseen::PrivateUse => (
            "private_use_character",
            "是私用区字符，别的电脑和手机上显示不出来，或变成另一个字",
            "is of private use: other computers and phones show nothing there, or another character",
        ),
        Unseen::SymbolFont => (
            "private_use_character",
            "是 Word 符号字体里的符号，离开那种字体就显示不出来",
            "is a sign of one of Word's symbol fonts and shows nothing in any other",
        ),
        Unseen::Unassigned => (
            "unassigned_character",
            "在 Unicode 里还没有编入任何字",
            "is no character of Unicode",
        ),
        Unseen::Lost => (
            "replacement_character",
            "表示转码时丢了一个字",
            "stands where a conversion lost a character",
        ),
    };
    let message = words(
        format!("{place} 里“{quote}”处的 {code} {zh}。"),
        format!("{place}, at “{quote}”: {code} {en}."),
    );
    let advice = match (standard(met.c), met.why) {
        (Some(right), _) => words(
            format!(
                "国家标准 GB 18030 里这个位置的字是“{right}”（{}），请核对后改成它。",
                self::code(right)
            ),
            format!(
                "GB 18030 has “{right}” ({}) in this place; compare with the source and write that.",
                self::code(right)
            ),
        ),
        (None, Unseen::SymbolFont) => words(
            "请删去它，或改成普通符号，如 ·、•、■、√。",
            "Take it out, or write an ordinary sign such as ·, •, ■ or √.",
        ),
        (None, Unseen::Lost) => words(
            "请对照原文补上丢掉的字；若整篇都有，请按正确的编码重新保存。",
            "Write the lost character after the source; where there are many, save the text again in its right encoding.",
        ),
        (None, _) => words(
            "请对照原文改成标准字；人名、地名用字请用支持 GB 18030-2022 的输入法重新输入。",
            "Write the standard character after the source; names are best typed again with an input method for GB 18030-2022.",
        ),
    };
    Problem::new(file, name, message, advice)
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::*;

    #[test]
    fn what_stops_an_item_and_what_does_not() {
        for (c, why) in [
            ('\u{e000}', Unseen::PrivateUse),
            ('\u{f8ff}', Unseen::PrivateUse),
            ('\u{f0b7}', Unseen::SymbolFont),
            ('\u{100000}', Unseen::PrivateUse),
            ('\u{378}', Unseen::Unassigned),
            ('\u{fdd0}', Unseen::Unassigned),
            ('\u{ffff}', Unseen::Unassigned),
            ('\u{fffd}', Unseen::Lost),
        ] {
            assert_eq!(unseen(c), Some(why), "{}", code(c));
        }
        // Rare characters, variation selectors, joiners, flags of regions, combining marks.
        for c in "𠮷𪚥𫝀𫠝𬺰𰀀𱍊㐀䶮龻\u{fe00}\u{fe0f}\u{e0100}\u{e01ef}\u{200d}\u{200c}\u{e0067}👩🇨é\u{301}㈱▲□◯\u{3000}\u{a0}".chars() {
            assert_eq!(unseen(c), None, "{}", code(c));
        }
    }

    /// The decoder is a second source for the table: these bytes of GB 18030 are the standard characters today.
    #[test]
    fn the_standard_codes_are_those_of_gb_18030() {
        let bytes = |first: char| -> Vec<[u8; 2]> {
            let run = |lead: u8, trail: std::ops::RangeInclusive<u8>| {
                trail
                    .filter(|b| *b != 0x7f)
                    .map(move |b| [lead, b])
                    .collect::<Vec<_>>()
            };
            match first {
                '\u{e76c}' => run(0xa2, 0xe3..=0xe3),
                '\u{e78d}' => [
                    run(0xa6, 0xd9..=0xdf),
                    run(0xa6, 0xec..=0xed),
                    run(0xa6, 0xf3..=0xf3),
                ]
                .concat(),
                '\u{e7c7}' => [run(0xa8, 0xbc..=0xbc), run(0xa8, 0xbf..=0xbf)].concat(),
                '\u{e7e7}' => run(0xa9, 0x89..=0x95),
                _ => run(0xfe, 0x50..=0xa0),
            }
        };
        for (first, standards) in MOVED {
            let bytes = bytes(first).concat();
            let (decoded, _, errors) = GB18030.decode(&bytes);
            assert!(!errors);
            assert_eq!(decoded.chars().count(), standards.chars().count());
            for (at, (old, new)) in decoded.chars().zip(standards.chars()).enumerate() {
                // Six characters beyond the basic plane still have their private codes in the decoder: they say that
                // the places agree.
                let private = char::from_u32(first as u32 + at as u32).unwrap();
                assert!(
                    old == new || (old == private && new > '\u{ffff}'),
                    "{}",
                    code(new)
                );
            }
        }
        let beyond: String = MOVED
            .iter()
            .flat_map(|(_, run)| run.chars())
            .filter(|c| *c > '\u{ffff}')
            .collect();
        assert_eq!(beyond, "𠂇𠂉𠃌𡗗𢦏𤇾");
        assert_eq!(standard('\u{e81e}'), Some('龴'));
        assert_eq!(standard('\u{e863}'), Some('䶮'));
        assert_eq!(standard('\u{e864}'), Some('龻'));
        assert_eq!(standard('\u{e865}'), None);
        assert_eq!(standard('\u{e000}'), None);
    }
}
