//! Names inside an archive that every system can unpack: no way out of it, nothing that Windows refuses, no two names
//! that differ in case alone.

use std::collections::BTreeSet;

/// Names of devices on Windows, with whatever ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];
/// Characters of one part of a name at most; paths on Windows are short.
const LONGEST: usize = 80;

/// The names given so far.
#[derive(Debug, Default)]
pub struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// A name for a path, its own where that is possible. Two paths never get the same one.
    pub fn give(&mut self, path: &str) -> String {
        let parts: Vec<String> = path.split(['/', '\\']).filter(|part| !part.is_empty()).map(fit).collect();
        let wanted = if parts.is_empty() { "_".to_owned() } else { parts.join("/") };
        let (stem, ending) = match wanted.rsplit_once('.') {
            Some((stem, ending)) if !ending.contains('/') && !stem.is_empty() && !stem.ends_with('/') => {
                (stem.to_owned(), format!(".{ending}"))
            }
            _ => (wanted.clone(), String::new()),
        };
        let mut name = wanted;
        let mut count = 1;
        while !self.taken.insert(name.to_lowercase()) {
            count += 1;
            name = format!("{stem}~{count}{ending}");
        }
        name
    }
}

/// One part of a path.
fn fit(part: &str) -> String {
    let unfit = |c: char| {
        c.is_control()
            || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut name: String = part.chars().map(|c| if unfit(c) { '_' } else { c }).collect();
    if name.chars().count() > LONGEST {
        let ending: String = name.rsplit_once('.').map(|(_, ending)| format!(".{ending}")).unwrap_or_default();
        let ending = if ending.chars().count() > 12 { String::new() } else { ending };
        let kept = LONGEST - ending.chars().count();
        name = name.chars().take(kept).collect::<String>() + &ending;
    }
    // Windows takes blanks and full stops off the end of a name; of "." and ".." nothing is left.
    let kept = name.trim_end_matches([' ', '.']).trim_start_matches(' ');
    let stem = kept.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|rest| rest.chars().count() == 1 && !rest.starts_with('0'))
    };
    if kept.is_empty() || DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt") {
        return format!("_{kept}");
    }
    kept.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_stay_where_they_can() {
        let mut names = Names::default();
        for path in ["evidence/policy 2026.pdf", "evidence/Tŷ Gwyn.docx", "evidence/.hidden", "a/b/c"] {
            assert_eq!(names.give(path), path);
        }
        for (path, name) in [
            ("../../etc/passwd", "_/_/etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("C:\\Windows\\x.dll", "C_/Windows/x.dll"),
            ("evidence/CON.txt", "evidence/_CON.txt"),
            ("evidence/com1", "evidence/_com1"),
            ("evidence/dot. ", "evidence/dot"),
            ("evidence/a:b?.csv", "evidence/a_b_.csv"),
            ("evidence/POLICY 2026.pdf", "evidence/POLICY 2026~2.pdf"),
            ("evidence/\u{202e}fdp.exe", "evidence/_fdp.exe"),
            ("", "_"),
        ] {
            assert_eq!(names.give(path), name, "{path}");
        }
    }

    proptest! {
        #[test]
        fn nothing_escapes_and_nothing_meets(paths in proptest::collection::vec("(\\PC|[./\\\\: a]){0,30}|[./\\\\]{1,8}", 1..12)) {
            let mut names = Names::default();
            let mut seen = BTreeSet::new();
            for path in &paths {
                let name = names.give(path);
                prop_assert!(seen.insert(name.to_lowercase()), "{name:?} twice");
                for part in name.split('/') {
                    prop_assert!(!part.is_empty() && part != "." && part != "..", "{name:?}");
                    prop_assert!(!part.ends_with(['.', ' ']) && !part.contains(['\\', ':', '"', '<', '|', '?', '*']), "{name:?}");
                }
            }
        }
    }
}
