//! `organisation.toml`.

use super::Decoded;
use crate::model::{Certification, Ignore, Member, MemberRole, Organisation, Profile, RoleHolder, Shares, Site};
use crate::source::decode::{Faults, Fields, check_format, text_of};
use crate::source::{Document, Fault, Node, Syntax};
use memchr::memmem;

const KEYS: &[&str] =
    &["format", "standards", "organisation", "profile", "roles", "certifications", "member", "site", "lint"];
const ORGANISATION_KEYS: &[&str] = &["ods_code", "name", "sector", "cqc_provider_id", "former_codes", "shares"];
const SHARES_KEYS: &[&str] = &["training", "policies", "breach_handling", "it"];
const ROLE_KEYS: &[&str] = &["name", "email"];
const CERTIFICATION_KEYS: &[&str] = &["certificate", "expires"];
const MEMBER_KEYS: &[&str] = &["name", "email", "role", "signing_key", "left"];
const SITE_KEYS: &[&str] =
    &["ods_code", "name", "cqc_location_id", "opened", "closed", "shares", "excluded", "confirmed", "confirmed_by"];
const LINT_KEYS: &[&str] = &["ignore"];
const IGNORE_KEYS: &[&str] = &["rule", "item", "file", "reason", "until"];

pub fn decode(document: &Document) -> Decoded<Organisation> {
    let mut decoded = Decoded::<Organisation>::default();
    let Some(fields) = Fields::root(document, KEYS) else { return decoded };
    let mut faults = Faults::new();
    decoded.readable = check_format(&fields, &mut faults);
    if decoded.readable {
        let organisation = &mut decoded.value;
        let touched = &mut decoded.touched;
        let mut within = |key: &str, faults: &mut Faults, read: &mut dyn FnMut(&mut Faults)| {
            let before = faults.len();
            read(faults);
            if faults.len() > before {
                touched.insert(key.to_owned());
            }
        };
        within("standards", &mut faults, &mut |faults| organisation.standards = fields.texts("standards", faults));
        within("organisation", &mut faults, &mut |faults| identity(&fields, organisation, document, faults));
        within("profile", &mut faults, &mut |faults| organisation.profile = profile(&fields, faults));
        within("roles", &mut faults, &mut |faults| {
            for entry in fields.entries("roles", faults) {
                let Some(inner) = Fields::of_entry(document, entry, ROLE_KEYS, faults) else { continue };
                let holder = RoleHolder { name: inner.text("name", faults), email: inner.text("email", faults) };
                inner.finish(faults);
                organisation.roles.insert(document.key_of(entry).to_owned(), holder);
            }
        });
        within("certifications", &mut faults, &mut |faults| {
            for entry in fields.entries("certifications", faults) {
                let Some(inner) = Fields::of_entry(document, entry, CERTIFICATION_KEYS, faults) else { continue };
                let held = Certification {
                    certificate: inner.text("certificate", faults),
                    expires: inner.date("expires", faults),
                };
                inner.finish(faults);
                organisation.certifications.insert(document.key_of(entry).to_owned(), held);
            }
        });
        within("member", &mut faults, &mut |faults| {
            organisation.members =
                fields.list("member", faults).iter().map(|node| member(document, node, faults)).collect();
        });
        within("site", &mut faults, &mut |faults| {
            organisation.sites = fields.list("site", faults).iter().map(|node| site(document, node, faults)).collect();
        });
        within("lint", &mut faults, &mut |faults| organisation.ignores = ignores(&fields, faults));
        fields.finish(&mut faults);
    }
    decoded.faults = faults;
    decoded
}

/// Who an organisation is, by what `[organisation]` says in the bytes of its file, and nothing else of it: for a look at
/// thousands of them.
pub fn decode_identity(bytes: &[u8]) -> Organisation {
    let read = |bytes: &[u8]| Document::read(bytes.to_vec(), Syntax::Toml);
    let first = first_tables(bytes).map(read).filter(|first| !first.damaged && first.faults.is_empty());
    let document = first.unwrap_or_else(|| read(bytes));
    let (mut organisation, mut faults) = (Organisation::default(), Faults::new());
    if let Some(fields) = Fields::root(&document, KEYS).filter(|fields| check_format(fields, &mut faults)) {
        identity(&fields, &mut organisation, &document, &mut faults);
    }
    organisation
}

