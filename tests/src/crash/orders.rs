//! What a life is told: where to die or to freeze, and whether calls go wrong.

use yigao_core::trial::Point;

use crate::scene::PLACES;

/// What happens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// SIGKILL.
    Dies,
    /// SIGSTOP, until its leases are long over.
    Freezes,
}

/// One order: at the so-manieth time that the process is at the point, of calls at this destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) end: End,
    pub(crate) point: Point,
    pub(crate) destination: &'static str,
    pub(crate) nth: u64,
}

impl Order {
    /// As an argument of the child; the number of its life is its seed.
    pub(crate) fn write(order: Option<&Self>, life: u64, spoils: bool) -> String {
        let order = order.map_or("-,-,-,0".to_owned(), |o| {
            let end = if o.end == End::Dies {
                "dies"
            } else {
                "freezes"
            };
            format!("{end},{},{},{}", o.point.name(), o.destination, o.nth)
        });
        format!("{life},{},{order}", u8::from(spoils))
    }
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

/// Every point at every destination, at several times, in an order that the seed gives.
pub(crate) fn all(seed: u64, most: usize) -> Vec<Order> {
    let mut orders = Vec::new();
    let mut add = |end, point, destination, nths: &[u64]| {
        orders.extend(nths.iter().map(|nth| Order {
            end,
            point,
            destination,
            nth: *nth,
        }));
    };
    for place in PLACES {
        for point in [Point::BeforeCall, Point::AfterCall] {
            add(End::Dies, point, place.id, &[1, 2, 3, 4, 6]);
            add(End::Freezes, point, place.id, &[2, 3]);
        }
    }
    for point in [Point::BeforeCommit, Point::AfterCommit] {
        add(End::Dies, point, "", &[1, 2, 3, 5, 8, 13, 21, 34, 55, 89]);
        add(End::Freezes, point, "", &[4, 16, 32]);
    }
    for point in [Point::BeforeRing, Point::AfterRing] {
        add(End::Dies, point, "", &[1, 2, 4, 7]);
    }
    let mut dice = Dice(seed);
    let length = u64::try_from(orders.len()).unwrap_or(0);
    for index in 0..orders.len() {
        let other = usize::try_from(dice.below(length)).unwrap_or(0);
        orders.swap(index, other);
    }
    orders.truncate(most);
    orders
}
