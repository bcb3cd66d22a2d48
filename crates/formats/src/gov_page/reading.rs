//! What the parts of a page are: the table above, the text, and what belongs to the site.

use std::collections::BTreeMap;

use yigao_core::{Finding, Inline, Severity, block::plain_text};

use super::{
    chrome, flow,
    html::{self, LABEL_END},
    layout::{self, VALUE_MAX},
    piece::{self, Piece, RawList, RawPage, RawRow, RawTable},
    table::{self, Label},
};
use crate::problem::words;

/// Where the text begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Begins {
    /// Behind the table with the metadata.
    BehindTable,
    /// Behind the line with this title: a page that has only tags; and whether it was seen.
    BehindTitle(String, bool),
    /// With the element that holds the main text; the rank of it, and whether it is open.
    InMain(u8, bool),
}

/// A page taken apart.
#[derive(Debug)]
pub(crate) struct Reading {
    pub fields: BTreeMap<Label, String>,
    /// The text, without what belongs to the site.
    pub body: Vec<Piece>,
    begins: Begins,
    /// The title that the page's tags give.
    title: Option<String>,
    /// A label whose value stands in the next line, and its own line.
    waiting: Option<(Label, Vec<Inline>)>,
    /// Lines that were taken for the site's.
    dropped: usize,
}

/// Takes a page apart that was saved as text.
pub(crate) fn of_text(text: &str) -> Reading {
    let mut reading = Reading::new(Begins::BehindTable, None);
    for line in text.lines() {
        reading.text_line(line);
    }
    reading.finished()
}

/// Takes a page apart that was saved as HTML.
pub(crate) fn of_page(page: &RawPage) -> Reading {
    let tag = page.meta(&["articletitle"]).map(str::to_owned);
    let begins = match (layout::best_main(&page.pieces), &tag) {
        (Some(rank), _) => Begins::InMain(rank, false),
        (None, Some(title)) => Begins::BehindTitle(title.clone(), false),
        (None, None) => Begins::BehindTable,
    };
    let only_heading = match page.headings.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    };
    let title = tag.or(only_heading);
    let mut reading = Reading::new(begins, title.clone());
    reading.walk(&page.pieces);
    if let Begins::BehindTitle(tag, false) = &reading.begins {
        // The title stands in the tags alone: everything may be text.
        let begins = Begins::BehindTitle(tag.clone(), true);
        reading = Reading::new(begins, title);
        reading.walk(&page.pieces);
    }
    reading.finished()
}

impl Reading {
    fn new(begins: Begins, title: Option<String>) -> Self {
        Self {
            fields: BTreeMap::new(),
            body: Vec::new(),
            begins,
            title,
            waiting: None,
            dropped: 0,
        }
    }

    fn finished(mut self) -> Self {
        self.give_up_waiting();
        layout::remove_label_ends(&mut self.body);
        self.fields.remove(&Label::Other);
        self
    }

    /// Says that lines were left out.
    pub(crate) fn dropped(&self) -> Option<Finding> {
        let count = self.dropped;
        if count == 0 {
            return None;
        }
        let (zh, en, advice) = if self.begins == Begins::BehindTable {
            (
                format!("信息表之前的 {count} 行按网站导航处理，没有导入。"),
                format!("{count} lines above the table were taken for navigation and left out."),
                words(
                    "如其中有正文，请移到信息表之后。",
                    "Move them below the table if they belong to the text.",
                ),
            )
        } else {
            (
                format!("正文之外的 {count} 行按网站导航处理，没有导入。"),
                format!(
                    "{count} lines outside of the text were taken for navigation and left out."
                ),
                words(
                    "请核对正文首尾；缺少的段落请在导入后补上，或改用 Markdown 格式。",
                    "Compare beginning and end; add what is missing after the import, or use Markdown.",
                ),
            )
        };
        Some(Finding::new(
            Severity::Note,
            "lines_dropped",
            "body",
            words(zh, en),
            advice,
        ))
    }

