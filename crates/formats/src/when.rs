//! Days and moments as people write them.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use yigao_core::time::shanghai;

/// `2019-04-23`, `2019/4/23`, `2019.4.23`, `2019年4月23日`, `二〇一九年四月二十三日`.
pub(crate) fn day(text: &str) -> Option<Date> {
    let text = text.trim().trim_end_matches('日');
    let mut parts = text.split(['-', '/', '.', '年', '月']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let year = digits(year).filter(|y| (1000..=9999).contains(y))?;
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(digits(month).or_else(|| tens(month))?).ok()?,
        i8::try_from(digits(day).or_else(|| tens(day))?).ok()?,
    )
    .ok()
}

/// A moment: RFC 3339, or `2026-05-01 09:00` in Asia/Shanghai.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    // A day alone is no moment: readers differ on whether it begins or ends there.
    if !text.contains(':') {
        return None;
    }
    let civil: DateTime = text.parse().ok()?;
    shanghai().to_timestamp(civil).ok()
}

/// A number digit by digit, `2019` or `二〇一九`.
pub(crate) fn digits(text: &str) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 4 {
        return None;
    }
    text.chars()
        .try_fold(0_u32, |sum, c| Some(sum * 10 + digit(c)?))
}

/// A number below a hundred with 十: 十, 十二, 二十, 二十三.
pub(crate) fn tens(text: &str) -> Option<u32> {
    let (before, after) = text.trim().split_once('十')?;
    let tens = if before.is_empty() {
        1
    } else {
        digits(before)?
    };
    let ones = if after.is_empty() { 0 } else { digits(after)? };
    (tens < 10 && ones < 10).then_some(tens * 10 + ones)
}

/// The value of one digit, ASCII, full-width or Chinese.
pub(crate) fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => c.to_digit(10),
        '０'..='９' => (c as u32).checked_sub('０' as u32),
        '〇' | '○' | '零' => Some(0),
        _ => "一二三四五六七八九"
            .chars()
            .position(|d| d == c)
            .and_then(|at| u32::try_from(at + 1).ok()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_as_people_write_them() {
        for text in [
            "2019-04-23",
            "2019/4/23",
            "2019.04.23",
            "2019年4月23日",
            "二〇一九年四月二十三日",
        ] {
            assert_eq!(day(text), Some(date(2019, 4, 23)), "{text}");
        }
        assert_eq!(day("二○二六年十月十日"), Some(date(2026, 10, 10)));
        for text in [
            "",
            "2019",
            "2019-13-01",
            "2019-02-30",
            "19-4-23",
            "2019-4-23-1",
            "昨天",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn moments_without_an_offset_are_in_shanghai() {
        let want = moment("2026-05-01T01:00:00Z");
        assert!(want.is_some());
        assert_eq!(moment("2026-05-01 09:00"), want);
        assert_eq!(moment("2026-05-01T09:00:00+08:00"), want);
        assert_eq!(moment("2026-05-01"), None);
        assert_eq!(moment("2026-05-01 25:00"), None);
    }
}
