//! Blocks as Markdown that reads the same.

use yigao_core::{
    Block, Content, Digest, Figure,
    block::{Chart, Clip},
    numbering::NumberStyle,
};

use super::{
    asset_paths::{Names, path},
    info_string::{CALLOUTS, CHARTS, quoted},
    write_fence::{fence, info},
    write_inline::{Place, entity, inlines},
    write_list, write_table,
};
use crate::{csv, yaml::scalar};

/// Blocks with a blank line between them and a line break at the end.
pub(crate) fn blocks(blocks: &[Block], content: &Content, names: &Names) -> String {
    let writer = Writer { content, names };
    writer.blocks(blocks)
}

struct Writer<'a> {
    content: &'a Content,
    names: &'a Names,
}

impl Writer<'_> {
    fn blocks(&self, blocks: &[Block]) -> String {
        let mut out = String::new();
        // Two lists in a row would become one: bullets take the other sign, numbers are parted by an empty comment.
        let mut turn = false;
        let mut before: Option<Option<NumberStyle>> = None;
        for block in blocks {
            let kind = match block {
                Block::List {
                    ordered, numbering, ..
                } => Some(ordered.then_some(numbering.style)),
                _ => None,
            };
            let again = kind.is_some() && kind == before;
            turn = again && !turn;
            before = kind;
            if !out.is_empty() {
                out.push('\n');
            }
            if again && kind != Some(None) {
                out.push_str("<!-- -->\n\n");
            }
            out.push_str(&self.block(block, turn));
        }
        out
    }

    fn block(&self, block: &Block, turn: bool) -> String {
        match block {
            Block::Paragraph { text } => format!("{}\n", inlines(text, Place::Line)),
            Block::Heading { level, text } => {
                let signs = "#".repeat(usize::from(*level));
                format!("{signs} {}\n", inlines(text, Place::Line))
            }
            Block::List {
                ordered,
                numbering,
                items,
            } => write_list::whole(ordered.then_some(*numbering), items, turn),
            Block::Quote { blocks } => prefixed(&self.blocks(blocks), "> "),
            Block::Table {
                caption,
                header,
                align,
                rows,
            } => write_table::whole(caption.as_deref(), *header, align, rows),
            Block::Figure { figure } => self.figure(figure),
            Block::Gallery { figures } => self.gallery(figures),
            Block::Video { media } => self.clip("video", media),
            Block::Audio { media } => self.clip("audio", media),
            Block::Chart { chart } => self::chart(chart),
            Block::Callout {
                kind,
                title,
                blocks,
            } => {
                let kind = CALLOUTS
                    .iter()
                    .find(|(.., k)| k == kind)
                    .map_or("note", |(en, ..)| en);
                let info = format!(
                    "callout {kind} {}",
                    info(title.as_deref().unwrap_or_default())
                );
                fence(info.trim_end(), &self.blocks(blocks))
            }
            Block::QuestionAnswer { question, answer } => {
                let asked = inlines(question, Place::Line);
                fence("qa", &format!("{asked}\n{}", self.blocks(answer)))
            }
            Block::Divider => "---\n".to_owned(),
            Block::Closing { units, date } => {
                let lines = units.iter().chain([date]);
                let lines: String = lines.map(|line| format!("{line}\n")).collect();
                fence("closing", &lines)
            }
            Block::Notes { notes } => (1..)
                .zip(notes)
                .map(|(number, note): (usize, _)| {
                    let text = inlines(&note.text, Place::Line);
                    format!("[^{number}]: {text}\n")
                })
                .collect::<Vec<_>>()
                .join("\n"),
        }
    }

    fn path<'a>(&'a self, digest: &'a Digest) -> &'a str {
        path(self.names, digest)
    }

    fn figure(&self, figure: &Figure) -> String {
        if self.is_plain(figure) {
            return format!("{}\n", self.picture(figure));
        }
        let head = format!("figure {}", info(&quoted(self.path(&figure.asset))));
        fence(&head, &figure_lines(figure, "", ""))
    }

    fn gallery(&self, figures: &[Figure]) -> String {
        if figures.len() > 1 && figures.iter().all(|figure| self.is_plain(figure)) {
            return figures
                .iter()
                .map(|figure| format!("{}\n", self.picture(figure)))
                .collect();
        }
        let items: String = figures
            .iter()
            .map(|figure| {
                let file = format!("- file: {}\n", scalar(self.path(&figure.asset)));
                figure_lines(figure, &file, "  ")
            })
            .collect();
        fence("gallery", &items)
    }

    /// Whether `![alt](file "caption")` says all.
    fn is_plain(&self, figure: &Figure) -> bool {
        let credit = self
            .content
            .assets
            .get(&figure.asset)
            .and_then(|asset| asset.credit.as_ref());
        figure.credit.as_ref() == credit
    }

    fn picture(&self, figure: &Figure) -> String {
        let caption = figure
            .caption
            .as_deref()
            .map(|text| format!(" \"{}\"", attribute(text)));
        format!(
            "![{}](<{}>{})",
            attribute(&figure.alt),
            attribute(self.path(&figure.asset)),
            caption.unwrap_or_default()
        )
    }

    fn clip(&self, name: &str, clip: &Clip) -> String {
        let mut head = format!("{name} {}", quoted(self.path(&clip.asset)));
        if let Some(poster) = &clip.poster {
            head.push_str(&format!(" poster={}", quoted(self.path(poster))));
        }
        head.push_str(&format!(" {}", clip.title));
        let transcript = clip
            .transcript
            .as_ref()
            .map(|text| format!("{text}\n"))
            .unwrap_or_default();
        fence(&info(&head), &transcript)
    }
}

