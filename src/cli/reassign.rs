//! `dspt reassign`: hands what one person owns to another; texts that name the one are listed, not touched.

use super::commit::Commit;
use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::opened::Opened;
use super::style::{self, COMMAND, STRONG, paint};
use crate::diagnostic::render::one_line;
use crate::model::{Member, Organisation};
use crate::source::edit::{self, Change, Literal};
use crate::source::{Document, Kind, Node, Pointer, Span};
use crate::workspace::{File, Scope};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Debug, Args)]
pub struct Reassign {
    /// Who hands over: a member's e-mail address or name, or an owner as the files write it
    old: String,
    /// Who takes over: the e-mail address or name of a member
    new: String,
    /// Show what would change and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    commit: Commit,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `reassign --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReassignOutput {
    pub edition: String,
    /// Who hands over: address, or else as it was typed.
    pub old: String,
    /// The address of who takes over.
    pub new: String,
    /// Whether the files were changed.
    pub written: bool,
    pub changed: Vec<HandedOver>,
    /// Texts and roles that name who hands over; they are left as they are.
    pub named: Vec<Named>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct HandedOver {
    /// From the workspace.
    pub file: String,
    pub line: u32,
    /// `answer` or `action`.
    pub kind: String,
    /// The item's number.
    pub item: String,
    pub from: String,
    pub to: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Named {
    /// From the workspace.
    pub file: String,
    pub line: u32,
    /// Where in the file, such as `answers."9.9.9".text`.
    pub at: String,
}

/// Keys whose values say who did something on a day: that stays true.
const RECORDS: &[&str] = &["owner", "reviewed_by", "approved_by", "confirmed_by", "carried_from", "signing_key"];

pub fn run(context: &Context, args: &Reassign) -> Result<Outcome, Failure> {
    context.require_work_tree()?;
    let opened = context.open(Scope::Edition(context.global.edition.as_deref()))?;
    opened.require_sound(context)?;
    let organisation = opened.organisation();
    let old = old_owner(&organisation, &args.old)?;
    let new = new_owner(context, &organisation, &args.new)?;
    if is_same(&old.shown, &new.email) {
        return Err(Failure::new(format!("{} would hand over to nobody else", one_line(&new.email))));
    }
    let (edition, files) = at_hand(&opened)?;
    let mut changed = Vec::new();
    let mut left_done = 0;
    let mut written = Vec::new();
    for part in &files {
        let mut edits = Vec::new();
        for owned in part.owners.iter().filter(|owned| old.means(&owned.owner)) {
            if owned.is_done {
                left_done += 1;
                continue;
            }
            let pointer = part.pointer(&owned.item).key("owner");
            let to = if owned.owner.contains('@') || part.kind == "answer" || !is_alone(&organisation, &new.name) {
                new.email.trim()
            } else {
                new.name.trim()
            };
            changed.push(HandedOver {
                file: part.file.path.clone(),
                line: line(&part.file.document, part.file.document.span(&pointer)),
                kind: part.kind.to_owned(),
                item: owned.item.clone(),
                from: owned.owner.clone(),
                to: to.to_owned(),
            });
            edits.push(Change::Set(pointer, Literal::Text(to.to_owned())));
        }
        if !edits.is_empty() {
            let bytes = edit::apply(&part.file.document, &edits)
                .map_err(|error| Failure::new(format!("{}: {error}; nothing was written", part.file.path)))?;
            written.push((part.file.path.as_str(), bytes));
        }
    }
    // As the files have it, not as numbers sort.
    changed.sort_by_key(|handed| (handed.kind == "action", handed.line));
    let organisation_file = opened.workspace.organisation.as_ref().map(|(file, _)| opened.workspace.file(*file));
    let mut named = Vec::new();
    for file in files.iter().map(|part| part.file).chain(organisation_file) {
        naming(file, &old, &mut named);
    }
    let is_found = old.is_known || left_done > 0 || !(changed.is_empty() && named.is_empty());
    if !is_found {
        return Err(nobody(&old, &edition, &files));
    }
    if !args.dry_run {
        let files: Vec<(&str, &[u8])> = written.iter().map(|(path, bytes)| (*path, bytes.as_slice())).collect();
        let message = format!("Hand over from {} to {}", one_line(&old.called), one_line(&new.name));
        args.commit.save(context, &opened.root, &files, &message)?;
    }
    let output = ReassignOutput {
        edition,
        old: old.shown.clone(),
        new: new.email.trim().to_owned(),
        written: !args.dry_run && !written.is_empty(),
        changed,
        named,
    };
    match args.format {
        Format::Json => context.print_json(&output)?,
        Format::Human => context.print(&human(&output, &one_line(&old.called), new, left_done, args.dry_run))?,
    }
    Ok(Outcome::Done)
}

fn human(output: &ReassignOutput, old: &str, new: &Member, left_done: usize, dry_run: bool) -> String {
    let mut out = String::new();
    let new = one_line(if new.name.trim().is_empty() { &new.email } else { &new.name });
    for handed in &output.changed {
        let _ = writeln!(out, "  {}:{}  {} {}", handed.file, handed.line, handed.kind, one_line(&handed.item));
    }
    let count = |kind: &str| output.changed.iter().filter(|handed| handed.kind == kind).count();
    let (answers, actions) = (count("answer"), count("action"));
    let what = match (answers, actions) {
        (0, 0) => String::new(),
        (answers, 0) => style::count(answers, "answer"),
        (0, actions) => style::count(actions, "action"),
        (answers, actions) => format!("{} and {}", style::count(answers, "answer"), style::count(actions, "action")),
    };
    let edition = &output.edition;
    let _ = match (what.as_str(), dry_run) {
        ("", _) => writeln!(out, "{old} owns nothing in {edition}: nothing to hand over."),
        (what, true) => writeln!(out, "{new} would take over {what} of {edition}; nothing was written."),
        (what, false) => writeln!(out, "{new} has taken over {what} of {edition} from {old}."),
    };
    if left_done > 0 {
        let _ = writeln!(
            out,
            "{} that {} done stay as they are.",
            style::count(left_done, "action"),
            if left_done == 1 { "is" } else { "are" }
        );
    }
    if !output.named.is_empty() {
        let _ = writeln!(out, "\n{}", paint(STRONG, format!("Still name {old}, and were left as they are")));
        for named in &output.named {
            let _ = writeln!(out, "  {}:{}  {}", named.file, named.line, paint(COMMAND, one_line(&named.at)));
        }
    }
    out
}

/// Case aside, blanks around it aside.
fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    !a.is_empty() && a.to_lowercase() == b.to_lowercase()
}

/// Who hands over: every way in which an owner may name the person.
struct Old {
    /// Whether organisation.toml has somebody of that name or address.
    is_known: bool,
    /// The address, else what was typed.
    shown: String,
    /// The name, else the same.
    called: String,
    spellings: Vec<String>,
}

impl Old {
    fn means(&self, owner: &str) -> bool {
        self.spellings.iter().any(|spelling| is_same(spelling, owner))
    }
}

/// Members first, then whoever holds a role; somebody whom the file no longer knows is found by what was typed.
fn old_owner(organisation: &Organisation, typed: &str) -> Result<Old, Failure> {
    if typed.trim().is_empty() {
        return Err(Failure::new("name who hands over"));
    }
    let found = people(organisation, typed);
    let [(name, email)] = found.as_slice() else {
        if found.is_empty() {
            let typed = typed.trim().to_owned();
            return Ok(Old { is_known: false, shown: typed.clone(), called: typed.clone(), spellings: vec![typed] });
        }
        return Err(ambiguous(typed, &found));
    };
    let mut spellings = vec![(*email).to_owned()];
    // A name that somebody else has as well may mean either.
    if is_alone(organisation, name) {
        spellings.push((*name).to_owned());
    }
    spellings.retain(|spelling| !spelling.trim().is_empty());
    let shown = spellings.first().map_or(typed, String::as_str).trim().to_owned();
    let called = if name.trim().is_empty() { shown.clone() } else { name.trim().to_owned() };
    Ok(Old { is_known: true, shown, called, spellings })
}

/// Neither organisation.toml nor the files of the edition know whom was typed.
fn nobody(old: &Old, edition: &str, files: &[Part<'_>]) -> Failure {
    let mut owners: Vec<String> =
        files.iter().flat_map(|part| &part.owners).map(|owned| one_line(owned.owner.trim())).collect();
    owners.sort();
    owners.dedup();
    let failure = Failure::new(format!(
        "nobody called {} is in organisation.toml, or owns or is named in anything of {edition}; nothing was changed",
        one_line(&old.called)
    ));
    if owners.is_empty() { failure } else { failure.hint(format!("owners in {edition}: {}", owners.join(", "))) }
}

fn ambiguous(typed: &str, found: &[(&str, &str)]) -> Failure {
    let addresses: Vec<String> = found.iter().map(|(_, email)| one_line(email)).collect();
    Failure::new(format!("{} people are called {}; nothing was changed", found.len(), one_line(typed.trim())))
        .hint(format!("name the address: {}", addresses.join(" or ")))
}

/// Everybody whom a name or an address means, one for each address.
fn people<'o>(organisation: &'o Organisation, typed: &str) -> Vec<(&'o str, &'o str)> {
    let members = organisation.members.iter().map(|member| (member.name.as_str(), member.email.as_str()));
    let holders = organisation
        .roles
        .values()
        .map(|holder| (holder.name.as_deref().unwrap_or_default(), holder.email.as_deref().unwrap_or_default()));
    let mut found: Vec<(&str, &str)> = Vec::new();
    for (name, email) in members.chain(holders).filter(|(name, email)| is_same(name, typed) || is_same(email, typed)) {
        let known = |(other, address): &(&str, &str)| {
            is_same(address, email) || ((address.is_empty() || email.is_empty()) && is_same(other, name))
        };
        if !found.iter().any(known) {
            found.push((name, email));
        }
    }
    found
}

/// Whether a name means one person only.
fn is_alone(organisation: &Organisation, name: &str) -> bool {
    !name.trim().is_empty() && people(organisation, name).len() == 1
}

fn new_owner<'o>(context: &Context, organisation: &'o Organisation, typed: &str) -> Result<&'o Member, Failure> {
    let mut found: Vec<&Member> = Vec::new();
    for member in organisation.members_on(context.day()) {
        let meant = is_same(&member.name, typed) || is_same(&member.email, typed);
        if meant && !found.iter().any(|known| is_same(&known.email, &member.email)) {
            found.push(member);
        }
    }
    match found.as_slice() {
        [one] if !one.email.trim().is_empty() => Ok(one),
        [_] => Err(Failure::new(format!("{} has no e-mail address in organisation.toml", one_line(typed)))),
        [] => {
            let gone = organisation.members.iter().any(|m| is_same(&m.name, typed) || is_same(&m.email, typed));
            let why = if gone { "has left" } else { "is no member" };
            let known: Vec<String> =
                organisation.members_on(context.day()).map(|member| one_line(&member.email)).collect();
            let known = if known.is_empty() { "none: add [[member]] tables".to_owned() } else { known.join(", ") };
            Err(Failure::new(format!("{} {why}; nothing was changed", one_line(typed.trim())))
                .hint(format!("members: {known}")))
        }
        several => {
            let people: Vec<(&str, &str)> =
                several.iter().map(|member| (member.name.as_str(), member.email.as_str())).collect();
            Err(ambiguous(typed, &people))
        }
    }
}

