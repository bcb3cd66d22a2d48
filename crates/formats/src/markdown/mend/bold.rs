//! `**重点。**后文`: CommonMark refuses to close bold between a Chinese full stop and a character, because its rule
//! of flanking looks for spaces that Chinese does not write. Authors mean bold; these pairs become `<b>`.

/// Appends the line with such pairs mended.
pub(super) fn mend_line(line: &str, out: &mut String) {
    let marks = marks(line);
    if marks.is_empty() || marks.len() % 2 == 1 {
        out.push_str(line);
        return;
    }
    let mut from = 0;
    let mut copy = |upto: usize, instead: &str, from: &mut usize, skip: usize| {
        out.push_str(line.get(*from..upto).unwrap_or_default());
        out.push_str(instead);
        *from = upto + skip;
    };
    for pair in marks.chunks(2) {
        if let &[open, close] = pair
            && (!opens(line, open) || !closes(line, close))
            && line
                .get(open + 2..close)
                .is_some_and(|text| !text.trim().is_empty())
        {
            copy(open, "<b>", &mut from, 2);
            copy(close, "</b>", &mut from, 2);
        }
    }
    copy(line.len(), "", &mut from, 0);
}

/// Places of `**` that is neither escaped nor part of a longer run.
fn marks(line: &str) -> Vec<usize> {
    let bytes = line.as_bytes();
    let is_star = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&b'*');
    line.match_indices("**")
        .map(|(at, _)| at)
        .filter(|&at| {
            let slashes = bytes
                .iter()
                .take(at)
                .rev()
                .take_while(|b| **b == b'\\')
                .count();
            !is_star(at.checked_sub(1)) && !is_star(Some(at + 2)) && slashes % 2 == 0
        })
        .collect()
}

fn opens(line: &str, at: usize) -> bool {
    let (before, after) = around(line, at);
    !after.is_whitespace()
        && (!is_punctuation(after) || before.is_whitespace() || is_punctuation(before))
}

fn closes(line: &str, at: usize) -> bool {
    let (before, after) = around(line, at);
    !before.is_whitespace()
        && (!is_punctuation(before) || after.is_whitespace() || is_punctuation(after))
}

fn around(line: &str, at: usize) -> (char, char) {
    let before = line.get(..at).and_then(|text| text.chars().next_back());
    let after = line.get(at + 2..).and_then(|text| text.chars().next());
    (before.unwrap_or(' '), after.unwrap_or(' '))
}

fn is_punctuation(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::mend_line;

    fn mend(line: &str) -> String {
        let mut out = String::new();
        mend_line(line, &mut out);
        out
    }

    #[test]
    fn only_what_commonmark_would_refuse_is_changed() {
        assert_eq!(mend("**重点。**后文"), "<b>重点。</b>后文");
        assert_eq!(
            mend("见**《办法》**第三条和**第四条**"),
            "见<b>《办法》</b>第三条和**第四条**"
        );
        for same in [
            "**重点**后文",
            "**问：几点？**\n",
            r"\*\*字。\*\*后",
            "****",
            "一个**星",
        ] {
            assert_eq!(mend(same), same);
        }
    }
}
