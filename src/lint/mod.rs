//! Rules over a workspace.
//!
//! # How to add a rule
//!
//! Two files and one line: `rules/<group>/<name>.rs` with `pub(super) static RULE` and, where it is more than a name
//! for a fault of reading, a check; `rules/<group>/<name>.md`, its page, whose examples are its tests; and its name in
//! the list of `rules/mod.rs`. A test says when one of them is forgotten.
//!
//! A check is a pure function of its context. It returns early until it is certain, then reports a pointer and never a
//! formatted place; spans are looked up when the finding is emitted. Where two rules could see the same fault, the more
//! specific one speaks and the other looks away.
//!
//! # How to word a finding
//!
//! The message says what is wrong in one plain sentence without a full stop and quotes as little as it needs; the help
//! says what to write or do instead. Name items by their number, people's words before the program's.

pub mod baseline;
pub mod block;
pub mod fix;
pub mod ledger;
pub mod neighbours;
pub mod rules;
mod run;
mod sink;

pub use ledger::{Changed, Ledger, Published};
pub use rules::sensitive::KnownLines;
pub use run::{
    Known, LintResult, Setting, history_of, ignore_of, lint, not_judged, rule, rule_names, standard_at_hand,
    unreadable, worst,
};
pub use sink::{At, Draft, Sink};

use crate::assess::{Assessment, Edition, Standing};
use crate::bank::Banks;
use crate::diagnostic::Severity;
use crate::model::{ActionPlan, Answer, Answers, History, Item, Organisation, Standard};
use crate::source::Pointer;
use crate::tree::Tree;
use crate::workspace::{Editioned, FileId, Workspace};
use jiff::civil::{Date, DateTime};
use neighbours::Neighbours;

/// What a group of rules looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Files,
    Answers,
    Evidence,
    Organisation,
    Plan,
    Ledger,
    Sensitive,
    Time,
    Lint,
}

impl Group {
    pub const ALL: [Self; 9] = [
        Self::Files,
        Self::Answers,
        Self::Evidence,
        Self::Organisation,
        Self::Plan,
        Self::Ledger,
        Self::Sensitive,
        Self::Time,
        Self::Lint,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Answers => "answers",
            Self::Evidence => "evidence",
            Self::Organisation => "organisation",
            Self::Plan => "plan",
            Self::Ledger => "ledger",
            Self::Sensitive => "sensitive",
            Self::Time => "time",
            Self::Lint => "lint",
        }
    }
}

/// How a rule is checked.
#[derive(Clone, Copy)]
pub enum Check {
    /// Found while a file is read, decoded or ignored: there is nothing to run.
    Reading,
    /// Once for the workspace.
    Workspace(fn(&Context<'_>, &mut Sink<'_>)),
    /// For each edition that is judged in full.
    Edition(fn(&Context<'_>, &Judged<'_>, &mut Sink<'_>)),
}

/// A rule: everything that lists, documentation and outputs know of it.
pub struct Rule {
    /// A kebab-case statement of the problem.
    pub name: &'static str,
    pub group: Group,
    /// As a rule; a check may report a single finding as milder or graver where the design says so.
    pub severity: Severity,
    /// One phrase for lists.
    pub summary: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    pub check: Check,
}

/// What a portfolio knows of a client that the client's own files do not say.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// All clients, this one among them.
    pub neighbours: &'a Neighbours,
    /// What need not be looked through in each client's files again.
    pub known: &'a KnownLines,
    /// What the portfolio calls this one, too.
    pub aliases: &'a [String],
    /// Where other clients with this one's code lie, from the portfolio.
    pub same_code: &'a [String],
}

/// What every check may look at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub tree: &'a dyn Tree,
    pub workspace: &'a Workspace,
    pub banks: &'a Banks,
    /// The standard's edition at hand; where none is, the newest known one of the default standard.
    pub standard: &'a Standard,
    /// Its dates.
    pub edition: &'a Edition,
    pub organisation: &'a Organisation,
    /// The organisation file, where it could be read.
    pub organisation_file: Option<FileId>,
    /// The edition at hand, where it has answers that could be read.
    pub at_hand: Option<&'a Judged<'a>>,
    pub history: &'a History,
    pub standing: &'a Standing,
    /// What git knows; empty outside git.
    pub ledger: &'a Ledger,
    /// The editions that are judged in full.
    pub in_full: &'a [&'a str],
    /// The other clients of a portfolio, where it is one of one.
    pub beside: Option<Beside<'a>>,
    /// By file, what of it is left to look through for names and for what must not be shown, where that is less than all.
    pub left: &'a [Option<String>],
    pub day: Date,
    /// The minute of `--as-of`.
    pub now: DateTime,
}

