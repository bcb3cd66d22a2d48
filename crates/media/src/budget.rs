//! The search for the best JPEG quality within a byte budget.
//!
//! ln(bytes) is nearly a straight line in −ln(scale), where scale is the factor libjpeg's formula puts on
//! the quantisation tables; a secant on that line needs two or three encodes where halving needs six.

/// Qualities worth sending: above it bytes grow without a visible gain.
pub(crate) const CAP: u8 = 90;
/// Below it a reader sees the blocks: better fewer pixels.
pub(crate) const FLOOR: u8 = 30;

/// Full encodes of one search.
const MAX_ENCODES: u32 = 5;
const TARGET: f64 = 0.975;
const ENOUGH: f64 = 0.95;
/// Slope of the line as measured on photographs, for the first step.
const SLOPE: f64 = 0.62;

/// The best encode that fits.
#[derive(Debug, PartialEq)]
pub(crate) struct Fit {
    pub quality: u8,
    pub bytes: Vec<u8>,
}

/// How a search ended.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    Fits(Fit),
    /// Even the lowest quality is too large; its size in bytes.
    TooLarge(u64),
}

/// Looks for the highest quality of [`FLOOR`]..=[`CAP`] whose encode has at most `max_bytes`, starting at
/// `start`; content with the first that fills 95 % of the budget.
pub(crate) fn search<E>(
    max_bytes: u64,
    start: u8,
    mut encode: impl FnMut(u8) -> Result<Vec<u8>, E>,
) -> Result<Outcome, E> {
    let target = (max_bytes.max(1) as f64 * TARGET).ln();
    let mut fits: Option<Fit> = None;
    let mut too_large: Option<(u8, u64)> = None;
    let mut quality = start.clamp(FLOOR, CAP);
    for round in 1..=MAX_ENCODES {
        let bytes = encode(quality)?;
        let size = bytes.len() as u64;
        if size <= max_bytes {
            let enough = size as f64 >= ENOUGH * max_bytes as f64;
            fits = Some(Fit { quality, bytes });
            if enough || quality == CAP {
                break;
            }
        } else {
            if quality == FLOOR {
                return Ok(Outcome::TooLarge(size));
            }
            too_large = Some((quality, size));
        }
        let low = fits
            .as_ref()
            .map(|fit| (fit.quality, fit.bytes.len() as u64));
        let Some(next) = next_quality(low, too_large, target) else {
            break;
        };
        // The last encode must tell whether anything fits at all.
        let last_chance = fits.is_none() && round + 1 == MAX_ENCODES;
        quality = if last_chance { FLOOR } else { next };
    }
    Ok(match (fits, too_large) {
        (Some(fit), _) => Outcome::Fits(fit),
        (None, Some((_, size))) => Outcome::TooLarge(size),
        (None, None) => Outcome::TooLarge(u64::MAX),
    })
}

/// The next quality strictly between the two ends; `None` when no whole number is left there.
fn next_quality(low: Option<(u8, u64)>, high: Option<(u8, u64)>, target: f64) -> Option<u8> {
    let point = |(quality, size): (u8, u64)| (position(quality), (size.max(1) as f64).ln());
    let wanted = match (low, high) {
        (Some(low), Some(high)) => {
            let ((x0, y0), (x1, y1)) = (point(low), point(high));
            x0 + (x1 - x0) * (target - y0) / (y1 - y0).max(1e-9)
        }
        (Some(only), None) | (None, Some(only)) => {
            let (x, y) = point(only);
            x + (target - y) / SLOPE
        }
        (None, None) => return None,
    };
    let from = low.map_or(FLOOR, |(quality, _)| quality.saturating_add(1));
    let to = high.map_or(CAP, |(quality, _)| quality.saturating_sub(1));
    (from <= to).then(|| quality_at(wanted).clamp(from, to))
}

/// −ln(scale) of a quality.
fn position(quality: u8) -> f64 {
    let quality = f64::from(quality.clamp(1, 99));
    let scale = if quality < 50.0 {
        5000.0 / quality
    } else {
        200.0 - 2.0 * quality
    };
    -scale.ln()
}

/// The whole quality at or just below a position.
fn quality_at(position: f64) -> u8 {
    let scale = (-position).exp();
    let quality = if scale > 100.0 {
        5000.0 / scale
    } else {
        (200.0 - scale) / 2.0
    };
    quality.clamp(1.0, 99.0).floor() as u8
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    /// A picture whose size follows the line, bent a little.
    fn size_at(quality: u8, at_75: f64, slope: f64, bend: f64) -> usize {
        let x = position(quality) - position(75);
        (at_75 * (slope * x + bend * x * x).exp()) as usize + 600
    }

    fn run(max: u64, at_75: f64, slope: f64, bend: f64) -> (Outcome, u32) {
        let mut encodes = 0;
        let outcome = search(max, 75, |quality| {
            encodes += 1;
            Ok::<_, Infallible>(vec![0; size_at(quality, at_75, slope, bend)])
        });
        (outcome.unwrap(), encodes)
    }

    #[test]
    fn a_straight_line_takes_two_or_three_encodes() {
        let (outcome, encodes) = run(64_000, 90_000.0, 0.62, 0.0);
        let Outcome::Fits(fit) = outcome else {
            panic!("nothing fits")
        };
        assert!(
            fit.bytes.len() > 60_800 && fit.bytes.len() <= 64_000,
            "{}",
            fit.bytes.len()
        );
        assert!(encodes <= 3, "{encodes}");
    }

    #[test]
    fn a_wide_budget_ends_at_the_cap_and_a_narrow_one_says_so() {
        let (outcome, _) = run(10_000_000, 90_000.0, 0.62, 0.0);
        assert!(matches!(outcome, Outcome::Fits(Fit { quality: CAP, .. })));
        let (outcome, encodes) = run(5_000, 90_000.0, 0.62, 0.0);
        assert_eq!(
            outcome,
            Outcome::TooLarge(size_at(FLOOR, 90_000.0, 0.62, 0.0) as u64)
        );
        assert_eq!(encodes, 2);
    }

    proptest! {
        #[test]
        fn never_above_the_budget_never_more_than_five_encodes(
            max in 1_000_u64..400_000, at_75 in 1_000.0..400_000.0_f64, slope in 0.3..1.1_f64, bend in 0.0..0.15_f64,
        ) {
            let (outcome, encodes) = run(max, at_75, slope, bend);
            prop_assert!(encodes <= MAX_ENCODES);
            let floor = size_at(FLOOR, at_75, slope, bend) as u64;
            match outcome {
                Outcome::Fits(fit) => prop_assert!(fit.bytes.len() as u64 <= max),
                Outcome::TooLarge(size) => prop_assert!(size > max && floor > max, "{size} {floor} {max}"),
            }
        }
    }
}
