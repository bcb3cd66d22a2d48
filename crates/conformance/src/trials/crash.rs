//! Every fault at every point of every path: nothing is lost, nothing is public twice.

use std::time::Duration;

use yigao_channel::RepeatSafety;
use yigao_core::{
    DeliveryId, Intent, Seen, State,
    journal::{EntryState, Verb},
    time::later,
};

use super::{Ended, ensure};
use crate::{
    fault::{Bad, Faults},
    sample,
    story::{End, Story},
    subject::Subject,
};

/// Most pairs of faults of one trial.
const PAIRS: u32 = 400;
/// Points that only come into being after a fault.
const BEYOND: u32 = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    Publish,
    Correct,
    Withdrawal,
    /// The withdrawal is planned after the publication's first run, however that ended.
    WithdrawUnfinished,
}

/// Which of many crossings are tried.
#[derive(Debug)]
struct Stride {
    every: u32,
    met: u32,
}

impl Stride {
    fn new(subject: &Subject) -> Self {
        let all = std::env::var_os("YIGAO_CROSSINGS").is_some_and(|value| value == "all");
        let every = if all { 1 } else { subject.one_in.max(1) };
        Self { every, met: 0 }
    }

    fn is_due(&mut self) -> bool {
        let due = self.met.is_multiple_of(self.every);
        self.met = self.met.wrapping_add(1);
        due
    }
}

#[derive(Debug, Default)]
struct Count {
    schedules: u32,
    fired: u32,
    doubts: u32,
    unconfirmed: u32,
}

impl Count {
    fn message(&self, points: u32) -> Ended {
        ensure(self.fired > 0, || {
            "no fault struck: nothing was proved".to_owned()
        })?;
        Ok(format!(
            "points={points} schedules={} fired={} doubts={} unconfirmed={} lost=0 doubled=0",
            self.schedules, self.fired, self.doubts, self.unconfirmed
        ))
    }
}

/// Runs the path; returns its last delivery and the state in which that ended.
async fn run_path(
    story: &Story,
    path: Path,
    subject: &Subject,
    count: &mut Count,
) -> Result<(DeliveryId, End), String> {
    let first = story.plan(Intent::Publish, &sample::news())?;
    if path == Path::WithdrawUnfinished {
        story.run(&first).await?;
        if story.delivery(&first).state == State::Delivered {
            let end = end_of(story, &first, subject, count).await?;
            return Ok((first, end));
        }
        let withdraw = story.plan(Intent::Withdraw, &sample::news())?;
        let end = end_of(story, &withdraw, subject, count).await?;
        return Ok((withdraw, end));
    }
    let end = end_of(story, &first, subject, count).await?;
    let (intent, version) = match path {
        Path::Correct => (Intent::Correct, sample::news_corrected()),
        Path::Withdrawal => (Intent::Withdraw, sample::news()),
        Path::Publish | Path::WithdrawUnfinished => return Ok((first, end)),
    };
    ensure(matches!(end, End::Delivered(_)), || {
        format!("the publication before it: {end}")
    })?;
    let second = story.plan(intent, &version)?;
    let end = end_of(story, &second, subject, count).await?;
    Ok((second, end))
}

/// Drives to the end. A doubt is allowed where no lookup is possible; then a person decides, and it continues.
async fn end_of(
    story: &Story,
    id: &DeliveryId,
    subject: &Subject,
    count: &mut Count,
) -> Result<End, String> {
    for _ in 0..4 {
        let end = story.drive(id).await?;
        let End::Doubt(doubt) = &end else {
            return Ok(end);
        };
        let never = story
            .channel
            .profile()
            .op(&doubt.op)
            .is_some_and(|op| op.repeat_safety == RepeatSafety::Never);
        let may = never || subject.cannot.contains(&doubt.op.as_str());
        ensure(may, || {
            format!("{end}, though it can be looked up or repeated")
        })?;
        ensure(!doubt.evidence.is_empty(), || format!("{end}: no evidence"))?;
        count.doubts += 1;
        let truth = story.truth().await;
        story.decide(id, &truth)?;
    }
    Ok(End::Stuck("four doubts in a row".to_owned()))
}

/// What must hold when everything has ended.
async fn judge(
    story: &Story,
    path: Path,
    id: &DeliveryId,
    end: &End,
    count: &mut Count,
) -> Result<(), String> {
    let day = later(story.world.now(), Duration::from_secs(86_400));
    story.world.advance(day).await;
    let withdraw = story.delivery(id).intent == Intent::Withdraw;
    let copies = story.world.copies().await;
    // Nobody can read it back, and the state shows this: what became public late is not claimed to be gone.
    let unconfirmed = withdraw && *end == End::Unconfirmed;
    let want = usize::from(!withdraw);
    ensure(
        copies.len() == want || (unconfirmed && copies.len() == 1),
        || {
            format!(
                "{end}, and readers see {} copies, not {want}: {copies:?}",
                copies.len()
            )
        },
    )?;
    ensure(unconfirmed || matches!(end, End::Delivered(_)), || {
        end.to_string()
    })?;
    count.unconfirmed += u32::from(unconfirmed);
    let mistakes = story.world.facts().mistakes.clone();
    ensure(mistakes.is_empty(), || mistakes.join("; "))?;
    let (open, losses) = {
        let facts = story.world.facts();
        let open = facts.rows.iter().find(|row| {
            row.delivery == *id
                && row.entry.verb == Verb::Once
                && row.entry.state == EntryState::Open
        });
        (open.map(|row| row.entry.op.clone()), facts.losses.clone())
    };
    ensure(open.is_none(), || format!("{end} with {open:?} open"))?;
    ensure(losses.is_empty(), || {
        format!("the journal lost entries: {losses:?}")
    })?;
    if path == Path::Correct {
        let seen = story.observe(id).await?;
        let right = matches!(seen.remote_state, Seen::Live | Seen::CannotSee);
        ensure(right, || {
            format!(
                "corrected, and readers see {:?}: {:?}",
                seen.remote_state, seen.drift
            )
        })?;
    }
    Ok(())
}

