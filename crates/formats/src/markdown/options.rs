//! What is read beyond CommonMark.

use pulldown_cmark::Options;

pub(super) const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_FOOTNOTES);
