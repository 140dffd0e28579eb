//! One binary for all tests that call the library.

mod case;
mod hostile;
mod lint_cases;
