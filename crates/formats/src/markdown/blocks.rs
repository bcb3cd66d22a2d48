//! Finished blocks on their way up, and the questions among them.

use yigao_core::{
    Block, Inline,
    block::{ListItem, plain_text},
    numbering::Numbering,
};

use super::inline::strip_front;

/// A block, and whether the source wrote it as a question: a whole paragraph in bold that begins with 问：.
#[derive(Debug)]
pub(crate) struct Made {
    pub block: Block,
    pub question: bool,
}

/// What is open around the place that is being read.
#[derive(Debug)]
pub(crate) enum Frame {
    Quote {
        blocks: Vec<Made>,
    },
    List {
        /// How an ordered list is numbered; `None` of a list with bullets.
        numbering: Option<Numbering>,
        /// The number of each item as it was typed.
        typed: Vec<u32>,
        items: Vec<ListItem>,
    },
    Item {
        text: Vec<Inline>,
        children: Option<Box<Block>>,
    },
    /// A note's definition.
    Note {
        label: String,
        text: Vec<Inline>,
    },
}

/// The blocks, with `**问：…**` and the paragraphs from `答：` on made into questions and answers.
/// An answer runs to the next question, heading or divider.
pub(crate) fn grouped(made: Vec<Made>) -> Vec<Block> {
    let mut out = Vec::new();
    let mut rest = made.into_iter().peekable();
    while let Some(Made { block, question }) = rest.next() {
        let answered = rest.peek().is_some_and(|next| is_answer(&next.block));
        let Block::Paragraph { text: mut asked } = block else {
            out.push(block);
            continue;
        };
        if !question || !answered {
            out.push(Block::Paragraph { text: asked });
            continue;
        }
        strip_front(&mut asked, 2);
        asked.iter_mut().for_each(|run| run.bold = false);
        let mut answer = Vec::new();
        while let Some(next) = rest.next_if(|next| {
            !next.question && !matches!(next.block, Block::Heading { .. } | Block::Divider)
        }) {
            answer.push(next.block);
        }
        if let Some(Block::Paragraph { text }) = answer.first_mut() {
            strip_front(text, 2);
        }
        out.push(Block::QuestionAnswer {
            question: asked,
            answer,
        });
    }
    out
}

/// Whether a paragraph is a question by its form.
pub(crate) fn is_question(source: &str, text: &[Inline]) -> bool {
    let source = source.trim_start();
    (source.starts_with("**问：") || source.starts_with("**问:"))
        && text.iter().all(|run| run.bold)
        && plain_text(text).chars().count() > 2
}

fn is_answer(block: &Block) -> bool {
    let Block::Paragraph { text } = block else {
        return false;
    };
    let text = plain_text(text);
    (text.starts_with("答：") || text.starts_with("答:")) && text.chars().count() > 2
}

/// The list, with the numbers that do not follow from the first. Ones throughout are how Markdown lets authors leave the
/// counting to it.
pub(super) fn list(numbering: Option<Numbering>, typed: &[u32], mut items: Vec<ListItem>) -> Block {
    let counted_for_us = typed.len() > 1 && typed.iter().all(|n| *n == 1);
    if numbering.is_some() && !counted_for_us && typed.len() == items.len() {
        for (at, item) in items.iter_mut().enumerate().skip(1) {
            let before = at.checked_sub(1).and_then(|before| typed.get(before));
            let follows = before.map(|number| number.saturating_add(1));
            item.number = typed.get(at).copied().filter(|n| Some(*n) != follows);
        }
    }
    Block::List {
        ordered: numbering.is_some(),
        numbering: numbering.unwrap_or_default(),
        items,
    }
}
