//! `dspt confirm`: says that carried or old answers are still true.

use super::commit::Commit;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::judgement::Judgement;
use super::style;
use crate::assess::State;
use crate::diagnostic::render::one_line;
use crate::source::Pointer;
use crate::source::edit::{self, Change, Literal};
use clap::Args;

#[derive(Debug, Args)]
pub struct Confirm {
    /// The items whose answers are still true
    #[arg(value_name = "NUMBER", required_unless_present = "all")]
    numbers: Vec<String>,
    /// Every answer that is carried over and not confirmed
    #[arg(long, conflicts_with = "numbers")]
    all: bool,
    /// Who says so [default: git's user.email]
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
    #[command(flatten)]
    commit: Commit,
}

pub fn run(context: &Context, args: &Confirm) -> Result<Outcome, Failure> {
    context.require_work_tree()?;
    let judgement = context.judge()?;
    let numbers = chosen(&judgement, args)?;
    if numbers.is_empty() {
        context.print("Nothing is carried over: there is nothing to confirm.\n")?;
        return Ok(Outcome::Done);
    }
    let by = args.by.clone().or_else(|| crate::ledger::git::user_email(&judgement.opened.root));
    let file = judgement.opened.workspace.file(judgement.answers_file().file);
    let mut changes = Vec::new();
    for number in &numbers {
        let answer = Pointer::answer(number);
        changes.push(Change::Set(answer.clone().key("reviewed"), Literal::Date(context.day())));
        let who = answer.clone().key("reviewed_by");
        // Without a name, that of an earlier day would stand beside today's date.
        changes.push(match &by {
            Some(by) => Change::Set(who, Literal::Text(by.clone())),
            None => Change::Remove(who),
        });
        changes.push(Change::Remove(answer.key("carried_from")));
    }
    let bytes =
        edit::apply(&file.document, &changes).map_err(|error| Failure::new(format!("{}: {error}", file.path)))?;
    let message = format!("Confirm {}", numbers.join(", "));
    args.commit.save(context, &judgement.opened.root, &[(&file.path, &bytes)], &message)?;
    let who = by.as_ref().map(|by| format!(" by {}", one_line(by))).unwrap_or_default();
    context.print(&format!("Confirmed{who} on {}: {}.\n", context.day(), numbers.join(", ")))?;
    if by.is_none() {
        context.note("Nobody is named: git knows no user.email here. `--by WHO` says who confirmed.");
    }
    let left = judgement.assess().carried().saturating_sub(numbers.len());
    if left > 0 && !args.all {
        context.note(&format!("{} carried over and not confirmed yet.", style::count(left, "answer")));
    }
    Ok(Outcome::Done)
}

fn chosen(judgement: &Judgement, args: &Confirm) -> Result<Vec<String>, Failure> {
    let standard = &judgement.standard;
    let answers = judgement.answers();
    if args.all {
        let assessment = judgement.assess();
        let verdicts = standard.items.iter().zip(&assessment.items);
        return Ok(verdicts
            .filter(|(_, verdict)| verdict.state == State::Carried)
            .map(|(item, _)| item.number.clone())
            .collect());
    }
    for number in &args.numbers {
        if standard.item(number).is_none() {
            return Err(Failure::new(format!(
                "there is no item {} in {}; nothing was confirmed",
                one_line(number),
                standard.edition()
            ))
            .hint("`dspt questions` lists the items"));
        }
        if answers.answers.get(number).is_none_or(crate::model::Answer::is_open) {
            return Err(Failure::new(format!(
                "{number} has no answer yet, so there is nothing to confirm; nothing was changed"
            ))
            .hint(format!("`dspt questions {number}` shows the question")));
        }
    }
    let mut numbers = args.numbers.clone();
    numbers.dedup();
    Ok(numbers)
}