    /// Whether what comes now belongs to the text.
    fn is_open(&self) -> bool {
        match &self.begins {
            // A source stands above other pages' tables, too.
            Begins::BehindTable => self.fields.keys().any(|label| *label != Label::Source),
            Begins::BehindTitle(_, seen) => *seen,
            Begins::InMain(_, open) => *open,
        }
    }

    /// Whether a line may still be one of the metadata. In a main text whose title is known, it is the text's.
    fn may_be_field(&self) -> bool {
        let inside = matches!(self.begins, Begins::InMain(html::SURE, true));
        self.body.is_empty() && !(inside && self.knows_title())
    }

    fn knows_title(&self) -> bool {
        self.title.is_some() || self.fields.contains_key(&Label::Title)
    }

    fn text_line(&mut self, line: &str) {
        let row = if self.body.is_empty() {
            table::row(line)
        } else {
            None
        };
        if let Some(pairs) = row {
            self.keep(pairs);
        } else if let Some(line) = chrome::stripped(line) {
            self.put(vec![Inline::plain(line)]);
        }
    }

    fn keep(&mut self, pairs: Vec<(Label, String)>) {
        for (label, value) in pairs {
            if label == Label::Site {
                continue;
            }
            self.fields
                .entry(label)
                .or_insert_with(|| value.replace(LABEL_END, ""));
        }
    }

    fn put(&mut self, line: Vec<Inline>) {
        if self.is_open() {
            self.body.push(Piece::Line(line));
        } else {
            self.dropped += 1;
        }
    }

