use super::{Entry, entries_of, evidence_digest, leads_out, quoted};
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Judged, Rule, Sink, rule};
use crate::source::decode::nearest;
use crate::tree::{TreeError, spelled_outside};

pub(super) static RULE: Rule = Rule {
    name: "evidence-file-missing",
    group: Group::Evidence,
    severity: Severity::Error,
    summary: "a file that an answer points to is not there",
    page: include_str!("evidence_file_missing.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for entry in judged.every().flat_map(|(item, answer)| entries_of(item, answer)) {
        let Some(file) = entry.evidence.file.as_deref() else { continue };
        let found = if file.trim().is_empty() {
            Err(TreeError::Missing)
        } else if spelled_outside(file) || evidence_digest::file_to_read(&entry).is_some() {
            continue;
        } else {
            context.tree.is_file(file)
        };
        let error = match found {
            Ok(true) => continue,
            Ok(false) => TreeError::Unreadable("it is a directory, not a file".to_owned()),
            Err(error) => error,
        };
        if let Some(draft) = fault(context, judged, &entry, &error) {
            sink.report(draft);
        }
    }
}

/// What is to be said of a file that could not be looked up or read. `path-escapes-workspace` leaves it to this rule to
/// find symbolic links in the edition at hand, so that each of its files is looked up once.
pub(super) fn fault(context: &Context<'_>, judged: &Judged<'_>, entry: &Entry<'_>, error: &TreeError) -> Option<Draft> {
    let file = entry.evidence.file.as_deref()?;
    let at = entry.at(judged, "file");
    let draft = match error {
        TreeError::Escapes => {
            let at_hand = context.at_hand.is_some_and(|at_hand| at_hand.file() == judged.file());
            leads_out(rule("path-escapes-workspace").filter(|_| at_hand)?, at, file)
        }
        // Carried answers are not judged further before somebody confirms them.
        _ if entry.answer.carried_from.is_some() => return None,
        TreeError::Missing if file.trim().is_empty() => Draft::new(&RULE, at, "this entry names no file")
            .help("write the file's path from the workspace, such as \"evidence/policy.pdf\""),
        TreeError::Missing if entry.evidence.is_private() => return None,
        TreeError::Missing => missing(context, at, file),
        TreeError::TooLarge(_) | TreeError::Unreadable(_) => {
            Draft::new(&RULE, at, format!("this file cannot be used: {error}")).help("point to a file that can be read")
        }
    };
    Some(draft.item(&entry.item.number))
}

fn missing(context: &Context<'_>, at: At, file: &str) -> Draft {
    let draft = Draft::new(&RULE, at.clone(), "there is no such file in the workspace");
    let (directory, name) = file.rsplit_once('/').unwrap_or(("", file));
    let names = context.tree.list(directory).unwrap_or_default();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let Some(near) = nearest(name, &names) else {
        return draft
            .help("put the file there or correct the path; a file that must stay out of git is marked private = true");
    };
    let near = if directory.is_empty() { near.to_owned() } else { format!("{directory}/{near}") };
    let draft =
        draft.help(format!("did you mean \"{near}\"? A file that must stay out of git is marked private = true"));
    match quoted(&near) {
        Some(text) => draft.unsafe_fix(format!("point to {near}"), vec![(at, text)]),
        None => draft,
    }
}
