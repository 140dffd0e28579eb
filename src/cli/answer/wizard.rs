//! The wizard: one question after the other on a terminal. Each answer is written before the next question is asked,
//! so that leaving loses nothing.

use super::super::context::Context;
use super::super::error::{Failure, Outcome};
use super::super::judgement::Judgement;
use super::super::level::find_level;
use super::super::next;
use super::super::questions::{Shown, find_section, full_item};
use super::super::style::{self, BAD, QUIET, STRONG, paint};
use super::day;
use super::evidence;
use super::files::Files;
use super::set::{Wish, set};
use super::{AnswerArgs, NOBODY, parse_count, reviewed, told};
use crate::assess::State;
use crate::diagnostic::render::{one_line, plain};
use crate::model::{Answer, Count, Evidence, Item, ItemKind};
use crate::workspace::answer::{Reply, Reviewed, Said};
use inquire::error::InquireError;
use inquire::ui::RenderConfig;
use inquire::validator::Validation;
use inquire::{Confirm, Select, Text};
use jiff::civil::Date;
use std::cell::Cell;
use std::fmt;
use std::path::Path;

/// Asks one item, or everything that is open.
pub fn run(
    context: &Context,
    judgement: Judgement,
    args: &AnswerArgs,
    item: Option<&Item>,
) -> Result<Outcome, Failure> {
    if !context.human_style().colour {
        inquire::set_global_render_config(RenderConfig::empty());
    }
    let who = reviewed(context, &judgement, args);
    if who.by.is_none() {
        context.note(NOBODY);
    }
    let mut wizard = Wizard { context, who, shown: shown(judgement), written: 0, leaving: Cell::new(false) };
    if let Some(item) = item {
        wizard.ask_all(std::slice::from_ref(&item.number))?;
        return wizard.end();
    }
    let level = args.level.as_deref().map(|level| find_level(&wizard.shown.standard, level)).transpose()?;
    let section = args.section.as_deref().map(|word| find_section(&wizard.shown.standard, word)).transpose()?;
    let (needed, optional) = wizard.open(level, section, args.owner.as_deref());
    if needed.is_empty() && optional.is_empty() {
        context.print("Nothing is open here.\n")?;
        return wizard.end();
    }
    if !needed.is_empty() {
        let head = paint(STRONG, format!("{} to answer.", style::count(needed.len(), "item")));
        let rest = "Each answer is written at once, so you can stop at any question.";
        context.print(&format!("{}\n", style::wrap(&format!("{head} {rest}"), context.prose_width(), 0)))?;
        if wizard.ask_all(&needed)? == Left::Early {
            return wizard.end();
        }
    }
    if !optional.is_empty() {
        let question = format!(
            "{} {} optional. Go on with them?",
            style::count(optional.len(), "open item"),
            if optional.len() == 1 { "is" } else { "are" }
        );
        match Confirm::new(&question).with_default(false).prompt() {
            Ok(true) => drop(wizard.ask_all(&optional)?),
            Ok(false) | Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => {}
            Err(error) => return Err(failed(&error)),
        }
    }
    wizard.end()
}

fn shown(judgement: Judgement) -> Shown {
    let assessment = judgement.assess();
    Shown { standard: judgement.standard.clone(), judged: Some((judgement, assessment)) }
}

struct Wizard<'c> {
    context: &'c Context,
    who: Reviewed,
    shown: Shown,
    written: usize,
    /// Ctrl-C in the middle of an answer: what was said of it is written, and nothing else is asked.
    leaving: Cell<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    AtTheEnd,
    Early,
}

/// What becomes of a question.
enum Step {
    Say(Box<Wish>),
    Skip,
    Back,
    Quit,
}

/// What can be chosen for an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    StillTrue,
    Yes,
    No,
    Words,
    Day,
    File,
    Link,
    Place,
    NotApplicable,
    Skip,
    Back,
    Quit,
}

impl fmt::Display for Choice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::StillTrue => "Still true",
            Self::Yes => "Yes",
            Self::No => "Not yet",
            Self::Words => "Answer in words",
            Self::Day => "Give the day",
            Self::File => "A file on this computer",
            Self::Link => "A web address",
            Self::Place => "It is on paper or in another system: say where",
            Self::NotApplicable => "Does not apply to us",
            Self::Skip => "Skip for now",
            Self::Back => "Back to the question before",
            Self::Quit => "Stop here",
        })
    }
}

