//! One page that stands by itself: no scripts, the fonts inside, fit for a phone and to print.

use super::ornament::ring;
use super::svg::fonts;
use super::{Certificate, Party};
use crate::export::ExportError;
use crate::export::template::{self, Template};
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

const TEMPLATE: Template = ("certificate.html", include_str!("../templates/certificate.html"));

#[derive(Serialize)]
struct HtmlParty<'a> {
    code: &'a str,
    name: &'a str,
}

impl<'a> From<&'a Party> for HtmlParty<'a> {
    fn from(party: &'a Party) -> Self {
        Self { code: &party.code, name: &party.name }
    }
}

pub fn html(certificate: &Certificate) -> Result<String, ExportError> {
    let sites: Vec<HtmlParty<'_>> = certificate.sites().iter().map(HtmlParty::from).collect();
    let context = context! {
        title => certificate.title(),
        fonts => Serde(fonts()),
        standard => certificate.standard.clone(),
        holder => Serde(HtmlParty::from(certificate.holder())),
        statement => certificate.statement(),
        level => certificate.level.clone(),
        ornament => ring(&certificate.proof.record_digest, (0.0, 0.0), 96.0),
        facts => Serde(certificate.facts()),
        sites => Serde(sites),
        left_out => certificate.left_out(),
        details => Serde(certificate.details()),
        how => Certificate::how_to_verify(),
        commands => Serde(certificate.commands()),
        small => Serde([certificate.provenance.as_str(), certificate.validity(), Certificate::disclaimer()]),
    };
    template::render("certificate", TEMPLATE, context)
}
