//! Everything that comes in and goes out, from outside: archives, the three formats, the sample items.
//! Modules are marked as tests so that clippy's leave for tests reaches their helpers.

#[cfg(test)]
mod advice;
#[cfg(test)]
mod archives;
#[cfg(test)]
mod as_typed;
#[cfg(test)]
mod characters;
#[cfg(test)]
mod directives;
#[cfg(test)]
mod encodings;
#[cfg(test)]
mod gov_pages;
#[cfg(test)]
mod json;
#[cfg(test)]
mod markdown;
#[cfg(test)]
mod nets;
#[cfg(test)]
mod page;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod specimens;
#[cfg(test)]
mod typed;
