//! How much a reading looks like the Chinese of announcements and news: by its most frequent characters, and by the part
//! of the code where each encoding put its common ones.

use super::{Charset, frequent};

/// Marks that every text has: they speak for no encoding.
const MARKS: &str = "，。、；：？！“”‘’《》（）【】—…·「」『』　％～〈〉〔〕－／．￥①②③④⑤⑥⑦⑧⑨⑩";
/// A reading without a Chinese character, in thousandths: marks alone tell little.
const MARKS_ONLY: u32 = 500;

/// ASCII that comes out of UTF-16 comes out of the right order: from this share on (in thousandths) it has this merit.
const PLAIN_MIN: u32 = 200;
const PLAIN_MERIT: u32 = 700;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weight {
    /// In thousandths.
    pub merit: u32,
    /// Characters that were judged.
    pub counted: usize,
    pub four_bytes: bool,
}

pub(super) fn weigh(charset: Charset, bytes: &[u8], text: &str) -> Weight {
    if charset == Charset::Utf8 {
        // UTF-8 proves itself.
        return Weight {
            merit: 1_000,
            ..Weight::default()
        };
    }
    let (mut counted, mut frequent, mut marks) = (0_usize, 0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        if MARKS.contains(c) {
            marks += 1;
        } else {
            counted += 1;
            frequent += usize::from(frequent::is_frequent(c));
        }
    }
    match charset {
        Charset::Utf8 | Charset::Utf16Le | Charset::Utf16Be => Weight {
            merit: wide(text, counted, frequent),
            counted,
            four_bytes: false,
        },
        Charset::Gb18030 | Charset::Big5 => {
            let (common, four_bytes) = common(charset, bytes);
            let merit = match counted {
                0 if marks > 0 => MARKS_ONLY,
                0 => 0,
                _ => share(common, counted) * 6 / 10 + share(frequent, counted) * 4 / 10,
            };
            Weight {
                merit,
                counted,
                four_bytes,
            }
        }
    }
}

/// UTF-16 read in the wrong order, or from other bytes, scatters over all of Unicode: nearly every character has to be one
/// that texts are made of.
fn wide(text: &str, counted: usize, frequent: usize) -> u32 {
    let all = text.chars().count();
    let usual = text
        .chars()
        .filter(|c| {
            matches!(c,
                '\n' | '\r' | '\t' | ' '..='~' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '\u{feff}')
                || MARKS.contains(*c)
        })
        .count();
    let plain = text.chars().filter(char::is_ascii).count();
    if all == 0 || share(usual, all) < 950 {
        0
    } else if counted == 0 {
        1_000
    } else if share(plain, all) >= PLAIN_MIN {
        share(frequent, counted).max(PLAIN_MERIT)
    } else {
        share(frequent, counted)
    }
}

/// Pairs of bytes in the common part: GB2312 level 1, Big5 level 1. Also whether characters of four bytes occur.
fn common(charset: Charset, bytes: &[u8]) -> (usize, bool) {
    let (mut common, mut four_bytes) = (0, false);
    let mut rest = bytes.iter().copied().peekable();
    while let Some(lead) = rest.next() {
        if lead < 0x81 {
            continue;
        }
        if charset == Charset::Gb18030 && rest.next_if(u8::is_ascii_digit).is_some() {
            four_bytes = true;
            rest.nth(1);
            continue;
        }
        // A byte that ends no pair begins the next one.
        let Some(trail) = rest.next_if(|trail| *trail >= 0x40) else {
            continue;
        };
        match charset {
            Charset::Gb18030 => {
                common += usize::from((0xb0..=0xd7).contains(&lead) && trail >= 0xa1);
            }
            _ => {
                let level_1 = (0xa4..=0xc5).contains(&lead) || (lead == 0xc6 && trail <= 0x7e);
                common += usize::from(level_1);
            }
        }
    }
    (common, four_bytes)
}

/// `part` of `whole` in thousandths, at most all of it.
fn share(part: usize, whole: usize) -> u32 {
    let thousandths = part.min(whole) * 1_000 / whole.max(1);
    u32::try_from(thousandths).unwrap_or(1_000)
}

/// Whether the detector that browsers use guesses the same.
pub(super) fn detector_says(bytes: &[u8], charset: Charset) -> bool {
    use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    match charset {
        Charset::Gb18030 => guessed == encoding_rs::GBK || guessed == encoding_rs::GB18030,
        Charset::Big5 => guessed == encoding_rs::BIG5,
        Charset::Utf8 | Charset::Utf16Le | Charset::Utf16Be => false,
    }
}
