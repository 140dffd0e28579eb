//! Two years side by side as a document: one file a format, all of them over one [`DiffReport`].

mod html;
mod human;
mod json;
mod markdown;
mod page;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use html::html;
pub(super) use html::runs as runs_as_html;
pub use human::{Look, human, parts, reworded};
pub use json::{
    AnswerReport, DiffItem, DiffReport, DiffSide, DiffSummary, Difference, Evidence, Signal, TextRun, report,
};
pub use markdown::markdown;
pub(super) use markdown::shown as runs_as_markdown;
pub(super) use page::STYLE;
#[cfg(feature = "xlsx")]
pub use xlsx::xlsx;

use crate::model::period::in_words;

/// The parts that a reader looks for, in the order of their weight: the word of the answer's change, and a title.
const GROUPS: &[(&str, &str)] = &[
    ("changed", "Changed"),
    ("withdrawn", "Withdrawn"),
    ("answered", "Newly answered"),
    ("not-applicable", "Newly not applicable"),
    ("evidence-changed", "Evidence changed or refreshed"),
    (ASKED_NO_LONGER, "Answered, asked no longer"),
];

/// Not a change of the answer, and so no word of `answer_change`: nobody took it back, the question went.
const ASKED_NO_LONGER: &str = "asked-no-longer";

/// Groups of which the numbers alone are of interest.
const QUIET: &[(&str, &str)] =
    &[("reconfirmed", "Confirmed again, unchanged"), ("unchanged", "Unchanged"), ("none", "No answer")];

impl DiffReport {
    fn title(&self) -> String {
        format!("{} ({})", self.name, self.ods_code)
    }

    fn line(&self) -> String {
        let judged = if self.old.as_of == self.new.as_of {
            format!("both judged on {}", words_of_day(&self.new.as_of))
        } else {
            format!("judged on {} and on {}", words_of_day(&self.old.as_of), words_of_day(&self.new.as_of))
        };
        format!("{}, {} to {}, {judged}", self.standard_title, self.old.label, self.new.label)
    }

    /// "Standards Met, then Standards Exceeded" in the words of the standard.
    fn level_line(&self) -> String {
        let name = |label: &Option<String>| label.clone().unwrap_or_else(|| "no level".to_owned());
        let (old, new) = (name(&self.old.level_label), name(&self.new.level_label));
        if self.level.old == self.level.new { format!("{new}, as before") } else { format!("{new}; before: {old}") }
    }

    /// How the questions changed, in one sentence.
    fn items_line(&self) -> String {
        let of = |word: &str| self.summary.items.get(word).copied().unwrap_or(0);
        let mut parts = Vec::new();
        for (count, words) in [
            (of("new"), "new"),
            (of("retired"), "retired"),
            (self.summary.reworded, "reworded"),
            (of("renumbered"), "renumbered"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {words}"));
            }
        }
        let same = of("same");
        if parts.is_empty() {
            format!("{same}, all the same")
        } else {
            format!("{}; {same} the same", parts.join(", "))
        }
    }

    /// How the answers changed, in one sentence.
    fn answers_line(&self) -> String {
        let mut parts: Vec<String> = GROUPS
            .iter()
            .chain(QUIET)
            .filter_map(|(word, _)| {
                let count = self.of_change(word).count();
                let words = match *word {
                    "answered" => "newly answered",
                    "not-applicable" => "newly not applicable",
                    "evidence-changed" => "with other or newer evidence",
                    "reconfirmed" => "confirmed again",
                    ASKED_NO_LONGER => "answered and asked no longer",
                    "none" => "without an answer",
                    other => other,
                };
                (count > 0).then(|| format!("{count} {words}"))
            })
            .collect();
        let all = std::mem::take(&mut parts).join(", ");
        match self.summary.carried {
            0 => all,
            carried => format!("{all}; {carried} in all carried over and not confirmed"),
        }
    }

    fn of_change<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a DiffItem> {
        self.items.iter().filter(move |item| item.group() == word)
    }

    /// New, retired and reworded questions, and those that another level asks for now.
    fn changed_questions(&self) -> impl Iterator<Item = &DiffItem> {
        self.items.iter().filter(|item| {
            matches!(item.item_change.as_str(), "new" | "retired")
                || item.reworded
                || item.kind_changed
                || !(item.newly_required.is_empty() && item.no_longer_required.is_empty())
        })
    }

    /// How items are joined, and what the question sets rest on.
    fn notes(&self) -> Vec<String> {
        let mut notes = vec!["Items are joined by concept, never by number.".to_owned()];
        notes.extend([&self.old, &self.new].map(|side| side.provenance.clone()));
        notes.dedup();
        notes.extend(self.remark.clone());
        notes
    }
}

