use crate::diagnostic::Severity;
use crate::lint::rules::evidence::{evidence_at, leads_out};
use crate::lint::{At, Check, Context, Group, Rule, Sink};
use crate::source::Pointer;
use crate::tree::{TreeError, spelled_outside};

pub(super) static RULE: Rule = Rule {
    name: "path-escapes-workspace",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a path that leads out of the workspace",
    page: include_str!("path_escapes_workspace.md"),
    check: Check::Workspace(check),
};

/// Evidence of every edition and the plans' documents, by their spelling and by what they are on disk. Evidence of the
/// edition at hand is looked up by `evidence-file-missing`, which reports its symbolic links under this rule.
fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let links_out = |path: &str| context.tree.entry(path) == Err(TreeError::Escapes);
    for answers in &context.workspace.answers {
        let at_hand = context.at_hand.is_some_and(|judged| judged.file() == answers.file);
        for (number, answer) in &answers.decoded.value.answers {
            for (index, evidence) in answer.evidence.iter().flatten().enumerate() {
                let Some(path) = evidence.file.as_deref().filter(|path| !path.trim().is_empty()) else { continue };
                if spelled_outside(path) || (!at_hand && links_out(path)) {
                    sink.report(leads_out(&RULE, evidence_at(answers.file, number, index, "file"), path).item(number));
                }
            }
        }
    }
    for plan in &context.workspace.plans {
        let Some(path) = plan.decoded.value.document.as_deref().filter(|path| !path.trim().is_empty()) else {
            continue;
        };
        if spelled_outside(path) || links_out(path) {
            sink.report(leads_out(&RULE, At::value(plan.file, Pointer::root().key("document")), path));
        }
    }
}
