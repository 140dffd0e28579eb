//! The domain in plain types: no spans, no paths of the machine, no I/O, no clock.
//!
//! Field names are the keys of the files, so that the schemas of `schemas/` come from here as they stand.

pub mod action;
pub mod answer;
pub mod library;
pub mod organisation;
pub mod period;
pub mod portfolio;
pub mod publication;
pub mod standard;

pub use action::{Action, ActionPlan, ActionStatus};
pub use answer::{Answer, Answers, Count, Evidence, LibrarySource};
pub use organisation::{Certification, Ignore, Member, MemberRole, Organisation, Profile, RoleHolder, Shares, Site};
pub use period::Period;
pub use portfolio::{ClientEntry, Portfolio};
pub use publication::{
    History, ItemCounts, Publication, PublicationSource, Publisher, Record, RecordBank, RecordSites, ToolkitEntry,
};
pub use standard::{Grade, Item, ItemKind, Level, Standard};
