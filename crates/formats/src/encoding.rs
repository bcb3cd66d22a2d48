//! Bytes of a text into characters: UTF-8, UTF-16, GBK with GB18030, Big5. What is unclear is refused, never guessed.

use yigao_core::Finding;

use crate::problem::Problem;

mod attempt;
mod declared;
mod frequent;
mod mixture;
mod say;
mod weigh;

use attempt::Attempt;
pub(crate) use say::names_taken;

/// An encoding that texts of this country arrive in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Charset {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// With GB2312 and GBK inside.
    Gb18030,
    Big5,
}

/// The merit, in thousandths, below which a reading is no Chinese text.
const MERIT_MIN: u32 = 450;
/// By how much one reading has to be better than the next.
const LEAD_MIN: u32 = 120;
/// The same, when the detector says the same.
const LEAD_WITH_DETECTOR: u32 = 40;
/// From this many characters on a declaration may be overruled, and below this merit when another reading has that one.
const OVERRULE_FROM: usize = 8;
const OVERRULE_BELOW: u32 = 400;
const OVERRULE_ABOVE: u32 = 800;

/// A text that was read.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub text: String,
    /// Says which encoding was taken, unless it was UTF-8.
    pub finding: Option<Finding>,
}

/// The text of a file, without a byte order mark.
///
/// # Errors
/// A text longer than `max` bytes; bytes that no encoding reads; bytes that two encodings read equally well.
pub(crate) fn decode(file: &str, bytes: &[u8], max: usize) -> Result<Decoded, Problem> {
    if bytes.len() > max {
        return Err(say::too_large(file, bytes.len(), max));
    }
    let taken = read(file, bytes, declared::mark(bytes), None)?;
    Ok(finished(file, taken))
}

/// The same for a saved page, which may say what it is encoded in.
///
/// # Errors
/// Those of [`decode`].
pub(crate) fn decode_page(file: &str, bytes: &[u8], max: usize) -> Result<Decoded, Problem> {
    if bytes.len() > max {
        return Err(say::too_large(file, bytes.len(), max));
    }
    let declared = declared::by_page(bytes);
    let taken = read(file, bytes, declared::mark(bytes), declared)?;
    Ok(finished(file, taken))
}

/// What a short text (a file's name) may be, the likeliest first, each with whether it is clearly likelier than the next.
pub(crate) fn guess(bytes: &[u8]) -> Guess {
    let candidates = [Charset::Gb18030, Charset::Big5].map(|charset| Attempt::new(charset, bytes));
    match best(bytes, &candidates) {
        Ok(found) if found.error_at.is_none() => Guess::Clear(found.charset),
        _ => Guess::Unclear,
    }
}

/// What became of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    Clear(Charset),
    Unclear,
}

/// The characters of `bytes` in this encoding when every byte of them can be read.
pub(crate) fn exactly(charset: Charset, bytes: &[u8]) -> Option<String> {
    let attempt = Attempt::new(charset, bytes);
    attempt.error_at.is_none().then_some(attempt.text)
}

/// Whether `bytes` read in this encoding make likely Chinese.
pub(crate) fn is_likely(charset: Charset, bytes: &[u8]) -> bool {
    let attempt = Attempt::new(charset, bytes);
    attempt.error_at.is_none() && attempt.merit >= MERIT_MIN
}

/// Whether `text`, which the bytes are in UTF-8, is chance: 通知 in GBK are two marks of Hebrew. It has no character of Chinese,
/// is no European language (whose letters with signs are no more than those without), and is Chinese in GBK.
pub(crate) fn only_looks_like_utf8(bytes: &[u8], text: &str) -> bool {
    let mut signed = text.chars().filter(|c| !c.is_ascii());
    let count = signed.clone().count();
    if count == 0 || signed.clone().any(|c| c as u32 >= 0x800) {
        return false;
    }
    let plain = text.chars().filter(char::is_ascii_alphabetic).count();
    let is_latin = |c| matches!(c, '\u{a0}'..='\u{24f}' | '\u{300}'..='\u{36f}');
    !(count <= plain && signed.all(is_latin)) && is_likely(Charset::Gb18030, bytes)
}

