//! Finds the place of a key in a file.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Line and column, from 1, of a dotted key (`channel.ops.create.json.title`, `channel.errors[0].when`); of the deepest part of
/// it that is there. A template's own line is counted from its beginning.
pub(crate) fn place(text: &str, key: &str) -> (usize, usize) {
    let Ok(table) = DeTable::parse(text) else {
        return (1, 1);
    };
    let mut at = 0;
    let mut here: Option<&DeValue<'_>> = None;
    let mut rest = key;
    while let Some((found, after)) = step(table.get_ref(), here, rest) {
        at = found.0;
        here = Some(found.1);
        rest = after;
    }
    line_and_column(text, at)
}

/// The longest name at the beginning of `rest` that is there: a key may hold dots itself.
fn step<'t, 'k>(
    root: &'t DeTable<'t>,
    here: Option<&'t DeValue<'t>>,
    rest: &'k str,
) -> Option<((usize, &'t DeValue<'t>), &'k str)> {
    if let Some(inner) = rest.strip_prefix('[') {
        let (number, after) = inner.split_once(']')?;
        let list = here?.as_array()?;
        let value: &Spanned<DeValue<'_>> = list.get(number.parse::<usize>().ok()?)?;
        return Some((
            (value.span().start, value.get_ref()),
            after.trim_start_matches('.'),
        ));
    }
    let table = match here {
        None => root,
        Some(value) => value.as_table()?,
    };
    let found = table
        .iter()
        .filter(|(name, _)| {
            let name: &str = name.get_ref();
            rest.strip_prefix(name)
                .is_some_and(|after| after.is_empty() || after.starts_with(['.', '[']))
        })
        .max_by_key(|(name, _)| name.get_ref().len())?;
    let (name, value) = found;
    let after = rest.strip_prefix(name.get_ref().as_ref())?;
    let after = after.strip_prefix('.').unwrap_or(after);
    Some(((name.span().start, value.get_ref()), after))
}

/// Columns are counted in characters.
pub(crate) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default();
    (line, column.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "kind = \"http\"\n[channel.ops.create]\njson = { \"题\" = 1, title = \"x\" }\n[[channel.errors]]\nstatus = [400]\n[[channel.errors]]\nwhen = \"y\"\n";

    #[test]
    fn keys_are_found_by_line_and_column() {
        assert_eq!(place(TEXT, "kind"), (1, 1));
        assert_eq!(place(TEXT, "channel.ops.create.json.title"), (3, 19));
        assert_eq!(place(TEXT, "channel.errors[1].when"), (7, 1));
    }

    #[test]
    fn of_what_is_not_there_the_nearest_is_named() {
        assert_eq!(place(TEXT, "channel.ops.create.out.id"), (2, 14));
        assert_eq!(place(TEXT, "nothing.at.all"), (1, 1));
        assert_eq!(place("not = ", "not"), (1, 1));
    }
}
