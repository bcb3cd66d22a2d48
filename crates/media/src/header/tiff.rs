//! TIFF: a chain of directories, one a page (TIFF 6.0, section 2).

use super::{Header, small, truncated};
use crate::error::MediaError;
use crate::reader::{be16, be32, le16, le32, take};

/// Directories that are followed: a chain that runs in a circle has no end.
const MAX_PAGES: u32 = 10_000;

const KIND: u16 = 254;
const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const XMP: u16 = 700;
/// Where the pixels lie and how long each piece is: strips, or tiles.
const PIECES: [(u16, u16); 2] = [(273, 279), (324, 325)];

pub(super) fn read(
    bytes: &[u8],
    check: impl Fn(u32, u32) -> Result<(), MediaError>,
) -> Result<Header<'_>, MediaError> {
    let cut = || truncated("image/tiff", bytes);
    let file = File {
        bytes,
        little: bytes.starts_with(b"II"),
    };
    let first = Directory::at(file, file.long(4).ok_or_else(cut)?).ok_or_else(cut)?;
    if first.number(KIND).unwrap_or_default() & 1 == 1 {
        // Raw files of cameras begin with a small copy of the picture.
        return Err(MediaError::Unsupported(
            "a TIFF that begins with a thumbnail",
        ));
    }
    let (Some(width), Some(height)) = (first.number(WIDTH), first.number(HEIGHT)) else {
        return Err(MediaError::Broken("a TIFF without a size".to_owned()));
    };
    check(width, height)?;
    Ok(Header {
        width,
        height,
        // The decoder of EXIF finds the orientation: EXIF is a TIFF of its own.
        exif: Some(bytes),
        xmp: first.bytes(XMP).and_then(small),
        end: first.is_whole().then_some(bytes.len()),
        frames: pages(file, first)?,
    })
}

fn pages(file: File<'_>, first: Directory<'_>) -> Result<u32, MediaError> {
    let mut page = first;
    for seen in 1..=MAX_PAGES {
        match page.next() {
            None => return Err(truncated("image/tiff", file.bytes)),
            Some(0) => return Ok(seen),
            Some(at) => {
                page =
                    Directory::at(file, at).ok_or_else(|| truncated("image/tiff", file.bytes))?;
            }
        }
    }
    Err(MediaError::Broken(format!(
        "a TIFF of more than {MAX_PAGES} pages"
    )))
}

/// The bytes, and which end of a number comes first.
#[derive(Clone, Copy)]
struct File<'a> {
    bytes: &'a [u8],
    little: bool,
}

impl File<'_> {
    fn short(self, at: usize) -> Option<u16> {
        if self.little {
            le16(self.bytes, at)
        } else {
            be16(self.bytes, at)
        }
    }

    fn long(self, at: usize) -> Option<u32> {
        if self.little {
            le32(self.bytes, at)
        } else {
            be32(self.bytes, at)
        }
    }
}

/// One page: entries of twelve bytes.
#[derive(Clone, Copy)]
struct Directory<'a> {
    file: File<'a>,
    from: usize,
    entries: usize,
}

/// An entry: numbers of `size` bytes each, `count` of them, from `at`.
struct Entry {
    at: usize,
    size: usize,
    count: usize,
}

impl<'a> Directory<'a> {
    fn at(file: File<'a>, at: u32) -> Option<Self> {
        let at = at as usize;
        let entries = usize::from(file.short(at)?);
        let from = at.checked_add(2)?;
        take(file.bytes, from, entries * 12)?;
        Some(Self {
            file,
            from,
            entries,
        })
    }

    /// Where the next page's directory is; 0 after the last.
    fn next(self) -> Option<u32> {
        self.file.long(self.from + self.entries * 12)
    }

    fn entry(self, tag: u16) -> Option<Entry> {
        let at = (0..self.entries)
            .map(|n| self.from + n * 12)
            .find(|at| self.file.short(*at) == Some(tag))?;
        let size = match self.file.short(at + 2)? {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 13 => 4,
            _ => return None,
        };
        let count = self.file.long(at + 4)? as usize;
        let at = if count.checked_mul(size)? <= 4 {
            at + 8
        } else {
            self.file.long(at + 8)? as usize
        };
        take(self.file.bytes, at, count * size)?;
        Some(Entry { at, size, count })
    }

    fn number(self, tag: u16) -> Option<u32> {
        self.numbers(&self.entry(tag)?).next()
    }

    fn bytes(self, tag: u16) -> Option<&'a [u8]> {
        let entry = self.entry(tag)?;
        take(self.file.bytes, entry.at, entry.count * entry.size)
    }

    fn numbers(self, entry: &Entry) -> impl Iterator<Item = u32> + use<'a> {
        let (at, size, file) = (entry.at, entry.size, self.file);
        (0..entry.count).map_while(move |n| match size {
            2 => file.short(at + n * 2).map(u32::from),
            4 => file.long(at + n * 4),
            _ => None,
        })
    }

    /// Whether all pieces of the picture are in the file.
    fn is_whole(self) -> bool {
        PIECES.into_iter().any(|(offsets, lengths)| {
            let (Some(offsets), Some(lengths)) = (self.entry(offsets), self.entry(lengths)) else {
                return false;
            };
            offsets.count == lengths.count
                && self
                    .numbers(&offsets)
                    .zip(self.numbers(&lengths))
                    .all(|(at, len)| u64::from(at) + u64::from(len) <= self.file.bytes.len() as u64)
        })
    }
}
