use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::model::PublicationSource;
use crate::model::period::in_words;
use crate::source::Pointer;

pub(super) static RULE: Rule = Rule {
    name: "profile-unconfirmed",
    group: Group::Organisation,
    severity: Severity::Warning,
    summary: "an organisation profile that nobody has confirmed for this edition",
    page: include_str!("profile_unconfirmed.md"),
    check: Check::Workspace(check),
};

/// Who published here has confirmed the profile on that day: the record holds it, the file is not touched.
fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(file) = context.organisation_file else { return };
    if context.organisation_touched("profile") {
        return;
    }
    let written = context.organisation.profile.confirmed;
    let published =
        context.history.until(context.day).filter(|publication| publication.source == PublicationSource::Record);
    let newest = written.into_iter().chain(published.map(|publication| publication.date)).max();
    let opens = context.edition.opens;
    let message = match newest {
        None => "nobody has confirmed the organisation profile yet".to_owned(),
        Some(day) if opens.is_some_and(|opens| day < opens) => {
            format!(
                "the organisation profile was last confirmed on {}, before {} opened",
                in_words(day),
                context.edition.id
            )
        }
        Some(_) => return,
    };
    let at = At::value(file, Pointer::root().key("profile").key("confirmed"));
    sink.report(
        Draft::new(&RULE, at, message)
            .help("read the profile through, then run `dspt organisation confirm` or write `confirmed` with the day"),
    );
}
