//! Where the two databases need different SQL. Everything else is one text for both, written so that both understand it: `case`
//! instead of two-valued `max`, `case when … then 1 else 0 end` instead of a truth value, `on conflict` with its columns.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// One text of a document: `json("why", "delivery")`.
    pub(crate) fn json(self, column: &str, key: &str) -> String {
        match self {
            Self::Sqlite => format!("json_extract({column}, '$.{key}')"),
            // A NUL, which a remote may have put into some other text of the document, cannot be read by PostgreSQL.
            Self::Postgres => {
                format!(r"(replace({column}, '\u0000', '\ufffd')::json ->> '{key}')")
            }
        }
    }

    /// Whether a column contains a text, to the letter.
    pub(crate) fn contains(self, column: &str, text: &str) -> String {
        match self {
            Self::Sqlite => format!("instr({column}, {text}) > 0"),
            Self::Postgres => format!("strpos({column}, {text}) > 0"),
        }
    }

    /// End of a select of deliveries `d` that are about to be claimed. The writers' lock already separates two claims; this
    /// prevents a claim from waiting behind a row that somebody has locked by hand.
    pub(crate) fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " for update of d skip locked",
        }
    }
}
