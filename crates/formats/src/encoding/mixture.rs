//! Texts that are UTF-8 in one place and something else in another: pasted together, or damaged.

use super::{Charset, attempt::Attempt, line_of, say};
use crate::problem::Problem;

/// This many Chinese characters of UTF-8 in one line are no chance.
const CHINESE_MIN: usize = 2;
/// A line of UTF-8 that reads better than this in GBK is GBK.
const GBK_MERIT: u32 = 600;

/// Says what is wrong with bytes that are partly UTF-8; none when they are all something else.
pub(super) fn problem(file: &str, bytes: &[u8], utf8: &Attempt) -> Option<Problem> {
    if let Some(at) = bytes.windows(3).position(|part| part == b"\xef\xbb\xbf") {
        // Two rare characters of GBK are the same bytes: it stands at the beginning of a line, or UTF-8 follows.
        let behind = bytes.get(at..).unwrap_or_default();
        let begins_line = bytes
            .get(..at)
            .is_some_and(|before| before.ends_with(b"\n"));
        if begins_line || chinese(behind.split(|byte| *byte == b'\n').next()?) > 0 {
            return Some(say::mark_inside(file, line_of(bytes, at)));
        }
    }
    let mut by_line: (Option<usize>, Option<usize>) = (None, None);
    let (mut in_utf8, mut in_other) = (0, 0);
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.is_ascii() {
            continue;
        }
        if chinese(line) >= CHINESE_MIN && Attempt::new(Charset::Gb18030, line).merit < GBK_MERIT {
            in_utf8 += 1;
            by_line.0.get_or_insert(index + 1);
        } else if std::str::from_utf8(line).is_err() {
            in_other += 1;
            by_line.1.get_or_insert(index + 1);
        }
    }
    let (_, Some(other)) = by_line else {
        return None;
    };
    if utf8.cut_short && in_other == 1 && in_utf8 > 0 {
        return Some(say::broken(file, bytes, utf8));
    }
    if is_mostly_utf8(bytes) {
        return Some(mostly_utf8(file, bytes, other, utf8));
    }
    let odd = by_line.0?;
    let (odd, name) = if in_utf8 <= in_other {
        (odd, "UTF-8")
    } else {
        (other, "GBK")
    };
    Some(say::mixed(file, bytes, odd, name))
}

/// UTF-8 with a line in GBK, or with a damaged place.
fn mostly_utf8(file: &str, bytes: &[u8], line: usize, utf8: &Attempt) -> Problem {
    let odd = bytes
        .split(|byte| *byte == b'\n')
        .nth(line.saturating_sub(1))
        .unwrap_or_default();
    let in_gbk = Attempt::new(Charset::Gb18030, odd);
    if in_gbk.error_at.is_none() && in_gbk.merit >= GBK_MERIT && in_gbk.weighed >= CHINESE_MIN {
        return say::mixed(file, bytes, line, "GBK");
    }
    say::broken(file, bytes, utf8)
}

/// Whether whole characters of UTF-8 are far more than places that are none.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| *c as u32 >= 0x800).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    whole > CHINESE_MIN && whole > 2 * bad
}

/// Chinese characters and marks of a line that is whole UTF-8; none in any other.
fn chinese(line: &[u8]) -> usize {
    let text = std::str::from_utf8(line).unwrap_or_default();
    text.chars()
        .filter(|c| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'))
        .count()
}
