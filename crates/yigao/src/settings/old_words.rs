//! Settings that were renamed, so that a configuration in old words is refused with the new one.

/// The old dotted key, and what is written instead. A section covers all its keys.
const KEYS: &[(&str, &str)] = &[("data.bell", "data.queue"), ("keep", "retention")];

/// The old kind of a destination, and what is written instead.
const KINDS: &[(&str, &str)] = &[
    (
        "http",
        "kind = \"website\", [channel] driver = \"manifest\"",
    ),
    (
        "wordpress",
        "kind = \"website\", [channel] driver = \"wordpress\"",
    ),
    (
        "plone",
        "kind = \"website\", [channel] driver = \"manifest\"",
    ),
    (
        "static",
        "kind = \"website\", [channel] driver = \"static\"",
    ),
];

/// The old key inside a destination's `[channel]`, and what is written instead.
const CHANNEL: &[(&str, &str)] = &[
    ("lanes", "max_in_flight"),
    ("pace", "min_interval"),
    ("kill", "withdraw"),
    ("submit_looks_seconds", "submit_lookup_seconds"),
];

/// The new name of a key of `yigao.toml`.
pub(crate) fn key(old: &str) -> Option<String> {
    KEYS.iter().find_map(|(was, is)| {
        let rest = old.strip_prefix(was)?;
        (rest.is_empty() || rest.starts_with('.')).then(|| format!("{is}{rest}"))
    })
}

/// What is written for a kind of destination that has another name now.
pub(crate) fn kind(old: &str) -> Option<&'static str> {
    find(KINDS, old)
}

/// The old key that a destination's `[channel]` holds, at any depth, and its new name.
pub(crate) fn channel(table: &toml::Table) -> Option<(&'static str, &'static str)> {
    table.iter().find_map(|(key, value)| {
        let here = CHANNEL.iter().find(|(was, _)| was == key).copied();
        here.or_else(|| inside(value))
    })
}

fn inside(value: &toml::Value) -> Option<(&'static str, &'static str)> {
    match value {
        toml::Value::Table(table) => channel(table),
        toml::Value::Array(list) => list.iter().find_map(inside),
        _ => None,
    }
}

fn find(table: &[(&str, &'static str)], old: &str) -> Option<&'static str> {
    table.iter().find(|(was, _)| *was == old).map(|(_, is)| *is)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_old_word_has_its_new_one() {
        assert_eq!(key("data.bell").as_deref(), Some("data.queue"));
        assert_eq!(key("keep").as_deref(), Some("retention"));
        let days = key("keep.exchanges_days");
        assert_eq!(days.as_deref(), Some("retention.exchanges_days"));
        assert_eq!(key("keeper"), None);
        assert!(kind("http").unwrap().contains("manifest"));
        assert!(kind("wordpress").unwrap().contains("website"));
        assert_eq!(kind("website"), None);
        let deep: toml::Table = toml::from_str("[ops.create]\npace = 3\n").unwrap();
        assert_eq!(channel(&deep).unwrap().1, "min_interval");
        let flat: toml::Table = toml::from_str("lanes = 3\n").unwrap();
        assert_eq!(channel(&flat).unwrap().1, "max_in_flight");
    }
}
