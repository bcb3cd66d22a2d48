//! Plain text and comparable leaves from blocks.

use crate::{
    block::{Block, Figure, ListItem, note_label, number_labels, plain_text},
    rendition::{Leaf, LeafKind},
};

/// The body as lines of plain text, one for each paragraph; a picture becomes `【图：替代文字】`.
pub fn lines(blocks: &[Block]) -> Vec<String> {
    let mut out = Vec::new();
    write_lines(blocks, &mut out);
    out
}

fn write_lines(blocks: &[Block], out: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Paragraph { text } | Block::Heading { text, .. } => out.push(plain_text(text)),
            Block::List {
                ordered,
                numbering,
                items,
            } => {
                let labels = ordered.then(|| number_labels(*numbering, items));
                write_list(&labels.unwrap_or_default(), items, out);
            }
            Block::Quote { blocks } => write_lines(blocks, out),
            Block::Table { caption, rows, .. } => {
                out.extend(caption.clone());
                let row_text = |row: &Vec<crate::block::Cell>| {
                    row.iter()
                        .map(|c| plain_text(&c.text))
                        .collect::<Vec<_>>()
                        .join("\t")
                };
                out.extend(rows.iter().map(row_text));
            }
            Block::Figure { figure } => out.push(picture_line(figure)),
            Block::Gallery { figures } => out.extend(figures.iter().map(picture_line)),
            Block::Video { media } => out.push(format!("【视频：{}】", media.title)),
            Block::Audio { media } => out.push(format!("【音频：{}】", media.title)),
            Block::Chart { chart } => {
                out.push(format!("{}（单位：{}）", chart.title, chart.unit));
                for (at, label) in chart.labels.iter().enumerate() {
                    let values: Vec<&str> = chart
                        .series
                        .iter()
                        .filter_map(|s| s.values.get(at).map(String::as_str))
                        .collect();
                    out.push(format!("{label}\t{}", values.join("\t")));
                }
            }
            Block::Callout { title, blocks, .. } => {
                out.extend(title.clone());
                write_lines(blocks, out);
            }
            Block::QuestionAnswer { question, answer } => {
                out.push(format!("问：{}", plain_text(question)));
                write_lines(answer, out);
            }
            Block::Divider => {}
            Block::Closing { units, date } => {
                let lines = units.iter().chain([date]);
                out.extend(lines.filter(|line| !line.is_empty()).cloned());
            }
            Block::Notes { notes } => {
                let notes = (1..).zip(notes);
                out.extend(
                    notes.map(|(n, note)| format!("{} {}", note_label(n), plain_text(&note.text))),
                );
            }
        }
    }
}

fn write_list(labels: &[String], items: &[ListItem], out: &mut Vec<String>) {
    for (at, item) in items.iter().enumerate() {
        let mark = labels.get(at).map_or("· ", String::as_str);
        out.push(format!("{mark}{}", plain_text(&item.text)));
        if let Some(child) = &item.children {
            write_lines(std::slice::from_ref(child.as_ref()), out);
        }
    }
}

fn picture_line(figure: &Figure) -> String {
    format!("【图：{}】", figure.alt)
}

/// Leaves for comparison: the title, each paragraph of text, each picture by `picture_name`.
pub fn leaves(
    title: &str,
    blocks: &[Block],
    picture_name: &dyn Fn(&Figure) -> Option<String>,
) -> Vec<Leaf> {
    let mut out = vec![Leaf::new(LeafKind::Title, title)];
    collect(blocks, picture_name, &mut out);
    out
}

fn collect(
    blocks: &[Block],
    picture_name: &dyn Fn(&Figure) -> Option<String>,
    out: &mut Vec<Leaf>,
) {
    for block in blocks {
        match block {
            Block::Figure { figure } => out.extend(picture_leaf(figure, picture_name)),
            Block::Gallery { figures } => {
                out.extend(figures.iter().filter_map(|f| picture_leaf(f, picture_name)))
            }
            Block::Quote { blocks } => collect(blocks, picture_name, out),
            other => {
                let mut text = Vec::new();
                write_lines(std::slice::from_ref(other), &mut text);
                out.extend(
                    text.iter()
                        .map(|t| Leaf::new(LeafKind::Text, t))
                        .filter(|l| !l.text.is_empty()),
                );
            }
        }
    }
}

fn picture_leaf(figure: &Figure, picture_name: &dyn Fn(&Figure) -> Option<String>) -> Option<Leaf> {
    picture_name(figure).map(|name| Leaf::new(LeafKind::Picture, &name))
}
