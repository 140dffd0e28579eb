//! One binary for all tests that call the library.

mod case;
mod lint_cases;
mod plan;
