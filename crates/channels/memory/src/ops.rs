//! Names of the operations, as the profile declares them and every call and act names one.

/// Puts up a post.
pub(crate) const POST: &str = "post";
/// Rewrites a post.
pub(crate) const PUT: &str = "put";
/// Withdraws a post.
pub(crate) const DELETE: &str = "delete";
/// Stores a picture under its digest.
pub(crate) const FILE: &str = "file";
/// Removes a picture that no item uses any more.
pub(crate) const UNFILE: &str = "unfile";
/// Lists the posts that carry our marker.
pub(crate) const FIND: &str = "find";
/// Reads one post.
pub(crate) const READ: &str = "read";
/// Asks a person for the id of a post.
pub(crate) const ASK: &str = "ask";
