//! Secrets are references; here they are read.

use yigao_channel::{ConfigError, Secret, SecretRef};

/// Reads a secret where its reference points.
pub fn secret(reference: &SecretRef) -> Result<Secret, ConfigError> {
    let value = match reference {
        #[expect(
            clippy::disallowed_methods,
            reason = "secrets live in the environment; this is where they are read"
        )]
        SecretRef::Env { env } => std::env::var(env).map_err(|_| {
            ConfigError::new(
                "secret",
                format!("环境变量 {env} 没有设置"),
                format!("environment variable {env} is not set"),
            )
        })?,
        SecretRef::File { file } => std::fs::read_to_string(file).map_err(|e| {
            ConfigError::new(
                "secret",
                format!("文件 {} 读不到：{e}", file.display()),
                format!("file {} cannot be read: {e}", file.display()),
            )
        })?,
    };
    let value = value.trim();
    if value.is_empty() {
        return Err(ConfigError::new(
            "secret",
            format!("{reference} 是空的"),
            format!("{reference} is empty"),
        ));
    }
    Ok(Secret::new(value))
}
