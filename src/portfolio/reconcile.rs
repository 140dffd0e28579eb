//! Whether the public record of the national web site says what a client's repository says.
//!
//! What the repository says is its newest publication: a record of ours or what was noted of the web site. Of a client
//! who never published it is what the answers come to. Rows are joined by code alone, never by name.

use super::Client;
use super::judge::{Setting, unclear};
use super::tree::ClientTree;
use crate::assess::{Case, assess};
use crate::bank::{BankError, Banks};
use crate::lint;
use crate::model::{Organisation, Standard, ToolkitEntry};
use crate::workspace::{ORGANISATION_FILE, Scope, Workspace};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// The words of the public record, from the banks of a standard: levels and other statuses, by their folded label.
#[derive(Debug, Default)]
pub struct Words {
    known: HashMap<String, Word>,
    ranks: HashMap<String, usize>,
}

#[derive(Debug, Clone)]
struct Word {
    id: String,
    published: bool,
}

impl Words {
    /// The words of every edition of a standard, the newest first.
    pub fn of(banks: &Banks, standard: &str) -> Result<Self, BankError> {
        let mut words = Self::default();
        for bank in banks.iter().rev().filter(|bank| bank.head.standard == standard) {
            words.add(&*bank.standard()?);
        }
        Ok(words)
    }

    fn add(&mut self, standard: &Standard) {
        for (rank, level) in standard.levels.iter().enumerate() {
            self.ranks.entry(level.id.clone()).or_insert(rank + 1);
            let word = Word { id: level.id.clone(), published: true };
            self.known.entry(folded(&level.label)).or_insert_with(|| word.clone());
            self.known.entry(folded(&level.id)).or_insert(word);
        }
        for status in &standard.statuses {
            let word = Word { id: status.id.clone(), published: status.published };
            self.known.entry(folded(&status.label)).or_insert_with(|| word.clone());
            self.known.entry(folded(&status.id)).or_insert(word);
        }
    }

    /// What a status of the public record says, such as a short year and a level's name.
    pub fn read(&self, status: &str) -> Said {
        let status = status.trim();
        let (edition, rest) = edition(status).map_or((None, status), |(edition, rest)| (Some(edition), rest));
        match self.known.get(&folded(rest)) {
            Some(word) if word.published => Said { edition, level: Some(word.id.clone()), published: true },
            Some(_) => Said { edition, level: None, published: false },
            None => Said { edition, level: None, published: !folded(rest).is_empty() },
        }
    }

    /// The place of a level among the levels; a status that is no level stands below all.
    fn rank(&self, level: &str) -> usize {
        self.ranks.get(level).copied().unwrap_or(0)
    }
}

/// Letters and digits in lower case.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The edition that a status begins with, written `YY/YY` or `YYYY/YY`, and what follows it.
fn edition(status: &str) -> Option<(String, &str)> {
    let (first, rest) = status.split_once(['/', '-'])?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let second = rest.get(..2).filter(|second| digits(second))?;
    let first = match first.len() {
        2 if digits(first) => format!("20{first}"),
        4 if digits(first) => first.to_owned(),
        _ => return None,
    };
    let follows = (first[2..].parse::<u8>().ok()? + 1) % 100 == second.parse::<u8>().ok()?;
    follows.then(|| (format!("{first}-{second}"), rest[2..].trim_start()))
}

/// What a status says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub edition: Option<String>,
    /// The id of a level or another word of something published; none too where the word is not known.
    pub level: Option<String>,
    /// Whether something is published, known word or not.
    pub published: bool,
}

/// A code as it is compared: without case, spaces around it, and what the web site's keepers add to closed ones. Whether
/// anything but case was taken off.
pub fn code(found: &str) -> (String, bool) {
    let plain = found.trim().to_uppercase();
    let bare = plain.strip_suffix("CLOSED").map(|bare| bare.trim_end_matches([' ', '-', '_', '(', '/']));
    match bare.filter(|bare| !bare.is_empty()) {
        Some(bare) => (bare.to_owned(), true),
        None => (plain, false),
    }
}