/// Something that somebody owns.
struct Owned {
    item: String,
    owner: String,
    is_done: bool,
}

/// The answers or the plan of the edition at hand.
struct Part<'o> {
    file: &'o File,
    kind: &'static str,
    owners: Vec<Owned>,
}

impl Part<'_> {
    fn pointer(&self, item: &str) -> Pointer {
        if self.kind == "answer" { Pointer::answer(item) } else { Pointer::action(item) }
    }
}

fn at_hand(opened: &Opened) -> Result<(String, Vec<Part<'_>>), Failure> {
    let workspace = &opened.workspace;
    let edition = workspace.edition.clone().ok_or_else(|| {
        Failure::new("there are no answers yet: the directory assessments/ has no file named after an edition")
            .hint("`dspt init` writes an answers file")
    })?;
    let answers = workspace.answers.iter().filter(|answers| answers.edition == edition).map(|answers| Part {
        file: workspace.file(answers.file),
        kind: "answer",
        owners: owners(answers.decoded.value.answers.iter().map(|(item, answer)| (item, &answer.owner, false))),
    });
    let plans = workspace.plans.iter().filter(|plan| plan.edition == edition).map(|plan| Part {
        file: workspace.file(plan.file),
        kind: "action",
        owners: owners(plan.decoded.value.actions.iter().map(|(item, action)| (item, &action.owner, action.is_done()))),
    });
    let files: Vec<Part<'_>> = answers.chain(plans).collect();
    if files.is_empty() {
        return Err(Failure::new(format!("there are no answers and no action plan for {}", one_line(&edition))));
    }
    Ok((edition, files))
}

