use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::source::Pointer;
use crate::source::decode::{nearest, shorten};

pub(super) static RULE: Rule = Rule {
    name: "unknown-edition",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a standard or an edition that no question bank is known of",
    page: include_str!("unknown_edition.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for answers in &context.workspace.answers {
        let said = &answers.decoded.value;
        if !answers.decoded.readable || said.standard.is_empty() || said.edition.is_empty() {
            continue;
        }
        let heads = context.banks.heads(&said.standard);
        if heads.is_empty() {
            let mut known: Vec<&str> = context.banks.iter().map(|bank| bank.head.standard.as_str()).collect();
            known.dedup();
            let at = At::value(answers.file, Pointer::root().key("standard"));
            sink.report(draft(at, &format!("there is no question bank of a standard called \"{}\"", shorten(&said.standard)), &said.standard, &known));
        } else if !heads.iter().any(|head| head.edition == said.edition) {
            let known: Vec<&str> = heads.iter().map(|head| head.edition.as_str()).collect();
            let at = At::value(answers.file, Pointer::root().key("edition"));
            sink.report(draft(at, &format!("there is no question bank of {} for the edition \"{}\"", said.standard, shorten(&said.edition)), &said.edition, &known));
        }
    }
}

fn draft(at: At, message: &str, word: &str, known: &[&str]) -> Draft {
    let near = nearest(word, known).map(|near| format!("did you mean \"{near}\"? ")).unwrap_or_default();
    Draft::new(&RULE, at, message).help(format!(
        "{near}known are {}; a bank of your own is added with standards = [\"directory\"] in organisation.toml",
        known.join(", ")
    ))
}
