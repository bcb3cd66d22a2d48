//! The board under every trial, once for each way of keeping a post from standing there twice.

use std::process::ExitCode;

#[path = "conformance/subject.rs"]
mod subject;

use yigao_memory::Dedupe;

fn main() -> ExitCode {
    yigao_conformance::main([
        subject::subject("memory-key", Dedupe::Key),
        subject::subject("memory-look", Dedupe::Look),
        subject::subject("memory-none", Dedupe::None),
    ])
}
