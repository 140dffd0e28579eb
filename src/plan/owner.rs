//! Owners: files name them by e-mail address or by name, people read names.

use crate::model::Organisation;
use std::collections::BTreeSet;

/// Names and e-mail addresses of everybody that the organisation's file knows, members first.
fn people(organisation: &Organisation) -> impl Iterator<Item = (&str, &str)> {
    let members = organisation.members.iter().map(|member| (member.name.as_str(), member.email.as_str()));
    let holders =
        organisation.roles.values().filter_map(|holder| Some((holder.name.as_deref()?, holder.email.as_deref()?)));
    members.chain(holders).filter(|(name, email)| !name.trim().is_empty() && !email.trim().is_empty())
}

/// The one address that a name stands for; none where several people have that name.
fn address_of<'o>(organisation: &'o Organisation, name: &str) -> Option<&'o str> {
    let mut found: Option<&str> = None;
    for (_, email) in people(organisation).filter(|(known, _)| *known == name) {
        if found.is_some_and(|found| !found.eq_ignore_ascii_case(email)) {
            return None;
        }
        found = found.or(Some(email));
    }
    found
}

/// What an owner is called to people: the name behind an address, where the name leads back to that address alone.
pub fn shown<'o>(organisation: &'o Organisation, written: &'o str) -> &'o str {
    people(organisation)
        .filter(|(_, email)| email.eq_ignore_ascii_case(written.trim()))
        .map(|(name, _)| name)
        .find(|name| address_of(organisation, name).is_some())
        .unwrap_or(written)
}

/// The name behind an address; none where the file knows none, or where a name stands there already.
pub fn name<'o>(organisation: &'o Organisation, written: &'o str) -> Option<&'o str> {
    Some(shown(organisation, written)).filter(|shown| *shown != written)
}

/// What the file says for an owner as people type it: the address behind a name where `before`, what the file said
/// until now, shows as that name or where the name stands for one person.
pub fn written<'o>(organisation: &'o Organisation, typed: &'o str, before: Option<&'o str>) -> &'o str {
    match before {
        Some(before) if shown(organisation, before) == typed => before,
        _ => address_of(organisation, typed.trim()).unwrap_or(typed),
    }
}

/// The names to choose an owner from on a day: members who are still there, then holders of key roles.
pub fn choices(organisation: &Organisation, day: jiff::civil::Date) -> Vec<&str> {
    let members = organisation.members_on(day).map(|member| member.name.as_str());
    let gone: BTreeSet<&str> = organisation
        .members
        .iter()
        .filter(|member| member.left.is_some_and(|left| left < day))
        .map(|member| member.name.as_str())
        .collect();
    let holders =
        organisation.roles.values().filter_map(|holder| holder.name.as_deref()).filter(|name| !gone.contains(name));
    let mut seen = BTreeSet::new();
    members.chain(holders).filter(|name| !name.trim().is_empty() && seen.insert(*name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Member, MemberRole};

    fn organisation(people: &[(&str, &str)]) -> Organisation {
        let member = |(name, email): &(&str, &str)| Member {
            name: (*name).to_owned(),
            email: (*email).to_owned(),
            role: MemberRole::Member,
            signing_key: None,
            left: None,
        };
        Organisation { members: people.iter().map(member).collect(), ..Organisation::default() }
    }

    #[test]
    fn an_address_is_shown_as_a_name_and_leads_back() {
        let organisation = organisation(&[("Jo Field", "jo@sunrise.example"), ("Ann Lee", "ann@sunrise.example")]);
        assert_eq!(shown(&organisation, "JO@sunrise.example"), "Jo Field");
        assert_eq!(written(&organisation, "Jo Field", Some("JO@sunrise.example")), "JO@sunrise.example");
        assert_eq!(written(&organisation, "Ann Lee", Some("jo@sunrise.example")), "ann@sunrise.example");
        assert_eq!(written(&organisation, "Larkfield Computers", None), "Larkfield Computers");
        assert_eq!(written(&organisation, "Jo Field", Some("Jo Field")), "Jo Field");
    }

    #[test]
    fn two_people_of_one_name_keep_their_addresses() {
        let organisation = organisation(&[("Jo Field", "jo@sunrise.example"), ("Jo Field", "jo.b@sunrise.example")]);
        assert_eq!(shown(&organisation, "jo.b@sunrise.example"), "jo.b@sunrise.example");
        assert_eq!(written(&organisation, "Jo Field", None), "Jo Field");
    }
}
