//! Names of the operations, as the profile declares them and every call and act names one.

/// Waits for a person at the hand-over page.
pub(crate) const HAND: &str = "hand";
/// Sends an item.
pub(crate) const ITEMS_POST: &str = "items_post";
/// Asks whether the centre has a picture.
pub(crate) const MEDIA_GET: &str = "media_get";
/// Sends a picture.
pub(crate) const MEDIA: &str = "media";
/// Lists what the centre holds of an item.
pub(crate) const ITEMS_GET: &str = "items_get";
/// Withdraws an item.
pub(crate) const WITHDRAW: &str = "withdraw";
/// Writes a file of a package beside its final place.
pub(crate) const STAGE: &str = "stage";
/// Lists a package that is not released yet.
pub(crate) const STAGED: &str = "staged";
/// Moves a package to its final place.
pub(crate) const RELEASE: &str = "release";
/// Removes a package that was never released.
pub(crate) const UNSTAGE: &str = "unstage";
/// Looks for a package that the centre rejected.
pub(crate) const REJECTED: &str = "rejected";
