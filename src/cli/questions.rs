//! `dspt questions`: the questions with guidance and the answer so far.

use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::judgement::Judgement;
use super::level::find_level;
use super::style::{self, ATTENTION, GOOD, QUIET, STRONG, paint};
use crate::assess::{Assessment, State};
use crate::diagnostic::render::{one_line, plain};
use crate::model::standard::Grade;
use crate::model::{Answer, Item, Standard};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::sync::Arc;

#[derive(Debug, Args)]
pub struct Questions {
    /// Numbers of items, or beginnings of them such as 1.3
    #[arg(value_name = "NUMBER")]
    numbers: Vec<String>,
    /// Only one section, by its name or the beginning of it
    #[arg(long, value_name = "SECTION")]
    section: Option<String>,
    /// Only what a level asks for
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// Only what somebody looks after
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// Only what does not count yet and the level aimed at asks for
    #[arg(long)]
    unanswered: bool,
    /// How they are shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `questions --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuestionsOutput {
    pub questions: Vec<QuestionOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct QuestionOutput {
    pub number: String,
    /// The id that stays through renumbering.
    pub concept: String,
    pub section: String,
    /// The standard's own words; where they are not fully known, the subject and a remark.
    pub question: String,
    /// Whether the whole wording is known.
    pub wording_complete: bool,
    pub wording_note: Option<String>,
    /// tick, text, document or date.
    pub kind: String,
    pub required_for: Vec<String>,
    /// Whether "not applicable" is allowed.
    pub not_applicable: bool,
    pub guidance: Option<String>,
    pub evidence: Vec<String>,
    /// met, unmet, carried, exempt, not-applicable or optional.
    pub state: String,
    pub owner: Option<String>,
    pub provenance: ProvenanceOutput,
}

/// How sure wording, number and level are: verbatim, secondary or inferred.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProvenanceOutput {
    pub wording: String,
    pub number: String,
    pub level: String,
    pub sources: Vec<String>,
}

/// A standard's edition, and an assessment by it where there is a workspace with answers.
pub struct Shown {
    pub standard: Arc<Standard>,
    pub judged: Option<(Judgement, Assessment)>,
}

impl Shown {
    /// The workspace's edition where there is one with answers, else the newest, or the one asked for.
    pub fn open(context: &Context) -> Result<Self, Failure> {
        if context.workspace_here().is_some() {
            match context.judge() {
                Ok(judgement) => {
                    let assessment = judgement.assess();
                    return Ok(Self {
                        standard: Arc::clone(&judgement.standard),
                        judged: Some((judgement, assessment)),
                    });
                }
                Err(failure) if failure.findings.is_some() || context.global.edition.is_none() => return Err(failure),
                Err(_) => {}
            }
        }
        let banks = context.banks_anywhere()?;
        let id = banks.default_standard().to_owned();
        let bank = match &context.global.edition {
            None => banks.newest(&id),
            Some(edition) => banks.find(&id, edition),
        };
        let bank = bank.ok_or_else(|| {
            super::standards::unknown_edition(&banks, &id, context.global.edition.as_deref().unwrap_or_default())
        })?;
        Ok(Self { standard: bank.standard()?, judged: None })
    }

    pub fn answer(&self, number: &str) -> Option<&Answer> {
        self.judged.as_ref().and_then(|(judgement, _)| judgement.answers().answers.get(number))
    }

    pub fn state(&self, item: &Item) -> State {
        let at = self.standard.index_of(&item.number);
        match (&self.judged, at) {
            (Some((_, assessment)), Some(at)) => assessment.items[at].state,
            _ if item.required_for.is_empty() => State::Optional,
            _ => State::Unmet,
        }
    }
}

pub fn run(context: &Context, args: &Questions) -> Result<Outcome, Failure> {
    let shown = Shown::open(context)?;
    let items = select(&shown, args)?;
    match args.format {
        Format::Json => {
            let questions = items.iter().map(|item| output(&shown, item)).collect();
            context.print_json(&QuestionsOutput { questions })?;
        }
        Format::Human => context.print(&human(context, &shown, &items, args))?,
    }
    Ok(Outcome::Done)
}

fn select<'s>(shown: &'s Shown, args: &Questions) -> Result<Vec<&'s Item>, Failure> {
    let standard = &shown.standard;
    for number in &args.numbers {
        let known = standard.items.iter().any(|item| is_number_or_beginning(&item.number, number));
        if !known {
            return Err(Failure::new(format!(
                "there is no item {} in {} {}",
                one_line(number),
                standard.id(),
                standard.edition()
            ))
            .hint("`dspt questions` lists all items; `dspt explain NUMBER` knows numbers of other editions"));
        }
    }
    let level = args.level.as_deref().map(|level| find_level(standard, level)).transpose()?;
    let section = args.section.as_deref().map(|word| find_section(standard, word)).transpose()?;
    let aim = shown.judged.as_ref().map_or_else(|| standard.default_aim(), |(_, assessment)| assessment.aim);
    Ok(standard
        .items
        .iter()
        .filter(|item| {
            args.numbers.is_empty() || args.numbers.iter().any(|number| is_number_or_beginning(&item.number, number))
        })
        .filter(|item| section.is_none_or(|section| item.section == section))
        .filter(|item| level.is_none_or(|level| standard.asks(level, item)))
        .filter(|item| {
            args.owner.as_ref().is_none_or(|who| {
                shown
                    .answer(&item.number)
                    .and_then(|answer| answer.owner.as_ref())
                    .is_some_and(|owner| owner.eq_ignore_ascii_case(who))
            })
        })
        .filter(|item| !args.unanswered || (standard.asks(aim, item) && !shown.state(item).counts()))
        .collect())
}

