use crate::bank::Bank;
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::model::Standard;
use crate::source::Pointer;
use crate::source::decode::{nearest, shorten};

pub(super) static RULE: Rule = Rule {
    name: "unknown-item",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a number that is no item of this edition",
    page: include_str!("unknown_item.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for answers in &context.workspace.answers {
        let said = &answers.decoded.value;
        let Some(Ok(standard)) = context.banks.find(&said.standard, &answers.edition).map(Bank::standard) else { continue };
        for number in said.answers.keys().filter(|number| standard.item(number).is_none()) {
            let at = At::key(answers.file, Pointer::answer(number));
            sink.report(draft(context, &standard, number, at));
        }
    }
    for plan in &context.workspace.plans {
        let said = &plan.decoded.value;
        let id = if said.standard.is_empty() { context.standard.id() } else { &said.standard };
        let Some(Ok(standard)) = context.banks.find(id, &plan.edition).map(Bank::standard) else { continue };
        for number in said.actions.keys().filter(|number| standard.item(number).is_none()) {
            let at = At::key(plan.file, Pointer::action(number));
            sink.report(draft(context, &standard, number, at));
        }
    }
    for (index, ignore) in context.organisation.ignores.iter().enumerate() {
        if let (Some(file), Some(number)) = (context.organisation_file, &ignore.item)
            && context.standard.item(number).is_none()
        {
            let at = At::value(file, Pointer::root().key("lint").key("ignore").index(index).key("item"));
            sink.report(draft(context, context.standard, number, at));
        }
    }
}

/// A number of another edition is told with what became of it; any other with the number most like it.
fn draft(context: &Context<'_>, standard: &Standard, number: &str, at: At) -> Draft {
    let draft = Draft::new(&RULE, at, format!("{} is no item of {} {}", shorten(number), standard.id(), standard.edition())).item(number);
    let elsewhere = context.banks.elsewhere(standard.id(), number);
    let now = |concept: &str| standard.concept(concept).map(|item| item.number.as_str());
    let moved = elsewhere.iter().rev().find_map(|(_, concept)| Some((concept, now(concept)?)));
    if let Some((concept, current)) = moved {
        let first = elsewhere.iter().find(|(_, known)| known == concept);
        let edition = first.map_or("", |(edition, _)| edition.as_str());
        let since = since(context, standard, concept, current);
        return draft.help(format!("{number} of {edition} is {current} since {since}: write [answers.\"{current}\"]"));
    }
    if let Some((edition, _)) = elsewhere.last() {
        return draft.help(format!("{number} belongs to {edition}; nothing in {} asks for it any more", standard.edition()));
    }
    let numbers: Vec<&str> = standard.items.iter().map(|item| item.number.as_str()).collect();
    match nearest_number(number, &numbers) {
        Some(near) => draft.help(format!("did you mean {near}? `dspt questions` lists all items")),
        None => draft.help("`dspt questions` lists all items"),
    }
}

/// The first edition in which the concept has the number it has now.
fn since(context: &Context<'_>, standard: &Standard, concept: &str, current: &str) -> String {
    let mut since = standard.edition().to_owned();
    for bank in context.banks.iter().rev().filter(|bank| bank.head.standard == standard.id() && bank.head.edition.as_str() <= standard.edition()) {
        match bank.standard() {
            Ok(older) if older.concept(concept).is_some_and(|item| item.number == current) => older.edition().clone_into(&mut since),
            _ => break,
        }
    }
    since
}

/// The number that differs in its last part alone and least, else the one spelled most alike.
fn nearest_number<'n>(number: &str, numbers: &[&'n str]) -> Option<&'n str> {
    let parse = |number: &str| -> Option<(String, i64)> {
        let (before, last) = number.rsplit_once('.')?;
        Some((before.to_owned(), last.parse().ok()?))
    };
    let (before, last) = parse(number)?;
    let siblings = numbers.iter().filter_map(|known| parse(known).filter(|(parent, _)| *parent == before).map(|(_, end)| ((end - last).abs(), *known)));
    siblings.min().map(|(_, known)| known).or_else(|| nearest(number, numbers))
}