impl Context<'_> {
    /// Whether something was wrong with the shape of a top-level part of organisation.toml, so that rules about what
    /// is absent there keep silent.
    pub fn organisation_touched(&self, key: &str) -> bool {
        match &self.workspace.organisation {
            Some((file, decoded)) => {
                decoded.touched.contains(key) || self.workspace.file(*file).document.damaged || !decoded.readable
            }
            None => true,
        }
    }

    /// What of a file is left to look through, where that is less than all.
    pub fn left_of(&self, file: FileId) -> Option<&str> {
        self.left.get(file.0)?.as_deref()
    }

    /// Whether a file is judged by more than the group *files*: those of other editions are not.
    pub fn is_judged(&self, file: FileId) -> bool {
        let workspace = self.workspace;
        let answers = workspace.answers.iter().find(|answers| answers.file == file).map(|answers| &answers.edition);
        let plan = || workspace.plans.iter().find(|plan| plan.file == file).map(|plan| &plan.edition);
        let at_hand = workspace.edition.as_ref();
        answers.or_else(plan).is_none_or(|edition| Some(edition) == at_hand || self.in_full.contains(&edition.as_str()))
    }

    /// Whether one of some e-mail addresses or names is a member's or role holder's, case aside.
    pub fn knows_person(&self, who: &str) -> bool {
        let who = who.trim();
        let same =
            |known: &str| known.trim().eq_ignore_ascii_case(who) || known.trim().to_lowercase() == who.to_lowercase();
        self.organisation.members.iter().any(|member| same(&member.email) || same(&member.name))
            || self
                .organisation
                .roles
                .values()
                .any(|role| role.email.as_deref().is_some_and(same) || role.name.as_deref().is_some_and(same))
    }
}

/// An edition judged in full: its answers against its own bank.
pub struct Judged<'a> {
    pub standard: &'a Standard,
    pub edition: Edition,
    pub answers: &'a Editioned<Answers>,
    pub plan: Option<&'a Editioned<ActionPlan>>,
    pub assessment: Assessment,
    /// Every answer with its item, joined once for all rules.
    pub pairs: Vec<(&'a Item, &'a Answer)>,
    /// Whether the answers file had parts that could not be read: rules about what is absent keep silent.
    pub damaged: bool,
}

impl<'a> Judged<'a> {
    pub fn file(&self) -> FileId {
        self.answers.file
    }

    /// The answers that are the organisation's own words: with their items, without what is merely carried over.
    pub fn answered(&self) -> impl Iterator<Item = (&'a Item, &'a Answer)> {
        self.every().filter(|(_, answer)| answer.carried_from.is_none())
    }

    /// Every answer with its item, carried ones too, in the standard's order.
    pub fn every(&self) -> impl Iterator<Item = (&'a Item, &'a Answer)> {
        self.pairs.iter().copied()
    }

    pub fn answer(&self, number: &str) -> Option<&'a Answer> {
        self.answers.decoded.value.answers.get(number)
    }

    /// Whether something was wrong with the shape of an item's answer already.
    pub fn is_touched(&self, number: &str) -> bool {
        self.answers.decoded.touched.contains(number)
    }

    /// The place of an answer's table.
    pub fn at(&self, number: &str) -> At {
        At::value(self.answers.file, Pointer::answer(number))
    }

    /// The place of a key's value in an answer.
    pub fn at_key(&self, number: &str, key: &'static str) -> At {
        At::value(self.answers.file, Pointer::answer(number).key(key))
    }

    /// Whether the level aimed at asks for an item.
    pub fn is_asked(&self, item: &Item) -> bool {
        self.standard.asks(self.assessment.aim, item)
    }
}
