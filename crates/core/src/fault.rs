//! What went wrong at a remote, as three answers: what an operator does, what the engine does, what may have happened.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::finding::Localized;

/// What an operator does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Our configuration is wrong.
    Config,
    /// The remote does not know us, or refuses us this right.
    Unauthorized,
    /// The remote refuses this content.
    Rejected,
    /// Too fast; a deferral, no attempt is spent.
    RateLimited,
    /// The window's allowance is used up; a deferral, no attempt is spent.
    QuotaExhausted,
    /// The remote is down or in trouble.
    Unavailable,
    /// No answer in time.
    Timeout,
    /// The connection broke, or the process stopped.
    Interrupted,
    /// The channel cannot do this.
    Unsupported,
    /// An answer that its documentation does not allow, or a mistake of an adapter.
    Protocol,
}

impl ErrorKind {
    /// `snake_case` name, as stored and as `yigao explain` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Unauthorized => "unauthorized",
            Self::Rejected => "rejected",
            Self::RateLimited => "rate_limited",
            Self::QuotaExhausted => "quota_exhausted",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Unsupported => "unsupported",
            Self::Protocol => "protocol",
        }
    }

    /// What a person reads.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Config => "配置有误",
            Self::Unauthorized => "凭据或权限被拒",
            Self::Rejected => "内容被拒",
            Self::RateLimited => "请求过于频繁",
            Self::QuotaExhausted => "额度用完",
            Self::Unavailable => "对方故障",
            Self::Timeout => "对方超时未答",
            Self::Interrupted => "连接中断",
            Self::Unsupported => "渠道不支持",
            Self::Protocol => "对方的回答不合约定",
        }
    }

    /// All kinds, in the order of this page.
    pub const ALL: [Self; 10] = [
        Self::Config,
        Self::Unauthorized,
        Self::Rejected,
        Self::RateLimited,
        Self::QuotaExhausted,
        Self::Unavailable,
        Self::Timeout,
        Self::Interrupted,
        Self::Unsupported,
        Self::Protocol,
    ];
}

/// Whether trying again can help, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    Never,
    Backoff,
    /// Not before this time has passed; the engine limits it to its bounds.
    After(Duration),
}

/// Whether the remote may already have acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Certainly not.
    None,
    /// Nobody can know.
    Unknown,
}

/// A fault of a remote call. `Display` is one line; remote bodies and secrets are never in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelError {
    kind: ErrorKind,
    retry: Retry,
    effect: Effect,
    op: String,
    message: String,
    remote_code: Option<String>,
    advice: Option<Localized>,
    /// The credential itself was refused before anything was done: a stored token may be renewed once.
    renew: bool,
}

impl ChannelError {
    /// A fault with the usual retry and effect of its kind.
    pub fn new(kind: ErrorKind, op: &str, message: impl Into<String>) -> Self {
        use ErrorKind as K;
        let (retry, effect) = match kind {
            K::Config | K::Unauthorized | K::Rejected | K::Unsupported => {
                (Retry::Never, Effect::None)
            }
            K::RateLimited | K::QuotaExhausted => (Retry::Backoff, Effect::None),
            K::Unavailable | K::Timeout | K::Interrupted | K::Protocol => {
                (Retry::Backoff, Effect::Unknown)
            }
        };
        Self {
            kind,
            retry,
            effect,
            op: op.to_owned(),
            message: message.into(),
            remote_code: None,
            advice: None,
            renew: false,
        }
    }

    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }
    #[must_use]
    pub fn with_code(mut self, code: impl fmt::Display) -> Self {
        self.remote_code = Some(code.to_string());
        self
    }
    #[must_use]
    pub fn with_advice(mut self, advice: Localized) -> Self {
        self.advice = Some(advice);
        self
    }
    /// Reports a refused credential: the action was not begun, and the stored value may be renewed once.
    #[must_use]
    pub fn with_renew(mut self) -> Self {
        self.renew = true;
        self
    }

    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
    pub fn retry(&self) -> Retry {
        self.retry
    }
    pub fn effect(&self) -> Effect {
        self.effect
    }
    pub fn op(&self) -> &str {
        &self.op
    }
    pub fn message(&self) -> &str {
        &self.message
    }
    pub fn remote_code(&self) -> Option<&str> {
        self.remote_code.as_deref()
    }
    pub fn advice(&self) -> Option<&Localized> {
        self.advice.as_ref()
    }
    pub fn renews(&self) -> bool {
        self.renew && self.effect == Effect::None
    }
    /// The same line in both languages. What an adapter or a remote answered is given in brackets in the Chinese one: it is
    /// evidence for whoever calls their support, in the words of the wire.
    pub fn localized(&self) -> Localized {
        let code = self.remote_code.as_ref();
        let code = code.map_or_else(String::new, |code| format!("，对方代码 {code}"));
        Localized::new(
            format!(
                "“{}”未成：{}（{}{code}）",
                self.op,
                self.kind.zh(),
                self.message
            ),
            self.to_string(),
        )
    }
    /// What happened and what to do about it, as one line in each language.
    pub fn with_way_out(&self) -> Localized {
        let message = self.localized();
        match &self.advice {
            None => message,
            Some(advice) => Localized::new(
                format!("{}；{}", message.zh, advice.zh),
                format!("{}; {}", message.en, advice.en),
            ),
        }
    }
    /// A deferral spends no attempt.
    pub fn is_deferral(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::RateLimited | ErrorKind::QuotaExhausted
        )
    }
}

impl fmt::Display for ChannelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed: {}", self.op, self.message)?;
        if let Some(code) = &self.remote_code {
            write!(f, " (remote code {code})")?;
        }
        Ok(())
    }
}

impl std::error::Error for ChannelError {}
