//! The API and the pages; filled in on branch `server`.
