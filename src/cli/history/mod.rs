//! `dspt history`: one question and its answer through the years, and who changed it in git.

mod commits;

pub use commits::CommitOutput;

use crate::assess::State;
use crate::bank::Banks;
use crate::cli::context::Context;
use crate::cli::delivery;
use crate::cli::error::{Failure, Outcome};
use crate::cli::format::DocumentFormat;
use crate::cli::side::Side;
use crate::cli::style::{self, ATTENTION, GOOD, QUIET, STRONG, paint};
use crate::compare::{self, AnswerChange, ItemChange};
use crate::diagnostic::render::one_line;
use crate::export::diff::{AnswerReport, Difference, Look, reworded};
use crate::export::history as document;
use crate::model::period::in_words;
use crate::model::{Answer, Item};
use crate::workspace::rollover::answered;
use anstyle::Style;
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct History {
    /// The item, by its number in the edition at hand
    #[arg(value_name = "NUMBER")]
    number: String,
    /// How it is shown
    #[arg(long, value_enum)]
    format: Option<DocumentFormat>,
    /// Where to write it; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What `history --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HistoryOfItemOutput {
    pub concept: String,
    /// In the edition at hand.
    pub number: String,
    pub edition: String,
    /// The editions that have answers here, oldest first.
    pub years: Vec<YearOutput>,
    /// The commits that changed the answer or published it, oldest first; what is not committed yet comes last.
    pub commits: Vec<CommitOutput>,
    /// What could not be seen, such as the commits that a shallow clone lacks.
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct YearOutput {
    pub edition: String,
    /// Null where the edition does not ask it.
    pub number: Option<String>,
    pub question: Option<String>,
    /// same, renumbered, reworded, new or retired against the year before; null in the first and where neither asks it.
    pub item_change: Option<String>,
    pub reworded: bool,
    /// As in `diff`, against the year before; null in the first.
    pub answer_change: Option<String>,
    /// exempt, carried, not-applicable, met, unmet or optional; null where the edition does not ask it.
    pub state: Option<String>,
    pub answer: Option<AnswerReport>,
    pub differences: Vec<Difference>,
}

/// One year of the concept.
struct Year<'s> {
    side: &'s Side,
    item: Option<&'s Item>,
    answer: Option<&'s Answer>,
    state: Option<State>,
}

impl Year<'_> {
    fn number(&self) -> &str {
        self.item.map_or("not asked", |item| item.number.as_str())
    }
}

pub fn run(context: &Context, args: &History) -> Result<Outcome, Failure> {
    let format = args.format.map_or_else(
        || delivery::by_ending(args.output.as_deref(), &DocumentFormat::ENDINGS, DocumentFormat::Human),
        Ok,
    )?;
    let root = context.root()?;
    let editions = answered(context.tree(&root)?.as_ref());
    let sides: Vec<Side> =
        editions.iter().map(|edition| Side::of_edition(context, edition)).collect::<Result<_, _>>()?;
    let at_hand = context.global.edition.as_ref().or(editions.last());
    let at_hand = sides.iter().find(|side| Some(&side.label) == at_hand).ok_or_else(|| match at_hand {
        Some(edition) => crate::cli::side::no_answers(edition),
        None => Failure::new("there are no answers yet: the directory assessments/ has no file named after an edition")
            .hint("`dspt init` writes an answers file"),
    })?;
    let Some(item) = at_hand.standard.item(&args.number) else {
        return Err(unknown(at_hand, &context.banks_anywhere()?, &args.number));
    };
    let found = commits::commits(context, &root, at_hand, &item.concept)?;
    let years: Vec<Year<'_>> = sides
        .iter()
        .filter(|side| side.standard.id() == at_hand.standard.id())
        .map(|side| {
            let found = side.standard.concept(&item.concept);
            let compared = side.compared();
            Year {
                side,
                item: found,
                answer: found.and_then(|item| compared.answer(item)),
                state: found.and_then(|item| compared.state(item)),
            }
        })
        .collect();
    let output = HistoryOfItemOutput {
        concept: item.concept.clone(),
        number: item.number.clone(),
        edition: at_hand.label.clone(),
        years: years
            .iter()
            .enumerate()
            .map(|(at, year)| output(at.checked_sub(1).map(|at| &years[at]), year))
            .collect(),
        commits: found.commits,
        notes: found.notes,
    };
    let failed = |error: crate::export::ExportError| Failure::new(error.to_string());
    let text = match format {
        DocumentFormat::Human => human(context, item, at_hand, &years, &output),
        DocumentFormat::Markdown => document::markdown(&page(item, at_hand, &years, &output)).map_err(failed)?,
        DocumentFormat::Html => document::html(&page(item, at_hand, &years, &output)).map_err(failed)?,
        DocumentFormat::Json => {
            let text = serde_json::to_string_pretty(&output).map_err(|error| Failure::new(error.to_string()))?;
            format!("{text}\n")
        }
    };
    delivery::deliver(context, text.as_bytes(), format == DocumentFormat::Human, args.output.as_deref())?;
    Ok(Outcome::Done)
}

