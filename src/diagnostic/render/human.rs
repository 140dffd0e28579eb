//! Findings with the lines they are about, in the manner of rustc.

use super::{Findings, one_line};
use crate::diagnostic::{Finding, Place, Severity};
use crate::source::Span;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::collections::BTreeMap;

/// Findings of one rule in one file that are shown before the rest is counted.
const SHOWN_OF_A_RULE: usize = 50;
/// Warnings and remarks of one rule in one file from which on they are listed instead: a year's open items must not
/// bury what else there is to see.
const LISTED_FROM: usize = 4;
/// Lines of a long value that are shown.
const SHOWN_LINES: usize = 4;

/// How it is to look.
#[derive(Debug, Clone, Copy)]
pub struct HumanStyle {
    /// Columns at hand.
    pub width: usize,
    pub colour: bool,
    /// Box-drawing characters, or plain ASCII.
    pub unicode: bool,
}

pub fn human(findings: Findings<'_>, style: HumanStyle) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let decor = if style.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    let renderer = renderer.decor_style(decor).term_width(style.width);
    let mut shown: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut masks: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    let mut out = String::new();
    let mut alike: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings.findings.iter().filter(|finding| finding.severity < Severity::Error) {
        alike.entry((&finding.place.file, finding.rule)).or_default().push(finding);
    }
    alike.retain(|_, members| members.len() >= LISTED_FROM);
    for finding in findings.findings {
        let key = (finding.place.file.as_str(), finding.rule);
        let count = shown.entry(key).or_default();
        *count += 1;
        if let Some(members) = alike.get(&key) {
            if *count == 1 {
                out.push_str(&renderer.render(&[listed(findings, members, style.width)]));
                out.push_str("\n\n");
            }
            continue;
        }
        if *count > SHOWN_OF_A_RULE {
            continue;
        }
        for file in
            std::iter::once(&finding.place.file).chain(finding.related.iter().map(|related| &related.place.file))
        {
            masks.entry(file).or_insert_with(|| findings.masks(file));
        }
        out.push_str(&renderer.render(&report(findings, finding, &masks, style.width)));
        out.push_str("\n\n");
    }
    shown.retain(|key, _| !alike.contains_key(key));
    for ((file, rule), count) in shown.into_iter().filter(|(_, count)| *count > SHOWN_OF_A_RULE) {
        let hidden = count - SHOWN_OF_A_RULE;
        out.push_str(&format!("… and {hidden} more of {rule} in {}\n\n", one_line(&findings.path(file))));
    }
    out
}

/// Many findings of one rule in one file: what they are about and where, in one block.
fn listed<'f>(findings: Findings<'f>, members: &[&'f Finding], width: usize) -> Group<'f> {
    let first = members[0];
    let summary = crate::lint::rule(first.rule).map_or("", |rule| rule.summary);
    let head = first.severity.word().len() + first.rule.len() + 4;
    let title = wrap(&format!("{} times: {summary}", members.len()), width.saturating_sub(head));
    // Items by their numbers; what is about no item, in its own words. `--format concise` has every line.
    let all_items: Option<Vec<&str>> = members.iter().map(|finding| finding.item.as_deref()).collect();
    let width = width.saturating_sub(6);
    let places = match all_items {
        Some(items) => wrap(&one_line(&items.join("  ")), width),
        None => members.iter().map(|finding| wrap(&one_line(&finding.message), width)).collect::<Vec<_>>().join("\n"),
    };
    level(first.severity)
        .primary_title(title)
        .id(first.rule)
        .element(annotate_snippets::Origin::path(one_line(&findings.path(&first.place.file))))
        .element(Level::NOTE.no_name().message(places))
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

fn report<'f>(
    findings: Findings<'f>,
    finding: &'f Finding,
    masks: &BTreeMap<&str, Vec<Span>>,
    width: usize,
) -> Vec<Group<'f>> {
    let head = finding.severity.word().len() + finding.rule.len() + 4;
    let title = wrap(&one_line(&finding.message), width.saturating_sub(head));
    let mut group = level(finding.severity).primary_title(title).id(finding.rule).element(snippet(
        findings,
        &finding.place,
        AnnotationKind::Primary,
        masks,
        width,
    ));
    let help = finding.help.as_ref().map(|help| one_line(help));
    if let Some(help) = help {
        group = group.element(Level::HELP.message(wrap(&help, width.saturating_sub(14))));
    }
    let mut groups = vec![group];
    for related in &finding.related {
        groups.push(
            Level::NOTE.secondary_title(wrap(&one_line(&related.message), width.saturating_sub(6))).element(snippet(
                findings,
                &related.place,
                AnnotationKind::Context,
                masks,
                width,
            )),
        );
    }
    groups
}

fn wrap(text: &str, width: usize) -> String {
    let options = textwrap::Options::new(width.max(30)).break_words(false);
    textwrap::fill(text, options.word_splitter(textwrap::WordSplitter::NoHyphenation))
}

/// How much of a value is marked, in bytes: its first line, as far as the terminal reaches.
fn fitting(value: &str, before: usize, width: usize) -> usize {
    let first = value.lines().next().unwrap_or_default();
    let room = width.saturating_sub(16 + before.min(16)).max(24);
    first.char_indices().nth(room).map_or(first.len(), |(at, _)| at)
}

/// The lines around a place; only the place's name where the file has no text at hand.
fn snippet<'f>(
    findings: Findings<'f>,
    place: &'f Place,
    kind: AnnotationKind,
    masks: &BTreeMap<&str, Vec<Span>>,
    width: usize,
) -> annotate_snippets::Element<'f> {
    let path = one_line(&findings.path(&place.file));
    let (Some(source), Some(span)) = (findings.source(&place.file), place.span) else {
        let line = place.start.line as usize;
        return annotate_snippets::Origin::path(path).line(line).char_column(place.start.column as usize).into();
    };
    let start = source[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let mut end = span.start as usize;
    for _ in 0..SHOWN_LINES {
        end = source[end..].find('\n').map_or(source.len(), |at| end + at + 1);
        if end >= span.end as usize || end == source.len() {
            break;
        }
    }
    let mut text = source.as_bytes()[start..end].to_vec();
    for mask in masks.get(place.file.as_str()).into_iter().flatten() {
        let from = (mask.start as usize).clamp(start, end) - start;
        let to = (mask.end as usize).clamp(start, end) - start;
        text[from..to].iter_mut().filter(|byte| !matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b'*');
    }
    let text = String::from_utf8_lossy(&text).trim_end_matches(['\n', '\r']).to_owned();
    let from = (span.start as usize - start).min(text.len());
    let to = (span.end as usize).min(end).saturating_sub(start).clamp(from, text.len());
    let to = from + fitting(&text[from..to], text[..from].chars().count(), width);
    Snippet::source(text).line_start(place.start.line as usize).path(path).annotation(kind.span(from..to)).into()
}
