use super::placeholder_text::placeholder;
use super::{not_applicable_in_text, own_text};
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::model::Item;
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "repeated-text",
    group: Group::Answers,
    severity: Severity::Warning,
    summary: "one text answers two items word for word",
    page: include_str!("repeated_text.md"),
    check: Check::Edition(check),
};

/// Texts of fewer words may well be the same by chance.
const WORDS: usize = 5;

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    let mut texts: Vec<(&str, &Item)> =
        judged.answered().filter_map(|(item, answer)| Some((own_text(item, answer)?.trim(), item))).collect();
    texts.sort_by(|(a, _), (b, _)| a.split_whitespace().cmp(b.split_whitespace()));
    for same in texts.chunk_by(|(a, _), (b, _)| a.split_whitespace().eq(b.split_whitespace())) {
        let (text, _) = same[0];
        let has_own_finding = || placeholder(text).is_some() || not_applicable_in_text::typed(text).is_some();
        if same.len() < 2 || text.split_whitespace().nth(WORDS - 1).is_none() || has_own_finding() {
            continue;
        }
        let document = &context.workspace.file(judged.file()).document;
        let mut items: Vec<&Item> = same.iter().map(|(_, item)| *item).collect();
        items.sort_by_key(|item| document.span(&Pointer::answer(&item.number).key("text")));
        for item in &items[1..] {
            let first = &items[0].number;
            sink.report(
                Draft::new(
                    &RULE,
                    judged.at_key(&item.number, "text"),
                    format!("{} is answered with the same words as {first}", item.number),
                )
                .help("each item asks something of its own: answer what this one asks")
                .item(&item.number)
                .related(judged.at_key(first, "text"), format!("the answer to {first}")),
            );
        }
    }
}
