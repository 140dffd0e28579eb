//! # dspt: the Data Security and Protection Toolkit as code
//!
//! A library that returns values and findings, and a binary that prints them. This page is the architecture: where
//! things are, how data flows, and what must always hold.
//!
//! ## Map
//!
//! | module | what it is |
//! |---|---|
//! | [`source`] | bytes to a spanned tree, TOML and YAML alike; edits in place |
//! | [`tree`] | where files come from: the work tree, memory, a git revision |
//! | [`model`] | the domain in plain types: no spans, no paths, no I/O |
//! | [`decode`] | from trees to the model, one file for each kind of file |
//! | [`bank`] | the question banks at hand: shipped, and the user's own |
//! | [`library`] | answers that a portfolio's organisations share, rendered for one of them |
//! | [`workspace`] | an organisation's files, loaded; the files of a fresh one |
//! | [`assess`] | pure: answers, standard, profile and history to a level, and why not |
//! | [`plan`] | pure: what is outstanding to an action plan |
//! | [`compare`] | pure: two editions side by side, joined by concept |
//! | [`lint`] | rules over a workspace, one file each with its page and examples |
//! | [`diagnostic`] | findings, and their renderers, one file a format |
//! | [`form`] | pure: what an answer looks like in cells, and what cells that come back mean |
//! | [`export`] | documents, one file a format |
//! | [`import`] | foreign files, one file a format, and what they say beside ours |
//! | [`portfolio`] | many organisations: where they lie, how each stands, what may be remembered of it |
//! | [`schema`] | JSON Schemas of the files and of every JSON output |
//! | [`generate`] | every generated file of the repository, written or checked |
//! | [`ledger`] | what dspt keeps in git; `ledger/git` alone names git2 |
//! | [`lsp`] | the language server: the lint and the questions, for editors |
//! | [`cli`] | the only part that knows clap, standard output, colour, the environment and the clock |
//!
//! ## Flow
//!
//! ```text
//! bytes ──source──▶ tree with spans ──decode──▶ model ──assess──▶ verdict ──plan, export──▶ documents
//!                        │                        │                  │
//!                        └──────── faults ────────┴── lint rules ────┴──▶ findings ──render──▶ text, JSON
//! ```
//!
//! Findings about the shape of a file come from reading and decoding alone; the generated schemas are for editors and
//! other programs, and a test holds that both accept and refuse the same files. Rules report a pointer into a file,
//! never a formatted place; the model carries no spans, and spans are looked up when a finding is emitted.
//!
//! ## Invariants, each held by a test
//!
//! 1. [`source`] and [`decode`] read anything: they give a tree or a model and findings, and never fail or panic. What
//!    a parser had to guess is in no tree, so it never counts for a level or an edit.
//! 2. [`model`], [`assess`], [`plan`] and [`compare`] do no I/O and know no clock: same input, same output.
//! 3. Only [`cli`] prints or reads environment and clock, git's own variables aside; only `ledger/git` names git2 and
//!    reads those; only [`source`] names a parser.
//! 4. An edit is a splice of bytes at spans that is read again and compared; every byte outside it stays.
//! 5. No edition, item number, level or date of a standard stands in Rust. An edition is one TOML file; another
//!    standard is another directory of them, and a small one of outcomes and indicators passes through the same code in
//!    the tests.
//! 6. A rule is two files and one line, an edition one file, an output format one file and one line, a command one file
//!    and one variant; a test says when the line is forgotten.
//! 7. What is wrong with a user's data is a finding and stops nothing else; only the environment's failures are errors,
//!    and they say what to do next.
//! 8. Output is sorted and reproducible: nothing rendered iterates a hash map, and time is `--as-of`.
//! 9. Nothing is lost: files are replaced whole by renaming, links are not written through, and what exists is not
//!    overwritten unasked.
//! 10. The layers above are checked by a test that reads the `use crate::` lines.
//!
//! ## Where the design was changed while building
//!
//! - [`decode`] is a room of its own beside [`model`], so that the model names neither trees nor spans.
//! - Decoders are written by hand over [`source::decode::Fields`] instead of serde: they go on after an error, the
//!   expected type decides what a YAML scalar means, and every fault has its place.
//! - TOML is read from the events of `toml_parser`, the front end of the toml crate: they carry both places of a
//!   duplicate and go on after an error without inventing values.
//! - Texts found by the sensitive rules are masked once for a whole run ([`lint::LintResult::secrets`]), so that another
//!   rule's message or snippet cannot show them either.

pub mod assess;
pub mod bank;
pub mod cli;
pub mod compare;
pub mod decode;
pub mod diagnostic;
pub mod export;
pub mod form;
pub mod generate;
pub mod import;
pub mod ledger;
pub mod library;
pub mod lint;
#[cfg(feature = "lsp")]
pub mod lsp;
pub mod model;
pub mod plan;
pub mod portfolio;
pub mod schema;
pub mod source;
pub mod tree;
pub mod workspace;