async fn schedule(
    subject: &Subject,
    path: Path,
    faults: Faults,
    count: &mut Count,
) -> Result<u32, String> {
    let story = Story::new(subject);
    story.world.facts().faults = faults.clone();
    let message = |e: String| {
        let at: Vec<String> = faults
            .at
            .iter()
            .map(|(n, bad)| format!("{bad:?} at point {n}"))
            .collect();
        let trail = story.world.facts().trail();
        format!("{path:?} with {}: {e}\n{trail}", at.join(", "))
    };
    let (id, end) = run_path(&story, path, subject, count)
        .await
        .map_err(message)?;
    let (points, fired) = {
        let facts = story.world.facts();
        (facts.faults.points, facts.faults.fired)
    };
    story.world.facts().faults = Faults::none();
    count.schedules += 1;
    count.fired += fired;
    judge(&story, path, &id, &end, count)
        .await
        .map_err(message)?;
    Ok(points)
}

async fn every_point(subject: &Subject, path: Path) -> Ended {
    let mut count = Count::default();
    let points = schedule(subject, path, Faults::none(), &mut count).await?;
    let mut stride = Stride::new(subject);
    for point in 1..=points + BEYOND {
        let rung = Faults::at(point, Bad::Late).impatient();
        let all = Bad::ALL.map(|bad| Faults::at(point, bad));
        for faults in all.into_iter().chain([rung]) {
            if stride.is_due() {
                schedule(subject, path, faults, &mut count).await?;
            }
        }
    }
    count.message(points)
}

pub(super) async fn publish(subject: &Subject) -> Ended {
    every_point(subject, Path::Publish).await
}

pub(super) async fn publish_and_correct(subject: &Subject) -> Ended {
    every_point(subject, Path::Correct).await
}

pub(super) async fn publish_and_withdraw(subject: &Subject) -> Ended {
    every_point(subject, Path::Withdrawal).await
}

/// The publication is left unfinished in every way, and then every fault is applied to the withdrawal too.
pub(super) async fn withdrawal_of_the_unfinished(subject: &Subject) -> Ended {
    let mut count = Count::default();
    let path = Path::WithdrawUnfinished;
    let points = schedule(subject, path, Faults::none(), &mut count).await?;
    let (mut firsts, mut seconds) = (Stride::new(subject), Stride::new(subject));
    for first in 1..=points {
        for leaves in Bad::ALL {
            if !firsts.is_due() {
                continue;
            }
            let fired = count.fired;
            let faults = Faults::at(first, leaves);
            let end = schedule(subject, path, faults.clone(), &mut count).await?;
            let telling = matches!(leaves, Bad::CrashAfter | Bad::LostAnswer | Bad::Late);
            if count.fired == fired || !telling {
                continue;
            }
            for second in first + 1..=end {
                for bad in Bad::ALL {
                    if !seconds.is_due() {
                        continue;
                    }
                    let mut faults = faults.clone();
                    faults.at.insert(second, bad);
                    schedule(subject, path, faults, &mut count).await?;
                }
            }
        }
    }
    count.message(points)
}

/// Pairs of faults, drawn the same way each time.
pub(super) async fn two_faults(subject: &Subject) -> Ended {
    let mut count = Count::default();
    let mut points = 0;
    let paths = [
        Path::Publish,
        Path::Correct,
        Path::Withdrawal,
        Path::WithdrawUnfinished,
    ];
    for path in paths {
        let long = schedule(subject, path, Faults::none(), &mut count).await?;
        points += long;
        let mut seed = 0x2026_1124_u32;
        let mut draw = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8).checked_rem(below).unwrap_or(0)
        };
        let mut stride = Stride::new(subject);
        for _ in 0..PAIRS / 4 {
            let first = 1 + draw(long);
            let second = first + 1 + draw(long);
            let mut faults = Faults::none();
            faults.impatient = draw(2) == 1;
            for point in [first, second] {
                let index = usize::try_from(draw(9)).unwrap_or(0);
                faults
                    .at
                    .extend(Bad::ALL.get(index).map(|bad| (point, *bad)));
            }
            if stride.is_due() {
                schedule(subject, path, faults, &mut count).await?;
            }
        }
    }
    count.message(points)
}
