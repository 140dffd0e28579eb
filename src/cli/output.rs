//! The JSON that commands print, one type a command: from these the schemas under `schemas/output/` are made.

pub use super::answer::AnswerOutput;
pub use super::calendar::CalendarOutput;
pub use super::checklist::ChecklistOutput;
pub use super::explain::ExplainOutput;
pub use super::history::HistoryOfItemOutput;
pub use super::import::ImportOutput;
pub use super::organisation::OrganisationOutput;
pub use super::plan::{PlanCheckOutput, PlanImportOutput};
pub use super::portfolio::{
    PortfolioDueOutput, PortfolioReconcileOutput, PortfolioRolloverOutput, PortfolioStatusOutput,
};
pub use super::publications::PublicationsOutput;
pub use super::publish::PublishOutput;
pub use super::questions::QuestionsOutput;
pub use super::reassign::ReassignOutput;
pub use super::rollover::RolloverOutput;
pub use super::sites::{SitesCheckOutput, SitesImportOutput, SitesOutput};
pub use super::standards::{CheckOutput, StandardsCompareOutput, StandardsDiffOutput, StandardsOutput};
pub use super::status::StatusOutput;
pub use super::verify::VerifyOutput;
