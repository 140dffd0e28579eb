use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "edition-differs-from-file-name",
    group: Group::Files,
    severity: Severity::Error,
    summary: "a file is named after one edition and says another",
    page: include_str!("edition_differs_from_file_name.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let answers = context.workspace.answers.iter().map(|file| (file.file, &file.edition, &file.decoded.value.standard, &file.decoded.value.edition));
    let plans = context.workspace.plans.iter().map(|file| (file.file, &file.edition, &file.decoded.value.standard, &file.decoded.value.edition));
    for (file, named, standard, said) in answers.chain(plans) {
        // An edition that nobody knows has its own finding.
        let known = standard.is_empty() || context.banks.find(standard, said).is_some();
        if said.is_empty() || said == named || !known {
            continue;
        }
        let at = At::value(file, Pointer::root().key("edition"));
        sink.report(
            Draft::new(&RULE, at, format!("this file is named after {named} and says it is about {said}"))
                .help(format!("write edition = \"{named}\", or rename the file")),
        );
    }
}