/// Both readings of an unclear text: the encoding's name and the first words.
pub(crate) fn both_readings(bytes: &[u8]) -> [(&'static str, String); 2] {
    [Charset::Gb18030, Charset::Big5].map(|charset| {
        let attempt = Attempt::new(charset, bytes);
        (attempt.name(), say::opening(&attempt.text))
    })
}

/// Whether a text in any of the encodings holds one of these words, given in lower case: to look something up, not to read.
pub(crate) fn mentions(bytes: &[u8], words: &[&str]) -> bool {
    use encoding_rs::{BIG5, GB18030, UTF_8, UTF_16BE, UTF_16LE};
    [UTF_8, GB18030, BIG5, UTF_16LE, UTF_16BE]
        .into_iter()
        .any(|encoding| {
            let (text, _) = encoding.decode_without_bom_handling(bytes);
            let text = text.to_ascii_lowercase();
            words.iter().any(|word| text.contains(word))
        })
}

/// The text for looking names up in it, never for what is published: where its encoding is unclear, all its readings one
/// after the other.
pub fn text_of(bytes: &[u8]) -> String {
    use encoding_rs::{BIG5, GB18030, UTF_8};
    let declared = declared::by_page(bytes);
    match read("", bytes, declared::mark(bytes), declared) {
        Ok(taken) => taken.text,
        Err(_) => [UTF_8, GB18030, BIG5]
            .map(|encoding| encoding.decode_without_bom_handling(bytes).0)
            .join("\n"),
    }
}

fn finished(file: &str, taken: Attempt) -> Decoded {
    let finding =
        (taken.charset != Charset::Utf8).then(|| say::taken(file, taken.name(), &taken.text));
    let text = match taken.text.strip_prefix('\u{feff}') {
        Some(rest) => rest.trim_start_matches('\u{feff}').to_owned(),
        None => taken.text,
    };
    Decoded { text, finding }
}

/// The reading to take.
fn read(
    file: &str,
    bytes: &[u8],
    mark: Option<Charset>,
    declared: Option<Charset>,
) -> Result<Attempt, Problem> {
    if let Some(charset) = mark {
        return whole(file, bytes, Attempt::new(charset, bytes));
    }
    let utf8 = Attempt::new(Charset::Utf8, bytes);
    let has_zero = bytes.contains(&0);
    let looks_only = utf8.error_at.is_none() && only_looks_like_utf8(bytes, &utf8.text);
    if utf8.error_at.is_none() && !has_zero && !looks_only {
        let legacy = declared.filter(|charset| *charset != Charset::Utf8);
        return Ok(declared_instead(bytes, &utf8, legacy).unwrap_or(utf8));
    }
    if has_zero && let Some(wide) = wide(bytes) {
        return whole(file, bytes, wide);
    }
    if utf8.error_at.is_none() && !looks_only {
        // Zeros in a UTF-8 text are control characters: they are taken out and said with their place.
        return Ok(utf8);
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(say::zero_byte(file, line_of(bytes, at)));
    }
    if let Some(problem) = mixture::problem(file, bytes, &utf8) {
        return Err(problem);
    }
    let mut candidates: Vec<Attempt> = [Charset::Gb18030, Charset::Big5]
        .map(|charset| Attempt::new(charset, bytes))
        .into();
    if let Some(believed) = believed(&candidates, declared) {
        return Ok(believed);
    }
    candidates.extend(wide(bytes));
    let found = best(bytes, &candidates).map_err(|close| {
        if close.iter().all(|attempt| attempt.error_at.is_some()) {
            say::broken(file, bytes, &utf8)
        } else {
            say::unclear(file, &close)
        }
    })?;
    whole(file, bytes, found.clone())
}

/// What a page declares, where UTF-8 would read the same bytes: only when UTF-8 finds no Chinese in them.
fn declared_instead(bytes: &[u8], utf8: &Attempt, declared: Option<Charset>) -> Option<Attempt> {
    let chinese = utf8.text.chars().any(|c| c as u32 >= 0x800);
    if chinese || utf8.text.is_ascii() {
        return None;
    }
    let attempt = Attempt::new(declared?, bytes);
    (attempt.error_at.is_none() && attempt.merit >= MERIT_MIN).then_some(attempt)
}

/// A declaration is believed when every byte can be read by it, unless what comes out is no Chinese and another reading is.
fn believed(candidates: &[Attempt], declared: Option<Charset>) -> Option<Attempt> {
    let own = candidates
        .iter()
        .find(|attempt| Some(attempt.charset) == declared && attempt.error_at.is_none())?;
    let overruled = own.weighed >= OVERRULE_FROM
        && own.merit < OVERRULE_BELOW
        && candidates.iter().any(|other| {
            other.charset != own.charset
                && other.error_at.is_none()
                && other.merit >= OVERRULE_ABOVE
        });
    (!overruled).then(|| own.clone())
}

/// UTF-16 without a mark, when one of its two orders gives a text of this country or plain letters.
fn wide(bytes: &[u8]) -> Option<Attempt> {
    let mut likely = [Charset::Utf16Le, Charset::Utf16Be]
        .into_iter()
        .map(|charset| Attempt::new(charset, bytes))
        .filter(|attempt| attempt.merit >= MERIT_MIN);
    let first = likely.next()?;
    match likely.next() {
        Some(second) if second.merit > first.merit => Some(second),
        _ => Some(first),
    }
}

/// The reading that is plainly better than the others, whole or not; else the two that are too close.
fn best<'a>(bytes: &[u8], candidates: &'a [Attempt]) -> Result<&'a Attempt, Vec<Attempt>> {
    let mut sorted: Vec<&Attempt> = candidates.iter().collect();
    sorted.sort_by_key(|attempt| std::cmp::Reverse(attempt.merit));
    let (Some(first), second) = (sorted.first(), sorted.get(1)) else {
        return Err(Vec::new());
    };
    let lead = first.merit - second.map_or(0, |second| second.merit).min(first.merit);
    // Where another reading is whole and likely, damage is no explanation.
    let other_is_whole = first.error_at.is_some()
        && sorted
            .iter()
            .any(|other| other.error_at.is_none() && other.merit >= MERIT_MIN);
    let told = lead >= LEAD_MIN
        || (lead >= LEAD_WITH_DETECTOR && weigh::detector_says(bytes, first.charset));
    if told && !other_is_whole && first.merit >= MERIT_MIN {
        return Ok(first);
    }
    Err(sorted.into_iter().take(2).cloned().collect())
}

/// The attempt, or the problem at the place where it broke off.
fn whole(file: &str, bytes: &[u8], attempt: Attempt) -> Result<Attempt, Problem> {
    match attempt.error_at {
        None => Ok(attempt),
        Some(_) => Err(say::broken(file, bytes, &attempt)),
    }
}

/// The line of a byte, from 1, in an encoding that contains ASCII.
fn line_of(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests;
