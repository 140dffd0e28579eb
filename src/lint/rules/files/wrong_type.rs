use super::unknown_word;
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Group, Rule, Sink};
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "wrong-type",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a value of the wrong type, or a word that is not among those allowed",
    page: include_str!("wrong_type.md"),
    check: Check::Workspace(check),
};

/// Words that the standard declares: facts of the profile, the level aimed at, the toolkit's status words.
fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    if let Some(file) = context.organisation_file {
        for fact in &context.standard.facts {
            let Some(value) = context.organisation.profile.facts.get(&fact.key) else { continue };
            if !fact.values.contains(value) {
                let at = At::value(file, Pointer::root().key("profile").key(fact.key.clone()));
                let known: Vec<&str> = fact.values.iter().map(String::as_str).collect();
                sink.report(unknown_word(&RULE, at, &format!("answer to `{}`", fact.key), value, &known));
            }
        }
    }
    for answers in &context.workspace.answers {
        let Some(aim) = &answers.decoded.value.aim else { continue };
        let Some(Ok(standard)) = context.banks.find(&answers.decoded.value.standard, &answers.edition).map(crate::bank::Bank::standard) else { continue };
        if standard.level_index(aim).is_none() {
            let levels: Vec<&str> = standard.levels.iter().map(|level| level.id.as_str()).collect();
            let at = At::value(answers.file, Pointer::root().key("aim"));
            sink.report(unknown_word(&RULE, at, "level of this standard", aim, &levels));
        }
    }
    if let Some((file, entries)) = &context.workspace.toolkit {
        let standard = context.standard;
        let levels = standard.levels.iter().map(|level| level.id.as_str());
        let known: Vec<&str> = levels.chain(standard.statuses.iter().map(|status| status.id.as_str())).collect();
        for (index, entry) in entries.value.iter().enumerate() {
            if let Some(entry) = entry
                && !known.contains(&entry.level.as_str())
            {
                let at = At::value(*file, Pointer::root().key("published").index(index).key("level"));
                sink.report(unknown_word(&RULE, at, "level or status word of the toolkit", &entry.level, &known));
            }
        }
    }
}