impl Wizard<'_> {
    /// What is open: carried first, then what the level asks for; and what is open but optional.
    fn open(&self, level: Option<usize>, section: Option<usize>, owner: Option<&str>) -> (Vec<String>, Vec<String>) {
        let Some((judgement, assessment)) = &self.shown.judged else { return (Vec::new(), Vec::new()) };
        let standard = &judgement.standard;
        let level = level.unwrap_or(assessment.aim);
        let owned = |item: &Item| {
            let answer = self.shown.answer(&item.number).and_then(|answer| answer.owner.as_deref());
            owner.is_none_or(|who| answer.is_some_and(|owner| owner.trim().eq_ignore_ascii_case(who.trim())))
        };
        let items = || {
            let fits = standard.items.iter().filter(|item| section.is_none_or(|section| item.section == section));
            fits.filter(|item| owned(item)).map(|item| (item, self.shown.state(item)))
        };
        let numbers = |wanted: &dyn Fn(&Item, State) -> bool| -> Vec<String> {
            items().filter(|(item, state)| wanted(item, *state)).map(|(item, _)| item.number.clone()).collect()
        };
        let mut needed = numbers(&|item, state| state == State::Carried && standard.asks(level, item));
        needed.extend(numbers(&|item, state| state == State::Unmet && standard.asks(level, item)));
        let optional = numbers(&|item, state| {
            !standard.asks(level, item) && matches!(state, State::Carried | State::Unmet | State::Optional)
        });
        (needed, optional)
    }

    fn ask_all(&mut self, numbers: &[String]) -> Result<Left, Failure> {
        let mut at = 0;
        while let Some(number) = numbers.get(at) {
            let standard = self.shown.standard.clone();
            let Some(item) = standard.item(number) else { break };
            let mut out = String::from("\n");
            if numbers.len() > 1 {
                let place = format!("Question {} of {}", at + 1, numbers.len());
                out.push_str(&format!("{}\n", paint(QUIET, place)));
            }
            full_item(&mut out, &self.shown, item, self.context.prose_width());
            self.context.print(&out)?;
            match self.ask(item, at > 0)? {
                Step::Say(wish) => {
                    if self.say(item, &wish)? {
                        at += 1;
                    }
                    if self.leaving.get() {
                        return Ok(Left::Early);
                    }
                }
                Step::Skip => at += 1,
                Step::Back => at = at.saturating_sub(1),
                Step::Quit => return Ok(Left::Early),
            }
        }
        Ok(Left::AtTheEnd)
    }

    /// Writes an answer and reads the workspace again; what cannot be written is told, and the question stays.
    fn say(&mut self, item: &Item, wish: &Wish) -> Result<bool, Failure> {
        let Some((judgement, _)) = &self.shown.judged else { return Ok(false) };
        match set(self.context, judgement, item, wish, false) {
            Ok(done) => {
                self.context.print(&told(self.context, item, &done, false))?;
                self.written += 1;
                self.shown = shown(self.context.judge()?);
                Ok(true)
            }
            Err(failure) => {
                self.explain(&failure)?;
                Ok(false)
            }
        }
    }

    fn explain(&self, failure: &Failure) -> Result<(), Failure> {
        let mut out = format!("{}\n", paint(BAD, plain(&failure.message)));
        for hint in &failure.hints {
            out.push_str(&format!("{}\n", style::wrap(&plain(hint), self.context.prose_width(), 2)));
        }
        self.context.print(&out)
    }

    fn ask(&self, item: &Item, has_before: bool) -> Result<Step, Failure> {
        let none = Answer::default();
        let now = self.shown.answer(&item.number).unwrap_or(&none);
        let carried = now.carried_from.is_some() && !now.is_open();
        loop {
            let question = match &now.carried_from {
                Some(from) if carried => {
                    format!("{} is carried over from {}. Still true?", item.number, one_line(from))
                }
                _ => format!("Your answer to {}:", item.number),
            };
            let options = choices(item, carried, has_before);
            let picked = Select::new(&question, options)
                .without_filtering()
                .with_page_size(12)
                .with_help_message("↑↓ moves, Enter chooses, Esc stops")
                .prompt();
            let step = match picked {
                Ok(Choice::Skip) => Step::Skip,
                Ok(Choice::Back) => Step::Back,
                Ok(Choice::Quit) | Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => {
                    Step::Quit
                }
                Ok(choice) => match self.input(item, now, choice) {
                    Ok(Ok(wish)) => Step::Say(Box::new(wish)),
                    Ok(Err(failure)) => {
                        self.explain(&failure)?;
                        continue;
                    }
                    Err(InquireError::OperationCanceled) => continue,
                    Err(InquireError::OperationInterrupted) => Step::Quit,
                    Err(error) => return Err(failed(&error)),
                },
                Err(error) => return Err(failed(&error)),
            };
            return Ok(step);
        }
    }

    /// What is to be written for a choice; the inner failure is about what was typed.
    fn input(&self, item: &Item, now: &Answer, choice: Choice) -> Result<Result<Wish, Failure>, InquireError> {
        let mut wish = Wish { said: Said { reviewed: Some(self.who.clone()), ..Said::default() }, copies: Vec::new() };
        match choice {
            Choice::StillTrue => wish.said.reply = Some(Reply::StillTrue),
            Choice::Yes => {
                wish.said.reply = Some(Reply::Tick(true));
                if item.threshold.is_some() {
                    wish.said.count = self.unless_leaving(self.count())?.flatten();
                }
            }
            Choice::No => wish.said.reply = Some(Reply::Tick(false)),
            Choice::Words => wish.said.reply = Some(Reply::Text(self.words(now.text.as_deref())?)),
            Choice::Day => {
                let day = needed("Which day?", "such as 30/06/2026", is_day)?;
                wish.said.reply = self.day(&day).map(Reply::Date);
            }
            Choice::NotApplicable => {
                let help = "a sentence; an auditor reads it";
                wish.said.reply = Some(Reply::NotApplicable(needed("Why does it not apply?", help, |_| None)?));
            }
            Choice::File => {
                let Some((judgement, _)) = &self.shown.judged else { return Ok(Ok(wish)) };
                let root = &judgement.opened.root;
                let question = Text::new("Which file?").with_autocomplete(Files::below(&[&self.context.start, root]));
                let help = "its path, Tab completes it; from outside the workspace it is copied in";
                let path = needed(question, help, |_| None)?;
                let private = !inside_private(&path)
                    && Confirm::new("Does it hold personal data, so that it must stay out of git?")
                        .with_default(false)
                        .prompt()?;
                match evidence::of_file(self.context, root, Path::new(&path), private) {
                    Ok((entry, copy)) => {
                        wish.copies.extend(copy);
                        wish.said.evidence.push(self.about(entry)?);
                    }
                    Err(failure) => return Ok(Err(failure)),
                }
            }
            Choice::Link => {
                let link = Some(needed("Which address?", "such as https://…", |_| None)?);
                wish.said.evidence.push(self.about(Evidence { link, ..Evidence::default() })?);
            }
            Choice::Place => {
                let help = "such as: locked cabinet, manager's office";
                let location = Some(needed("Where is it kept?", help, |_| None)?);
                wish.said.evidence.push(self.about(Evidence { location, ..Evidence::default() })?);
            }
            Choice::Skip | Choice::Back | Choice::Quit => {}
        }
        Ok(Ok(wish))
    }

    fn count(&self) -> Result<Option<Count>, InquireError> {
        let check = |text: &str| if text.trim().is_empty() { None } else { parse_count(text).err() };
        let text = optional("How many of how many?", "such as 50/52; Enter leaves it out", check)?;
        Ok(text.and_then(|text| parse_count(&text).ok()).map(|(done, of)| Count {
            done,
            of,
            on: Some(self.context.day()),
        }))
    }

    /// A text of one line or several; an empty line ends it, except for paragraphs of an earlier text, whose lines are
    /// there to be changed one after the other. What was typed before Esc or Ctrl-C counts.
    fn words(&self, earlier: Option<&str>) -> Result<String, InquireError> {
        let earlier = earlier.unwrap_or_default();
        let lines_before: Vec<&str> = earlier.lines().collect();
        let mut lines: Vec<String> = Vec::new();
        loop {
            let at = lines.len();
            let (message, help) = if at == 0 {
                ("In words:", "Enter ends the line; further lines may follow")
            } else if at < lines_before.len() {
                ("…", "the next line as it was, or as you change it")
            } else {
                ("…", "another line, or Enter to finish")
            };
            let initial = lines_before.get(at).copied().unwrap_or_default();
            let is_empty = lines.iter().all(String::is_empty);
            match Text::new(message).with_help_message(help).with_initial_value(initial).prompt() {
                Ok(line) if !line.trim().is_empty() => lines.push(line.trim_end().to_owned()),
                Ok(_) if at >= lines_before.len() && !is_empty => break,
                Ok(_) if at < lines_before.len() => lines.push(String::new()),
                Ok(_) => {}
                Err(error @ (InquireError::OperationCanceled | InquireError::OperationInterrupted)) => {
                    lines.extend(lines_before.iter().skip(at).map(|line| (*line).to_owned()));
                    if is_empty || lines.join("\n") == earlier.trim_end() {
                        return Err(error);
                    }
                    self.leaving.set(matches!(error, InquireError::OperationInterrupted));
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(lines.join("\n").trim_end().to_owned())
    }

    /// A day that was typed, told as the files have it where that is not how it was typed.
    fn day(&self, typed: &str) -> Option<Date> {
        let day = day::read(typed).ok()?;
        if let Some(remark) = day.remark() {
            self.context.note(&remark);
        }
        Some(day.date)
    }

    /// What there is to say about a document besides where it is.
    fn about(&self, place: Evidence) -> Result<Evidence, InquireError> {
        let mut said = place;
        let title = optional("What is it called?", "Enter leaves it out", |_| None);
        said.title = self.unless_leaving(title)?.flatten();
        if self.leaving.get() {
            return Ok(said);
        }
        let help = "such as 30/06/2026; Enter leaves it out";
        let approved = optional("When was it approved or last reviewed?", help, |text| {
            if text.trim().is_empty() { None } else { is_day(text) }
        });
        said.approved = self.unless_leaving(approved)?.flatten().and_then(|day| self.day(&day));
        if said.approved.is_some() {
            said.approved_by = self.unless_leaving(optional("By whom?", "Enter leaves it out", |_| None))?.flatten();
        }
        Ok(said)
    }

    /// None where Ctrl-C was pressed: the answer stands without what was asked last.
    fn unless_leaving<T>(&self, asked: Result<T, InquireError>) -> Result<Option<T>, InquireError> {
        match asked {
            Ok(said) => Ok(Some(said)),
            Err(InquireError::OperationInterrupted) => {
                self.leaving.set(true);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn end(self) -> Result<Outcome, Failure> {
        let Some((judgement, assessment)) = &self.shown.judged else { return Ok(Outcome::Done) };
        let lint = judgement.opened.lint(&[])?.summary();
        let next = next::step(judgement, assessment, lint);
        let written = match self.written {
            0 => "Nothing was written.".to_owned(),
            number => format!("{} written.", style::count(number, "answer")),
        };
        let width = self.context.prose_width();
        self.context.print(&format!("\n{written}\n\n{}", next::text(&next, width)))?;
        Ok(Outcome::Done)
    }
}

fn choices(item: &Item, carried: bool, has_before: bool) -> Vec<Choice> {
    let mut list = Vec::new();
    if carried {
        list.push(Choice::StillTrue);
    }
    list.extend_from_slice(match item.kind {
        ItemKind::Tick => &[Choice::Yes, Choice::No],
        ItemKind::Text => &[Choice::Words],
        ItemKind::Document => &[Choice::File, Choice::Link, Choice::Place],
        ItemKind::Date => &[Choice::Day],
    });
    if item.not_applicable.is_some() {
        list.push(Choice::NotApplicable);
    }
    list.push(Choice::Skip);
    if has_before {
        list.push(Choice::Back);
    }
    list.push(Choice::Quit);
    list
}

fn is_day(text: &str) -> Option<String> {
    day::read(text).err()
}

fn inside_private(path: &str) -> bool {
    Path::new(path.trim()).starts_with("private")
}

/// A line that may not be empty; `check` says what is wrong with it.
fn needed<'a>(
    question: impl Into<Text<'a, 'a>>,
    help: &'a str,
    check: impl Fn(&str) -> Option<String> + Clone + 'a,
) -> Result<String, InquireError> {
    typed(question, help, move |text| {
        let empty = text.trim().is_empty().then(|| "say it, or press Esc to choose again".to_owned());
        empty.or_else(|| check(text))
    })
}

/// A line that may be left out.
fn optional<'a>(
    question: impl Into<Text<'a, 'a>>,
    help: &'a str,
    check: impl Fn(&str) -> Option<String> + Clone + 'a,
) -> Result<Option<String>, InquireError> {
    Ok(Some(typed(question, help, check)?).filter(|text| !text.is_empty()))
}

fn typed<'a>(
    question: impl Into<Text<'a, 'a>>,
    help: &'a str,
    check: impl Fn(&str) -> Option<String> + Clone + 'a,
) -> Result<String, InquireError> {
    let valid = move |text: &str| Ok(check(text).map_or(Validation::Valid, |why| Validation::Invalid(why.into())));
    Ok(question.into().with_help_message(help).with_validator(valid).prompt()?.trim().to_owned())
}

fn failed(error: &InquireError) -> Failure {
    Failure::new(format!("the terminal cannot be asked: {error}"))
        .hint("`dspt answer NUMBER --help` shows how to answer without it")
}
