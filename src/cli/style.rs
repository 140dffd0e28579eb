//! How text looks in a terminal: colour with meaning only, readable without it.
//!
//! Styles are always written; the stream takes them out where nobody would see them.

use anstyle::{AnsiColor, Style};

/// What is right.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What a person must look at.
pub const ATTENTION: Style = AnsiColor::Yellow.on_default();
/// What is wrong.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What matters most on the screen.
pub const STRONG: Style = Style::new().bold();
/// What is only there for those who look for it.
pub const QUIET: Style = Style::new().dimmed();
/// Something to type.
pub const COMMAND: Style = AnsiColor::Cyan.on_default();

/// A text in a style.
pub fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Wraps prose to a width, each line after an indentation.
pub fn wrap(text: &str, width: usize, indent: usize) -> String {
    hang(text, width, indent, indent)
}

/// Wraps prose with its own indentation for the first line.
pub fn hang(text: &str, width: usize, first: usize, rest: usize) -> String {
    let (first, rest) = (" ".repeat(first), " ".repeat(rest));
    let options = textwrap::Options::new(width.max(24)).initial_indent(&first).subsequent_indent(&rest);
    // A flag, a path or an address is copied from what is printed: it stays in one piece.
    textwrap::fill(text, options.break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation))
}

/// A word as a shell takes it whole.
pub fn shell(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A text padded with blanks to a number of columns.
pub fn pad(text: &str, columns: usize) -> String {
    let width = textwrap::core::display_width(text);
    format!("{text}{}", " ".repeat(columns.saturating_sub(width)))
}

/// A text cut to a number of columns.
pub fn cut(text: &str, columns: usize) -> String {
    if textwrap::core::display_width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if textwrap::core::display_width(&out) + textwrap::core::display_width(&c.to_string()) + 1 > columns {
            break;
        }
        out.push(c);
    }
    format!("{}…", out.trim_end())
}

/// So many of so many as a bar of a width.
pub fn bar(done: usize, of: usize, width: usize) -> (String, String) {
    let filled = (done * width).checked_div(of).unwrap_or(width);
    ("█".repeat(filled), "░".repeat(width - filled))
}

/// "1 item", "2 items".
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
