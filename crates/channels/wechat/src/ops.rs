//! Names of the operations, as the profile declares them and every call and act names one.

/// Gets an access token.
pub(crate) const TOKEN: &str = "token";
/// Uploads a picture of the body.
pub(crate) const BODY_IMAGE: &str = "body_image";
/// Uploads a cover into the material library.
pub(crate) const COVER: &str = "cover";
/// Lists the material library, to find a cover again.
pub(crate) const COVER_LIST: &str = "cover_list";
/// Makes a draft.
pub(crate) const DRAFT: &str = "draft";
/// Reads a draft.
pub(crate) const DRAFT_GET: &str = "draft_get";
/// Lists the draft box.
pub(crate) const DRAFT_LIST: &str = "draft_list";
/// Deletes a draft.
pub(crate) const DRAFT_DELETE: &str = "draft_delete";
/// Submits a draft whose article carries our marker.
pub(crate) const SUBMIT: &str = "submit";
/// Records of which draft a submit was begun; nothing is sent.
pub(crate) const SUBMIT_BEGUN: &str = "submit_begun";
/// Submits a draft whose article carries no marker.
pub(crate) const SUBMIT_UNMARKED: &str = "submit_unmarked";
/// Asks for the state of a publish job.
pub(crate) const JOB: &str = "job";
/// Waits until an article whose fate is unknown is found.
pub(crate) const SEARCH: &str = "search";
/// Lists the published articles.
pub(crate) const PUBLISHED_LIST: &str = "published_list";
/// Reads a published article.
pub(crate) const ARTICLE: &str = "article";
/// Deletes a published article.
pub(crate) const DELETE: &str = "delete";