/// A number that the edition at hand does not have, but that another one may.
fn unknown(at_hand: &Side, banks: &Banks, number: &str) -> Failure {
    let failure = Failure::new(format!("there is no item {} in {}", one_line(number), one_line(&at_hand.label)));
    let Some((edition, concept)) = banks.elsewhere(at_hand.standard.id(), number).pop() else {
        return failure.hint("`dspt questions` lists the items");
    };
    failure.hint(at_hand.standard.concept(&concept).map_or_else(
        || format!("{number} of {edition} is asked no longer; `dspt history {number} --edition {edition}` follows it"),
        |now| format!("{number} of {edition} is {} in {}", now.number, at_hand.label),
    ))
}

fn output(before: Option<&Year<'_>>, year: &Year<'_>) -> YearOutput {
    let pair = before.map(|before| {
        let reworded = matches!((before.item, year.item), (Some(old), Some(new)) if old.question != new.question);
        let change = match (before.item, year.item) {
            (None, None) => None,
            (None, Some(_)) => Some(ItemChange::New),
            (Some(_), None) => Some(ItemChange::Retired),
            (Some(old), Some(new)) if old.number != new.number => Some(ItemChange::Renumbered),
            _ if reworded => Some(ItemChange::Reworded),
            _ => Some(ItemChange::Same),
        };
        (change, reworded)
    });
    let difference = before.map(|before| {
        compare::difference(before.item.map(|item| (item, before.answer)), year.item.map(|item| (item, year.answer)))
    });
    YearOutput {
        edition: year.side.label.clone(),
        number: year.item.map(|item| item.number.clone()),
        question: year.item.map(Item::shown),
        item_change: pair.and_then(|(change, _)| change).map(|change| change.word().to_owned()),
        reworded: pair.is_some_and(|(_, reworded)| reworded),
        answer_change: difference.as_ref().map(|difference| difference.change.word().to_owned()),
        state: year.state.map(|state| state.word().to_owned()),
        answer: year.answer.map(AnswerReport::of),
        differences: difference
            .map_or_else(Vec::new, |difference| difference.differences.iter().map(Difference::of).collect()),
    }
}

