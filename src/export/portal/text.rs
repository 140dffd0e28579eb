//! Plain text: to be read in any editor and printed from it.

use super::{Line, Portal};
use crate::export::text::{one_line, terminal};
use crate::model::period::in_words;
use std::fmt::Write as _;

const WIDTH: usize = 78;
const INDENT: &str = "    ";
/// Before every line of what is to be typed. No line of the sheet's own is set in so far, so that nobody's answer can pass
/// for one.
const TYPED: &str = "        ";

pub fn text(portal: &Portal) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "Portal sheet: {} ({})", fit(&portal.organisation), fit(&portal.ods_code));
    let publication = portal.publication.as_ref().map(|id| format!(", publication {id}")).unwrap_or_default();
    let level = portal.level.as_deref().unwrap_or("no level yet");
    let line = format!(
        "{} {}{publication}: {level}. As of {}.",
        fit(&portal.standard),
        portal.edition,
        in_words(portal.now.date())
    );
    wrap(&mut out, &line, "", "");
    wrap(&mut out, &portal.counts(), "", "");
    wrap(&mut out, &portal.against, "", "");
    wrap(&mut out, "What is to be typed is set in by eight blanks; the HTML sheet copies it exactly.", "", "");
    for warning in &portal.warnings {
        wrap(&mut out, warning, "! ", "  ");
    }
    heading(&mut out, "Organisation profile");
    let _ = writeln!(out, "[ ] The web site shows the same:");
    for (question, answer) in &portal.profile {
        wrap(&mut out, &format!("{} {answer}", ended(question)), INDENT, "      ");
    }
    for section in &portal.sections {
        heading(&mut out, &section.title);
        for line in &section.lines {
            item(&mut out, line);
        }
    }
    heading(&mut out, "Publish");
    wrap(&mut out, "Press Publish and confirm that the organisation profile is right.", "[ ] ", INDENT);
    match &portal.plan {
        Some(plan) => wrap(&mut out, plan, "[ ] ", INDENT),
        None if portal.level.is_some() => {
            wrap(&mut out, "No action plan is to be uploaded at this level.", INDENT, INDENT);
        }
        None => {}
    }
    for site in &portal.sites {
        let named = format!("{} {}", fit(&site.code), fit(&site.name));
        match &site.left_out {
            None => wrap(&mut out, &format!("Select {}", named.trim()), "[ ] ", INDENT),
            Some(why) => wrap(&mut out, &format!("Leave out {}: {why}", named.trim()), INDENT, INDENT),
        }
    }
    heading(&mut out, "Afterwards");
    wrap(&mut out, "Look at what the web site shows, put its date in, and note it here:", "[ ] ", INDENT);
    // Unbroken, so that it can be copied.
    let _ = writeln!(out, "{INDENT}{}", fit(&portal.command));
    if let Some(noted) = &portal.noted {
        wrap(&mut out, noted, INDENT, INDENT);
    }
    out.push('\n');
    wrap(&mut out, &portal.provenance, "", "");
    wrap(
        &mut out,
        "dspt submits nothing and is not affiliated with NHS England: what counts is what is entered on the web site.",
        "",
        "",
    );
    out
}

fn item(out: &mut String, line: &Line) {
    let sign = if line.mark.is_some() { "[ ]" } else { "   " };
    let mark = line.mark.map_or("nothing to enter", super::Mark::words);
    let _ = writeln!(out, "{sign} {}  ** {mark} **", line.number);
    wrap(out, &line.question, INDENT, INDENT);
    for remark in &line.remarks {
        wrap(out, remark, "    ! ", "      ");
    }
    for note in &line.notes {
        wrap(out, note, "    - ", "      ");
    }
    for field in &line.fields {
        match field.typed() {
            Some(typed) => {
                wrap(out, &format!("{}:", field.label()), "    > ", "      ");
                for line in terminal(typed).trim_end().lines() {
                    let _ = writeln!(out, "{}", format!("{TYPED}{line}").trim_end());
                }
            }
            None => {
                let name = field.name().map(|name| format!(": {name}")).unwrap_or_default();
                wrap(out, &format!("{}{name}", field.label()), "    > ", "      ");
            }
        }
    }
    out.push('\n');
}

fn heading(out: &mut String, title: &str) {
    let title = fit(title);
    out.truncate(out.trim_end().len());
    let _ = writeln!(out, "\n\n{title}\n{}\n", "=".repeat(textwrap::core::display_width(&title)));
}

/// A question with its mark, or with a colon.
fn ended(question: &str) -> String {
    let question = question.trim();
    if question.ends_with('?') { question.to_owned() } else { format!("{question}:") }
}

fn fit(text: &str) -> String {
    one_line(&terminal(text))
}

fn wrap(out: &mut String, text: &str, first: &str, rest: &str) {
    let options = textwrap::Options::new(WIDTH).initial_indent(first).subsequent_indent(rest).break_words(false);
    let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
    let _ = writeln!(out, "{}", textwrap::fill(&fit(text), options));
}
