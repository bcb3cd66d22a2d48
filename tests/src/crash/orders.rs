//! The orders of a life: where to die or to freeze, and whether calls go wrong.

use std::collections::BTreeMap;

use yigao_core::trial::Point;

use crate::scene::PLACES;

/// What happens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// SIGKILL.
    Dies,
    /// SIGSTOP, until its leases are long over.
    Freezes,
}

/// Where: of calls, at which destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    end: End,
    point: Point,
    destination: &'static str,
}

/// How many orders a life has: it ends at the one it reaches first.
const ORDERS: usize = 5;

/// Where something is published after other calls, and a second copy would be seen.
const TWICE: [&str; 3] = ["keyless", "board-lookup", "board-none"];

/// Gives every life its orders, and prefers what has been seldom given.
#[derive(Debug)]
pub(crate) struct Dealer {
    dice: Dice,
    given: BTreeMap<Cell, u64>,
}

impl Dealer {
    /// With `freezes` nobody dies: processes freeze before what readers would see twice, to see whether a lost lease is noticed.
    pub(crate) fn new(seed: u64, freezes: bool) -> Self {
        let mut given = BTreeMap::new();
        let mut add = |end, point, destination| {
            let twice = point == Point::AfterCommit
                || (point == Point::AfterCall && TWICE.contains(&destination));
            if freezes && !(end == End::Freezes && twice) {
                return;
            }
            let cell = Cell {
                end,
                point,
                destination,
            };
            given.insert(cell, 0);
        };
        for place in PLACES.iter().filter(|place| place.calls) {
            for point in [Point::BeforeCall, Point::AfterCall] {
                add(End::Dies, point, place.id);
                add(End::Freezes, point, place.id);
            }
        }
        for point in Point::ALL {
            add(End::Dies, point, "");
        }
        // Who freezes inside of a commit stops everybody, and loses nothing.
        add(End::Freezes, Point::AfterCommit, "");
        let dice = Dice(seed);
        Self { dice, given }
    }

    /// The argument of the next child: its number, whether calls go wrong, and its orders, each with the so-manieth time
    /// that it is there.
    pub(crate) fn deal(&mut self, life: u64, spoils: bool) -> String {
        let mut cells: Vec<(u64, Cell)> = Vec::new();
        for (cell, given) in &self.given {
            cells.push((given * 2 + self.dice.below(5), *cell));
        }
        cells.sort_unstable();
        let mut words = format!("{life},{}", u8::from(spoils));
        for (_, cell) in cells.into_iter().take(ORDERS) {
            *self.given.entry(cell).or_default() += 1;
            let end = match cell.end {
                End::Dies => "dies",
                End::Freezes => "freezes",
            };
            let most = match cell.point {
                Point::BeforeCommit | Point::AfterCommit => 60,
                Point::BeforeNotify | Point::AfterNotify => 4,
                Point::BeforeCall | Point::AfterCall if cell.destination.is_empty() => 40,
                Point::BeforeCall | Point::AfterCall => 5,
            };
            let nth = 1 + self.dice.below(most);
            let (point, place) = (cell.point.name(), cell.destination);
            words.push_str(&format!(",{end}/{point}/{place}/{nth}"));
        }
        // Rings are few, and early: who plans is killed at them half the time.
        let notify = match self.dice.below(4) {
            0 => Point::BeforeNotify,
            1 => Point::AfterNotify,
            _ => return words,
        };
        if self.given.keys().any(|cell| cell.point == notify) {
            let nth = 1 + self.dice.below(4);
            words.push_str(&format!(",dies/{}//{nth}", notify.name()));
        }
        words
    }
}

/// A life that nothing happens to.
pub(crate) fn unharmed(life: u64) -> String {
    format!("{life},0")
}

/// A small generator of numbers that look random: splitmix64, <https://prng.di.unimi.it/splitmix64.c>.
#[derive(Clone, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }
}
