//! What an HTTP status means when the remote's own documentation states nothing else. Written once for all adapters.

use std::time::Duration;

use yigao_core::{ChannelError, Effect, ErrorKind, Retry};

use crate::call::Answer;

/// The fault that a status means; none for 2xx.
///
/// | status | kind | effect |
/// |---|---|---|
/// | 3xx | protocol | none: redirects are never followed |
/// | 401, 403, 407 | unauthorized | none |
/// | 408 | timeout | unknown |
/// | 429 | rate limited, honours `Retry-After` | none |
/// | other 4xx | rejected | none |
/// | 501, 505 | unsupported | none |
/// | other 5xx | unavailable, honours `Retry-After` | unknown: a gateway answers so after its backend has acted |
pub fn http_fault(op: &str, answer: &Answer) -> Option<ChannelError> {
    let status = answer.status;
    let (kind, effect) = match status {
        200..=299 => return None,
        300..=399 => (ErrorKind::Protocol, Effect::None),
        401 | 403 | 407 => (ErrorKind::Unauthorized, Effect::None),
        408 => (ErrorKind::Timeout, Effect::Unknown),
        429 => (ErrorKind::RateLimited, Effect::None),
        400..=499 => (ErrorKind::Rejected, Effect::None),
        501 | 505 => (ErrorKind::Unsupported, Effect::None),
        500..=599 => (ErrorKind::Unavailable, Effect::Unknown),
        _ => (ErrorKind::Protocol, Effect::Unknown),
    };
    let error = ChannelError::new(kind, op, format!("the remote answered HTTP {status}"))
        .with_effect(effect)
        .with_code(status);
    let error = if (300..=399).contains(&status) {
        error.with_retry(Retry::Never)
    } else {
        error
    };
    Some(match retry_after(answer) {
        Some(wait) if matches!(kind, ErrorKind::RateLimited | ErrorKind::Unavailable) => {
            error.with_retry(Retry::After(wait))
        }
        _ => error,
    })
}

/// `Retry-After` in seconds; the form with a date is not in use among our remotes and is left to the back-off.
pub fn retry_after(answer: &Answer) -> Option<Duration> {
    answer
        .header("retry-after")?
        .trim()
        .parse()
        .ok()
        .map(Duration::from_secs)
}

/// The answer's JSON.
///
/// # Errors
/// `Protocol` with unknown effect when it is none: a page of a gateway, or half an answer.
pub fn json(op: &str, answer: &Answer) -> Result<serde_json::Value, ChannelError> {
    serde_json::from_slice(&answer.body).map_err(|e| {
        ChannelError::new(
            ErrorKind::Protocol,
            op,
            format!("the answer is no JSON: {e}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Answer {
        Answer {
            status,
            headers: headers
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect(),
            body: Bytes::new(),
        }
    }

    #[test]
    fn statuses_answer_the_three_questions() {
        let rows = [
            (302, ErrorKind::Protocol, Effect::None),
            (401, ErrorKind::Unauthorized, Effect::None),
            (413, ErrorKind::Rejected, Effect::None),
            (429, ErrorKind::RateLimited, Effect::None),
            (502, ErrorKind::Unavailable, Effect::Unknown),
        ];
        for (status, kind, effect) in rows {
            let fault = http_fault("op", &answer(status, &[])).unwrap();
            assert_eq!((fault.kind(), fault.effect()), (kind, effect), "{status}");
        }
        assert_eq!(http_fault("op", &answer(204, &[])), None);
    }

    #[test]
    fn a_servers_delay_is_honoured() {
        let fault = http_fault("op", &answer(503, &[("retry-after", "7")])).unwrap();
        assert_eq!(fault.retry(), Retry::After(Duration::from_secs(7)));
    }
}
