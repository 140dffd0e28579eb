use super::{decode, documents, is_text};
use crate::diagnostic::Severity;
use crate::lint::neighbours::{Named, Own};
use crate::lint::{At, Beside, Check, Context, Draft, Group, Rule, Sink};
use crate::source::{Kind as NodeKind, Node, Position, Span};
use crate::workspace::{File, FileId};
use std::collections::BTreeSet;

/// Only a portfolio knows of other clients, so that only its lint finds any.
pub(super) static RULE: Rule = Rule {
    name: "other-client-named",
    group: Group::Sensitive,
    severity: Severity::Error,
    summary: "another client of the portfolio is named",
    page: include_str!("other_client_named.md"),
    check: Check::Workspace(check),
};

/// Keys whose values are people, codes and digests.
const PASSED_OVER: [&str; 9] =
    ["owner", "reviewed_by", "sha256", "digest", "library", "carried_from", "standard", "edition", "status"];
/// Text evidence over this size (bytes) is not read, and no more than so many findings in one are told.
const MAX_TEXT: u64 = 1024 * 1024;
const MAX_IN_TEXT: usize = 20;

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(beside) = context.beside else { return };
    let organisation = context.organisation;
    let codes = [&organisation.ods_code].into_iter().chain(&organisation.former_codes);
    let codes = codes.chain(organisation.sites.iter().map(|site| &site.ods_code)).map(String::as_str);
    let names = organisation.sites.iter().filter_map(|site| site.name.as_ref()).chain(beside.aliases);
    let own = Own::new(codes, [&organisation.name].into_iter().chain(names).map(String::as_str));
    let workspace = context.workspace;
    let answers = workspace.answers.iter().map(|answers| answers.file);
    for id in answers.chain(workspace.plans.iter().map(|plan| plan.file)).filter(|file| context.is_judged(*file)) {
        let file = workspace.file(id);
        if !file.faults.iter().any(|fault| fault.rule == "newer-format") {
            Search { id, file, beside, own: &own, scalars: Vec::new(), sink }.search(context.left_of(id));
        }
    }
    for (path, item, _) in documents(context) {
        let Ok(bytes) = context.tree.read(path, MAX_TEXT) else { continue };
        debug_assert!(is_text(path), "only text is read");
        let text = decode(bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut told = BTreeSet::new();
        for named in beside.neighbours.find(text, &own) {
            if told.len() < MAX_IN_TEXT && told.insert((&named.who.code, &named.who.name)) {
                let place = |offset: usize| {
                    let before = &text[..offset];
                    let line = before.matches('\n').count() + 1;
                    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
                    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
                    Position { line: number(line), column: number(column) }
                };
                let (start, end) = (place(named.range.start), place(named.range.end));
                sink.report(draft(At::Range { path: path.to_owned(), start, end }, &named, item));
            }
        }
    }
}

/// A search through a file of ours: its values, then its comments.
struct Search<'s, 'w> {
    id: FileId,
    file: &'s File,
    beside: Beside<'s>,
    own: &'s Own,
    /// Where the values lie, in the file's order.
    scalars: Vec<Span>,
    sink: &'s mut Sink<'w>,
}

impl<'s> Search<'s, '_> {
    fn search(mut self, left: Option<&str>) {
        let document = &self.file.document;
        // Who is not named in such a text is named nowhere in its values.
        let text = left.or_else(|| document.is_literal().then_some(&document.text));
        if text.is_some_and(|text| self.beside.neighbours.find(text, self.own).is_empty()) {
            return;
        }
        self.walk(&self.file.document.root, Span::default(), "", None, 0);
        self.scalars.sort();
        let text = &self.file.document.text;
        let mut line_start = 0;
        for line in text.split_inclusive('\n') {
            let begins = line.match_indices('#').map(|(at, _)| line_start + at).find(|at| !self.is_in_value(*at));
            line_start += line.len();
            let Some(begins) = begins else { continue };
            for mut named in self.beside.neighbours.find(&text[begins..line_start], self.own) {
                named.range = named.range.start + begins..named.range.end + begins;
                let at = At::Bytes(self.id, Span::new(named.range.start, named.range.end));
                self.sink.report(draft(at, &named, None));
            }
        }
    }

    fn is_in_value(&self, at: usize) -> bool {
        let after = self.scalars.partition_point(|span| span.start as usize <= at);
        after.checked_sub(1).is_some_and(|before| at < self.scalars[before].end as usize)
    }

    fn walk(&mut self, node: &'s Node, key: Span, name: &str, item: Option<&str>, depth: usize) {
        let document = &self.file.document;
        match &node.kind {
            NodeKind::Table(table) => {
                for entry in &table.entries {
                    let inner = document.key_of(entry);
                    let item = if depth == 1 && matches!(name, "answers" | "actions") { Some(inner) } else { item };
                    self.walk(&entry.node, entry.key.span, inner, item, depth + 1);
                }
            }
            NodeKind::List(nodes) => nodes.iter().for_each(|node| self.walk(node, key, name, item, depth + 1)),
            NodeKind::Scalar(scalar) => {
                self.scalars.push(node.span);
                if PASSED_OVER.contains(&name) {
                    return;
                }
                let mut told = BTreeSet::new();
                for named in self.beside.neighbours.find(document.text_of(&scalar.text), self.own) {
                    if told.insert((&named.who.code, &named.who.name)) {
                        self.sink.report(draft(At::Bytes(self.id, node.place(key)), &named, item));
                    }
                }
            }
        }
    }
}

fn draft(at: At, named: &Named<'_>, item: Option<&str>) -> Draft {
    let who = if named.who.name.is_empty() { String::new() } else { format!("{} ", named.who.name) };
    let message = format!("another client is named here: {who}({})", named.who.code);
    let draft = Draft::new(&RULE, at, crate::diagnostic::render::one_line(&message))
        .help("write it in the client's own words; what is said of one client goes to no other");
    match item {
        Some(item) => draft.item(item),
        None => draft,
    }
}
