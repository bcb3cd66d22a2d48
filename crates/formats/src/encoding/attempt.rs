//! One reading of some bytes in one encoding, as far as it goes.

use encoding_rs::{BIG5, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{Charset, weigh};

/// What came of reading bytes in one encoding.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub charset: Charset,
    /// Up to the first byte that cannot be read.
    pub text: String,
    /// Where that byte is.
    pub error_at: Option<usize>,
    /// Whether the bytes end inside a character.
    pub cut_short: bool,
    /// How much it looks like Chinese of announcements and news, in thousandths.
    pub merit: u32,
    /// How many characters that was judged by.
    pub weighed: usize,
    /// Whether characters of four bytes occur, which GBK does not have.
    four_bytes: bool,
}

impl Attempt {
    pub(super) fn new(charset: Charset, bytes: &[u8]) -> Self {
        let mut decoder = encoding(charset).new_decoder_without_bom_handling();
        let room = decoder
            .max_utf8_buffer_length_without_replacement(bytes.len())
            .unwrap_or_default();
        let mut text = String::with_capacity(room);
        let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
        let error_at = match result {
            DecoderResult::InputEmpty => None,
            DecoderResult::OutputFull => Some(read),
            DecoderResult::Malformed(bad, after) => {
                Some(read.saturating_sub(usize::from(bad) + usize::from(after)))
            }
        };
        let weight = if error_at.is_none() {
            weigh::weigh(charset, bytes, &text)
        } else {
            // What lies behind the error counts, too: the first words alone may look like anything.
            let (damaged, _) = encoding(charset).decode_without_bom_handling(bytes);
            weigh::weigh(charset, bytes, &damaged)
        };
        Self {
            charset,
            text,
            error_at,
            cut_short: error_at
                .and_then(|at| bytes.get(at..))
                .is_some_and(|rest| is_beginning(charset, rest)),
            merit: weight.merit,
            weighed: weight.counted,
            four_bytes: weight.four_bytes,
        }
    }

    /// What people call the encoding.
    pub(super) fn name(&self) -> &'static str {
        match self.charset {
            Charset::Gb18030 if self.four_bytes => "GB18030",
            other => other.name(),
        }
    }
}

impl Charset {
    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 LE",
            Self::Utf16Be => "UTF-16 BE",
            Self::Gb18030 => "GBK",
            Self::Big5 => "Big5",
        }
    }
}

/// Whether these last bytes are the beginning of a character.
fn is_beginning(charset: Charset, rest: &[u8]) -> bool {
    match (charset, rest) {
        (Charset::Utf8, rest) => {
            std::str::from_utf8(rest).is_err_and(|error| error.error_len().is_none())
        }
        (Charset::Utf16Le | Charset::Utf16Be, rest) => rest.len() <= 2,
        (Charset::Gb18030 | Charset::Big5, [0x81..=0xfe]) => true,
        (Charset::Gb18030, [0x81..=0xfe, b'0'..=b'9']) => true,
        (Charset::Gb18030, [0x81..=0xfe, b'0'..=b'9', 0x81..=0xfe]) => true,
        _ => false,
    }
}

fn encoding(charset: Charset) -> &'static Encoding {
    match charset {
        Charset::Utf8 => UTF_8,
        Charset::Utf16Le => UTF_16LE,
        Charset::Utf16Be => UTF_16BE,
        Charset::Gb18030 => GB18030,
        Charset::Big5 => BIG5,
    }
}
