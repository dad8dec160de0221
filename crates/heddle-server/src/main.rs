//! The program `heddle`: commands around the server.

mod cli;
mod config;

/// Requests are answered from many small, short-lived buffers on several
/// threads; the system's allocator costs a good part of a request there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