/// A file as far as `[organisation]` goes. Where the next line that looks like a header is none, but lies in a text or
/// list, what stands before it cannot be read.
fn first_tables(bytes: &[u8]) -> Option<&[u8]> {
    const HEADER: &[u8] = b"\n[organisation]\n";
    let inside = memmem::find(bytes, HEADER)? + HEADER.len() - 1;
    let end = memmem::find(&bytes[inside..], b"\n[")?;
    Some(&bytes[..=inside + end])
}

fn identity(fields: &Fields<'_>, organisation: &mut Organisation, document: &Document, faults: &mut Faults) {
    let Some(inner) = fields.fields("organisation", ORGANISATION_KEYS, faults) else {
        if !fields.has("organisation") && !document.damaged {
            fields.missing("organisation", "it begins with [organisation], ods_code = \"…\" and name = \"…\"", faults);
        }
        return;
    };
    for (key, slot, help) in [
        (
            "ods_code",
            &mut organisation.ods_code,
            "the code the national web site knows you by, such as ods_code = \"A1B2\"",
        ),
        ("name", &mut organisation.name, "the organisation's name, such as name = \"Sunrise Care Ltd\""),
    ] {
        match inner.text(key, faults) {
            Some(text) => *slot = text,
            None if !inner.has(key) && !document.damaged => inner.missing(key, help, faults),
            None => {}
        }
    }
    organisation.sector = inner.text("sector", faults);
    organisation.cqc_provider_id = inner.text("cqc_provider_id", faults);
    organisation.former_codes = inner.texts("former_codes", faults);
    organisation.shares = shares(&inner, faults);
    inner.finish(faults);
}

fn shares(fields: &Fields<'_>, faults: &mut Faults) -> Option<Shares> {
    let inner = fields.fields("shares", SHARES_KEYS, faults)?;
    let shares = Shares {
        training: inner.flag("training", faults),
        policies: inner.flag("policies", faults),
        breach_handling: inner.flag("breach_handling", faults),
        it: inner.flag("it", faults),
    };
    inner.finish(faults);
    Some(shares)
}

/// The profile's keys are the standard's facts: `unknown-key` is judged by the lint, which knows the standard.
fn profile(fields: &Fields<'_>, faults: &mut Faults) -> Profile {
    let mut profile = Profile::default();
    for entry in fields.entries("profile", faults) {
        let key = fields.document.key_of(entry);
        if key == "confirmed" {
            profile.confirmed = crate::source::decode::date_of(fields.document, &entry.node, key, faults);
        } else if let Some(value) = text_of(fields.document, &entry.node, key, faults) {
            profile.facts.insert(key.to_owned(), value);
        }
    }
    profile
}

fn member(document: &Document, node: &Node, faults: &mut Faults) -> Member {
    let mut member =
        Member { name: String::new(), email: String::new(), role: MemberRole::Auditor, signing_key: None, left: None };
    let Some(inner) = Fields::of_element(document, node, "member", MEMBER_KEYS, faults) else { return member };
    for (key, slot) in [("name", &mut member.name), ("email", &mut member.email)] {
        match inner.text(key, faults) {
            Some(text) => *slot = text,
            None if !inner.has(key) && !document.damaged => {
                inner.missing(key, "a member has name, email and role", faults);
            }
            None => {}
        }
    }
    match inner.word("role", MemberRole::WORDS, faults) {
        Some("administrator") => member.role = MemberRole::Administrator,
        Some("member") => member.role = MemberRole::Member,
        None if !inner.has("role") && !document.damaged => {
            inner.missing("role", "write role = \"administrator\", \"member\" or \"auditor\"", faults);
        }
        _ => {}
    }
    member.signing_key = inner.text("signing_key", faults);
    member.left = inner.date("left", faults);
    inner.finish(faults);
    member
}

