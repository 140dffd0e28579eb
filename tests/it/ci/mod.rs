//! At home in CI: what CI systems are told, what got worse since a revision, and what a change touches.

mod baseline;
mod change;
mod formats;
mod setup;
