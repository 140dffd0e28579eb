//! The letter about missing and wrong branches, as a draft message.
//!
//! Nobody is invented: `From` is an administrator of organisation.toml, or is left out; `To` is left to who sends it.

use super::check::Parts;
use crate::export::mail::{self, Mail, address};
use crate::import::cell;
use crate::import::sites::compare::{Difference, Verdict};
use crate::model::Member;
use crate::model::period::in_words;
use jiff::civil::DateTime;
use std::fmt::Write as _;
use std::path::Path;

/// The whole message, CRLF line ends throughout.
pub(super) fn write(parts: &Parts<'_>, file: &Path, now: DateTime) -> String {
    let sender = parts
        .organisation
        .members_on(now.date())
        .find(|member| member.role.word() == "administrator" && address(&member.email).is_some());
    let name = cell::name(&parts.organisation.name);
    let code = cell::name(&parts.organisation.ods_code);
    mail::write(&Mail {
        at: now,
        from: sender.map(|sender| (sender.name.as_str(), sender.email.as_str())),
        subject: &format!("Branches of {name} ({code}) that need correcting"),
        text: &body(parts, file, &name, &code, sender, now),
        identified: false,
        attachments: &[],
    })
}

fn body(parts: &Parts<'_>, file: &Path, name: &str, code: &str, sender: Option<&Member>, now: DateTime) -> String {
    let list = parts.list;
    let made = list.produced.map(|day| format!(" of {}", in_words(day))).unwrap_or_default();
    let file = file.file_name().map(|file| format!(" ({})", cell::name(&file.to_string_lossy()))).unwrap_or_default();
    let provider = parts.organisation.cqc_provider_id.as_deref().map(cell::name).filter(|id| !id.is_empty());
    let provider = provider.map(|id| format!(", CQC provider {id}")).unwrap_or_default();
    let mut text = format!(
        "Hello,\n\nwe compared the branches of {name} (ODS code {code}{provider}) with the list \"{}\"{made}{file} on {}. \
         These entries do not agree with our records. Please correct them, or tell us who can.\n",
        list.layout.title(),
        in_words(now.date())
    );
    for (verdict, title) in [
        (Verdict::NotInFile, "Ours, but missing in the list"),
        (Verdict::Moved, "Ours, but listed under another provider"),
        (Verdict::Closed, "Listed as closed or as having left us, but open by our records"),
        (Verdict::StillOpen, "Listed as open, but closed by our records"),
        (Verdict::Opened, "Listed as newly ours, but not in our records"),
        (Verdict::MissingHere, "Listed as ours, but not in our records"),
    ] {
        let mut entries =
            parts.comparison.differences.iter().filter(|difference| difference.verdict == verdict).peekable();
        if entries.peek().is_some() {
            let _ = write!(text, "\n{title}:\n");
        }
        for difference in entries {
            let _ = writeln!(text, "- {}", entry(parts, difference));
        }
    }
    text.push_str("\nKind regards\n");
    if let Some(sender) = sender.map(|sender| cell::name(&sender.name)).filter(|sender| !sender.is_empty()) {
        let _ = writeln!(text, "{sender}");
    }
    let _ = writeln!(text, "{name}");
    text
}

fn entry(parts: &Parts<'_>, difference: &Difference) -> String {
    let mut codes = Vec::new();
    codes.extend(parts.ods_code(difference).map(|code| format!("ODS code {}", cell::name(code))));
    codes.extend(parts.location(difference).map(|id| format!("CQC location {}", cell::name(id))));
    let name = parts.name(difference).map(cell::name).unwrap_or_default();
    let name = if name.is_empty() { "(no name)".to_owned() } else { name };
    let codes = if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
    match difference.verdict {
        // The heading says it all.
        Verdict::NotInFile => format!("{name}{codes}"),
        _ => format!("{name}{codes}: {}", parts.detail(difference)),
    }
}
