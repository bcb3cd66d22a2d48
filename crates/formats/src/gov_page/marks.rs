//! Links, raised and lowered characters back onto the blocks that plain lines became. Between a line and its blocks only
//! white space changes, so the characters find each other in their order.

use yigao_core::{Block, Inline};

use super::piece::Piece;

/// The characters of all lines of a text, each with its run.
pub(super) struct Marks {
    characters: Vec<(char, usize)>,
    /// What the characters carry; the first is nothing.
    runs: Vec<Inline>,
}

impl Marks {
    pub(super) fn of(body: &[Piece]) -> Self {
        let mut marks = Self {
            characters: Vec::new(),
            runs: vec![Inline::default()],
        };
        let marked = body.iter().any(|piece| match piece {
            Piece::Line(line) => line.iter().any(is_marked),
            _ => false,
        });
        if marked {
            for piece in body {
                if let Piece::Line(line) = piece {
                    line.iter().for_each(|run| marks.push(run));
                }
            }
        }
        marks
    }

    fn push(&mut self, run: &Inline) {
        let number = if is_marked(run) {
            self.runs.push(Inline {
                text: String::new(),
                ..run.clone()
            });
            self.runs.len() - 1
        } else {
            0
        };
        let visible = run.text.chars().filter(|c| !c.is_whitespace());
        self.characters.extend(visible.map(|c| (c, number)));
    }

    /// Marks the paragraphs and headings of a body.
    pub(super) fn apply(&self, body: &mut [Block]) {
        if self.characters.is_empty() {
            return;
        }
        let mut characters = self.characters.iter();
        for block in body {
            if let Block::Paragraph { text } | Block::Heading { text, .. } = block {
                *text = self.applied(text, &mut characters);
            }
        }
    }

    fn applied(
        &self,
        text: &[Inline],
        characters: &mut std::slice::Iter<'_, (char, usize)>,
    ) -> Vec<Inline> {
        let mut out: Vec<Inline> = Vec::new();
        let mut last = 0;
        for run in text {
            let mut begun = false;
            for c in run.text.chars() {
                let next = characters.as_slice().first();
                let number = match next {
                    Some((wanted, number)) if *wanted == c => {
                        characters.next();
                        *number
                    }
                    // White space goes with what is on both sides of it.
                    Some((_, number)) if c.is_whitespace() && *number == last => *number,
                    _ => 0,
                };
                let carried = self.runs.get(number).cloned().unwrap_or_default();
                match out.last_mut() {
                    Some(run) if begun && number == last => run.text.push(c),
                    _ => out.push(Inline {
                        text: c.into(),
                        bold: run.bold,
                        ..carried
                    }),
                }
                (begun, last) = (true, number);
            }
        }
        out
    }
}

fn is_marked(run: &Inline) -> bool {
    run.link.is_some() || run.superscript || run.subscript
}
