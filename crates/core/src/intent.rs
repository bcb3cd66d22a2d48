//! What a delivery is for.

use serde::{Deserialize, Serialize};

/// 指令: what a delivery is to do at its destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    Publish,
    Correct,
    Withdraw,
}

impl Intent {
    /// `snake_case` name, as stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Correct => "correct",
            Self::Withdraw => "withdraw",
        }
    }
    /// Chinese name, as on screens.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Publish => "发布",
            Self::Correct => "更正",
            Self::Withdraw => "撤稿",
        }
    }

    /// Reads the stored name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Publish, Self::Correct, Self::Withdraw]
            .into_iter()
            .find(|intent| intent.name() == name)
    }
}
