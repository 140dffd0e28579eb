//! Group *organisation*: codes, certificates, profile, sites, people and roles of organisation.toml, and the people
//! whom answers and action plan name.

use super::rules;
use crate::lint::{At, Context};
use crate::model::{Member, Site};
use crate::source::Pointer;
use crate::workspace::ORGANISATION_FILE;
use jiff::civil::Date;

rules![
    code_of_two_clients,
    ods_code_shape,
    cqc_id_shape,
    certification_expired,
    certification_expires_before_deadline,
    profile_unconfirmed,
    duplicate_site,
    scope_test_failed,
    scope_test_unanswered,
    closed_site_covered,
    site_unconfirmed,
    no_administrator,
    unknown_owner,
    leaver_responsible,
    leaver_named,
    role_vacant,
];

/// The first character of organisation.toml, for what has no place of its own.
fn top() -> At {
    At::Top(ORGANISATION_FILE.to_owned())
}

fn site(index: usize) -> Pointer {
    Pointer::root().key("site").index(index)
}

/// What to call a site in a message.
fn site_name(site: &Site) -> &str {
    site.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&site.ods_code)
}

/// Whether publications leave a site out.
fn is_excluded(site: &Site) -> bool {
    site.excluded.as_ref().is_some_and(|reason| !reason.trim().is_empty())
}

/// The sites that a publication on the day covers: open and not excluded; each with its place in the list.
fn covered<'c>(context: &Context<'c>) -> impl Iterator<Item = (usize, &'c Site)> {
    let day = context.day;
    let is_open = move |site: &Site| {
        site.opened.is_none_or(|opened| opened <= day) && site.closed.is_none_or(|closed| day <= closed)
    };
    context.organisation.sites.iter().enumerate().filter(move |(_, site)| is_open(site) && !is_excluded(site))
}

/// Whether two e-mail addresses or names are the same, case aside.
fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    !a.is_empty()
        && (a.eq_ignore_ascii_case(b) || (!(a.is_ascii() || b.is_ascii()) && a.to_lowercase() == b.to_lowercase()))
}

/// Who has left by the day and has not come back under another entry.
fn leavers<'c>(context: &Context<'c>) -> Vec<&'c Member> {
    let organisation = context.organisation;
    let is_here = |email: &str| organisation.members_on(context.day).any(|member| is_same(&member.email, email));
    let gone = organisation.members.iter().filter(|member| member.left.is_some_and(|left| left < context.day));
    gone.filter(|member| !is_here(&member.email)).collect()
}

/// Whether a name is that of somebody who is still there as well.
fn is_shared_name(context: &Context<'_>, name: &str) -> bool {
    context.organisation.members_on(context.day).any(|member| is_same(&member.name, name))
}

/// The leaver whom an e-mail address or a name means.
fn leaver<'c>(context: &Context<'c>, leavers: &[&'c Member], who: &str) -> Option<&'c Member> {
    let means = |member: &&&Member| {
        is_same(&member.email, who) || (is_same(&member.name, who) && !is_shared_name(context, who))
    };
    leavers.iter().find(means).copied()
}

/// The certifications that say when they run out, by key.
fn certifications<'c>(context: &Context<'c>) -> impl Iterator<Item = (&'c str, Date)> {
    context.organisation.certifications.iter().filter_map(|(key, held)| Some((key.as_str(), held.expires?)))
}

/// What a certification is called, and the place of its last day.
fn certification<'c>(context: &Context<'c>, key: &'c str) -> (&'c str, At) {
    let title = context.standard.certifications.iter().find(|known| known.key == key).map_or(key, |known| &known.title);
    let pointer = Pointer::root().key("certifications").key(key.to_owned()).key("expires");
    (title, context.organisation_file.map_or_else(top, |file| At::value(file, pointer)))
}
