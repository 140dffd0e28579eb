//! `[[item]]`: one question with all that is said of it.

use super::Reader;
use crate::model::Period;
use crate::model::standard::{
    Exemption, Grade, Item, ItemKind, Lineage, LineageChange, NotApplicable, Provenance, Standard, Window, WindowOf,
    WindowStart,
};
use crate::source::Fault;
use crate::source::decode::Fields;
use jiff::civil::Date;

pub(super) const KEYS: &[&str] = &[
    "number",
    "number_alt",
    "concept",
    "question",
    "complete",
    "subject",
    "wording_note",
    "section",
    "node",
    "kind",
    "group",
    "negative",
    "required_for",
    "guidance",
    "evidence",
    "not_applicable",
    "window",
    "threshold",
    "format",
    "shareable",
    "exempt",
    "lineage",
    "provenance",
];
const EXEMPT_KEYS: &[&str] = &["fact", "is", "certification", "reason"];
const PROVENANCE_KEYS: &[&str] =
    &["wording", "number", "level", "sources", "wording_inference", "number_inference", "level_inference"];

impl<'d> Reader<'d, '_> {
    pub(super) fn item(&mut self, fields: &Fields<'d>, standard: &mut Standard) {
        let number = self.needed(fields, "number");
        let concept = self.needed(fields, "concept");
        let question = self.needed(fields, "question");
        let section_title = self.needed(fields, "section");
        let section = standard.sections.iter().position(|title| *title == section_title).unwrap_or_else(|| {
            if !section_title.is_empty() {
                self.unresolved(Self::span_of(fields, "section"), "section", &section_title);
            }
            0
        });
        if standard.sections.is_empty() {
            standard.sections.push(section_title);
        }
        let node = fields.text("node", self.faults).and_then(|id| {
            let found = standard.nodes.iter().position(|node| node.id == id);
            if found.is_none() {
                self.unresolved(Self::span_of(fields, "node"), "node", &id);
            }
            found
        });
        let kind = match fields.word("kind", ItemKind::WORDS, self.faults) {
            Some("text") => ItemKind::Text,
            Some("document") => ItemKind::Document,
            Some("date") => ItemKind::Date,
            Some(_) => ItemKind::Tick,
            None => {
                if !fields.has("kind") {
                    fields.missing("kind", "one of tick, text, document, date", self.faults);
                }
                ItemKind::Tick
            }
        };
        let required_for = fields.texts("required_for", self.faults);
        for level in &required_for {
            if standard.level_index(level).is_none() {
                self.unresolved(Self::span_of(fields, "required_for"), "level", level);
            }
        }
        let complete = fields.flag("complete", self.faults).unwrap_or(true);
        let subject = fields.text("subject", self.faults);
        if !complete && subject.is_none() && !fields.has("subject") {
            fields.missing("subject", "an item whose wording is incomplete names its subject", self.faults);
        }
        let exempt = self
            .tables(fields, "exempt", EXEMPT_KEYS)
            .into_iter()
            .filter_map(|inner| {
                let when = self.profile_test(&inner, standard);
                let reason = self.needed(&inner, "reason");
                inner.finish(self.faults);
                Some(Exemption { when: when?, reason })
            })
            .collect();
        let item = Item {
            number_alt: fields.text("number_alt", self.faults),
            question,
            complete,
            subject,
            wording_note: fields.text("wording_note", self.faults),
            section,
            node,
            kind,
            group: fields.text("group", self.faults),
            negative: fields.flag("negative", self.faults).unwrap_or(false),
            required_for,
            guidance: fields.text("guidance", self.faults),
            evidence: fields.texts("evidence", self.faults),
            not_applicable: self.not_applicable(fields),
            window: self.window(fields),
            threshold: fields.share("threshold", self.faults),
            format: fields.text("format", self.faults),
            shareable: fields.flag("shareable", self.faults).unwrap_or(true),
            exempt,
            lineage: self.lineage(fields, standard),
            provenance: self.provenance(fields, standard),
            number,
            concept,
        };
        let at = standard.items.len();
        if standard.by_number.insert(item.number.clone(), at).is_some() {
            self.repeated(Self::span_of(fields, "number"), "number", &item.number);
        }
        if standard.by_concept.insert(item.concept.clone(), at).is_some() {
            self.repeated(Self::span_of(fields, "concept"), "concept", &item.concept);
        }
        standard.items.push(item);
    }

    fn grade(&mut self, fields: &Fields<'d>, key: &str) -> Option<Grade> {
        fields.word(key, Grade::WORDS, self.faults).map(|word| match word {
            "verbatim" => Grade::Verbatim,
            "secondary" => Grade::Secondary,
            _ => Grade::Inferred,
        })
    }

    fn not_applicable(&mut self, fields: &Fields<'d>) -> Option<NotApplicable> {
        let inner = fields.fields("not_applicable", &["when", "write", "grade"], self.faults)?;
        let given = NotApplicable {
            when: inner.text("when", self.faults),
            write: inner.text("write", self.faults),
            grade: self.grade(&inner, "grade"),
        };
        inner.finish(self.faults);
        Some(given)
    }

    fn window(&mut self, fields: &Fields<'d>) -> Option<Window> {
        let inner = fields.fields("window", &["period", "since", "of", "from", "grade"], self.faults)?;
        let period = inner.text("period", self.faults);
        let since: Option<Date> = inner.date("since", self.faults);
        let of = match inner.word("of", &["review", "events"], self.faults) {
            Some("events") => WindowOf::Events,
            _ => WindowOf::Review,
        };
        let grade = self.grade(&inner, "grade");
        let from_publication = inner.word("from", &["publication"], self.faults).is_some();
        let start = match (period, since) {
            (Some(period), None) => Period::parse(&period).map(WindowStart::Period).or_else(|| {
                self.faults.push(
                    Fault::new(
                        "wrong-type",
                        Self::span_of(&inner, "period"),
                        format!("`{period}` is no ISO 8601 duration"),
                    )
                    .help("write P1Y, P6M, P90D and the like"),
                );
                None
            }),
            (None, Some(since)) => Some(WindowStart::Since(since)),
            (None, None) if inner.has("period") || inner.has("since") => None,
            _ => {
                inner.missing("period", "a window has either a period or a day it begins at, `since`", self.faults);
                None
            }
        };
        inner.finish(self.faults);
        Some(Window { start: start?, of, from_publication, grade })
    }

    fn lineage(&mut self, fields: &Fields<'d>, standard: &Standard) -> Option<Lineage> {
        let inner = fields.fields("lineage", &["change", "was", "reworded", "newly_required"], self.faults)?;
        let change = match inner.word("change", LineageChange::WORDS, self.faults) {
            Some("same") => LineageChange::Same,
            Some("renumbered") => LineageChange::Renumbered,
            Some("split") => LineageChange::Split,
            Some("merged") => LineageChange::Merged,
            Some(_) => LineageChange::New,
            None => {
                if !inner.has("change") {
                    inner.missing("change", "one of same, renumbered, new, split, merged", self.faults);
                }
                LineageChange::New
            }
        };
        let newly_required = inner.texts("newly_required", self.faults);
        for level in &newly_required {
            if standard.level_index(level).is_none() {
                self.unresolved(Self::span_of(&inner, "newly_required"), "level", level);
            }
        }
        let lineage = Lineage {
            change,
            was: inner.text("was", self.faults),
            reworded: inner.flag("reworded", self.faults).unwrap_or(false),
            newly_required,
        };
        inner.finish(self.faults);
        Some(lineage)
    }

    fn provenance(&mut self, fields: &Fields<'d>, standard: &Standard) -> Provenance {
        let unknown = || Provenance {
            wording: Grade::Inferred,
            number: Grade::Inferred,
            level: Grade::Inferred,
            wording_inference: None,
            number_inference: None,
            level_inference: None,
            sources: Vec::new(),
        };
        let Some(inner) = fields.fields("provenance", PROVENANCE_KEYS, self.faults) else {
            if !fields.has("provenance") {
                fields.missing(
                    "provenance",
                    "say how sure wording, number and level are, and from which sources",
                    self.faults,
                );
            }
            return unknown();
        };
        let mut grade = |key: &str| self.grade(&inner, key).unwrap_or(Grade::Inferred);
        let (wording, number, level) = (grade("wording"), grade("number"), grade("level"));
        let provenance = Provenance {
            wording,
            number,
            level,
            wording_inference: inner.text("wording_inference", self.faults),
            number_inference: inner.text("number_inference", self.faults),
            level_inference: inner.text("level_inference", self.faults),
            sources: self.sources(&inner, standard),
        };
        inner.finish(self.faults);
        provenance
    }
}
