//! The page that a reader opens first: what the pack is, what is in it and what is not, and how to prove it.

use super::{Choice, Pack, PackDocument, PackItem, SAMPLING};
use crate::export::ExportError;
use crate::export::answers::{AnswerItem, DocumentItem};
use crate::export::template::{self, Template};
use crate::export::text::plain;
use crate::model::period::in_words;
use jiff::civil::Date;
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;
use std::fmt::Write as _;

const TEMPLATE: Template = ("pack.html", include_str!("../templates/pack.html"));

#[derive(Serialize)]
struct PageItem {
    number: String,
    question: String,
    /// Title and text of each part of the answer.
    parts: Vec<(&'static str, String)>,
    documents: Vec<PageDocument>,
}

#[derive(Serialize)]
struct PageDocument {
    label: String,
    /// Where it leads to; empty where nothing is to be opened.
    link: String,
    remark: String,
}

pub fn page(pack: &Pack) -> Result<String, ExportError> {
    let items: Vec<PageItem> = pack.items.iter().map(item).collect();
    let left_out: Vec<(String, String)> = pack
        .items
        .iter()
        .flat_map(|item| item.documents.iter().zip(&item.answer.evidence).map(move |pair| (item, pair)))
        .filter_map(|(item, (document, evidence))| match document {
            PackDocument::LeftOut(why) => {
                Some((format!("{}: {}", item.answer.number, label(evidence)), (*why).to_owned()))
            }
            _ => None,
        })
        .collect();
    let certificate = &pack.certificate;
    let chosen = match pack.choice {
        Choice::All => "Every item that the published level asks for, and every other that was answered.".to_owned(),
        Choice::Named => format!("{} that were asked for by number.", items_of(pack.items.len())),
        Choice::Sample { size, population } => format!(
            "A sample of {size} from the {population} items that the published level asks for. It was drawn by the \
             publication's own digest and not by hand: {SAMPLING}"
        ),
    };
    let context = context! {
        title => format!("Pack for {}, publication {}", certificate.holder().named(), certificate.publication),
        holder => certificate.holder().named(),
        organisation => certificate.organisation.named(),
        is_site => certificate.site.is_some(),
        standard => certificate.standard.clone(),
        edition => certificate.edition.clone(),
        publication => format!("{}/{}", certificate.organisation.code, certificate.publication),
        level => certificate.level.clone(),
        date => in_words(certificate.date),
        valid_until => in_words(certificate.valid_until.day),
        publisher => certificate.publisher.clone(),
        signature => certificate.proof.signature.clone(),
        commit => certificate.proof.commit.clone(),
        tag => certificate.proof.tag.clone(),
        record_digest => certificate.proof.record_digest.clone(),
        provenance => certificate.provenance.clone(),
        chosen => chosen,
        items => Serde(items),
        left_out => Serde(left_out),
        publications => Serde(&pack.publications),
        certificate_file => pack.certificate_file.clone(),
        proof_file => pack.proof_file.clone(),
        record_file => pack.record_file.clone(),
        list_file => pack.list_file.clone(),
        bank_file => pack.bank_file.clone(),
    };
    template::render("pack", TEMPLATE, context)
}

fn items_of(count: usize) -> String {
    if count == 1 { "1 item".to_owned() } else { format!("{count} items") }
}

fn item(item: &PackItem) -> PageItem {
    let answer = &item.answer;
    PageItem {
        number: answer.number.clone(),
        question: plain(&answer.question).into_owned(),
        parts: parts(answer),
        documents: item.documents.iter().zip(&answer.evidence).map(|(at, evidence)| document(at, evidence)).collect(),
    }
}

fn parts(answer: &AnswerItem) -> Vec<(&'static str, String)> {
    let mut parts: Vec<(&'static str, String)> = Vec::new();
    let mut add = |title, text: &Option<String>| {
        if let Some(text) = text.as_ref().filter(|text| !text.trim().is_empty()) {
            parts.push((title, plain(text.trim()).into_owned()));
        }
    };
    add("Answer", &answer.tick.map(|yes| if yes { "Yes" } else { "No" }.to_owned()));
    add("Answer", &answer.text);
    add("Date", &answer.date.as_deref().map(day));
    add("Not applicable", &answer.not_applicable);
    if answer.state == "exempt" {
        add("Answer", &Some("Not asked of this organisation".to_owned()));
    }
    add("Count", &answer.count.as_ref().map(|count| format!("{} of {}", count.done, count.of)));
    add("Comment", &answer.comment);
    let reviewed = answer.reviewed.as_deref().map(|date| match &answer.reviewed_by {
        Some(who) => format!("{} by {who}", day(date)),
        None => day(date),
    });
    add("Last confirmed", &reviewed);
    if parts.is_empty() && answer.evidence.is_empty() {
        parts.push(("Answer", "None".to_owned()));
    }
    parts
}

/// A date of ours in words.
fn day(iso: &str) -> String {
    iso.parse::<Date>().map_or_else(|_| iso.to_owned(), in_words)
}

fn label(evidence: &DocumentItem) -> String {
    let named = [&evidence.title, &evidence.file, &evidence.link, &evidence.location].into_iter().flatten().next();
    plain(named.map_or("document", String::as_str)).into_owned()
}

fn document(at: &PackDocument, evidence: &DocumentItem) -> PageDocument {
    let mut remarks = Vec::new();
    if let Some(approved) = &evidence.approved {
        let by = evidence.approved_by.as_ref().map(|who| format!(" by {}", plain(who))).unwrap_or_default();
        remarks.push(format!("approved on {}{by}", day(approved)));
    }
    let link = match at {
        PackDocument::Inside(name) => encoded(name),
        PackDocument::LeftOut(why) => {
            remarks.push(format!("not in this pack: {why}"));
            String::new()
        }
        PackDocument::Elsewhere => {
            let web = |link: &&String| link.starts_with("https://") || link.starts_with("http://");
            let link = evidence.link.as_ref().filter(web).cloned().unwrap_or_default();
            if link.is_empty() {
                let place = evidence.location.as_deref().or(evidence.link.as_deref()).unwrap_or_default();
                remarks.extend(Some(format!("kept: {}", plain(place))).filter(|_| !place.is_empty()));
            }
            link
        }
    };
    PageDocument { label: label(evidence), link, remark: remarks.join("; ") }
}

/// A name as a relative address.
fn encoded(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
