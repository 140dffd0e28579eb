//! Many organisations at once: where they lie, how each of them stands, and what may be remembered of it.
//!
//! [`find`] reads `portfolio.toml` and finds the clients, [`judge`] reads one of them and judges it, [`row`] is what is
//! kept of it. A client that cannot be read is a row with its error and stops nobody else; nothing of one client goes
//! into another's row.

pub mod cache;
pub mod column;
pub mod corpus;
pub mod dashboard;
mod disk;
pub mod find;
pub mod item;
pub mod judge;
pub mod lake;
pub mod reconcile;
pub mod row;
pub mod tree;

pub use find::{Client, Found, PORTFOLIO_FILE};
pub use row::Row;
