//! Names of the operations, as the profile declares them and the journal records them.

pub(crate) const PROBE: &str = "probe";
pub(crate) const LOG_IN: &str = "log_in";
pub(crate) const FIND_ASSET: &str = "find_asset";
pub(crate) const PUT_ASSET: &str = "put_asset";
pub(crate) const DROP_ASSET: &str = "drop_asset";
pub(crate) const FIND: &str = "find";
/// Writes down what is to be withdrawn; asks the site, and changes nothing there.
pub(crate) const LIST: &str = "list";
pub(crate) const CREATE: &str = "create";
pub(crate) const UPDATE: &str = "update";
pub(crate) const PUBLISH: &str = "publish";
pub(crate) const POLL: &str = "poll";
pub(crate) const WITHDRAW: &str = "withdraw";
pub(crate) const READ_BACK: &str = "read_back";
pub(crate) const PAGE: &str = "page";
