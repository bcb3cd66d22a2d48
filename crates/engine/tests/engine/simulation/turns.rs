//! What happens in a turn, and a whole run.

use std::time::Duration;

use yigao_core::Digest;

use super::{
    sim::{Counts, Red, Rules, Sim},
    tasks::Weather,
};

/// Actions before the simulated faults end.
const TURNS: u64 = 160;
/// Most runs at once.
const TASKS: usize = 5;

/// A run that went wrong.
#[derive(Debug)]
pub(crate) struct Violation {
    pub(crate) seed: u64,
    pub(crate) turn: u64,
    pub(crate) what: Red,
    pub(crate) last: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Order,
    Claim,
    Step,
    Finish,
    Die,
    Interrupt,
    Soon,
    Later,
    MuchLater,
    Back,
    Beat,
    Weather,
    Answer,
}

impl Sim {
    async fn turn(&mut self) -> Result<(), Red> {
        let acts = [
            (14, Act::Order),
            (20, Act::Claim),
            (40, Act::Step),
            (12, Act::Finish),
            (4, Act::Die),
            (1, Act::Interrupt),
            (10, Act::Soon),
            (6, Act::Later),
            (1, Act::MuchLater),
            (2, Act::Back),
            (4, Act::Beat),
            (3, Act::Weather),
            (4, Act::Answer),
        ];
        let act = self.rng.weighed(&acts).unwrap_or(Act::Step);
        let worker = self.rng.below(self.workers.len());
        let task = self.rng.below(self.tasks.len());
        match act {
            Act::Order => self.order().await?,
            Act::Claim if self.tasks.len() < TASKS => {
                self.claim(worker, None).await?;
            }
            Act::Step | Act::Claim if !self.tasks.is_empty() => {
                self.step(task).await?;
            }
            Act::Finish if !self.tasks.is_empty() => self.finish(task).await?,
            Act::Step | Act::Claim | Act::Finish => {
                self.claim(worker, None).await?;
            }
            Act::Die => self.kill_process(worker).await,
            Act::Interrupt => self.stop_process(worker).await,
            Act::Soon => self.wait(1, 4_000),
            Act::Later => self.wait(4_000, 90_000),
            Act::MuchLater => self.wait(90_000, 4 * 3_600_000),
            Act::Back => {
                let by = self.rng.between(1, 2_000);
                self.note(format!("the clock jumps back {by} ms"));
                self.set_back(i64::try_from(by).unwrap_or(0));
            }
            Act::Beat => self.heartbeat(worker).await,
            Act::Weather => {
                let level = self.rng.pick(&[0, 10, 35, 70]).copied().unwrap_or(0);
                self.weather = Weather {
                    refuses: level / 2,
                    loses: level,
                    deaf: level / 2,
                };
                self.note(format!("{:?}", self.weather));
            }
            Act::Answer => {
                self.answer_one().await?;
            }
        }
        Ok(())
    }

    fn wait(&mut self, low: u64, high: u64) {
        let millis = self.rng.between(low, high);
        self.note(format!("{millis} ms pass"));
        self.advance(Duration::from_millis(millis));
    }

    async fn run(&mut self) -> Result<(), Red> {
        for _ in 0..TURNS {
            self.counts.turns += 1;
            self.turn().await?;
            self.inspect().await?;
        }
        self.note("the weather clears".to_owned());
        self.come_to_rest().await?;
        self.check_the_end().await
    }
}

/// The result of one seed: figures, and the digest of its trace.
pub(crate) async fn simulate(
    seed: u64,
    rules: Rules,
    run: &str,
) -> Result<(Counts, Digest), Violation> {
    let mut sim = Sim::new(seed, rules, run).await;
    let out = sim.run().await;
    match out {
        Ok(()) => Ok((sim.counts, Digest::of_bytes(sim.log.join("\n").as_bytes()))),
        Err(what) => Err(Violation {
            seed,
            turn: sim.counts.turns,
            what,
            last: last(&sim.log),
        }),
    }
}

/// The last thirty actions; `SIM_LOG` sets how many more.
fn last(log: &[String]) -> Vec<String> {
    let many = super::number("SIM_LOG").and_then(|many| usize::try_from(many).ok());
    let from = log.len().saturating_sub(many.unwrap_or(30));
    log.get(from..).unwrap_or_default().to_vec()
}
