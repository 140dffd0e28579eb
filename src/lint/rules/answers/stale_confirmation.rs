use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::period::in_words;
use crate::model::standard::DatedChange;
use crate::model::{Answer, Item};
use jiff::civil::Date;

pub(super) static RULE: Rule = Rule {
    name: "stale-confirmation",
    group: Group::Answers,
    severity: Severity::Warning,
    summary: "last reviewed before the edition opened or the question changed",
    page: include_str!("stale_confirmation.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, answer) in judged.answered() {
        let Some((reviewed, since)) = stale(context, judged, item, answer) else { continue };
        let since = match since {
            Since::Opening(opens) => format!("{} opened on {}", judged.edition.id, in_words(opens)),
            Since::Change(changed) => format!("its question changed on {}", in_words(changed)),
        };
        sink.report(
            Draft::new(
                &RULE,
                judged.at_key(&item.number, "reviewed"),
                format!("{} was last reviewed on {}, before {since}", item.number, in_words(reviewed)),
            )
            .help(format!("read question and answer again; if it still holds, `dspt confirm {}`", item.number))
            .item(&item.number),
        );
    }
}

/// What has happened since a review.
pub(super) enum Since {
    Opening(Date),
    Change(Date),
}

/// The day of the review and what has happened since, where that makes it too old for this edition.
pub(super) fn stale(context: &Context<'_>, judged: &Judged<'_>, item: &Item, answer: &Answer) -> Option<(Date, Since)> {
    let reviewed = answer.reviewed.filter(|_| !answer.is_open())?;
    let since_then = |day: &Date| reviewed < *day && *day <= context.day;
    if let Some(opens) = judged.edition.opens.filter(since_then) {
        return Some((reviewed, Since::Opening(opens)));
    }
    let of_this = |change: &&DatedChange| change.concepts.contains(&item.concept);
    let changed =
        judged.standard.changes.iter().filter(of_this).filter_map(|change| change.date).filter(since_then).max()?;
    Some((reviewed, Since::Change(changed)))
}
