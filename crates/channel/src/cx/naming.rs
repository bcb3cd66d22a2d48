//! What a delivery is called.

/// What this delivery is called, for keys and markers.
#[derive(Clone, Debug)]
pub struct Naming {
    /// Key of this delivery: the same over its attempts.
    pub key: String,
    /// Item × destination, for life: what is written on the remote thing, so that any later delivery finds it.
    pub marker: String,
    /// Attempts are spent: a lookup that ends in "no" ends the delivery instead of acting again.
    pub spent: bool,
}
