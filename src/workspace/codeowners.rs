//! `CODEOWNERS` at a repository's root: who is asked to look at a change, from the members of a workspace.
//!
//! The administrators own the workspace's files, since they publish and edit profile and members. Each workspace
//! of a repository has a block of its own between two markers; whatever else stands in the file is left alone.

use super::{ACTION_PLANS, ASSESSMENTS, ORGANISATION_FILE, PUBLICATIONS};
use crate::model::{Member, MemberRole};
use jiff::civil::Date;
use std::fmt::Write as _;

pub const CODEOWNERS: &str = "CODEOWNERS";
const EVIDENCE: &str = "evidence";

/// The file's new text, or why none can be made: a block that begins and does not end.
///
/// `prefix` is the workspace's path from the repository's root, empty or ending in `/`; `existing` the file as it is,
/// empty where there is none. Who has left by the day owns nothing.
pub fn merged(existing: &str, prefix: &str, members: &[Member], day: Date) -> Result<String, String> {
    let end_of_line = if existing.contains("\r\n") { "\r\n" } else { "\n" };
    let block = block(prefix, members, day).replace('\n', end_of_line);
    let (begin, end) = markers(prefix);
    let lines: Vec<&str> = existing.split_inclusive('\n').collect();
    let at = |marker: &str| lines.iter().position(|line| line.trim() == marker);
    match (at(&begin), at(&end)) {
        (Some(first), Some(last)) if first < last => {
            Ok([lines[..first].concat(), block, lines[last + 1..].concat()].concat())
        }
        (None, None) => {
            let mut text = existing.to_owned();
            if !text.is_empty() && !text.ends_with('\n') {
                text.push_str(end_of_line);
            }
            if !text.is_empty() {
                text.push_str(end_of_line);
            }
            Ok(text + &block)
        }
        _ => Err(format!("in {CODEOWNERS} the lines `{begin}` and `{end}` do not stand around one block")),
    }
}

/// The lines around the block of a workspace.
fn markers(prefix: &str) -> (String, String) {
    let of = if prefix.is_empty() { String::new() } else { format!(" {}", prefix.trim_end_matches('/')) };
    (format!("# dspt begin{of}"), format!("# dspt end{of}"))
}

fn block(prefix: &str, members: &[Member], day: Date) -> String {
    let (begin, end) = markers(prefix);
    let mut text = format!(
        "{begin}\n# The administrators of organisation.toml look at every change; `dspt init --ci` writes this.\n"
    );
    let mut owners: Vec<&str> = members
        .iter()
        .filter(|member| member.role == MemberRole::Administrator && member.left.is_none_or(|left| day <= left))
        .map(|member| member.email.trim())
        .filter(|email| is_address(email))
        .collect();
    owners.dedup();
    if owners.is_empty() {
        text.push_str("# No administrator is listed yet.\n");
    } else {
        // Not the whole directory: the last line that fits wins, and other files may have owners of their own.
        for owned in [
            ORGANISATION_FILE.to_owned(),
            below(ASSESSMENTS),
            below(ACTION_PLANS),
            below(EVIDENCE),
            below(PUBLICATIONS),
        ] {
            let _ = writeln!(text, "/{}{owned} {}", pattern(prefix), owners.join(" "));
        }
    }
    let _ = writeln!(text, "{end}");
    text
}

fn below(directory: &str) -> String {
    format!("{directory}/")
}

/// Whether an address can stand in the file: one word, as the hosts read it.
fn is_address(email: &str) -> bool {
    email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !email.contains(|c: char| c.is_whitespace() || c.is_control() || "#\\".contains(c))
}

/// A directory as a pattern: what would mean something else is escaped.
fn pattern(prefix: &str) -> String {
    let mut out = String::new();
    for c in prefix.chars() {
        if c.is_whitespace() || "\\#*?[]!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn member(email: &str, role: MemberRole, left: Option<Date>) -> Member {
        Member { name: email.to_owned(), email: email.to_owned(), role, signing_key: None, left }
    }

    #[test]
    fn administrators_own_the_workspace_and_nothing_else_moves() {
        let day = date(2026, 5, 1);
        let members = [
            member("jo@sunrise.example", MemberRole::Administrator, None),
            member("ann@sunrise.example", MemberRole::Member, None),
            member("old@sunrise.example", MemberRole::Administrator, Some(date(2026, 4, 30))),
            member("two words@sunrise.example", MemberRole::Administrator, None),
        ];
        let one = merged("", "", &members, day).unwrap();
        assert!(one.contains("\n/organisation.toml jo@sunrise.example\n"), "{one}");
        assert!(!one.contains("old@") && !one.contains("ann@") && !one.contains("two words"), "{one}");
        assert_eq!(merged(&one, "", &members, day).unwrap(), one, "twice is once");
        let kept = "*.md docs@sunrise.example\n";
        let two = merged(kept, "clients/a b/", &members, day).unwrap();
        assert!(two.starts_with(kept) && two.contains("\n/clients/a\\ b/evidence/ jo@sunrise.example\n"), "{two}");
        // Another workspace, then a change of the first: each has its own block.
        let three = merged(&two, "clients/c/", &[], day).unwrap();
        let four = merged(&three, "clients/a b/", &[], day).unwrap();
        assert_eq!(four.matches("No administrator is listed yet").count(), 2, "{four}");
        assert!(four.starts_with(kept));
        let crlf = merged("*.md x@y.example\r\n", "", &members, day).unwrap();
        assert!(crlf.lines().count() > 4 && crlf.split_inclusive('\n').all(|line| line.ends_with("\r\n")), "{crlf:?}");
    }

    #[test]
    fn a_torn_block_is_refused() {
        let day = date(2026, 5, 1);
        assert!(merged("# dspt begin\n/ x@y.example\n", "", &[], day).is_err());
        assert!(merged("# dspt end\n# dspt begin\n", "", &[], day).is_err());
    }
}
