//! The faults, and how each is brought about.

use std::{fs, sync::atomic::Ordering, thread::sleep, time::Duration};

use yigao_testkit::Part;

use crate::{lab::Lab, proxy::Deed};

/// How long a fault waits for a call to meet.
const PATIENCE: Duration = Duration::from_secs(12);
/// Longer than the gateway's patience.
const LOCKED_SECONDS: u32 = 7;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    AnswerLost,
    CallLost,
    GatewayAfterTheAct,
    TooMany,
    TooLarge,
    TableLocked,
    PhpKilled,
    Maintenance,
    DatabaseGone,
    WorkerKilledBefore,
    WorkerKilledAfter,
    WorkersKilled,
}

impl Kind {
    pub(crate) const ALL: [Self; 12] = [
        Self::AnswerLost,
        Self::CallLost,
        Self::GatewayAfterTheAct,
        Self::TooMany,
        Self::TooLarge,
        Self::TableLocked,
        Self::PhpKilled,
        Self::Maintenance,
        Self::DatabaseGone,
        Self::WorkerKilledBefore,
        Self::WorkerKilledAfter,
        Self::WorkersKilled,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AnswerLost => "answer lost",
            Self::CallLost => "call lost",
            Self::GatewayAfterTheAct => "502 after the act",
            Self::TooMany => "429",
            Self::TooLarge => "413",
            Self::TableLocked => "table locked",
            Self::PhpKilled => "PHP killed",
            Self::Maintenance => "maintenance",
            Self::DatabaseGone => "database gone",
            Self::WorkerKilledBefore => "worker killed before",
            Self::WorkerKilledAfter => "worker killed after",
            Self::WorkersKilled => "both workers killed",
        }
    }

    /// Brings it about; answers whether a call met it.
    pub(crate) fn strike(self, lab: &Lab, dice: &mut Dice) -> anyhow::Result<bool> {
        let skip = u32::try_from(dice.below(4))?;
        let meets = |deed| lab.proxy.strike(deed, true, skip, PATIENCE);
        Ok(match self {
            Self::AnswerLost => meets(Deed::LoseAnswer),
            Self::CallLost => meets(Deed::LoseCall),
            Self::GatewayAfterTheAct => meets(Deed::Garble),
            Self::TooMany => meets(Deed::Refuse(429)),
            Self::TooLarge => meets(Deed::Refuse(413)),
            Self::TableLocked => in_recovery(lab, || {
                let locked = format!(
                    "lock tables wp_posts write, wp_postmeta write; select sleep({LOCKED_SECONDS}); unlock tables"
                );
                Ok(lab.site.sql(&locked).map(drop)?)
            })?,
            Self::PhpKilled => in_recovery(lab, || away(lab, Part::Php))?,
            Self::DatabaseGone => in_recovery(lab, || away(lab, Part::Database))?,
            Self::Maintenance => in_recovery(lab, || {
                let sign = lab.site.root().join(".maintenance");
                fs::write(&sign, "<?php $upgrading = time();")?;
                sleep(Duration::from_secs(3));
                Ok(fs::remove_file(&sign)?)
            })?,
            Self::WorkerKilledBefore | Self::WorkerKilledAfter | Self::WorkersKilled => {
                let deed = match self {
                    Self::WorkerKilledBefore => Deed::TellBefore,
                    _ => Deed::TellAfter,
                };
                let met = meets(deed);
                // Which of the two has the call is not known here, so both go in turn.
                let first = dice.below(2);
                lab.kill_worker(first)?;
                if self == Self::WorkersKilled {
                    lab.kill_worker(1 - first)?;
                }
                met
            }
        })
    }
}

/// Whether calls ran into trouble while something was so.
fn in_recovery(lab: &Lab, so: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<bool> {
    let before = lab.proxy.recovery.load(Ordering::SeqCst);
    so()?;
    Ok(lab.proxy.recovery.load(Ordering::SeqCst) > before)
}

fn away(lab: &Lab, part: Part) -> anyhow::Result<()> {
    lab.site.stop(part);
    sleep(Duration::from_secs(2));
    Ok(lab.site.run(part)?)
}

/// Numbers that a seed gives, the same each time. (SplitMix64, Steele and others 2014.)
#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let z = z ^ (z >> 31);
        let most = u64::try_from(most.max(1)).unwrap_or(1);
        usize::try_from(z % most).unwrap_or(0)
    }
}
