//! For pages of a repository, wikis and messages.

use super::Report;
use crate::export::ExportError;
use crate::export::template::{self, Template};
use minijinja::context;
use minijinja::value::Serde;

const TEMPLATE: Template = ("report.md", include_str!("../templates/report.md"));

pub fn markdown(report: &Report) -> Result<String, ExportError> {
    template::render("report", TEMPLATE, context! { title => report.title(), r => Serde(report) })
}
