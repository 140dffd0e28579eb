//! What shells hand over when they ask for completions, and what they want back.
//!
//! zsh, bash and fish hand over words as they were typed, quotes and backslashes included, and bash cuts them at `=`,
//! `:` and `@` besides. Here they become what dspt would be given if the line were run.

use clap_complete::engine::CompletionCandidate;
use std::ffi::OsString;

/// Asks dspt at every press of the key. Words go over as bash cuts them; what comes back takes the place of `$2`.
pub const BASH: &str = r#"_dspt() {
    local IFS=$'\013'
    local reply
    reply=$(DSPT_COMPLETE=bash _DSPT_AT="$COMP_CWORD" _DSPT_REPLACED="${2-${COMP_WORDS[COMP_CWORD]}}" \
        dspt -- "${COMP_WORDS[@]}") || return
    COMPREPLY=($reply)
    if [[ ${COMPREPLY-} =~ [=/:]$ ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
if [[ ${BASH_VERSINFO[0]} -gt 4 || (${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -ge 4) ]]; then
    complete -o bashdefault -o nosort -F _dspt dspt
else
    complete -o bashdefault -F _dspt dspt
fi
"#;

/// What parts the candidates that bash is given: no file of ours has it in its name.
const BETWEEN: &str = "\u{b}";

/// A command line as far as it is typed.
pub struct Line {
    pub words: Vec<OsString>,
    /// Which word is completed.
    pub at: usize,
    /// What of that word stays: bash puts candidates behind it.
    kept: String,
    /// The quote in which that word stands.
    quote: Option<char>,
}

impl Line {
    /// The line that bash cut in pieces; `at` is the piece at the cursor, `replaced` what a candidate takes the place
    /// of.
    pub fn from_bash(pieces: &[OsString], at: usize, replaced: &str) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut word = 0;
        let mut after_sign = false;
        for (index, piece) in pieces.iter().enumerate() {
            let mut piece = piece.to_string_lossy().into_owned();
            if index == at
                && !replaced.is_empty()
                && let Some(found) = piece.find(replaced)
            {
                piece.truncate(found + replaced.len());
            }
            let is_all_signs = !piece.is_empty() && piece.chars().all(is_sign);
            let joins = index > 1 && (after_sign || piece.starts_with(is_sign));
            after_sign = is_all_signs && index > 1;
            match words.last_mut().filter(|_| joins) {
                Some(last) => last.push_str(&piece),
                None => words.push(piece),
            }
            if index == at {
                word = words.len() - 1;
                break;
            }
        }
        let last = words.last().map(String::as_str).unwrap_or_default();
        let quote = open_quote(last);
        let typed = unquoted(last);
        // A sign that ends a word is not replaced, but for an at sign, which begins one.
        let replaced = if matches!(replaced, "=" | ":") {
            String::new()
        } else if quote.is_some() {
            replaced.trim_start_matches(['"', '\'']).to_owned()
        } else {
            unquoted(replaced)
        };
        let kept = typed.strip_suffix(replaced.as_str()).unwrap_or_default().to_owned();
        let mut words: Vec<OsString> = plain(words.into_iter().map(Into::into).collect(), word);
        words.extend(pieces.iter().skip(at + 1).cloned());
        Self { words, at: word, kept, quote }
    }

    /// What bash splits into the candidates.
    pub fn to_bash(&self, candidates: &[CompletionCandidate]) -> String {
        let values = candidates.iter().filter_map(|candidate| {
            let value = candidate.get_value().to_str()?;
            let value = value.strip_prefix(self.kept.as_str())?;
            Some(quoted(value, self.quote))
        });
        values.collect::<Vec<_>>().join(BETWEEN)
    }
}

fn is_sign(letter: char) -> bool {
    matches!(letter, '=' | ':' | '@')
}

/// Words as the shell would give them to a program. The home directory is put in but for the word that is completed:
/// what was typed of it stays.
pub fn plain(words: Vec<OsString>, at: usize) -> Vec<OsString> {
    let home = std::env::home_dir();
    let plain = |(index, word): (usize, OsString)| {
        let Some(typed) = word.to_str() else { return word };
        let below = typed.strip_prefix("~/").filter(|_| index != at);
        match (below, &home) {
            (Some(below), Some(home)) => home.join(unquoted(below)).into(),
            _ => unquoted(typed).into(),
        }
    };
    words.into_iter().enumerate().map(plain).collect()
}

/// A word without its quotes and backslashes; one whose quote is still open ends where the text does.
fn unquoted(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut quote = None;
    let mut letters = word.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            ('\\', None) => out.extend(letters.next()),
            ('\\', Some('"')) => match letters.next() {
                Some(next @ ('$' | '`' | '"' | '\\')) => out.push(next),
                next => {
                    out.push('\\');
                    out.extend(next);
                }
            },
            _ => out.push(letter),
        }
    }
    out
}