fn figure_lines(figure: &Figure, first: &str, indent: &str) -> String {
    let credit = figure
        .credit
        .as_deref()
        .map_or_else(|| "null".to_owned(), scalar);
    let caption = figure
        .caption
        .as_deref()
        .map(|text| format!("{indent}caption: {}\n", scalar(text)));
    format!(
        "{first}{indent}alt: {}\n{}{indent}credit: {credit}\n",
        scalar(&figure.alt),
        caption.unwrap_or_default()
    )
}

/// A text within brackets, quotes or angle brackets: everything with a meaning there is an entity.
fn attribute(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\\' | '"' | '<' | '>' | '&' | '[' | ']' | '*' | '_' | '`' | '\n' | '!' | '~' => {
                entity(c)
            }
            c if c.is_whitespace() && c != ' ' => entity(c),
            c => c.to_string(),
        })
        .collect()
}

fn prefixed(text: &str, prefix: &str) -> String {
    // White space at the end of a line may belong to a transcript or a table of numbers.
    text.lines()
        .map(|line| {
            if line.is_empty() {
                format!("{}\n", prefix.trim_end())
            } else {
                format!("{prefix}{line}\n")
            }
        })
        .collect()
}

fn chart(chart: &Chart) -> String {
    let kind = CHARTS
        .iter()
        .find(|(.., kind)| *kind == chart.kind)
        .map_or("bar", |(en, ..)| en);
    let head = info(&format!(
        "chart {kind} {} {}",
        quoted(&chart.title),
        quoted(&chart.unit)
    ));
    let mut names = vec![String::new()];
    names.extend(chart.series.iter().map(|series| series.name.clone()));
    let mut body = format!("{}\n", csv::line(&names));
    for (at, label) in chart.labels.iter().enumerate() {
        let mut cells = vec![label.clone()];
        cells.extend(
            chart
                .series
                .iter()
                .filter_map(|series| series.values.get(at).cloned()),
        );
        body.push_str(&format!("{}\n", csv::line(&cells)));
    }
    fence(&head, &body)
}
