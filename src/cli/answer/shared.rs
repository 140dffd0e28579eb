//! `--from library:NAME`: a shared answer, written into the organisation's own file.

use super::super::error::Failure;
use super::super::judgement::Judgement;
use super::evidence::Copy;
use super::set::Wish;
use crate::diagnostic::render::one_line;
use crate::library::{self, DIRECTORY, Libraries, LibraryError, LibraryFile, Subject};
use crate::model::{Evidence, Item};
use crate::source::decode::nearest;
use crate::tree::{Tree, WorkTree};
use crate::workspace::answer::Reply;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// What names the portfolio, beside which the libraries are.
const PORTFOLIO_FILE: &str = "portfolio.toml";
/// Files of a library up to this size (bytes) are copied.
const LARGEST: u64 = 256 * 1024 * 1024;

/// The libraries beside the nearest portfolio upwards, and their directory.
pub fn libraries(root: &Path) -> Option<(PathBuf, Libraries)> {
    let directory = directory(root).filter(|directory| directory.is_dir())?;
    Some((directory.clone(), Libraries::load(&WorkTree::new(directory))))
}

/// Where the libraries of an organisation would be.
pub fn directory(root: &Path) -> Option<PathBuf> {
    let portfolio = root.ancestors().find(|directory| directory.join(PORTFOLIO_FILE).is_file())?;
    Some(portfolio.join(DIRECTORY))
}

/// What a library says of an item, for this organisation; `named` is `NAME` or `NAME/KEY`.
pub fn wish(judgement: &Judgement, item: &Item, named: &str, day: Date) -> Result<Wish, Failure> {
    let number = &item.number;
    let root = &judgement.opened.root;
    let Some((directory, libraries)) = libraries(root) else {
        return Err(Failure::new(format!(
            "there is no {DIRECTORY}/ beside a {PORTFOLIO_FILE} in {} or above",
            root.display()
        ))
        .hint(format!("a library is a file {DIRECTORY}/NAME.toml beside {PORTFOLIO_FILE}")));
    };
    if !item.shareable {
        return Err(Failure::new(format!("{number} is not to be shared between organisations; nothing was written"))
            .hint("each organisation has its own answer to it"));
    }
    let (name, wanted) = named.split_once('/').map_or((named, None), |(name, key)| (name, Some(key)));
    let file = find(&libraries, name)?;
    let standard = &judgement.standard;
    let banks = &judgement.opened.banks;
    let found = file.answer(banks, standard, item).filter(|(key, _)| wanted.is_none_or(|wanted| wanted == *key));
    let (key, shared) = found.ok_or_else(|| {
        let has: Vec<String> = file.decoded.value.answers.keys().map(|key| one_line(key)).collect();
        let has = if has.is_empty() { "nothing".to_owned() } else { has.join(", ") };
        Failure::new(format!("{} says nothing about {number}; nothing was written", file.path)).hint(format!(
            "it is about {} {}: {has}",
            one_line(&file.decoded.value.standard),
            one_line(&file.decoded.value.edition)
        ))
    })?;
    if let Some(until) = shared.until.filter(|until| *until < day) {
        return Err(Failure::new(format!("{}/{key} holds until {until} only; nothing was written", file.name))
            .hint(format!("look at it again in {} and set a later `until`", file.path)));
    }
    let subject = Subject { organisation: &judgement.organisation, standard };
    let rendered = library::render(file, key, shared, &subject).map_err(|error| unusable(&error))?;
    let mut wish = Wish::default();
    let answer = rendered.answer;
    let replies = [
        answer.tick.map(Reply::Tick),
        answer.text.map(Reply::Text),
        answer.date.map(Reply::Date),
        answer.not_applicable.map(Reply::NotApplicable),
    ];
    let mut replies = replies.into_iter().flatten();
    wish.said.reply = replies.next();
    if replies.next().is_some() {
        return Err(Failure::new(format!("{}/{key} says two things at once; nothing was written", file.name))
            .hint(format!("keep one of tick, text, date and not_applicable in {}", file.path)));
    }
    wish.said.evidence = answer.evidence.unwrap_or_default();
    wish.said.comment = answer.comment;
    wish.said.gone = superseded(judgement, item, &file.name, &wish.said.evidence);
    wish.said.from = Some(rendered.source);
    let tree = WorkTree::new(&directory);
    let ours = WorkTree::new(root);
    for (from, to) in rendered.files {
        let digest = |tree: &WorkTree, path: &str| tree.sha256(path).ok();
        if digest(&ours, &to).is_some_and(|there| digest(&tree, &from) == Some(there)) {
            continue;
        }
        let bytes = tree
            .read(&from, LARGEST)
            .map_err(|error| Failure::new(format!("{DIRECTORY}/{from}: {error}; nothing was written")))?;
        wish.copies.push(Copy { to, bytes });
    }
    Ok(wish)
}

/// The documents that an earlier version of the library's answer had brought along.
fn superseded(judgement: &Judgement, item: &Item, library: &str, now: &[Evidence]) -> Vec<Evidence> {
    let ours = judgement.answers().answers.get(&item.number).and_then(|answer| answer.evidence.as_ref());
    let places = [format!("evidence/{library}/"), format!("private/{library}/")];
    let of_library = |path: &String| places.iter().any(|place| path.starts_with(place));
    let old = ours.into_iter().flatten().filter(|entry| entry.file.as_ref().is_some_and(of_library));
    old.filter(|entry| !now.iter().any(|new| new.file == entry.file)).cloned().collect()
}

fn find<'l>(libraries: &'l Libraries, name: &str) -> Result<&'l LibraryFile, Failure> {
    let path = format!("{DIRECTORY}/{name}.toml");
    if let Some(problem) = libraries.problems.iter().find(|problem| problem.path == path) {
        return Err(unusable(problem));
    }
    let Some(file) = libraries.find(name) else {
        let names: Vec<&str> = libraries.files.iter().map(|file| file.name.as_str()).collect();
        let failure = Failure::new(format!("there is no library \"{}\"; nothing was written", one_line(name)));
        return Err(match nearest(name, &names) {
            Some(near) => failure.hint(format!("did you mean library:{}?", one_line(near))),
            None if names.is_empty() => failure.hint(format!("{DIRECTORY}/ has no file NAME.toml yet")),
            None => failure.hint(format!("libraries: {}", one_line(&names.join(", ")))),
        });
    };
    match file.fault() {
        Some(fault) => Err(unusable(&fault)),
        None => Ok(file),
    }
}

fn unusable(error: &LibraryError) -> Failure {
    let failure = Failure::new(format!("{}; nothing was written", one_line(&error.to_string())));
    match error.help {
        Some(help) => failure.hint(help),
        None => failure,
    }
}
