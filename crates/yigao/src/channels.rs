//! THE registration list: one line a channel.

use std::sync::Arc;

use toml::Table;
use yigao_channel::{Adapter, Channel, ConfigError, Opening};

/// Opens a destination from its `[channel]` table.
type Open = fn(Table, &Opening<'_>) -> Result<Arc<dyn Channel>, ConfigError>;

/// A registered kind of channel.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) example: &'static str,
    pub(crate) open: Open,
}

/// All of them.
pub(crate) const KINDS: &[Kind] = &[
    kind::<yigao_website::Website>(),
    kind::<yigao_wechat::Wechat>(),
    kind::<yigao_county::County>(),
    kind::<yigao_memory::Memory>(),
];

/// Examples of drivers that a kind has besides the one of its own example.
pub(crate) const DRIVERS: &[(&str, &str)] = &[("wordpress", yigao_website::WORDPRESS_EXAMPLE)];

const fn kind<A: Adapter>() -> Kind {
    Kind {
        name: A::KIND,
        example: A::EXAMPLE,
        open: open::<A>,
    }
}

fn open<A: Adapter>(table: Table, opening: &Opening<'_>) -> Result<Arc<dyn Channel>, ConfigError> {
    let config: A::Config = table.try_into().map_err(|e: toml::de::Error| {
        let says = e.message();
        ConfigError::new("channel", format!("写法不对：{says}"), says)
    })?;
    Ok(Arc::new(A::open(config, opening)?))
}
