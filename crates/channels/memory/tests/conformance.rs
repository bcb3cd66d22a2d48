//! Runs the conformance suite over the memory adapter, once for each way in which the board recognises a repeated post.

use std::process::ExitCode;

use yigao_fakes::board::subject;
use yigao_memory::Dedupe;

fn main() -> ExitCode {
    yigao_conformance::main([
        subject("memory-key", Dedupe::Key),
        subject("memory-lookup", Dedupe::Lookup),
        subject("memory-none", Dedupe::None),
    ])
}
