//! What the documents claim is true.

use super::{Ended, done, ensure};
use crate::{story::Story, subject::Subject};

pub(super) async fn the_example_opens(subject: &Subject) -> Ended {
    (subject.paper.open)(subject.paper.example)?;
    done()
}

/// A typing mistake in a file is reported, not ignored.
pub(super) async fn an_unknown_key_is_refused_by_name(subject: &Subject) -> Ended {
    let example = subject.paper.example;
    let (before, after) = example
        .split_once("[channel]\n")
        .ok_or("the example has no [channel] table")?;
    let wrong = format!("{before}[channel]\nunheard_of = 1\n{after}");
    match (subject.paper.open)(&wrong) {
        Ok(_) => Err("a key nobody knows is passed over".to_owned()),
        Err(message) => {
            ensure(message.contains("unheard_of"), || {
                format!("the refusal does not name the key: {message}")
            })?;
            done()
        }
    }
}

pub(super) async fn the_readme_names_operations_limits_and_codes(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let profile = story.channel.profile();
    let readme = subject.paper.readme;
    let mut missing = Vec::new();
    for op in &profile.ops {
        if !readme.contains(&format!("`{}`", op.name)) {
            missing.push(format!("operation `{}`", op.name));
        }
    }
    let limits = &profile.limits;
    let lengths = [limits.title, limits.summary, limits.author, limits.body];
    let numbers = lengths
        .iter()
        .flatten()
        .map(|length| length.max.to_string());
    let counts = [limits.pictures_max, limits.pictures_min]
        .into_iter()
        .flatten()
        .map(|n| n.to_string());
    let sizes = [limits.picture_bytes, limits.attachment_bytes]
        .into_iter()
        .flatten()
        .map(|n| n.to_string());
    // Thousands may be set off: 100,000 or 100 000.
    let plain: String = readme
        .chars()
        .filter(|c| !matches!(c, ',' | '\u{202f}' | '\u{a0}'))
        .collect();
    for number in numbers.chain(counts).chain(sizes) {
        if !plain.contains(&number) {
            missing.push(format!("limit {number}"));
        }
    }
    for code in &subject.codes {
        if !readme.contains(code.as_str()) {
            missing.push(format!("code {code}"));
        }
    }
    ensure(missing.is_empty(), || {
        format!("the README does not name {}", missing.join(", "))
    })?;
    Ok(format!(
        "operations={} codes={}",
        profile.ops.len(),
        subject.codes.len()
    ))
}

pub(super) async fn the_profile_says_where_it_writes(subject: &Subject) -> Ended {
    let story = Story::new(subject);
    let profile = story.channel.profile();
    ensure(!profile.identity.trim().is_empty(), || {
        "profile.identity is empty".to_owned()
    })?;
    ensure(!profile.channel.is_empty(), || {
        "profile.channel is empty".to_owned()
    })?;
    ensure(profile.max_in_flight > 0, || {
        "profile.max_in_flight is 0: nothing would ever be worked".to_owned()
    })?;
    done()
}
