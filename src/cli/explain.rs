//! `dspt explain`: a lint rule, or an item with its sources and its history.

use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::questions::{Shown, asked_by, full_item};
use super::standards::pieces;
use super::style::{self, ATTENTION, BAD, QUIET, STRONG, paint};
use crate::bank::Banks;
use crate::diagnostic::Severity;
use crate::diagnostic::render::one_line;
use crate::lint::rules::RULES;
use crate::lint::{self, Group, Rule};
use crate::model::standard::{LineageChange, Standard};
use crate::source::decode::nearest;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::sync::Arc;

#[derive(Debug, Args)]
pub struct Explain {
    /// The name of a lint rule, or the number of an item [default: list the rules]
    #[arg(value_name = "RULE|NUMBER")]
    subject: Option<String>,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `explain --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExplainOutput {
    /// The rules explained.
    pub rules: Vec<RuleOutput>,
    /// An item's history, oldest edition first.
    pub history: Vec<HistoryOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleOutput {
    pub rule: String,
    pub group: String,
    pub severity: Severity,
    pub summary: String,
    /// Its page in Markdown.
    pub page: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct HistoryOutput {
    pub edition: String,
    pub number: String,
    pub concept: String,
    pub question: String,
    pub required_for: Vec<String>,
    /// same, renumbered, new, split or merged, against the edition before; null in the first.
    pub change: Option<String>,
    pub reworded: bool,
    pub sources: Vec<String>,
}

pub fn run(context: &Context, args: &Explain) -> Result<Outcome, Failure> {
    let Some(subject) = &args.subject else { return list(context, args.format) };
    if subject.bytes().next().is_some_and(|byte| byte.is_ascii_digit()) {
        return item(context, subject, args.format);
    }
    if let Some(rule) = lint::rule(subject) {
        match args.format {
            Format::Json => {
                context.print_json(&ExplainOutput { rules: vec![rule_output(rule)], history: Vec::new() })?;
            }
            Format::Human => context.print(&page(rule, context.prose_width()))?,
        }
        return Ok(Outcome::Done);
    }
    // Numbers of other standards need not begin with a digit.
    let shown = Shown::open(context);
    if shown.is_ok_and(|shown| shown.standard.item(subject).is_some()) {
        return item(context, subject, args.format);
    }
    let names: Vec<&str> = lint::rule_names().collect();
    let failure = Failure::new(format!("there is no rule and no item called \"{}\"", one_line(subject)));
    Err(match nearest(subject, &names) {
        Some(near) => failure.hint(format!("did you mean `dspt explain {near}`?")),
        None => failure.hint("`dspt explain` lists the rules, `dspt questions` the items"),
    })
}

fn rule_output(rule: &Rule) -> RuleOutput {
    RuleOutput {
        rule: rule.name.to_owned(),
        group: rule.group.word().to_owned(),
        severity: rule.severity,
        summary: rule.summary.to_owned(),
        page: rule.page.to_owned(),
    }
}

fn list(context: &Context, format: Format) -> Result<Outcome, Failure> {
    if format == Format::Json {
        let rules = RULES.iter().map(|rule| rule_output(rule)).collect();
        context.print_json(&ExplainOutput { rules, history: Vec::new() })?;
        return Ok(Outcome::Done);
    }
    let widest = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for group in Group::ALL {
        let members: Vec<_> = RULES.iter().filter(|rule| rule.group == group).collect();
        if members.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{}", paint(STRONG, group.word()));
        for rule in members {
            let name = style::pad(rule.name, widest);
            let _ = writeln!(
                out,
                "  {} {name}  {}",
                severity(rule.severity),
                style::cut(rule.summary, context.width.saturating_sub(widest + 7))
            );
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}", paint(QUIET, "e error  w warning  i remark; `dspt explain RULE` tells more"));
    context.print(&out)?;
    Ok(Outcome::Done)
}

fn severity(severity: Severity) -> String {
    match severity {
        Severity::Error => paint(BAD, "e"),
        Severity::Warning => paint(ATTENTION, "w"),
        Severity::Info => "i".to_owned(),
    }
}

/// A rule's page for the terminal: headings strong, code indented, prose wrapped.
fn page(rule: &Rule, width: usize) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} ({}, {})\n", paint(STRONG, rule.name), rule.severity.word(), rule.group.word());
    let mut code = false;
    for line in rule.page.lines().skip_while(|line| line.starts_with("# ") || line.is_empty()) {
        if let Some(info) = line.strip_prefix("```") {
            code = !code;
            let path = info.split_whitespace().nth(1);
            if let Some(path) = path.filter(|_| code) {
                let _ = writeln!(out, "  {}", paint(QUIET, path));
            }
        } else if code {
            let _ = writeln!(out, "    {line}");
        } else if let Some(heading) = line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')) {
            let _ = writeln!(out, "{}", paint(STRONG, heading));
        } else if line.is_empty() {
            out.push('\n');
        } else {
            let _ = writeln!(out, "{}", style::wrap(&line.replace('`', ""), width, 2));
        }
    }
    out
}