fn site(document: &Document, node: &Node, faults: &mut Faults) -> Site {
    let Some(inner) = Fields::of_element(document, node, "site", SITE_KEYS, faults) else { return Site::default() };
    let site = Site {
        ods_code: inner.text("ods_code", faults).unwrap_or_default(),
        name: inner.text("name", faults),
        cqc_location_id: inner.text("cqc_location_id", faults),
        opened: inner.date("opened", faults),
        closed: inner.date("closed", faults),
        shares: shares(&inner, faults),
        excluded: inner.text("excluded", faults),
        confirmed: inner.date("confirmed", faults),
        confirmed_by: inner.text("confirmed_by", faults),
    };
    if !inner.has("ods_code") && !document.damaged {
        inner.missing("ods_code", "the site's own code, such as ods_code = \"VABCD\"", faults);
    }
    inner.finish(faults);
    site
}

fn ignores(fields: &Fields<'_>, faults: &mut Faults) -> Vec<Ignore> {
    let Some(lint) = fields.fields("lint", LINT_KEYS, faults) else { return Vec::new() };
    let mut ignores = Vec::new();
    for node in lint.list("ignore", faults) {
        let Some(inner) = Fields::of_element(fields.document, node, "ignore", IGNORE_KEYS, faults) else { continue };
        let before = faults.len();
        let rule = inner.text("rule", faults);
        let reason = inner.text("reason", faults);
        let until = inner.date("until", faults);
        for (key, help) in [
            ("rule", "the name of the rule that is ignored"),
            ("reason", "say why this finding is accepted"),
            ("until", "nothing is ignored for ever: give the last day, such as until = 2026-09-30"),
        ] {
            if !inner.has(key) {
                inner.missing(key, help, faults);
            }
        }
        if let Some(reason) = &reason
            && reason.trim().is_empty()
        {
            faults.push(
                Fault::new("missing-key", inner.place, "the reason is empty").help("say why this finding is accepted"),
            );
        }
        let item = inner.text("item", faults);
        let file = inner.text("file", faults);
        inner.finish(faults);
        // A place in the list is kept even for a faulty entry, so that pointers stay true; it ignores nothing.
        let sound = faults.len() == before;
        let silent = || jiff::civil::Date::MIN;
        ignores.push(Ignore {
            rule: rule.filter(|_| sound).unwrap_or_default(),
            item,
            file,
            reason: reason.unwrap_or_default(),
            until: until.unwrap_or_else(silent),
        });
    }
    lint.finish(faults);
    ignores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_what_the_whole_file_says() {
        let plain = include_str!("../../examples/hazel-house/organisation.toml");
        for text in [
            plain.to_owned(),
            plain.replace('\n', "\r\n"),
            format!("format = 1\n{plain}"),
            format!("{plain}\n[organisation]\nname = \"Second\"\n"),
            format!("{plain}\nwhat is this"),
            "standards = [\n\"x\",\n[organisation]\n]\n".to_owned(),
            "\n[organisation]\nods_code = \"A1B2\"\nname = \"\"\"\n[profile]\"\"\"\n".to_owned(),
            "\n[organisation]\nsector = [\n[1]]\nods_code = \"A1B2\"\nname = \"Elm\"\n".to_owned(),
            "\n[profile]\na = 1\n[organisation]\nods_code = \"A1B2\"\nname = \"Elm\"\n[profile.x]\n".to_owned(),
            "format = 9\n[organisation]\nname = \"Elm\"\n[x]\n".to_owned(),
            "organisation = { name = \"Elm\", ods_code = \"A1B2\" }\n".to_owned(),
            String::new(),
        ] {
            let whole = decode(&Document::read(text.clone().into_bytes(), Syntax::Toml)).value;
            let found = decode_identity(text.as_bytes());
            assert_eq!((found.ods_code, found.name), (whole.ods_code, whole.name), "{text}");
        }
    }
}
