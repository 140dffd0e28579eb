use super::{Entry, entries, evidence_file_missing};
use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Draft, Group, Judged, Rule, Sink};
use crate::tree::spelled_outside;

pub(super) static RULE: Rule = Rule {
    name: "evidence-digest",
    group: Group::Evidence,
    severity: Severity::Error,
    summary: "a file is not the one whose digest was written down",
    page: include_str!("evidence_digest.md"),
    check: Check::Edition(check),
};

fn check(context: &Context<'_>, judged: &Judged<'_>, sink: &mut Sink<'_>) {
    for entry in entries(judged) {
        let Some(stated) = entry.evidence.sha256.as_deref() else { continue };
        let Some(hex) = digits(stated) else {
            sink.report(
                draft(judged, &entry, "this is no SHA-256 digest".to_owned())
                    .help("write the 64 hexadecimal digits that `sha256sum` shows, or take `sha256` away"),
            );
            continue;
        };
        let Some(file) = file_to_read(&entry) else { continue };
        match context.tree.sha256(file) {
            Ok(actual) if actual.eq_ignore_ascii_case(hex) => {}
            Ok(_) if context.ledger.stored.get(file).is_some_and(|stored| stored.eq_ignore_ascii_case(hex)) => {}
            Ok(actual) => {
                let prefix = &stated[..stated.len() - hex.len()];
                sink.report(
                    draft(judged, &entry, format!("{file} is not the file that this digest was taken of"))
                        .help("put the file back that was approved; if this one was approved since, write its digest and the new `approved` date")
                        .unsafe_fix(
                            "take the digest of the file as it is",
                            vec![(entry.at(judged, "sha256"), format!("\"{prefix}{actual}\""))],
                        ),
                );
            }
            Err(error) => {
                if let Some(draft) = evidence_file_missing::fault(context, judged, &entry, &error) {
                    sink.report(draft);
                }
            }
        }
    }
}

/// The file whose digest is judged here, which finds out on the way whether it is there.
pub(super) fn file_to_read<'a>(entry: &Entry<'a>) -> Option<&'a str> {
    let file = entry.evidence.file.as_deref()?;
    let judged = entry.evidence.sha256.as_deref().and_then(digits).is_some() && entry.answer.carried_from.is_none();
    (judged && !spelled_outside(file)).then_some(file)
}

/// The hexadecimal digits of a digest as it may be written.
fn digits(stated: &str) -> Option<&str> {
    let hex = stated.strip_prefix("sha256:").unwrap_or(stated);
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hex)
}

fn draft(judged: &Judged<'_>, entry: &Entry<'_>, message: String) -> Draft {
    Draft::new(&RULE, entry.at(judged, "sha256"), message).item(&entry.item.number)
}
