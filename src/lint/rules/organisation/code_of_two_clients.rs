use crate::diagnostic::Severity;
use crate::diagnostic::render::one_line;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::source::Pointer;
use crate::source::decode::shorten;

/// Only a portfolio knows of other clients, so that only its lint finds any.
pub(super) static RULE: Rule = Rule {
    name: "code-of-two-clients",
    group: Group::Organisation,
    severity: Severity::Error,
    summary: "another client of the portfolio has the same ODS code",
    page: include_str!("code_of_two_clients.md"),
    check: Check::Workspace(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let (Some(file), Some(beside)) = (context.organisation_file, context.beside) else { return };
    if beside.same_code.is_empty() {
        return;
    }
    let others = one_line(&beside.same_code.join(", "));
    let code = shorten(context.organisation.ods_code.trim());
    let at = At::value(file, Pointer::root().key("organisation").key("ods_code"));
    sink.report(
        Draft::new(&RULE, at, format!("{code} is the code of another client too: {others}"))
            .help("put the right code into one of them, or keep one of the two directories"),
    );
}
