//! Names of the operations, as the profile declares them and the journal records them.

pub(super) const FIND: &str = "find";
/// Writes down what is to be withdrawn; asks the site, and changes nothing there.
pub(super) const LIST: &str = "list";
pub(super) const READ: &str = "read";
pub(super) const PAGE: &str = "page";
pub(super) const TERMS: &str = "terms";
pub(super) const CATEGORY: &str = "category";
pub(super) const TAG: &str = "tag";
pub(super) const MEDIA_LIST: &str = "media_list";
pub(super) const MEDIA: &str = "media";
pub(super) const DRAFT: &str = "draft";
pub(super) const POST: &str = "post";
pub(super) const TRASH: &str = "trash";
pub(super) const MEDIA_DELETE: &str = "media_delete";
pub(super) const ME: &str = "me";
