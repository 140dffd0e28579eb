use super::{asked, how_to_write, key_of, not_applicable_in_text, says_two_things};
use crate::assess::is_answered;
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::ItemKind;
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "wrong-answer-kind",
    group: Group::Answers,
    severity: Severity::Error,
    summary: "an answer of another kind than the item asks for",
    page: include_str!("wrong_answer_kind.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for (item, answer) in judged.answered() {
        let given = [
            (ItemKind::Tick, answer.tick.is_some()),
            (ItemKind::Text, answer.text.as_deref().is_some_and(|text| not_applicable_in_text::typed(text).is_none())),
            (ItemKind::Date, answer.date.is_some()),
        ];
        for (kind, _) in given.into_iter().filter(|(kind, is_given)| *is_given && *kind != item.kind) {
            if says_two_things(item, answer) {
                break;
            }
            let at = judged.at_key(&item.number, key_of(kind));
            let message = format!("{} asks for {}, and here is {}", item.number, asked(item.kind), asked(kind));
            let draft = Draft::new(&RULE, at, message).item(&item.number);
            sink.report(if let Some(other) = context.banks.other_question(judged.standard, item, kind) {
                let draft = draft.help(format!("{}; {}", other.words, how_to_write(item.kind)));
                match other.now.filter(|now| judged.answer(now).is_none()) {
                    Some(now) => draft.unsafe_fix(
                        format!("let it answer {now}"),
                        vec![(At::key(judged.file(), Pointer::answer(&item.number)), format!("\"{now}\""))],
                    ),
                    None => draft,
                }
            } else if is_answered(item.kind, answer) {
                draft.help(format!("take `{}` away: the item is answered without it", key_of(kind)))
            } else {
                let draft = draft.help(how_to_write(item.kind));
                if kind == ItemKind::Text && answer.comment.is_none() {
                    let at = At::key(judged.file(), Pointer::answer(&item.number).key("text"));
                    draft.unsafe_fix("keep the text as the comment", vec![(at, "comment".to_owned())])
                } else {
                    draft
                }
            });
        }
    }
}