fn owners<'a>(entries: impl Iterator<Item = (&'a String, &'a Option<String>, bool)>) -> Vec<Owned> {
    entries
        .filter_map(|(item, owner, is_done)| Some(Owned { item: item.clone(), owner: owner.clone()?, is_done }))
        .collect()
}

fn line(document: &Document, span: Span) -> u32 {
    document.position(span.start).line
}

/// Adds the texts of a file that name somebody.
fn naming(file: &File, old: &Old, named: &mut Vec<Named>) {
    let mut open = vec![(Pointer::root(), &file.document.root)];
    let mut found: Vec<(u32, String)> = Vec::new();
    while let Some((pointer, node)) = open.pop() {
        match &node.kind {
            Kind::Table(table) => {
                let is_top = pointer.steps().is_empty();
                for entry in &table.entries {
                    let key = file.document.key_of(entry);
                    // A list of members names everybody, leavers too.
                    let passed_over = RECORDS.contains(&key) || (is_top && key == "member");
                    if !passed_over {
                        open.push((pointer.clone().key(key.to_owned()), &entry.node));
                    }
                }
            }
            Kind::List(nodes) => {
                open.extend(nodes.iter().enumerate().map(|(at, node)| (pointer.clone().index(at), node)));
            }
            Kind::Scalar(scalar) => {
                let text = file.document.text_of(&scalar.text);
                if let Some(spelling) = old.spellings.iter().find(|spelling| holds(text, spelling.trim())) {
                    let at = place(&file.document, node, spelling.trim()).unwrap_or(node.span.start);
                    found.push((at, pointer.to_string()));
                }
            }
        }
    }
    found.sort();
    named.extend(found.into_iter().map(|(at, pointer)| Named {
        file: file.path.clone(),
        line: file.document.position(at).line,
        at: pointer,
    }));
}

