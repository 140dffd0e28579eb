//! What an answers file says, as lines that git can compare: without layout, order and notation.

use super::text::terminal;
use crate::assess::Assessment;
use crate::model::{Answer, Answers, Standard};
use std::fmt::Write as _;

/// One heading for each item, `2.1.1 unmet`, and what is said about it indented below. With a standard in its order and
/// with the state of every item; without one as the file has them.
pub fn text(answers: &Answers, judged: Option<(&Standard, &Assessment)>) -> String {
    let mut out = format!("{} {}\n", one(&answers.standard), one(&answers.edition));
    if let Some(aim) = &answers.aim {
        let _ = writeln!(out, "aim: {}", one(aim));
    }
    let mut known = Vec::new();
    if let Some((standard, assessment)) = judged {
        for (item, verdict) in standard.items.iter().zip(&assessment.items) {
            let _ = writeln!(out, "{} {}", item.number, verdict.state.word());
            if let Some(answer) = answers.answers.get(&item.number) {
                said(&mut out, answer);
            }
            known.push(item.number.as_str());
        }
    }
    for (number, answer) in answers.answers.iter().filter(|(number, _)| !known.contains(&number.as_str())) {
        let _ = writeln!(out, "{}{}", one(number), if judged.is_some() { " unknown" } else { "" });
        said(&mut out, answer);
    }
    out
}

fn said(out: &mut String, answer: &Answer) {
    let mut line = |key: &str, text: &str| {
        let text = terminal(text);
        let mut lines = text.trim_end().split('\n');
        let _ = writeln!(out, "    {key}: {}", lines.next().unwrap_or_default());
        for more in lines {
            let _ = writeln!(out, "        {more}");
        }
    };
    if let Some(from) = &answer.carried_from {
        line("carried from", from);
    }
    if let Some(tick) = answer.tick {
        line("tick", if tick { "yes" } else { "no" });
    }
    if let Some(text) = &answer.text {
        line("text", text);
    }
    if let Some(date) = answer.date {
        line("date", &date.to_string());
    }
    if let Some(reason) = &answer.not_applicable {
        line("not applicable", reason);
    }
    if let Some(count) = &answer.count {
        let on = count.on.map(|day| format!(" on {day}")).unwrap_or_default();
        line("count", &format!("{} of {}{on}", count.done, count.of));
    }
    for evidence in answer.evidence.iter().flatten() {
        let mut parts = vec![evidence.label().to_owned()];
        for place in [&evidence.file, &evidence.link, &evidence.location].into_iter().flatten() {
            if place != evidence.label() {
                parts.push(place.clone());
            }
        }
        parts.extend(evidence.approved.map(|day| format!("approved {day}")));
        parts.extend(evidence.approved_by.as_ref().map(|who| format!("by {who}")));
        parts.extend(evidence.review_by.map(|day| format!("review by {day}")));
        parts.extend(evidence.is_private().then(|| "private".to_owned()));
        // Enough of the digest to see that the file is another.
        parts.extend(evidence.sha256.as_ref().map(|digest| {
            let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
            format!("sha256 {}", hex.chars().take(12).collect::<String>())
        }));
        line("evidence", &one(&parts.join(", ")));
    }
    for (key, text) in [("comment", &answer.comment), ("owner", &answer.owner), ("notes", &answer.notes)] {
        if let Some(text) = text {
            line(key, text);
        }
    }
    if let Some(day) = answer.reviewed {
        let by = answer.reviewed_by.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
        line("reviewed", &format!("{day}{by}"));
    }
    if let Some(from) = &answer.from {
        let until = from.until.map(|day| format!(", until {day}")).unwrap_or_default();
        line("from", &format!("{}{until}", from.library));
    }
}

fn one(text: &str) -> String {
    super::text::one_line(&terminal(text))
}
