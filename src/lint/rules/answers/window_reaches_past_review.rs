use super::{answered_where, stale_confirmation};
use crate::assess::is_answered;
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::period::{days_between, in_words};
use crate::model::standard::WindowOf;

pub(super) static RULE: Rule = Rule {
    name: "window-reaches-past-review",
    group: Group::Answers,
    severity: Severity::Info,
    summary: "an answer about the last months that nobody has read for a while",
    page: include_str!("window_reaches_past_review.md"),
    check: Check::Edition(check),
};

/// Days after which an answer about what happened lately is worth another look.
const LATELY: i64 = 90;

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    let about_events = answered_where(judged, |item| item.window.is_some_and(|window| window.of == WindowOf::Events));
    for (item, answer) in about_events {
        let (Some(window), Some(reviewed)) = (&item.window, answer.reviewed) else { continue };
        let days = days_between(reviewed, context.day);
        let says_something = is_answered(item.kind, answer) || answer.not_applicable.is_some();
        if days <= LATELY || !says_something || stale_confirmation::stale(context, judged, item, answer).is_some() {
            continue;
        }
        sink.report(
            Draft::new(
                &RULE,
                judged.at_key(&item.number, "reviewed"),
                format!(
                    "{} is about {}, and was last reviewed {days} days ago, on {}",
                    item.number,
                    window.words(),
                    in_words(reviewed)
                ),
            )
            .help(format!("if nothing has happened since that changes it, `dspt confirm {}`", item.number))
            .item(&item.number),
        );
    }
}
