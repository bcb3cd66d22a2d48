//! Lists: numbers as they were typed, and styles that Markdown has no marks for.

use std::ops::Range;

use yigao_core::{
    Block,
    numbering::{NUMBER_MAX, NumberStyle, Numbering, STYLES},
};

use super::{
    Reading,
    blocks::Frame,
    body::{self, Builder},
    fenced::Fenced,
    say,
};

impl Builder<'_, '_, '_> {
    /// How an ordered list is numbered that begins with `number`.
    pub(super) fn numbering(&mut self, number: u64, range: &Range<usize>) -> Numbering {
        let start = u32::try_from(number)
            .ok()
            .filter(|start| *start <= NUMBER_MAX);
        let source = self.source.get(range.start..).unwrap_or_default();
        let style = match typed(source) {
            Some((_, ')')) => NumberStyle::Bracket,
            _ => NumberStyle::Decimal,
        };
        Numbering {
            start: start.unwrap_or(1),
            style,
        }
    }

    /// A new item; its number is kept as it was typed.
    pub(super) fn item(&mut self, range: &Range<usize>) {
        let source = self.source.get(range.start..).unwrap_or_default();
        if let Some(Frame::List {
            numbering: Some(_),
            typed: numbers,
            ..
        }) = self.frames.last_mut()
            && let Some((number, _)) = typed(source)
        {
            match u32::try_from(number) {
                Ok(number) if number <= NUMBER_MAX => numbers.push(number),
                _ => {
                    let line = self.line(range);
                    let problem = say::number_too_large(self.reading.file, number).at(line);
                    self.reading.problem(problem);
                }
            }
        }
        self.frames.push(Frame::Item {
            text: Vec::new(),
            children: None,
        });
    }
}

/// The number and the sign that an item of an ordered list begins with.
fn typed(source: &str) -> Option<(u64, char)> {
    let end = source.find(|c: char| !c.is_ascii_digit())?;
    let (digits, rest) = source.split_at_checked(end)?;
    let number: u64 = digits.parse().ok()?;
    Some((number, rest.chars().next()?))
}

/// ```` ```list style=chinese_bracket,circled ```` : the styles of a list and of the lists below it, level by level.
pub(super) fn styled(reading: &mut Reading<'_>, rest: &str, fenced: &Fenced<'_>) -> Option<Block> {
    let styles = rest.strip_prefix("style=").and_then(|names| {
        let style = |name: &str| STYLES.iter().find(|(known, _)| *known == name.trim());
        names
            .split(',')
            .map(|name| style(name).map(|(_, style)| *style))
            .collect::<Option<Vec<NumberStyle>>>()
    });
    let mut blocks = body::read(
        reading,
        fenced.text,
        fenced.line + 1,
        fenced.level.saturating_sub(1),
    );
    match (blocks.pop(), blocks.is_empty(), styles) {
        (Some(mut list @ Block::List { ordered: true, .. }), true, Some(styles)) => {
            style(&mut list, &styles);
            Some(list)
        }
        _ => {
            let problem = say::directive(
                reading.file,
                "list 块里要有且只有一个编号列表，并写明样式。",
                "A list block names its style and holds exactly one numbered list.",
                "```list style=chinese_bracket ⏎ 1. 甲 ⏎ 2. 乙 ⏎ ```",
            );
            reading.problem(problem.at(fenced.line));
            None
        }
    }
}

fn style(list: &mut Block, styles: &[NumberStyle]) {
    let Block::List {
        ordered,
        numbering,
        items,
    } = list
    else {
        return;
    };
    let below = if *ordered {
        let Some((first, below)) = styles.split_first() else {
            return;
        };
        numbering.style = *first;
        below
    } else {
        styles
    };
    for item in items {
        if let Some(child) = item.children.as_deref_mut() {
            style(child, below);
        }
    }
}
