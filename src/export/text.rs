//! Text that somebody typed, made fit for documents of any kind.

use std::borrow::Cow;

/// The text with LF line ends, tabs as blanks, and the replacement character for everything that no document may hold:
/// control characters and noncharacters. Letters of every script and their direction marks stay.
pub fn plain(text: &str) -> Cow<'_, str> {
    let unfit = |c: char| (c.is_control() && c != '\n') || is_noncharacter(c) || matches!(c, '\u{2028}' | '\u{2029}');
    if !text.contains(unfit) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                '\n'
            }
            '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => ' ',
            c if unfit(c) => char::REPLACEMENT_CHARACTER,
            c => c,
        });
    }
    Cow::Owned(out)
}

fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// For terminals: [`plain`], and without the marks that turn the direction of what stands around them.
pub fn terminal(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    plain(text).replace(turns, "")
}

/// The text on one line, words parted by single blanks.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many characters, the last of them an ellipsis where something was left out.
pub fn shortened(text: &str, characters: usize) -> Cow<'_, str> {
    if text.chars().nth(characters).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(characters.saturating_sub(1)).collect();
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// The longest beginning of a text that has at most so many UTF-16 units.
pub fn utf16_prefix(text: &str, units: usize) -> &str {
    let mut left = units;
    for (at, c) in text.char_indices() {
        match left.checked_sub(c.len_utf16()) {
            Some(rest) => left = rest,
            None => return &text[..at],
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_replaced_and_letters_stay() {
        assert_eq!(plain("a\r\nb\rc\td\u{2028}e\u{85}f"), "a\nb\nc d\ne\nf");
        assert_eq!(
            plain("\u{1b}[31m\u{0}\u{7f}\u{9b}\u{ffff}\u{fdd0}"),
            "\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}"
        );
        let hebrew = "שלום \u{200f}(1) العربية 👩‍⚕️";
        assert!(matches!(plain(hebrew), Cow::Borrowed(same) if same == hebrew));
        assert_eq!(terminal("a\u{202e}b\u{2066}c"), "abc");
    }

    #[test]
    fn text_is_cut_at_whole_characters() {
        assert_eq!(utf16_prefix("a😀b", 2), "a");
        assert_eq!(utf16_prefix("a😀b", 3), "a😀");
        assert_eq!(utf16_prefix("a😀b", 4), "a😀b");
        assert_eq!(shortened("abcdef", 6), "abcdef");
        assert_eq!(shortened("abc def", 5), "abc…");
    }
}
