//! `portfolio.toml`: whose workspaces somebody looks after.

use jiff::civil::Date;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// A portfolio as its file describes it. Where the clients lie is found by [`crate::portfolio`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Portfolio {
    /// Whose portfolio it is.
    pub name: Option<String>,
    /// Directories of further question banks, inside the repository.
    pub standards: Vec<String>,
    /// Directories that hold an organisation, with `*`, `?` and `[…]` in their names; `!` before one leaves out.
    pub clients: Vec<String>,
    /// What is said of single clients.
    pub entries: Vec<ClientEntry>,
}

/// What a consultancy says of a client: it stays in the portfolio and never goes into the client's files.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ClientEntry {
    /// The client's directory, from the portfolio.
    pub path: String,
    /// Other names that the client goes by.
    pub aliases: Vec<String>,
    /// Words to group and choose clients by, such as a team.
    pub labels: BTreeMap<String, String>,
    /// The last day; afterwards the client is out of every view unless asked for.
    pub left: Option<Date>,
}