impl DiffItem {
    /// The part of the document that it stands in.
    fn group(&self) -> &str {
        let is_answered = self.old_answer.as_ref().is_some_and(AnswerReport::is_answered);
        if self.new_number.is_none() && is_answered { ASKED_NO_LONGER } else { &self.answer_change }
    }

    /// What is said otherwise; where nothing is asked any longer, all that was said.
    fn said(&self) -> Vec<Difference> {
        match &self.old_answer {
            Some(answer) if self.group() == ASKED_NO_LONGER => answer.parts(),
            _ => self.differences.clone(),
        }
    }

    /// "1.3.1", or "1.2.1 → 1.3.1".
    fn numbers(&self) -> String {
        match (&self.old_number, &self.new_number) {
            (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
            (old, new) => new.as_ref().or(old.as_ref()).cloned().unwrap_or_default(),
        }
    }

    fn question(&self) -> &str {
        self.new_question.as_deref().or(self.old_question.as_deref()).unwrap_or_default()
    }

    /// What became of the question, in words; nothing where it is the same.
    fn question_words(&self) -> String {
        let mut words = Vec::new();
        match self.item_change.as_str() {
            "new" => words.push("new".to_owned()),
            "retired" => words.push("asked no longer".to_owned()),
            "renumbered" => words.push("renumbered".to_owned()),
            _ => {}
        }
        if self.reworded {
            words.push("reworded".to_owned());
        }
        if self.kind_changed {
            words.push("asks for another kind of answer".to_owned());
        }
        if !self.newly_required.is_empty() && self.item_change != "new" {
            words.push(format!("now asked for at {}", self.newly_required_labels.join(" and ")));
        }
        if !self.no_longer_required.is_empty() && self.item_change != "retired" {
            words.push(format!("no longer asked for at {}", self.no_longer_required_labels.join(" and ")));
        }
        words.join(", ")
    }

    /// "reviewed 4 February 2026 by jo@sunrise.example", "carried from 2024-25, not confirmed".
    fn word_line(&self) -> String {
        let of = if self.group() == ASKED_NO_LONGER { &self.old_answer } else { &self.new_answer };
        let Some(answer) = of else { return String::new() };
        if let Some(from) = &answer.carried_from {
            return format!("carried from {from}, not confirmed");
        }
        let by = answer.reviewed_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        answer.reviewed.as_ref().map(|day| format!("reviewed {}{by}", words_of_day(day))).unwrap_or_default()
    }

    fn documents(&self) -> Vec<(&'static str, &str)> {
        self.evidence.documents()
    }
}

impl AnswerReport {
    fn is_answered(&self) -> bool {
        let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        let documents = !self.evidence.is_empty();
        self.tick.is_some() || said(&self.text) || self.date.is_some() || said(&self.not_applicable) || documents
    }

    /// Everything that it says, as what is gone.
    fn parts(&self) -> Vec<Difference> {
        let tick = self.tick.map(|tick| if tick { "yes" } else { "no" }.to_owned());
        let fields = [
            ("tick", &tick),
            ("text", &self.text),
            ("not_applicable", &self.not_applicable),
            ("comment", &self.comment),
            ("date", &self.date),
            ("count", &self.count),
        ];
        let documents = self.evidence.iter().map(|label| ("evidence", label));
        fields
            .into_iter()
            .filter_map(|(field, text)| Some((field, text.as_ref()?)))
            .chain(documents)
            .map(|(field, text)| Difference {
                field: field.to_owned(),
                old: Some(text.clone()),
                new: None,
                runs: Vec::new(),
            })
            .collect()
    }
}

impl Evidence {
    /// The documents, each with a sign: new, gone, refreshed.
    pub(super) fn documents(&self) -> Vec<(&'static str, &str)> {
        [("added", &self.added), ("gone", &self.removed), ("refreshed", &self.refreshed)]
            .into_iter()
            .flat_map(|(word, labels)| labels.iter().map(move |label| (word, label.as_str())))
            .collect()
    }
}

impl Difference {
    pub(super) fn title(&self) -> &'static str {
        match self.field.as_str() {
            "tick" => "Ticked",
            "text" => "Answer",
            "date" => "Date",
            "count" => "Count",
            "not_applicable" => "Not applicable because",
            "evidence" => "Document",
            _ => "Comment",
        }
    }
}

fn words_of_day(day: &str) -> String {
    day.parse().map_or_else(|_| day.to_owned(), in_words)
}
