//! The binary: everything is in the library's `cli`.

use std::process::ExitCode;

/// A portfolio makes and drops the trees of thousands of files on all cores, which the allocators of C libraries, that of
/// musl above all, are slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dspt::cli::main()
}
