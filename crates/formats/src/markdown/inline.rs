//! Runs of text with their marks, collected from events.

use yigao_core::Inline;

/// A picture named within text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picture {
    pub file: String,
    pub alt: String,
    pub title: String,
    pub line: usize,
}

/// Marks that are open, counted: the same mark may be open twice.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks {
    pub bold: usize,
    pub italic: usize,
    pub underline: usize,
    pub superscript: usize,
    pub subscript: usize,
    pub emphasis_mark: usize,
}

impl Marks {
    /// The counter of an allowed tag.
    pub(crate) fn tag(&mut self, name: &str) -> Option<&mut usize> {
        match name {
            "b" | "strong" => Some(&mut self.bold),
            "i" | "em" => Some(&mut self.italic),
            "u" => Some(&mut self.underline),
            "sup" => Some(&mut self.superscript),
            "sub" => Some(&mut self.subscript),
            "dot" => Some(&mut self.emphasis_mark),
            _ => None,
        }
    }
}

/// The text being collected.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    runs: Vec<Inline>,
    pub marks: Marks,
    pub link: Option<String>,
    pub pictures: Vec<Picture>,
    /// The picture whose alternative text is being read, and how deep pictures nest in it.
    pub picture: Option<(Picture, usize)>,
    /// Tags opened by hand and not closed yet, with their lines.
    pub tags: Vec<(String, usize)>,
    soft_break: bool,
}

/// What was collected.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub text: Vec<Inline>,
    pub pictures: Vec<Picture>,
    pub unclosed: Vec<(String, usize)>,
}

impl Runs {
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Appends text under the marks that are open.
    pub(crate) fn push(&mut self, text: &str) {
        if let Some((picture, _)) = &mut self.picture {
            picture.alt.push_str(text);
            return;
        }
        if text.is_empty() {
            return;
        }
        if std::mem::take(&mut self.soft_break) {
            self.join(text);
        }
        self.append(text);
    }

    /// A line break of the source: Chinese lines are joined without a space.
    pub(crate) fn soft_break(&mut self) {
        match &mut self.picture {
            Some((picture, _)) => picture.alt.push(' '),
            None => self.soft_break = !self.runs.is_empty(),
        }
    }

    fn join(&mut self, next: &str) {
        let before = self
            .runs
            .last()
            .and_then(|run| run.text.chars().next_back());
        let wide = |c: Option<char>| {
            c.is_some_and(|c| c as u32 >= 0x2E80 || matches!(c, '\u{2010}'..='\u{203F}' | '\n'))
        };
        if !wide(before) && !wide(next.chars().next()) {
            self.append(" ");
        }
    }

    fn append(&mut self, text: &str) {
        let marks = &self.marks;
        let run = Inline {
            text: text.to_owned(),
            bold: marks.bold > 0,
            italic: marks.italic > 0,
            underline: marks.underline > 0,
            superscript: marks.superscript > 0,
            subscript: marks.subscript > 0,
            emphasis_mark: marks.emphasis_mark > 0,
            note: None,
            link: self.link.clone(),
        };
        append(&mut self.runs, run);
    }

    /// Appends a reference to a note, which bears no marks of its own.
    pub(crate) fn note(&mut self, number: u32) {
        let run = Inline::note(number);
        match &mut self.picture {
            Some((picture, _)) => picture.alt.push_str(&run.text),
            None => {
                self.soft_break = false;
                self.runs.push(run);
            }
        }
    }

    /// Hands out what was collected and begins anew.
    pub(crate) fn finish(&mut self) -> Collected {
        let done = std::mem::take(self);
        Collected {
            text: done.runs,
            pictures: done.pictures,
            unclosed: done.tags,
        }
    }
}

/// Appends a run, joined with the one before when the marks are the same.
pub(crate) fn append(runs: &mut Vec<Inline>, run: Inline) {
    if let Some(last) = runs.last_mut()
        && same_marks(last, &run)
    {
        last.text.push_str(&run.text);
        return;
    }
    runs.push(run);
}

fn same_marks(one: &Inline, other: &Inline) -> bool {
    let marks = |run: &Inline| {
        (
            run.bold,
            run.italic,
            run.underline,
            run.superscript,
            run.subscript,
            run.emphasis_mark,
            run.note,
        )
    };
    // Two references to one note are two.
    one.note.is_none() && marks(one) == marks(other) && one.link == other.link
}

/// Takes the first `count` characters away.
pub(crate) fn strip_front(runs: &mut Vec<Inline>, mut count: usize) {
    while count > 0 && !runs.is_empty() {
        let Some(first) = runs.first_mut() else {
            return;
        };
        let length = first.text.chars().count();
        if length <= count {
            count -= length;
            runs.remove(0);
        } else {
            first.text = first.text.chars().skip(count).collect();
            return;
        }
    }
}