/// The quote that a word opens and does not close.
fn open_quote(word: &str) -> Option<char> {
    let mut quote = None;
    let mut letters = word.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            ('\\', None | Some('"')) => {
                letters.next();
            }
            _ => {}
        }
    }
    quote
}

/// A candidate as it has to be typed, behind a quote that is open or none.
fn quoted(value: &str, quote: Option<char>) -> String {
    let needs = |letter: char| match quote {
        Some('"') => matches!(letter, '$' | '`' | '"' | '\\'),
        Some(_) => false,
        None => letter.is_ascii() && !letter.is_ascii_alphanumeric() && !"_-./,+=:@%~".contains(letter),
    };
    let mut out = String::with_capacity(value.len());
    for letter in value.chars() {
        if needs(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// What the script for PowerShell takes apart: a candidate as it has to be typed, a tab, and what it is.
pub fn to_powershell(candidates: &[CompletionCandidate]) -> String {
    let line = |candidate: &CompletionCandidate| {
        let value = candidate.get_value().to_string_lossy();
        let is_plain =
            |letter: char| !letter.is_ascii() || letter.is_ascii_alphanumeric() || "_-./\\=:+%".contains(letter);
        // An at sign means something at the beginning alone.
        let is_bare = !value.starts_with('@') && value.chars().all(|letter| is_plain(letter) || letter == '@');
        let typed = if is_bare { value.into_owned() } else { format!("'{}'", value.replace('\'', "''")) };
        let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
        match help.lines().next().filter(|help| !help.is_empty()) {
            Some(help) => format!("{typed}\t{}\n", help.replace('\t', " ")),
            None => format!("{typed}\n"),
        }
    };
    candidates.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_bash(pieces: &[&str], replaced: &str) -> (Vec<String>, String) {
        let pieces: Vec<OsString> = pieces.iter().map(Into::into).collect();
        let line = Line::from_bash(&pieces, pieces.len() - 1, replaced);
        (line.words.iter().map(|word| word.to_string_lossy().into_owned()).collect(), line.kept)
    }

    #[test]
    fn what_bash_cuts_is_put_together() {
        let (words, kept) = from_bash(&["dspt", "status", "--edition", "=", "20"], "20");
        assert_eq!((words.join("|").as_str(), kept.as_str()), ("dspt|status|--edition=20", "--edition="));
        let (words, kept) = from_bash(&["dspt", "status", "--edition", "="], "");
        assert_eq!((words.join("|").as_str(), kept.as_str()), ("dspt|status|--edition=", "--edition="));
        let (words, kept) = from_bash(&["dspt", "-C", "\"my dir\"", "answer", "--evidence", "my\\ f"], "my\\ f");
        assert_eq!((words.join("|").as_str(), kept.as_str()), ("dspt|-C|my dir|answer|--evidence|my f", ""));
        let (words, kept) = from_bash(&["dspt", "lint", "\"my f"], "my f");
        assert_eq!((words.join("|").as_str(), kept.as_str()), ("dspt|lint|my f", ""));
        let (words, kept) = from_bash(&["dspt", "answer", "--from", "library", ":", "it"], "it");
        assert_eq!((words.join("|").as_str(), kept.as_str()), ("dspt|answer|--from|library:it", "library:"));
    }

    #[test]
    fn a_candidate_is_quoted_as_the_word_is() {
        assert_eq!(quoted("a b$(c).pdf", None), "a\\ b\\$\\(c\\).pdf");
        assert_eq!(quoted("a b$(c).pdf", Some('"')), "a b\\$(c).pdf");
        assert_eq!(quoted("a b$(c).pdf", Some('\'')), "a b$(c).pdf");
        assert_eq!(unquoted("'a b'\\ \"c\\$\\d\""), "a b c$\\d");
    }
}