fn is_number_or_beginning(number: &str, given: &str) -> bool {
    number == given || number.strip_prefix(given).is_some_and(|rest| rest.starts_with('.') || given.ends_with('.'))
}

pub fn find_section(standard: &Standard, word: &str) -> Result<usize, Failure> {
    let folded = word.to_lowercase();
    let titles: Vec<String> = standard.sections.iter().map(|title| title.to_lowercase()).collect();
    let exact = titles.iter().position(|title| *title == folded);
    let starting = titles.iter().position(|title| title.starts_with(&folded));
    let holding = titles.iter().position(|title| title.contains(&folded));
    exact.or(starting).or(holding).ok_or_else(|| {
        Failure::new(format!("there is no section \"{}\"", one_line(word)))
            .hint(format!("sections: {}", standard.sections.join(", ")))
    })
}

fn output(shown: &Shown, item: &Item) -> QuestionOutput {
    let standard = &shown.standard;
    let provenance = &item.provenance;
    QuestionOutput {
        number: item.number.clone(),
        concept: item.concept.clone(),
        section: standard.section(item).to_owned(),
        question: item.shown(),
        wording_complete: item.complete,
        wording_note: item.wording_note.clone(),
        kind: item.kind.word().to_owned(),
        required_for: item.required_for.clone(),
        not_applicable: item.not_applicable.is_some(),
        guidance: item.guidance.clone(),
        evidence: item.evidence.clone(),
        state: shown.state(item).word().to_owned(),
        owner: shown.answer(&item.number).and_then(|answer| answer.owner.clone()),
        provenance: ProvenanceOutput {
            wording: provenance.wording.word().to_owned(),
            number: provenance.number.word().to_owned(),
            level: provenance.level.word().to_owned(),
            sources: provenance.sources.iter().map(|key| standard.sources.get(key).unwrap_or(key).clone()).collect(),
        },
    }
}

fn human(context: &Context, shown: &Shown, items: &[&Item], args: &Questions) -> String {
    let width = context.prose_width();
    let standard = &shown.standard;
    let mut out = String::new();
    if items.is_empty() {
        let text = if args.unanswered { "Nothing is open." } else { "No item fits." };
        return format!("{text}\n");
    }
    // Named items are shown in full, a list of many in one line each.
    let full = !args.numbers.is_empty() || (items.len() <= 3 && items.len() < standard.items.len());
    if full {
        for item in items {
            full_item(&mut out, shown, item, width);
        }
        return out;
    }
    let widest = items.iter().map(|item| item.number.len()).max().unwrap_or(0);
    let mut section = None;
    for item in items {
        if section != Some(item.section) {
            let gap = if section.is_some() { "\n" } else { "" };
            let _ = writeln!(out, "{gap}{}", paint(STRONG, standard.section(item)));
            section = Some(item.section);
        }
        let state = shown.state(item);
        let question = style::cut(&one_line(&item.shown()), width.saturating_sub(widest + 7));
        let _ = writeln!(out, "  {} {}  {question}", sign(state), style::pad(&item.number, widest));
    }
    let counting = items.iter().filter(|item| shown.state(item).counts()).count();
    let _ = writeln!(out);
    if shown.judged.is_some() {
        let _ = writeln!(
            out,
            "{}",
            paint(
                QUIET,
                format!(
                    "✓ counts  ~ carried, not confirmed  ✗ open  · optional    {counting} of {} count",
                    items.len()
                )
            )
        );
        let _ = writeln!(out, "{}", paint(QUIET, "`dspt questions NUMBER` shows one with its guidance."));
    } else {
        let _ = writeln!(
            out,
            "{}",
            paint(
                QUIET,
                format!(
                    "{} of {} {}. `dspt questions NUMBER` shows one with its guidance.",
                    style::count(items.len(), "item"),
                    standard.id(),
                    standard.edition()
                )
            )
        );
    }
    if !context.global.quiet {
        let _ = writeln!(out, "{}", paint(QUIET, style::wrap(&standard.provenance_line(), width, 0)));
    }
    out
}

fn sign(state: State) -> String {
    match state {
        State::Exempt | State::NotApplicable | State::Met => paint(GOOD, "✓"),
        State::Carried => paint(ATTENTION, "~"),
        State::Unmet => paint(ATTENTION, "✗"),
        State::Optional => paint(QUIET, "·"),
    }
}

