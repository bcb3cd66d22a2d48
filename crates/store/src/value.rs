//! Values of statements: whole numbers and text, on either database.

use std::borrow::Cow;

/// A value of a statement. Also its absence has a type: PostgreSQL asks for it.
pub(crate) enum Value<'q> {
    Int(Option<i64>),
    Text(Option<Cow<'q, str>>),
}

macro_rules! values {
    ($($from:ty => |$name:ident| $value:expr;)*) => {$(
        impl<'q> From<$from> for Value<'q> {
            fn from($name: $from) -> Self {
                $value
            }
        }
    )*};
}

values! {
    i64 => |n| Self::Int(Some(n));
    &'q i64 => |n| Self::Int(Some(*n));
    Option<i64> => |n| Self::Int(n);
    &'q str => |t| Self::Text(Some(Cow::Borrowed(t)));
    &'q String => |t| Self::Text(Some(Cow::Borrowed(t)));
    String => |t| Self::Text(Some(Cow::Owned(t)));
    Option<&'q str> => |t| Self::Text(t.map(Cow::Borrowed));
    Option<String> => |t| Self::Text(t.map(Cow::Owned));
}