/// Where in a value of several lines a name stands, if it is spelled there as it is.
fn place(document: &Document, node: &Node, name: &str) -> Option<u32> {
    let raw = document.text.get(node.span.range())?;
    let found = words(raw, name).next()?;
    u32::try_from(node.span.start as usize + found).ok()
}

fn holds(text: &str, name: &str) -> bool {
    words(text, name).next().is_some()
}

/// Where a name stands in a text as words of its own, case aside where it is an address.
fn words<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_address = name.contains('@') && name.is_ascii();
    let starts =
        text.char_indices().map(|(at, _)| at).filter(move |at| {
            let rest = &text.as_bytes()[*at..];
            let head = rest.get(..name.len());
            head.is_some_and(|head| {
                if is_address { head.eq_ignore_ascii_case(name.as_bytes()) } else { head == name.as_bytes() }
            })
        });
    starts.filter(move |at| {
        let mut after = text[at + name.len()..].chars();
        let goes_on = match after.next() {
            Some('-') => after.next().is_some_and(char::is_alphanumeric),
            Some(c) => c.is_alphanumeric(),
            None => false,
        };
        !name.is_empty() && !goes_on && !text[..*at].chars().next_back().is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_words_of_its_own() {
        for text in ["Ann Lee", "ask Ann Lee.", "Ann Lee's é", "é (Ann Lee)"] {
            assert!(holds(text, "Ann Lee"), "{text}");
        }
        for text in ["", "Ann Leeway", "Joann Lee", "Ann Lee-Jones", "éAnn Lee", "ann lee"] {
            assert!(!holds(text, "Ann Lee"), "{text}");
        }
        assert!(holds("write to ANN@x.example.", "ann@x.example") && !holds("joann@x.example", "ann@x.example"));
    }
}
