//! The names of all clients, for the rule that looks for one client in another's files.

use super::Portfolio;
use crate::cli::context::Context;
use crate::cli::error::Failure;
use crate::decode;
use crate::lint::neighbours::{Neighbour, Neighbours};
use crate::portfolio::tree::{ClientTree, Known};
use crate::source::MAX_BYTES;
use crate::tree::Tree as _;
use crate::workspace::ORGANISATION_FILE;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Code and name of a client as its organisation file has them.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Called {
    code: String,
    name: String,
    #[serde(skip)]
    file: Option<Known>,
}

/// Where clients with one code lie, by the code in capitals; of codes that one client has there is nothing.
#[derive(Debug, Default)]
pub struct SameCode(BTreeMap<String, Vec<String>>);

impl SameCode {
    /// Of codes and paths.
    pub fn of<'a>(clients: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let coded = clients.into_iter().filter(|(code, _)| !code.trim().is_empty());
        let mut clients: Vec<(String, &str)> = coded.map(|(code, path)| (code.trim().to_uppercase(), path)).collect();
        clients.sort_by(|a, b| a.0.cmp(&b.0));
        let same = clients.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1);
        Self(same.map(|same| (same[0].0.clone(), same.iter().map(|(_, path)| (*path).to_owned()).collect())).collect())
    }

    /// Where the others lie that have the code of a client.
    pub fn besides(&self, code: &str, path: &str) -> Vec<String> {
        let all = self.0.get(&code.trim().to_uppercase()).into_iter().flatten();
        all.filter(|other| *other != path).cloned().collect()
    }

    /// Each code, and where its clients lie.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(code, paths)| (code.as_str(), paths.as_slice()))
    }
}

impl Portfolio {
    /// Everybody in the portfolio, those who are not meant this time and those who left among them; of those who did not
    /// leave, who has another's code. What was read of them is kept for whoever goes over them next.
    pub fn neighbours(&mut self, context: &Context) -> Result<(Neighbours, SameCode), Failure> {
        let mut clients = Cow::Borrowed(&self.found.clients);
        if !self.unchosen.is_empty() {
            clients.to_mut().extend_from_slice(&self.unchosen);
            clients.to_mut().sort_by(|a, b| a.path.cmp(&b.path));
        }
        let mut called = Vec::with_capacity(clients.len());
        let mut known = HashMap::with_capacity(clients.len());
        self.over_these_remembered(
            context,
            "names",
            &clients,
            &[],
            |_, tree| call(tree),
            |client, it: Called| {
                known.extend(it.file.map(|file| (client.path.clone(), Arc::new(file))));
                called.push(Neighbour { code: it.code, name: it.name, aliases: client.aliases.clone() });
                Ok(())
            },
        )?;
        let there = clients.iter().zip(&called).filter(|(client, _)| !client.has_left(context.day()));
        let same_code = SameCode::of(there.map(|(client, called)| (called.code.as_str(), client.path.as_str())));
        self.known = known;
        Ok((Neighbours::new(called), same_code))
    }
}

/// What a client is called; nothing where its file cannot be read, which other rules say.
fn call(tree: &ClientTree) -> Called {
    let Ok(bytes) = tree.read(ORGANISATION_FILE, MAX_BYTES) else { return Called::default() };
    let organisation = decode::organisation::decode_identity(&bytes);
    let file = tree.known(ORGANISATION_FILE, bytes);
    Called { code: organisation.ods_code, name: organisation.name, file }
}
