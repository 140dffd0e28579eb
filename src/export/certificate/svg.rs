//! One SVG that stands by itself: its pages one below the other, the fonts inside.

use super::Certificate;
use super::fonts::Family;
use super::layout::{self, LOOK};
use super::page::{HEIGHT, Page, WIDTH};
use crate::export::ExportError;
use crate::export::base64::base64;
use crate::export::template::{self, Template};
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

const TEMPLATE: Template = ("certificate.svg", include_str!("../templates/certificate.svg"));
/// Between two pages.
const GAP: f32 = 12.0;

#[derive(Serialize)]
struct SvgText {
    x: String,
    y: String,
    family: String,
    size: String,
    colour: &'static str,
    centred: bool,
    /// Empty where letters stand as the font has them.
    tracking: String,
    text: String,
}

#[derive(Serialize)]
struct SvgRule {
    x1: String,
    x2: String,
    y: String,
    colour: &'static str,
    width: String,
}

#[derive(Serialize)]
struct SvgPage {
    top: String,
    texts: Vec<SvgText>,
    rules: Vec<SvgRule>,
    ornament: Vec<String>,
}

/// A font as it stands in a file of ours.
#[derive(Serialize)]
pub(super) struct EmbeddedFont {
    name: &'static str,
    /// Behind `font/` in its media type.
    kind: &'static str,
    data: String,
}

/// Both fonts, for a style sheet.
pub(super) fn fonts() -> Vec<EmbeddedFont> {
    let kind = |family| if family == Family::Serif { "ttf" } else { "otf" };
    Family::ALL
        .into_iter()
        .map(|family| EmbeddedFont { name: family.name(), kind: kind(family), data: base64(family.bytes()) })
        .collect()
}

pub fn svg(certificate: &Certificate) -> Result<String, ExportError> {
    render(certificate, &layout::pages(certificate), true, fonts())
}

/// Some pages as SVG, with paper and frame or without; whoever has the fonts already is given none.
pub(super) fn render(
    certificate: &Certificate,
    pages: &[Page],
    framed: bool,
    fonts: Vec<EmbeddedFont>,
) -> Result<String, ExportError> {
    let mut top = 0.0;
    let mut drawn = Vec::new();
    for page in pages {
        drawn.push(svg_page(page, top));
        top += HEIGHT + GAP;
    }
    let context = context! {
        title => certificate.title(),
        width => number(WIDTH),
        height => number(top - GAP),
        accent => LOOK.accent,
        pale => LOOK.pale,
        frame => f64::from(LOOK.frame),
        framed => framed,
        fonts => Serde(fonts),
        pages => Serde(drawn),
    };
    template::render("certificate", TEMPLATE, context)
}

fn svg_page(page: &Page, top: f32) -> SvgPage {
    SvgPage {
        top: number(top),
        texts: page
            .texts
            .iter()
            .map(|text| SvgText {
                x: number(text.x),
                y: number(text.y),
                family: families(text.family),
                size: number(text.size),
                colour: text.colour,
                centred: text.centred,
                tracking: if text.tracking == 0.0 { String::new() } else { number(text.tracking) },
                text: text.words.clone(),
            })
            .collect(),
        rules: page
            .rules
            .iter()
            .map(|rule| SvgRule {
                x1: number(rule.x1),
                x2: number(rule.x2),
                y: number(rule.y),
                colour: rule.colour,
                width: number(rule.width),
            })
            .collect(),
        ornament: page.ornament.clone(),
    }
}

/// The family, and what stands in for it where a program does not take fonts from the file.
fn families(family: Family) -> String {
    let general = match family {
        Family::Serif => "Georgia, serif",
        Family::Sans => "Arial, sans-serif",
    };
    format!("{}, {general}", family.name())
}

/// Two decimals, none that say nothing.
fn number(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
