//! The `afterword` program: hands its arguments to the library and returns the exit code.

use std::process::ExitCode;

/// Thousands of documents are read on several threads, each of them a thousand small pieces of text.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    afterword::cli::run(std::env::args_os())
}
