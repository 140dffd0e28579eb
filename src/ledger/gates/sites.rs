//! Which sites a publication covers, and the reason for each that it leaves out.

use super::{Gate, Situation, count, line_of};
use crate::model::period::in_words;
use crate::model::{RecordSites, Site};
use crate::source::Pointer;
use crate::workspace::ORGANISATION_FILE;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Which sites a publication is to cover.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteChoice {
    /// These alone.
    pub only: Vec<String>,
    /// Every open site that is not excluded.
    pub all: bool,
    /// Left out, each with its reason.
    pub exclude: Vec<(String, String)>,
    /// In addition to those of the publication before.
    pub add: Vec<String>,
}

impl SiteChoice {
    fn is_made(&self) -> bool {
        self.all || !(self.only.is_empty() && self.exclude.is_empty() && self.add.is_empty())
    }
}

fn is_open(site: &Site, day: Date) -> bool {
    site.closed.is_none_or(|closed| day <= closed) && site.opened.is_none_or(|opened| opened <= day)
}

pub(super) fn judge(situation: Situation<'_>) -> (Gate, Option<RecordSites>) {
    let name = "sites";
    let choice = &situation.request.sites;
    let all = &situation.organisation.sites;
    let place = |pointer: Pointer| line_of(situation.workspace, ORGANISATION_FILE, &pointer);
    let refuse = |detail: String| {
        let line = if all.is_empty() { 1 } else { place(Pointer::root().key("site").index(0)) };
        (Gate::fail(name, detail).at(ORGANISATION_FILE, line), None)
    };
    let refuse_site = |site: &Site, detail: String| {
        let at = all.iter().position(|known| std::ptr::eq(known, site)).unwrap_or(0);
        let line = place(Pointer::root().key("site").index(at));
        (Gate::fail(name, detail).at(ORGANISATION_FILE, line), None)
    };
    if all.is_empty() {
        return if choice.is_made() {
            refuse("organisation.toml lists no sites to choose from".to_owned())
        } else {
            (Gate::pass(name, "no sites: the organisation answers for itself"), None)
        };
    }
    let open: Vec<&Site> = all.iter().filter(|site| is_open(site, situation.day)).collect();
    if !choice.is_made() {
        return refuse(format!(
            "{} are listed: say which this publication covers, with --all-sites, --sites or --exclude CODE=REASON",
            count(open.len(), "open site")
        ));
    }
    let find = |code: &str| all.iter().find(|site| site.ods_code.eq_ignore_ascii_case(code.trim()));
    let named = choice.only.iter().chain(&choice.add).chain(choice.exclude.iter().map(|(code, _)| code));
    for code in named {
        match find(code) {
            None => return refuse(format!("organisation.toml lists no site {code}")),
            Some(site) if !is_open(site, situation.day) => {
                return refuse_site(site, format!("the site {code} is not open on {}", in_words(situation.day)));
            }
            Some(_) => {}
        }
    }
    if let Some((code, _)) = choice.exclude.iter().find(|(_, reason)| reason.trim().is_empty()) {
        return refuse(format!("--exclude {code} needs a reason: --exclude {code}=REASON"));
    }
    let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
    let before = situation.records.iter().rfind(|record| record.edition == situation.standard.edition());
    let before = before.and_then(|record| record.sites.as_ref());
    if !choice.add.is_empty() && before.is_none() {
        return refuse("--add-sites adds to an earlier publication of this edition, and there is none".to_owned());
    }
    let is_covered = |code: &str| before.is_some_and(|before| before.covered.iter().any(|known| same(known, code)));
    if let Some(code) = choice.add.iter().find(|code| is_covered(code)) {
        return refuse(format!("the publication before covers {code} already: --add-sites names further sites"));
    }
    let mut covered = Vec::new();
    let mut excluded = BTreeMap::new();
    for site in open {
        let code = &site.ods_code;
        let given = choice.exclude.iter().find(|(excluded, _)| same(excluded, code)).map(|(_, reason)| reason);
        let added = choice.add.iter().any(|added| same(added, code));
        let chosen = if !choice.add.is_empty() {
            added || is_covered(code)
        } else if choice.only.is_empty() {
            site.excluded.is_none()
        } else {
            choice.only.iter().any(|only| same(only, code))
        };
        if code.trim().is_empty() {
            let named = site.name.as_deref().unwrap_or("without a name");
            return refuse_site(
                site,
                format!("the site {named} has no ODS code, by which a publication names its sites: give it its code"),
            );
        }
        if chosen && given.is_none() {
            let shares = situation.organisation.shares_of(site).each();
            let not: Vec<&str> =
                shares.iter().filter(|(_, _, said)| *said == Some(false)).map(|(_, what, _)| *what).collect();
            if !not.is_empty() {
                return refuse_site(
                    site,
                    format!(
                        "the site {code} does not share {} with the headquarters: it answers for itself; leave it out, \
                         or correct its `shares`",
                        not.join(" and ")
                    ),
                );
            }
            covered.push(code.clone());
            continue;
        }
        let earlier = || {
            let before = before.filter(|_| !choice.add.is_empty())?;
            before.excluded.iter().find(|(known, _)| same(known, code)).map(|(_, reason)| reason)
        };
        match given.or(site.excluded.as_ref()).or_else(earlier) {
            Some(reason) => drop(excluded.insert(code.clone(), reason.clone())),
            None => {
                return refuse_site(
                    site,
                    format!(
                        "the site {code} is left out without a reason: --exclude {code}=REASON, or `excluded` in organisation.toml"
                    ),
                );
            }
        }
    }
    if covered.is_empty() {
        return refuse("no site would be covered".to_owned());
    }
    let left_out =
        if excluded.is_empty() { String::new() } else { format!(", {} left out with a reason", excluded.len()) };
    (
        Gate::pass(name, format!("{} covered{left_out}", count(covered.len(), "site"))),
        Some(RecordSites { covered, excluded }),
    )
}