fn human(context: &Context, item: &Item, at_hand: &Side, years: &[Year<'_>], output: &HistoryOfItemOutput) -> String {
    let width = context.prose_width();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}",
        style::hang(&format!("{}  {}", paint(STRONG, &item.number), one_line(&item.shown())), width, 0, 2)
    );
    let _ = writeln!(out, "{}", paint(QUIET, format!("{} in {}", item.concept, at_hand.label)));
    for (at, (year, told)) in years.iter().zip(&output.years).enumerate() {
        let before = at.checked_sub(1).and_then(|at| years[at].item);
        out.push('\n');
        let number = year.number();
        let state = match year.state {
            Some(state) if state.counts() => paint(GOOD, state.word()),
            Some(state) => paint(ATTENTION, state.word()),
            None => String::new(),
        };
        let _ = writeln!(
            out,
            "{}",
            format!("{}  {}  {state}", paint(STRONG, one_line(&year.side.label)), style::pad(number, 8)).trim_end()
        );
        if let (Some(old), Some(new), true) = (before, year.item, told.reworded) {
            let look = Look { width, styled: true, verbose: false };
            let text = format!("Reworded: {}", reworded(&old.shown(), &new.shown(), look));
            let _ = writeln!(out, "{}", style::hang(&text, width, 2, 4));
        }
        for (look, line) in said(year, told) {
            let _ = writeln!(out, "{}", style::hang(&paint(look, line), width, 2, 4));
        }
    }
    commits::human(&mut out, output, width);
    out
}

/// The same as a document.
fn page(item: &Item, at_hand: &Side, years: &[Year<'_>], output: &HistoryOfItemOutput) -> document::Page {
    let years = years.iter().zip(&output.years).enumerate().map(|(at, (year, told))| {
        let before = at.checked_sub(1).and_then(|at| years[at].item);
        let wording = before.zip(year.item).filter(|_| told.reworded);
        document::Year {
            edition: told.edition.clone(),
            number: year.number().to_owned(),
            state: told.state.clone().unwrap_or_default(),
            reworded: wording.map(|(old, new)| {
                Difference::of(&compare::Difference { field: "text", old: Some(old.shown()), new: Some(new.shown()) })
            }),
            lines: said(year, told).into_iter().map(|(_, line)| line).collect(),
        }
    });
    document::Page {
        number: item.number.clone(),
        question: item.shown(),
        line: format!("{} in {}", item.concept, at_hand.label),
        years: years.collect(),
        commits: output.commits.iter().map(commits::shown).collect(),
        notes: output.notes.clone(),
    }
}

/// The answer of a year, shortly where it is that of the year before; each line with its look on a terminal.
fn said(year: &Year<'_>, told: &YearOutput) -> Vec<(Style, String)> {
    let plain = |text: String| (Style::new(), text);
    let mut lines = Vec::new();
    let change = told.answer_change.as_deref().unwrap_or_default();
    let is_same = [AnswerChange::Unchanged, AnswerChange::Reconfirmed].iter().any(|same| same.word() == change);
    let Some(answer) = year.answer.filter(|answer| !answer.is_open() || answer.comment.is_some()) else {
        if year.item.is_some() {
            lines.push(plain("No answer.".to_owned()));
        }
        return lines;
    };
    if is_same {
        lines.push(plain("The same answer as the year before.".to_owned()));
    } else {
        let parts = [
            answer.tick.map(|tick| if tick { "Ticked.".to_owned() } else { "Answered no.".to_owned() }),
            answer.text.as_ref().map(|text| one_line(text)),
            answer.date.map(in_words),
            answer.count.map(|count| format!("{} ({}).", compare::count_words(count), count.percent())),
            answer.not_applicable.as_ref().map(|reason| format!("Not applicable: {}", one_line(reason))),
        ];
        lines.extend(parts.into_iter().flatten().map(plain));
        lines.extend(answer.comment.as_ref().map(|comment| plain(format!("Comment: {}", one_line(comment)))));
        lines.extend(
            answer.evidence.iter().flatten().map(|document| plain(format!("Document: {}", one_line(document.label())))),
        );
    }
    if let Some(from) = &answer.carried_from {
        lines.push((ATTENTION, format!("Carried from {}, not confirmed.", one_line(from))));
    } else if let Some(day) = answer.reviewed {
        let by = answer.reviewed_by.as_ref().map(|by| format!(" by {}", one_line(by))).unwrap_or_default();
        lines.push((QUIET, format!("Reviewed {}{by}.", in_words(day))));
    }
    lines
}