/// One item with everything a person needs to answer it.
pub fn full_item(out: &mut String, shown: &Shown, item: &Item, width: usize) {
    let standard = &shown.standard;
    let head = format!("{}  {}", paint(STRONG, &item.number), plain(&item.shown()));
    let _ = writeln!(out, "{}", style::hang(&head, width, 0, item.number.len() + 2));
    let levels = asked_by(standard, item);
    let _ = writeln!(
        out,
        "{}",
        paint(QUIET, style::wrap(&format!("{} · {} · {levels}", standard.section(item), kind_words(item)), width, 2))
    );
    out.push('\n');
    if let Some(guidance) = &item.guidance {
        let _ = writeln!(out, "{}\n", style::wrap(guidance, width, 2));
    }
    let mut line = |label: &str, text: &str| {
        let _ = writeln!(out, "{}", style::hang(&format!("{}{text}", style::pad(label, 16)), width, 2, 18));
    };
    if !item.evidence.is_empty() {
        line("Have ready", &item.evidence.join("; "));
    }
    if let Some(window) = &item.window {
        let unsure = if window.grade == Some(Grade::Inferred) { " (not confirmed for this edition)" } else { "" };
        line("Time", &format!("{}{unsure}", window.words()));
    }
    if let Some(allowed) = &item.not_applicable {
        let when = allowed.when.as_deref().unwrap_or("the toolkit's tip allows it");
        line("Not applicable", &format!("only if {when}"));
    }
    if let Some(note) = &item.wording_note {
        line("Wording", note);
    }
    if item.provenance.weakest() == Grade::Inferred {
        line("Provenance", &unconfirmed(item));
    }
    if let Some((_, assessment)) = &shown.judged {
        let at = standard.index_of(&item.number).unwrap_or_default();
        let verdict = &assessment.items[at];
        let reason = verdict
            .gap
            .as_ref()
            .map(|gap| format!(": {}", gap.words()))
            .or_else(|| verdict.exempt_because.as_ref().map(|why| format!(", because {why}")));
        line("State", &format!("{} {}{}", sign(verdict.state), verdict.state.word(), reason.unwrap_or_default()));
        if let Some(answer) = shown.answer(&item.number) {
            for (label, text) in said(answer) {
                line(label, &one_line(&text));
            }
        }
    }
    out.push('\n');
}

/// What rests on inference, in words.
pub fn unconfirmed(item: &Item) -> String {
    let provenance = &item.provenance;
    let parts = [
        ("wording", provenance.wording, &provenance.wording_inference),
        ("number", provenance.number, &provenance.number_inference),
        ("level", provenance.level, &provenance.level_inference),
    ];
    let unsure: Vec<String> = parts
        .into_iter()
        .filter(|(_, grade, _)| *grade == Grade::Inferred)
        .map(|(what, _, how)| match how.as_deref() {
            Some("memory") => format!("{what} from memory"),
            Some("category-4") => format!("{what} from the list for GP practices"),
            _ => what.to_owned(),
        })
        .collect();
    format!("not confirmed for this edition: {}", unsure.join(", "))
}

pub fn kind_words(item: &Item) -> &'static str {
    match item.kind {
        crate::model::ItemKind::Tick => "tick",
        crate::model::ItemKind::Text => "text",
        crate::model::ItemKind::Document => "document",
        crate::model::ItemKind::Date => "date",
    }
}

/// Which levels ask for an item, in words.
pub fn asked_by(standard: &Standard, item: &Item) -> String {
    let labels: Vec<&str> = standard
        .levels
        .iter()
        .filter(|level| item.is_required_for(&level.id))
        .map(|level| level.label.as_str())
        .collect();
    if labels.is_empty() { "optional".to_owned() } else { format!("needed for {}", labels.join(" and ")) }
}

/// What an answer says, label by label; private notes are for the file alone.
fn said(answer: &Answer) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    if let Some(tick) = answer.tick {
        said.push(("Answer", if tick { "yes".to_owned() } else { "no".to_owned() }));
    }
    said.extend(answer.text.iter().map(|text| ("Answer", text.clone())));
    said.extend(answer.date.iter().map(|date| ("Answer", date.to_string())));
    if let Some(reason) = &answer.not_applicable {
        said.push(("Answer", format!("not applicable: {reason}")));
    }
    if let Some(count) = answer.count {
        said.push(("Count", format!("{} of {} ({})", count.done, count.of, count.percent())));
    }
    for evidence in answer.evidence.iter().flatten() {
        said.push(("Evidence", evidence.label().to_owned()));
    }
    said.extend(answer.comment.iter().map(|comment| ("Comment", comment.clone())));
    said.extend(answer.owner.iter().map(|owner| ("Owner", owner.clone())));
    if let Some(day) = answer.reviewed {
        let who = answer.reviewed_by.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
        said.push(("Reviewed", format!("{day}{who}")));
    }
    said
}
