//! Shared answers that no organisation can take over, whatever its own file says.
//!
//! What only some organisations lack (a role that is vacant, an optional number) is no fault of the library; what no
//! edition at hand asks, what no item takes and what no file can fill in is.

use super::{LibraryFile, Subject, render};
use crate::bank::Banks;
use crate::model::library::SharedAnswer;
use crate::model::{Item, ItemKind, Organisation, RoleHolder, Standard};
use crate::source::{Fault, Pointer};
use std::sync::Arc;

const RULE: &str = "library-answer-unusable";
const NOT_SHAREABLE: &str = "library-answer-not-shareable";

impl LibraryFile {
    /// The answers that can be written into nobody's file, each with the reason. Nothing of a file whose shape is wrong,
    /// since that is told already.
    pub fn unusable(&self, banks: &Banks) -> Vec<Fault> {
        if self.fault().is_some() {
            return Vec::new();
        }
        let library = &self.decoded.value;
        let editions: Vec<Arc<Standard>> = banks
            .iter()
            .rev()
            .filter(|bank| bank.head.standard == library.standard)
            .filter_map(|bank| bank.standard().ok())
            .collect();
        let mut faults = Vec::new();
        let at_top = |key: &'static str, message: String, help: String| {
            Fault::new(RULE, self.document.span(&Pointer::root().key(key)), message).help(help)
        };
        let Some(newest) = editions.first() else {
            let message = format!("no question bank of the standard \"{}\" is at hand", library.standard);
            return vec![at_top("standard", message, "`dspt standards` lists those that are".to_owned())];
        };
        let own = editions.iter().find(|standard| standard.edition() == library.edition);
        if own.is_none() {
            let message = format!(
                "no question bank of {} {} is at hand: its numbers mean nothing",
                library.standard, library.edition
            );
            let help = format!("name an edition that is, such as {}, or key the answers by concept", newest.edition());
            faults.push(at_top("edition", message, help));
        }
        for (key, shared) in &library.answers {
            let meant: Vec<(&Standard, &Item)> = editions
                .iter()
                .flat_map(|standard| standard.items.iter().map(move |item| (&**standard, item)))
                .filter(|(standard, item)| self.is_about(banks, standard, item, key))
                .collect();
            match meant.first() {
                None if own.is_none() => {}
                None => faults.push(self.no_item(key, own.unwrap_or(newest))),
                Some((standard, _)) => faults.extend(self.no_use(key, shared, standard, &meant)),
            }
        }
        faults
    }

    fn no_item(&self, key: &str, standard: &Standard) -> Fault {
        let message = format!(
            "\"{key}\" is no item of {} {} and no concept of any edition at hand",
            standard.id(),
            standard.edition()
        );
        Fault::new(RULE, self.document.key_span(&Pointer::answer(key)), message)
            .help(format!("`dspt questions --edition {}` lists the items", standard.edition()))
    }

    /// Why none of the items that are meant takes an answer; `standard` is the newest edition among theirs.
    fn no_use(
        &self,
        key: &str,
        shared: &SharedAnswer,
        standard: &Standard,
        meant: &[(&Standard, &Item)],
    ) -> Option<Fault> {
        let at = |part: &'static str| self.document.span(&Pointer::answer(key).key(part));
        if meant.iter().all(|(_, item)| !item.shareable) {
            let message = format!("{key} is not to be shared between organisations");
            return Some(
                Fault::new(NOT_SHAREABLE, self.document.key_span(&Pointer::answer(key)), message)
                    .help("take the answer out of the library: each organisation has its own"),
            );
        }
        let given = [
            ("tick", Some(ItemKind::Tick), shared.tick.is_some()),
            ("text", Some(ItemKind::Text), shared.text.is_some()),
            ("date", Some(ItemKind::Date), shared.date.is_some()),
            ("not_applicable", None, shared.not_applicable.is_some()),
        ];
        let mut given = given.into_iter().filter(|(.., is_given)| *is_given);
        let first = given.next();
        if let (Some((one, ..)), Some((other, ..))) = (first, given.next()) {
            let message = format!("{key} says two things at once, `{one}` and `{other}`");
            return Some(Fault::new(RULE, at(other), message).help("keep one of tick, text, date and not_applicable"));
        }
        match first {
            Some((part, Some(kind), _)) if meant.iter().all(|(_, item)| item.kind != kind) => {
                let asked = meant.first().map_or("", |(_, item)| item.kind.word());
                let message = format!("{key} is answered with a {asked}, and here is a {}", kind.word());
                return Some(Fault::new(RULE, at(part), message).help("write what the question asks for"));
            }
            Some((part, None, _)) if meant.iter().all(|(_, item)| item.not_applicable.is_none()) => {
                let message = format!("{key} applies to every organisation");
                return Some(Fault::new(RULE, at(part), message).help("answer the question instead"));
            }
            _ => {}
        }
        let specimen = specimen(standard);
        let subject = Subject { organisation: &specimen, standard };
        let error = render(self, key, shared, &subject).err()?;
        // A file that cannot be read has a finding of its own.
        let is_file = self.digests_of(shared).any(Result::is_err);
        let help = error.help.unwrap_or("`{{ organisation.name }}` is how a name is written");
        error.span.filter(|_| !is_file).map(|span| Fault::new(RULE, span, error.message).help(help))
    }
}

/// An organisation whose file says everything that it may say.
fn specimen(standard: &Standard) -> Organisation {
    let said = || Some("x".to_owned());
    let mut organisation = Organisation {
        name: "x".to_owned(),
        ods_code: "x".to_owned(),
        sector: said(),
        cqc_provider_id: said(),
        ..Organisation::default()
    };
    let holder = || RoleHolder { name: said(), email: said() };
    organisation.roles = standard.roles.iter().map(|role| (role.key.clone(), holder())).collect();
    organisation.profile.facts = standard.facts.iter().map(|fact| (fact.key.clone(), "x".to_owned())).collect();
    organisation
}
