//! Markdown: text that stays text.

use super::text::terminal;

/// The text for a cell of a table or a line of its own: nothing in it is markup or turns the direction of what follows,
/// line ends are `<br>`.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in terminal(text.trim()).chars() {
        match c {
            '\n' => out.push_str("<br>"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            escaped("a|b\r\n<b>&amp;</b> `x` [l](u) *s* ![i](u)"),
            "a\\|b<br>&lt;b&gt;&amp;amp;&lt;/b&gt; \\`x\\` \\[l\\](u) \\*s\\* \\!\\[i\\](u)"
        );
        assert_eq!(escaped("\u{202e}gnp.exe \u{2067}x\u{1b}[1m"), "gnp.exe x\u{fffd}\\[1m");
    }
}