/// A row of the public record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    /// As found, like `name` and `status`.
    pub code: String,
    pub name: String,
    pub status: String,
    pub date: Option<Date>,
    pub said: Said,
    /// Whether the code had something added to it.
    dirty: bool,
}

impl Public {
    /// Whether something can be noted of it: a known word, with edition and day.
    pub fn entry(&self, seen: Date) -> Option<ToolkitEntry> {
        Some(ToolkitEntry {
            edition: self.said.edition.clone()?,
            level: self.said.level.clone()?,
            date: self.date?,
            seen: Some(seen),
            source: Some("public search".to_owned()),
            record: None,
            void: None,
        })
    }
}

/// The public record, by code.
#[derive(Debug, Default)]
pub struct Record {
    rows: BTreeMap<String, Public>,
}

impl Record {
    /// Adds a row. Of several rows of one code the one with the code as it should be counts, then the newest.
    pub fn add(&mut self, words: &Words, found: &str, name: &str, status: &str, date: Option<Date>) {
        let (key, dirty) = code(found);
        let said = words.read(status);
        let row =
            Public { code: found.to_owned(), name: name.to_owned(), status: status.to_owned(), date, said, dirty };
        let newness = |row: &Public| (!row.dirty, row.said.published, row.said.edition.clone(), row.date);
        match self.rows.get(&key) {
            Some(known) if newness(known) >= newness(&row) => {}
            _ => drop(self.rows.insert(key, row)),
        }
    }

    /// The row of the first of some codes that has one.
    pub fn find<'c>(&self, codes: impl IntoIterator<Item = &'c String>) -> Option<(&str, &Public)> {
        codes.into_iter().find_map(|own| self.rows.get_key_value(&code(own).0)).map(|(key, row)| (key.as_str(), row))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Public)> {
        self.rows.iter().map(|(key, row)| (key.as_str(), row))
    }
}

/// What a repository says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repository {
    pub level: Option<String>,
    pub edition: Option<String>,
    /// `record` or `toolkit` where that was published, `answers` where it is what the answers come to.
    pub source: Option<&'static str>,
}

/// A client as far as it is compared.
#[derive(Debug, Clone, Default)]
pub struct Own {
    pub ods_code: Option<String>,
    pub name: Option<String>,
    /// Its code, then those it had before.
    pub codes: Vec<String>,
    pub standard: Option<String>,
    pub repository: Repository,
    /// What was noted of the web site so far.
    pub noted: Vec<ToolkitEntry>,
    /// Edition, number, level and day of our records.
    pub records: Vec<(String, String, String, Date)>,
    pub error: Option<String>,
}

impl Own {
    /// What is to be noted of a row of the public record; none where it is noted already, or is no publication, or of a
    /// day to come.
    pub fn to_note(&self, public: &Public, seen: Date, day: Date) -> Option<ToolkitEntry> {
        let mut entry = public.entry(seen).filter(|entry| entry.date <= day)?;
        // What was noted and declared void stays so: a person said that it is wrong.
        let same = |known: &ToolkitEntry| {
            known.edition == entry.edition && known.level == entry.level && known.date == entry.date
        };
        if self.noted.iter().any(same) {
            return None;
        }
        let last = self.records.iter().filter(|(edition, _, _, date)| *edition == entry.edition && *date <= entry.date);
        if let Some((edition, number, level, _)) = last.max_by_key(|(_, number, _, date)| (*date, number.clone())) {
            let id = format!("{edition}/{number}");
            let is_noted = self.noted.iter().any(|it| it.void.is_none() && it.record.as_ref() == Some(&id));
            entry.record = (*level == entry.level && !is_noted).then_some(id);
        }
        Some(entry)
    }
}

/// Reads of a client what is compared.
pub fn own(client: &Client, setting: Setting<'_>) -> Own {
    let tree = ClientTree::new(&client.root, false);
    let workspace = Workspace::load(&tree, Scope::Edition(setting.edition));
    let mut own = Own::default();
    let nobody = Organisation::default();
    let organisation = workspace.organisation.as_ref().map_or(&nobody, |(_, decoded)| &decoded.value);
    let said = |text: &String| (!text.is_empty()).then(|| text.clone());
    own.ods_code = said(&organisation.ods_code);
    own.name = said(&organisation.name);
    own.codes.extend(own.ods_code.iter().cloned().chain(organisation.former_codes.iter().cloned()));
    own.error = match own.ods_code {
        _ if workspace.organisation.is_none() => Some(format!("there is no {ORGANISATION_FILE} in {}", client.path)),
        _ if unclear(&workspace).is_some() => unclear(&workspace),
        None => Some(format!("{ORGANISATION_FILE} names no ods_code")),
        Some(_) => say(&mut own, &workspace, organisation, client, setting).err(),
    };
    own
}

