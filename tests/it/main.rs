//! One binary for all tests that call the library.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answer;
mod architecture;
mod banks;
#[cfg(feature = "xlsx")]
mod book;
mod case;
mod ci;
mod engine;
mod generated;
mod hostile;
mod ledger;
mod library;
mod lint_cases;
mod lsp;
mod merging;
mod picture;
mod plan;
mod portfolio;
mod published;
mod registry;
mod report;
mod schemas;
mod sheets;
mod sites;
mod years;
