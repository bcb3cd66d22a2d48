//! Names of items out of names of folders.

use yigao_core::ItemId;

/// Longest name of an item.
const MAX: usize = 64;

/// An item's name out of any text: letters and digits stay, the rest becomes hyphens.
pub(crate) fn from(text: &str) -> Option<ItemId> {
    let mut slug = String::new();
    for c in text.chars() {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.') {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= MAX {
            break;
        }
    }
    ItemId::parse(slug.trim_matches(['-', '.', '_'])).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_come_out_of_folders_and_index_numbers() {
        let slug = |text| super::from(text).map(|id| id.to_string());
        assert_eq!(
            slug("Spring Market 2026").as_deref(),
            Some("spring-market-2026")
        );
        assert_eq!(
            slug("1585729837/gdj/2019-0000014").as_deref(),
            Some("1585729837-gdj-2019-0000014")
        );
        assert_eq!(slug("稿件-a").as_deref(), Some("a"));
        assert_eq!(slug("春季市集"), None);
    }
}