fn say(
    own: &mut Own,
    workspace: &Workspace,
    organisation: &Organisation,
    client: &Client,
    setting: Setting<'_>,
) -> Result<(), String> {
    let banks = setting.banks_of(&client.root, workspace)?;
    let standard = lint::standard_at_hand(workspace, &banks).ok_or("no question bank is at hand")?;
    let standard = standard.map_err(|error| error.to_string())?;
    own.standard = Some(standard.id().to_owned());
    own.noted = workspace.toolkit.iter().flat_map(|(_, it)| it.value.iter().flatten().cloned()).collect();
    own.records = workspace
        .records
        .iter()
        .map(|(_, record)| (record.edition.clone(), record.number.clone(), record.level.clone(), record.date))
        .collect();
    let history = lint::history_of(workspace, &standard);
    let day = setting.now.date();
    let newest = history.until(day).max_by(|a, b| (&a.edition, a.date).cmp(&(&b.edition, b.date)));
    if let Some(newest) = newest {
        own.repository = Repository {
            level: Some(newest.level.clone()),
            edition: Some(newest.edition.clone()),
            source: Some(newest.source.word()),
        };
        return Ok(());
    }
    own.repository.edition.clone_from(&workspace.edition);
    let at_hand = workspace.answers.iter().find(|answers| Some(&answers.edition) == workspace.edition.as_ref());
    if let Some(answers) = at_hand.filter(|answers| answers.edition == standard.edition()) {
        let reached = assess(Case {
            standard: &standard,
            organisation,
            answers: &answers.decoded.value,
            plan: None,
            plan_document: false,
            history: &history,
            day,
        })
        .reached;
        own.repository.level = reached.map(|level| standard.levels[level].id.clone());
        own.repository.source = reached.map(|_| "answers");
    }
    Ok(())
}

/// How a repository and the public record stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    PublicAhead,
    RepositoryAhead,
    NotInPublic,
    NotInPortfolio,
    Agrees,
}

impl Verdict {
    pub const ALL: [Self; 5] =
        [Self::PublicAhead, Self::RepositoryAhead, Self::NotInPublic, Self::NotInPortfolio, Self::Agrees];

    pub fn word(self) -> &'static str {
        ["public-ahead", "repository-ahead", "not-in-public", "not-in-portfolio", "agrees"][self as usize]
    }
}

