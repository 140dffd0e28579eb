//! One page that stands by itself. Its one script remembers what was ticked off and copies texts; without it the page
//! is as readable. Script and style are allowed by their digests, and nothing else is.

use super::{Field, Line, Mark, Portal};
use crate::export::ExportError;
use crate::export::template::{self, Template};
use crate::export::text::{one_line, plain};
use crate::model::period::in_words;
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

const TEMPLATE: Template = ("portal.html", include_str!("../templates/portal.html"));
const SCRIPT: &str = include_str!("../templates/portal.js");
const STYLE: &str = include_str!("../templates/portal.css");

#[derive(Serialize)]
struct HtmlField {
    label: String,
    /// What is typed, with the name under which the copy button finds it.
    typed: Option<String>,
    id: String,
    /// The file that is uploaded, or what is removed.
    name: Option<String>,
}

#[derive(Serialize)]
struct HtmlLine {
    number: String,
    /// The number with characters that a name may have.
    id: String,
    question: String,
    mark: &'static str,
    class: &'static str,
    key: String,
    fields: Vec<HtmlField>,
    remarks: Vec<String>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct HtmlSection {
    title: String,
    lines: Vec<HtmlLine>,
}

#[derive(Serialize)]
struct HtmlSite {
    code: String,
    name: String,
    left_out: Option<String>,
}

pub fn html(portal: &Portal) -> Result<String, ExportError> {
    let fit = |text: &str| plain(text).into_owned();
    let mut at = 0;
    let sections: Vec<HtmlSection> = portal
        .sections
        .iter()
        .map(|section| HtmlSection {
            title: fit(&section.title),
            lines: section.lines.iter().map(|item| line(item, &mut at)).collect(),
        })
        .collect();
    let sites: Vec<HtmlSite> = portal
        .sites
        .iter()
        .map(|site| HtmlSite {
            code: fit(&site.code),
            name: fit(&site.name),
            left_out: site.left_out.as_deref().map(fit),
        })
        .collect();
    let profile: Vec<(String, String)> =
        portal.profile.iter().map(|(question, answer)| (fit(question), fit(answer))).collect();
    let of = portal.publication.as_deref().unwrap_or(&portal.edition);
    let context = context! {
        policy => format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'",
            digest(SCRIPT),
            digest(STYLE)
        ),
        script => SCRIPT,
        style => STYLE,
        store => format!("dspt-portal {} {of}", one_line(&fit(&portal.ods_code))),
        whose => fit(&one_line(&portal.organisation)),
        code => fit(&one_line(&portal.ods_code)),
        standard => fit(&portal.standard),
        edition => fit(&portal.edition),
        publication => portal.publication.clone(),
        level => portal.level.clone(),
        day => in_words(portal.now.date()),
        counts => portal.counts(),
        against => fit(&portal.against),
        warnings => portal.warnings.iter().map(|warning| fit(warning)).collect::<Vec<_>>(),
        profile => Serde(profile),
        sections => Serde(sections),
        plan => portal.plan.as_deref().map(fit),
        sites => Serde(sites),
        command => fit(&portal.command),
        noted => portal.noted.as_deref().map(fit),
        provenance => fit(&portal.provenance),
    };
    template::render("portal sheet", TEMPLATE, context)
}

fn line(line: &Line, at: &mut usize) -> HtmlLine {
    let fit = |text: &str| plain(text).into_owned();
    HtmlLine {
        number: fit(&line.number),
        id: line.number.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect(),
        question: fit(&line.question),
        mark: line.mark.map_or("nothing to enter", Mark::words),
        class: match line.mark {
            Some(Mark::Type) => "type",
            Some(Mark::Open) => "open",
            Some(Mark::New) => "new",
            Some(Mark::Clear) => "clear",
            None => "none",
        },
        key: format!("{} {}", fit(&line.number), line.fingerprint()),
        fields: line.fields.iter().map(|item| field(item, at)).collect(),
        remarks: line.remarks.iter().map(|remark| fit(remark)).collect(),
        notes: line.notes.iter().map(|note| fit(note)).collect(),
    }
}

fn field(field: &Field, at: &mut usize) -> HtmlField {
    *at += 1;
    HtmlField {
        label: plain(&field.label()).into_owned(),
        typed: field.typed().map(|typed| plain(typed.trim_end()).into_owned()),
        id: format!("typed-{at}"),
        name: field.name().map(|name| plain(name).into_owned()),
    }
}

/// SHA-256 in base 64, as a content security policy names what it allows.
fn digest(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in Sha256::digest(text.as_bytes()).chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, at| bits << 8 | usize::from(chunk.get(at).copied().unwrap_or(0)));
        for letter in 0..=chunk.len() {
            out.push(char::from(LETTERS[bits >> (18 - 6 * letter) & 63]));
        }
        out.extend(std::iter::repeat_n('=', 3 - chunk.len()));
    }
    out
}
