//! The names of all clients, for the rule that looks for one client in another's files.

use super::Portfolio;
use crate::cli::context::Context;
use crate::cli::error::Failure;
use crate::decode;
use crate::lint::neighbours::{Neighbour, Neighbours};
use crate::portfolio::Client;
use crate::portfolio::tree::ClientTree;
use crate::source::{Document, MAX_BYTES, Syntax};
use crate::tree::Tree as _;
use crate::workspace::ORGANISATION_FILE;
use serde::{Deserialize, Serialize};

/// Code and name of a client as its organisation file has them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Called {
    code: String,
    name: String,
}

impl Portfolio {
    /// Everybody in the portfolio, those who are not meant this time and those who left among them.
    pub fn neighbours(&self, context: &Context) -> Result<Neighbours, Failure> {
        let clients = self.found.clients.iter().chain(&self.unchosen).cloned();
        let mut clients: Vec<Client> = clients.collect();
        clients.sort_by(|a, b| a.path.cmp(&b.path));
        let mut found = self.found.clone();
        found.clients = clients;
        let everybody =
            Self { found, banks: self.banks.clone(), libraries: None, no_cache: self.no_cache, unchosen: Vec::new() };
        let mut called = Vec::with_capacity(everybody.found.clients.len());
        everybody.over_remembered(
            context,
            "names",
            |_, tree| call(tree),
            |client, it: Called| {
                called.push(Neighbour { code: it.code, name: it.name, aliases: client.aliases.clone() });
                Ok(())
            },
        )?;
        Ok(Neighbours::new(called))
    }
}

/// What a client is called; nothing where its file cannot be read, which other rules say.
fn call(tree: &ClientTree) -> Called {
    let Ok(bytes) = tree.read(ORGANISATION_FILE, MAX_BYTES) else { return Called::default() };
    let organisation = decode::organisation::decode(&Document::read(bytes, Syntax::Toml)).value;
    Called { code: organisation.ods_code, name: organisation.name }
}
