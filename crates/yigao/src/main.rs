//! The program `yigao`; all of it is in the library.

fn main() -> std::process::ExitCode {
    yigao::run()
}
