//! Group *lint*: findings that somebody decided to live with, and decisions that have run out.

use super::rules;
use crate::diagnostic::Finding;
use crate::lint::{At, Context, Draft, Sink, rule};
use crate::model::Ignore;
use crate::model::period::in_words;
use crate::source::Pointer;

rules![expired_ignore, unused_ignore];

/// Parts what is found from what is ignored; an ignore that has run out or ignores nothing is a finding of its own.
pub(in crate::lint) fn settle(context: &Context<'_>, sink: &mut Sink<'_>) -> (Vec<Finding>, Vec<Finding>) {
    let ignores = &context.organisation.ignores;
    let mut used = vec![false; ignores.len()];
    let mut kept = Vec::new();
    let mut silenced = Vec::new();
    for finding in std::mem::take(&mut sink.findings) {
        let mut silent = false;
        for (ignore, used) in ignores.iter().zip(&mut used) {
            if matches(ignore, &finding) {
                *used = true;
                silent |= context.day <= ignore.until;
            }
        }
        if silent { silenced.push(finding) } else { kept.push(finding) }
    }
    if let Some(file) = context.organisation_file {
        for (index, (ignore, used)) in ignores.iter().zip(used).enumerate() {
            let place = Pointer::root().key("lint").key("ignore").index(index);
            if ignore.rule.is_empty() {
                continue;
            }
            if rule(&ignore.rule).is_none() {
                let names: Vec<&str> = crate::lint::rule_names().collect();
                let near = crate::source::decode::nearest(&ignore.rule, &names);
                let help = near.map_or_else(
                    || "`dspt explain` lists the rules".to_owned(),
                    |near| format!("did you mean \"{near}\"?"),
                );
                let at = At::value(file, place.key("rule"));
                sink.report(
                    Draft::new(
                        &unused_ignore::RULE,
                        at,
                        format!(
                            "there is no rule called \"{}\", so nothing is ignored",
                            crate::source::decode::shorten(&ignore.rule)
                        ),
                    )
                    .help(help),
                );
            } else if context.day > ignore.until {
                let at = At::value(file, place.key("until"));
                sink.report(
                    Draft::new(
                        &expired_ignore::RULE,
                        at,
                        format!("`{}` was ignored until {}, which has passed", ignore.rule, in_words(ignore.until)),
                    )
                    .help("put the matter right and take this entry away, or decide anew and give a later day"),
                );
            } else if !used && !context.organisation_touched("lint") && !is_out_of_sight(context, &ignore.rule) {
                let about = ignore.item.as_ref().map(|item| format!(" for {item}")).unwrap_or_default();
                sink.report(
                    Draft::new(
                        &unused_ignore::RULE,
                        At::value(file, place),
                        format!("nothing is found by `{}`{about}, so nothing is ignored", ignore.rule),
                    )
                    .help("take this entry away"),
                );
            }
        }
    }
    kept.append(&mut sink.findings);
    (kept, silenced)
}

/// Whether a rule finds something in a portfolio's lint alone, so that an ignore of it is not idle here.
fn is_out_of_sight(context: &Context<'_>, rule: &str) -> bool {
    context.beside.is_none() && matches!(rule, "other-client-named" | "code-of-two-clients")
}

/// Whether an ignore is about a finding.
pub(in crate::lint) fn matches(ignore: &Ignore, finding: &Finding) -> bool {
    ignore.rule == finding.rule
        && ignore.item.as_ref().is_none_or(|item| Some(item) == finding.item.as_ref())
        && ignore.file.as_ref().is_none_or(|file| *file == finding.place.file)
}
