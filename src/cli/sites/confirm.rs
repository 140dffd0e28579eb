//! `dspt sites confirm`: a site's manager says that the answers hold there.

use super::{change, is_open};
use crate::cli::commit::Commit;
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::opened::Opened;
use crate::diagnostic::render::one_line;
use crate::model::{Organisation, Site};
use crate::source::Pointer;
use crate::source::edit::{Change, Literal};

pub(super) fn run(
    context: &Context,
    opened: &Opened,
    codes: &[String],
    by: &str,
    commit: Commit,
) -> Result<Outcome, Failure> {
    let organisation = opened.organisation();
    if by.trim().is_empty() {
        return Err(Failure::new("nobody is named; nothing was confirmed").hint("--by \"Ann Lee, registered manager\""));
    }
    let mut chosen = Vec::new();
    for code in codes {
        let site = find(&organisation, code)?;
        if !chosen.contains(&site) {
            chosen.push(site);
        }
    }
    let mut changes = Vec::new();
    for site in &chosen {
        let site = Pointer::root().key("site").index(*site);
        changes.push(Change::Set(site.clone().key("confirmed"), Literal::Date(context.day())));
        changes.push(Change::Set(site.key("confirmed_by"), Literal::Text(by.trim().to_owned())));
    }
    let names: Vec<String> = chosen
        .iter()
        .map(|site| {
            let site = &organisation.sites[*site];
            let name = site.name.as_deref().filter(|name| !name.trim().is_empty());
            let code = shown(site).unwrap_or_default();
            name.map_or_else(|| code.clone(), |name| format!("{} ({code})", one_line(name)))
        })
        .collect();
    let message = format!("Answers confirmed at {} by {}", names.join(", "), one_line(by.trim()));
    change(context, opened, &changes, commit, &message)?;
    let text = format!("Confirmed by {} on {}: {}.", one_line(by.trim()), context.day(), names.join(", "));
    context.print(&format!("{}\n", crate::cli::style::wrap(&text, context.prose_width(), 0)))?;
    for site in chosen.iter().map(|site| &organisation.sites[*site]).filter(|site| !is_open(site, context.day())) {
        context.note(&format!("{} is not open on {}.", shown(site).unwrap_or_default(), context.day()));
    }
    Ok(Outcome::Done)
}

/// A code that a site can be called by.
fn shown(site: &Site) -> Option<String> {
    let codes = [Some(site.ods_code.as_str()), site.cqc_location_id.as_deref()];
    codes.into_iter().flatten().find(|code| !code.trim().is_empty()).map(one_line)
}

/// The one site with a code, of ODS or of CQC, case aside.
fn find(organisation: &Organisation, code: &str) -> Result<usize, Failure> {
    let wanted = code.trim();
    let is_same = |known: &str| !wanted.is_empty() && known.trim().eq_ignore_ascii_case(wanted);
    let sites = organisation.sites.iter().enumerate();
    let found: Vec<usize> = sites
        .filter(|(_, site)| is_same(&site.ods_code) || site.cqc_location_id.as_deref().is_some_and(is_same))
        .map(|(at, _)| at)
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let known: Vec<String> = organisation.sites.iter().filter_map(shown).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Err(Failure::new(format!("there is no site {}; nothing was confirmed", one_line(wanted)))
                .hint(format!("sites of {}: {known}", one_line(&organisation.ods_code))))
        }
        _ => Err(Failure::new(format!(
            "{} sites have the code {}; nothing was confirmed",
            found.len(),
            one_line(wanted)
        ))
        .hint("`dspt lint` shows where the second one stands")),
    }
}