/// The verdict on a client. A newer edition is ahead of an older one whatever the level; within one the level decides.
pub fn verdict(words: &Words, here: &Repository, there: Option<&Public>) -> Verdict {
    let Some(there) = there.map(|public| &public.said) else { return Verdict::NotInPublic };
    match (&here.level, there.published) {
        (None, false) => Verdict::Agrees,
        (None, true) => Verdict::PublicAhead,
        (Some(_), false) => Verdict::RepositoryAhead,
        (Some(level), true) => {
            let by_edition = match (&here.edition, &there.edition) {
                (Some(here), Some(there)) => here.cmp(there),
                _ => std::cmp::Ordering::Equal,
            };
            let by_level = || match &there.level {
                Some(there) if there == level => std::cmp::Ordering::Equal,
                // A word that nobody here knows, or one of two that are no levels: somebody has to look.
                Some(there) if words.rank(level) > words.rank(there) => std::cmp::Ordering::Greater,
                _ => std::cmp::Ordering::Less,
            };
            match by_edition.then_with(by_level) {
                std::cmp::Ordering::Less => Verdict::PublicAhead,
                std::cmp::Ordering::Equal => Verdict::Agrees,
                std::cmp::Ordering::Greater => Verdict::RepositoryAhead,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let banks = Banks::shipped();
        Words::of(&banks, banks.default_standard()).unwrap()
    }

    #[test]
    fn statuses_of_every_year_are_understood() {
        let words = words();
        let read = |status: &str| {
            let said = words.read(status);
            (said.edition, said.level, said.published)
        };
        let some = |edition: &str, level: &str| (Some(edition.to_owned()), Some(level.to_owned()), true);
        assert_eq!(read("21/22 Standards Met"), some("2021-22", "standards-met"));
        assert_eq!(read(" 18/19  entry level "), some("2018-19", "entry-level"));
        assert_eq!(read("2024/25 Standards Exceeded"), some("2024-25", "standards-exceeded"));
        assert_eq!(
            read("19/20 Standards not fully met (plan agreed)"),
            some("2019-20", "standards-not-fully-met-plan-agreed")
        );
        assert_eq!(read("99/00 Approaching Standards"), some("2099-00", "approaching-standards"));
        assert_eq!(read("Standards Met"), (None, Some("standards-met".to_owned()), true));
        assert_eq!(read("Not Published"), (None, None, false));
        assert_eq!(read(""), (None, None, false));
        assert_eq!(read("25/26 Standards Dreamt Of"), (Some("2025-26".to_owned()), None, true));
    }

    #[test]
    fn dirty_codes_are_the_codes_they_were() {
        let clean = |text: &str| code(text);
        for (found, plain, dirty) in [
            ("8A738CLOSED", "8A738", true),
            ("VL0GTClosed", "VL0GT", true),
            ("an8h-CLOSED ", "AN8H", true),
            (" 8k167", "8K167", false),
            ("closed", "CLOSED", false),
            ("2004-04-01 00:00:00", "2004-04-01 00:00:00", false),
        ] {
            assert_eq!(clean(found), (plain.to_owned(), dirty), "{found}");
        }
    }

    #[test]
    fn the_row_with_the_clean_code_counts_then_the_newest() {
        let words = words();
        let mut record = Record::default();
        record.add(&words, "AN8HCLOSED", "new", "22/23 Standards Met", None);
        record.add(&words, "an8h", "old", "20/21 Standards Met", None);
        record.add(&words, "AN8H", "newer", "21/22 Standards Met", None);
        record.add(&words, "AN8H", "none", "Not Published", None);
        let found = record.find([&"A9X9".to_owned(), &"An8h".to_owned()]).unwrap();
        assert_eq!((found.0, found.1.name.as_str()), ("AN8H", "newer"));
        assert_eq!(record.iter().count(), 1);
    }

    #[test]
    fn verdicts_follow_edition_then_level() {
        let words = words();
        let judge = |here: Option<(&str, &str)>, there: Option<&str>| {
            let repository = Repository {
                level: here.map(|(_, level)| level.to_owned()),
                edition: here.map(|(edition, _)| edition.to_owned()),
                source: None,
            };
            let mut record = Record::default();
            if let Some(status) = there {
                record.add(&words, "A1B2", "", status, None);
            }
            verdict(&words, &repository, record.find([&"A1B2".to_owned()]).map(|(_, row)| row)).word()
        };
        let met = Some(("2024-25", "standards-met"));
        for (here, there, expected) in [
            (met, Some("24/25 Standards Met"), "agrees"),
            (met, Some("23/24 Standards Exceeded"), "repository-ahead"),
            (met, Some("25/26 Approaching Standards"), "public-ahead"),
            (met, Some("24/25 Standards Exceeded"), "public-ahead"),
            (met, Some("24/25 Approaching Standards"), "repository-ahead"),
            (met, Some("24/25 Entry Level"), "repository-ahead"),
            (met, Some("24/25 Standards Dreamt Of"), "public-ahead"),
            (met, Some("Not Published"), "repository-ahead"),
            (met, None, "not-in-public"),
            (None, None, "not-in-public"),
            (None, Some("Not Published"), "agrees"),
            (None, Some("18/19 Entry Level"), "public-ahead"),
            (Some(("2018-19", "entry-level")), Some("18/19 Entry Level"), "agrees"),
        ] {
            assert_eq!(judge(here, there), expected, "{here:?} {there:?}");
        }
    }
}
