//! `make crash`: kills real processes at every choke point, spoils calls in seven ways, freezes workers until they have
//! lost their leases, and then asks every remote what it holds. `SABOTAGE=journal|fence|look` takes one rule out, and
//! the proof must fail.

mod board;
mod decide;
mod editor;
mod lives;
mod options;
mod orders;
mod report;
mod round;
mod scene;
mod watcher;
mod witness;
mod work;

use std::{path::Path, process::ExitCode};

use crate::{options::Options, report::Tally};

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("life") {
        let scene = args.next().unwrap_or_default();
        let orders = args.next().unwrap_or_default();
        work::live(Path::new(&scene), &orders).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let options = Options::read(std::env::args().skip(1))?;
    let mut tally = Tally::default();
    for number in 0..options.rounds {
        round::play(&options, number, &mut tally).await?;
        if tally.has_ended(&options) {
            break;
        }
    }
    report::print(&options, &tally)
}
