//! Everything that comes in and goes out, from outside: archives, the three formats, the sample items.

mod archives;
mod directives;
mod json;
mod markdown;
mod page;
mod pictures;
mod round_trip;
mod samples;
mod specimens;