    fn walk(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Line(line) => self.line(line),
                Piece::Table(table) => self.table(table),
                Piece::List(list) => self.list(list),
                Piece::Picture(_) => {
                    if self.is_open() {
                        self.body.push(piece.clone());
                    }
                }
                Piece::Main { rank, pieces } => {
                    let begins =
                        matches!(self.begins, Begins::InMain(best, false) if best == *rank);
                    if begins {
                        self.begins = Begins::InMain(*rank, true);
                    }
                    self.walk(pieces);
                    if begins {
                        self.begins = Begins::InMain(*rank, false);
                    }
                }
            }
        }
    }

    fn line(&mut self, line: &[Inline]) {
        let text = plain_text(line);
        if let Begins::BehindTitle(title, seen @ false) = &mut self.begins
            && *title == text
        {
            *seen = true;
            return;
        }
        let title = self.fields.get(&Label::Title).or(self.title.as_ref());
        if self.body.is_empty() && title.is_some_and(|title| *title == text) {
            return;
        }
        if self.may_be_field() && self.field(&text, line) {
            return;
        }
        self.give_up_waiting();
        if matches!(self.begins, Begins::BehindTitle(_, true))
            && !self.body.is_empty()
            && chrome::is_foot(&text)
        {
            // Nothing below a foot is the text's.
            self.begins = Begins::InMain(u8::MAX, false);
        }
        if let Some(kept) = chrome::stripped(&text.replace(LABEL_END, "")) {
            self.put(layout::restricted(line, &kept));
        }
    }

    /// Takes a line for metadata; whether it was.
    fn field(&mut self, text: &str, line: &[Inline]) -> bool {
        if let Some(pairs) = table::row(text) {
            // Without a colon it is a label only while its value is not known: a text may begin with such a word, too.
            let known = |(label, _): &(Label, String)| self.fields.contains_key(label);
            if !text.contains(LABEL_END) || !pairs.iter().all(known) {
                self.give_up_waiting();
                self.keep(pairs);
                return true;
            }
        }
        let lone = table::lone_label(text);
        if lone.is_none()
            && text.chars().count() <= VALUE_MAX
            && let Some((label, _)) = self.waiting.take()
        {
            self.keep(vec![(label, text.replace(LABEL_END, ""))]);
            return true;
        }
        self.give_up_waiting();
        match lone.filter(|label| !self.fields.contains_key(label) && self.body.is_empty()) {
            Some(label) => {
                self.waiting = Some((label, line.to_vec()));
                true
            }
            None => false,
        }
    }

    /// A label that no value followed was a line of the text.
    fn give_up_waiting(&mut self) {
        if let Some((_, line)) = self.waiting.take() {
            let text = plain_text(&line).replace(LABEL_END, "");
            self.put(layout::restricted(&line, &text));
        }
    }

    fn table(&mut self, table: &RawTable) {
        let before = !self.is_open() || self.body.is_empty();
        if before && self.metadata(table) {
            return;
        }
        if layout::is_layout(table) {
            for row in &table.rows {
                self.walk_row(row);
            }
        } else if self.is_open() {
            self.body.push(Piece::Table(table.clone()));
        } else {
            self.dropped += table.rows.len();
        }
    }

    /// Takes the rows with labels for metadata and the others for what they are; whether it was such a table.
    fn metadata(&mut self, table: &RawTable) -> bool {
        let texts = |row: &RawRow| -> Vec<String> {
            row.cells
                .iter()
                .map(|cell| piece::text_of(&cell.pieces))
                .collect()
        };
        let pairs_of = |row: &RawRow| {
            let texts = texts(row);
            if texts.iter().any(|text| text.chars().count() > VALUE_MAX) {
                return None;
            }
            let cells: Vec<&str> = texts.iter().map(String::as_str).collect();
            table::cells_row(&cells)
        };
        let rows: Vec<_> = table
            .rows
            .iter()
            .filter(|row| !row.cells.is_empty())
            .map(|row| (row, pairs_of(row)))
            .collect();
        let labelled = rows.iter().filter(|(_, pairs)| pairs.is_some()).count();
        let is_metadata = labelled > 0 && (labelled * 2 >= rows.len() || self.fields.is_empty());
        if !is_metadata {
            return false;
        }
        for (row, pairs) in rows {
            match pairs {
                Some(pairs) => self.keep(pairs),
                None => self.walk_row(row),
            }
        }
        true
    }

    /// A row of the layout: a single cell is a text, several short ones are one line.
    fn walk_row(&mut self, row: &RawRow) {
        let filled = row.cells.iter().filter(|cell| !cell.pieces.is_empty());
        let is_short = |pieces: &[Piece]| matches!(pieces, [Piece::Line(_)]);
        let several = filled.clone().count() > 1;
        if several && filled.clone().all(|cell| is_short(&cell.pieces)) {
            let mut line = Vec::new();
            for cell in filled {
                if !line.is_empty() {
                    line.push(Inline::plain(" | "));
                }
                line.extend(flow::inlines(&cell.pieces, &mut Vec::new()));
            }
            self.line(&line);
        } else {
            for cell in &row.cells {
                self.walk(&cell.pieces);
            }
        }
    }

    fn list(&mut self, list: &RawList) {
        let has_fields = || {
            list.items
                .iter()
                .any(|item| table::row(&piece::text_of(&item.pieces)).is_some())
        };
        let as_lines = !self.is_open() || (self.may_be_field() && has_fields());
        if as_lines {
            list.items.iter().for_each(|item| self.walk(&item.pieces));
            return;
        }
        if !flow::is_plain_list(list) {
            for (index, item) in list.items.iter().enumerate() {
                self.loose_item(list, index, &item.pieces);
            }
            return;
        }
        let items = list.items.iter().filter(|item| {
            let text = piece::text_of(&item.pieces);
            chrome::stripped(&text).is_some()
        });
        let kept = RawList {
            items: items.cloned().collect(),
            ..*list
        };
        if !kept.items.is_empty() {
            self.body.push(Piece::List(kept));
        }
    }

    /// An item that holds more than a text: its parts one below the other, its number written out.
    fn loose_item(&mut self, list: &RawList, index: usize, item: &[Piece]) {
        let mut first = true;
        for piece in item {
            match piece {
                Piece::Line(line) if std::mem::take(&mut first) => {
                    self.line(&flow::numbered(list, index, line.clone()));
                }
                other => self.walk(std::slice::from_ref(other)),
            }
        }
    }
}
