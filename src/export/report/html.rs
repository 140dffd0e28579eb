//! One page that stands by itself: no scripts, no fonts or pictures from elsewhere, fit for a phone and to print.

use super::Report;
use crate::export::ExportError;
use crate::export::template::{self, Template};
use minijinja::context;
use minijinja::value::Serde;

const TEMPLATE: Template = ("report.html", include_str!("../templates/report.html"));

pub fn html(report: &Report) -> Result<String, ExportError> {
    template::render("report", TEMPLATE, context! { title => report.title(), r => Serde(report) })
}
