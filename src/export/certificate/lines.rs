//! Text in lines, broken by measured widths.

use super::page::{Style, serif};

/// The text in lines that are at most so wide, broken at blanks, and inside a word where one alone is wider.
pub(super) fn wrap(text: &str, style: Style, width: f32) -> Vec<String> {
    let wide = |text: &str| style.family.width(text, style.size, style.tracking) > width;
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if !wide(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            line.push(c);
            if wide(&line) && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::take(&mut line));
                line.push(c);
            }
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Lines of about the same width, as few as `wrap` needs.
pub(super) fn balanced(text: &str, style: Style, width: f32) -> Vec<String> {
    let lines = wrap(text, style, width);
    let mut narrow = width;
    while narrow > width / 2.0 {
        let tighter = wrap(text, style, narrow - 8.0);
        if tighter.len() > lines.len() {
            break;
        }
        narrow -= 8.0;
    }
    wrap(text, style, narrow)
}

/// At most so many lines, the last of them ending in an ellipsis where something was left out.
pub(super) fn at_most(mut lines: Vec<String>, most: usize) -> Vec<String> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let kept = last.chars().count().saturating_sub(2);
            *last = format!("{}…", last.chars().take(kept).collect::<String>().trim_end());
        }
    }
    lines
}

/// The largest of some sizes at which a text takes few enough lines.
pub(super) fn fitted(text: &str, colour: &'static str, sizes: &[(f32, usize)], width: f32) -> (Style, Vec<String>) {
    let mut best = (serif(12.0, colour), Vec::new());
    for (size, most) in sizes {
        let style = serif(*size, colour);
        let lines = balanced(text, style, width);
        let fits = lines.len() <= *most;
        best = (style, at_most(lines, *most));
        if fits {
            break;
        }
    }
    best
}
