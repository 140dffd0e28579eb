//! `CODEOWNERS`: the administrators of a workspace own its directory, so that changes to it ask them for a review.

/// What a workspace at the repository's root owns there: the last entry that matches wins, and `*` would take from
/// others what is theirs.
const ROOT: &[&str] = &["organisation.toml", "assessments/", "action-plans/", "evidence/", "publications/"];

/// The file's text with one entry for a directory between markers of our own; what stands outside them is untouched.
///
/// `directory` is the workspace's from the repository's root, empty for the root itself. Without administrators the
/// entry is taken away: a path without owners would be nobody's.
pub fn merged(old: &str, directory: &str, administrators: &[&str]) -> String {
    let directory = directory.trim_matches('/');
    let place = if directory.is_empty() { "/".to_owned() } else { format!("/{}/", escaped(directory)) };
    let patterns: Vec<String> = match directory {
        "" => ROOT.iter().map(|name| format!("/{name}")).collect(),
        _ => vec![place.clone()],
    };
    let begin = format!("# >>> dspt {place}");
    let end = format!("# <<< dspt {place}");
    let owners: Vec<&str> = administrators.iter().map(|owner| owner.trim()).filter(|owner| is_owner(owner)).collect();
    let entry = if owners.is_empty() {
        String::new()
    } else {
        let owned: Vec<String> = patterns.iter().map(|pattern| format!("{pattern} {}\n", owners.join(" "))).collect();
        format!("{begin} (administrators of organisation.toml; written by `dspt init --ci`)\n{}{end}\n", owned.concat())
    };
    let lines: Vec<&str> = old.split_inclusive('\n').collect();
    let mark = |line: &&str, mark: &str| {
        line.trim_end().strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
    };
    let from = lines.iter().position(|line| mark(line, &begin));
    let to = from.and_then(|from| Some(from + lines[from..].iter().position(|line| mark(line, &end))?));
    if let (Some(from), Some(to)) = (from, to) {
        return format!("{}{entry}{}", lines[..from].concat(), lines[to + 1..].concat());
    }
    if entry.is_empty() {
        return old.to_owned();
    }
    let gap = match old {
        "" => "",
        old if old.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    format!("{old}{gap}{entry}")
}

/// An e-mail address that can be one word of the file.
fn is_owner(owner: &str) -> bool {
    let (name, host) = owner.split_once('@').unwrap_or_default();
    !name.is_empty() && host.contains('.') && !owner.contains(|c: char| c.is_whitespace() || c.is_control() || c == '#')
}

/// A path as a pattern that means itself.
fn escaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, ' ' | '\\' | '*' | '?' | '[' | ']' | '#' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entries_come_change_and_go_by_themselves() {
        let first = merged("* @team\n", "clients/a b", &["jo@sunrise.example", "not an address"]);
        assert_eq!(
            first,
            "* @team\n\n# >>> dspt /clients/a\\ b/ (administrators of organisation.toml; written by `dspt init --ci`)\n\
             /clients/a\\ b/ jo@sunrise.example\n# <<< dspt /clients/a\\ b/\n"
        );
        let both = merged(&first, "clients/c", &["ann@sunrise.example"]);
        assert!(both.starts_with(&first) && both.contains("\n/clients/c/ ann@sunrise.example\n"));
        let changed = merged(&both, "clients/a b", &["ann@sunrise.example"]);
        assert_eq!(changed, both.replace("/clients/a\\ b/ jo@", "/clients/a\\ b/ ann@"));
        assert_eq!(merged(&first, "clients/a b", &[]), "* @team\n\n");
        assert_eq!(
            merged("", "", &["jo@sunrise.example"]).lines().nth(1),
            Some("/organisation.toml jo@sunrise.example")
        );
    }

    proptest! {
        #[test]
        fn what_others_wrote_stays(old in "[#*@/a-z \n]{0,60}", directory in "[a-z/ *]{1,12}") {
            let once = merged(&old, &directory, &["jo@sunrise.example"]);
            prop_assert!(once.starts_with(&old));
            prop_assert_eq!(merged(&once, &directory, &["jo@sunrise.example"]), once);
        }
    }
}