fn item(context: &Context, number: &str, format: Format) -> Result<Outcome, Failure> {
    let shown = Shown::open(context)?;
    let banks = context.banks_anywhere()?;
    let mut standards = Vec::new();
    for bank in banks.iter().filter(|bank| bank.head.standard == shown.standard.id()) {
        standards.push(bank.standard()?);
    }
    let here = shown.standard.item(number);
    let concept = match here {
        Some(item) => item.concept.clone(),
        None => elsewhere(&shown, &banks, &standards, number)?,
    };
    let mut history = Vec::new();
    for standard in &standards {
        if let Some(item) = standard.concept(&concept) {
            history.push(HistoryOutput {
                edition: standard.edition().to_owned(),
                number: item.number.clone(),
                concept: concept.clone(),
                question: item.shown(),
                required_for: item.required_for.clone(),
                change: item.lineage.as_ref().map(|lineage| lineage.change.word().to_owned()),
                reworded: item.lineage.as_ref().is_some_and(|lineage| lineage.reworded),
                sources: item
                    .provenance
                    .sources
                    .iter()
                    .map(|key| standard.sources.get(key).unwrap_or(key).clone())
                    .collect(),
            });
        }
    }
    if format == Format::Json {
        context.print_json(&ExplainOutput { rules: Vec::new(), history })?;
        return Ok(Outcome::Done);
    }
    let width = context.prose_width();
    let mut out = String::new();
    let current = shown.standard.concept(&concept);
    if here.is_none() {
        let now = current
            .map_or_else(|| "nothing asks for it any more".to_owned(), |item| format!("it is {} now", item.number));
        let _ = writeln!(
            out,
            "{}\n",
            paint(
                ATTENTION,
                style::wrap(&format!("{number} is no item of {}; {now}.", shown.standard.edition()), width, 0)
            )
        );
    }
    if let Some(item) = current {
        full_item(&mut out, &shown, item, width);
        let _ = writeln!(out, "{}", paint(STRONG, format!("Sources for {}", shown.standard.edition())));
        for key in &item.provenance.sources {
            let source = shown.standard.sources.get(key).unwrap_or(key);
            let _ = writeln!(out, "{}", style::hang(&format!("• {source}"), width, 2, 4));
        }
        let grades = &item.provenance;
        let _ = writeln!(
            out,
            "{}\n",
            style::wrap(
                &format!(
                    "Wording {}, number {}, level {}.",
                    grades.wording.word(),
                    grades.number.word(),
                    grades.level.word()
                ),
                width,
                2
            )
        );
    }
    told(&mut out, &standards, &concept, width);
    reused(&mut out, &shown, &standards, number, &concept, width);
    context.print(&out)?;
    Ok(Outcome::Done)
}

/// The concept of a number that only other editions know.
fn elsewhere(shown: &Shown, banks: &Banks, standards: &[Arc<Standard>], number: &str) -> Result<String, Failure> {
    let concepts = banks.elsewhere(shown.standard.id(), number);
    concepts.last().map(|(_, concept)| concept.clone()).ok_or_else(|| {
        let editions: Vec<&str> = standards.iter().map(|standard| standard.edition()).collect();
        Failure::new(format!("there is no item {} in any edition ({})", one_line(number), editions.join(", ")))
            .hint("`dspt questions` lists the items")
    })
}

/// Edition by edition: number, level, and the wording where it changed.
fn told(out: &mut String, standards: &[Arc<Standard>], concept: &str, width: usize) {
    let _ = writeln!(out, "{}", paint(STRONG, "History"));
    let mut before: Option<&crate::model::Item> = None;
    for standard in standards {
        let Some(item) = standard.concept(concept) else {
            if before.take().is_some() {
                let reason = standard
                    .retired
                    .iter()
                    .find(|retired| retired.concept == concept)
                    .and_then(|retired| retired.reason.clone());
                let text = format!("{}  {}", standard.edition(), reason.unwrap_or_else(|| "not asked".to_owned()));
                let _ = writeln!(out, "{}", style::hang(&text, width, 2, 11));
            }
            continue;
        };
        let change = match item.lineage.as_ref().map(|lineage| lineage.change) {
            None | Some(LineageChange::Same) => String::new(),
            Some(LineageChange::Renumbered) => {
                format!(", renumbered from {}", before.map(|item| item.number.as_str()).unwrap_or_default())
            }
            Some(change) => format!(", {}", change.word()),
        };
        let newly = item.lineage.as_ref().map(|lineage| lineage.newly_required.as_slice()).unwrap_or_default();
        let newly = newly.iter().map(|level| standard.label(level)).collect::<Vec<_>>().join(" and ");
        let newly = if newly.is_empty() { String::new() } else { format!(", newly needed for {newly}") };
        let line = format!("{}  {}, {}{change}{newly}", standard.edition(), item.number, asked_by(standard, item));
        let _ = writeln!(out, "{}", style::hang(&line, width, 2, 11));
        match before {
            None => {
                let _ = writeln!(out, "{}", paint(QUIET, style::wrap(&one_line(&item.shown()), width, 11)));
            }
            Some(old) if old.question != item.question => {
                let _ = writeln!(out, "{}", style::wrap(&pieces(&old.question, &item.question), width, 11));
            }
            Some(_) => {}
        }
        before = Some(item);
    }
}

/// Numbers that meant another question in another edition: the trap of comparing years by number.
fn reused(out: &mut String, shown: &Shown, standards: &[Arc<Standard>], number: &str, concept: &str, width: usize) {
    let others: Vec<String> = standards
        .iter()
        .filter_map(|standard| {
            let item = standard.item(number).filter(|item| item.concept != concept)?;
            Some(format!("{}: {}", standard.edition(), one_line(&item.shown())))
        })
        .collect();
    if others.is_empty() || shown.standard.item(number).is_none() {
        return;
    }
    let _ = writeln!(out, "\n{}", paint(ATTENTION, format!("{number} meant another question in")));
    for other in others {
        let _ = writeln!(out, "{}", style::hang(&other, width, 2, 11));
    }
}
