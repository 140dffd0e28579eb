//! The records under `publications/<edition>/`.

#![expect(dead_code, reason = "the fields are described for their schema and never read")]

use super::shape::{self, Nulls};
use crate::bank::Banks;
use crate::model::MemberRole;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn schema(banks: &Banks) -> Value {
    let mut record = shape::of::<Record>(Nulls::Never);
    let mut levels: Vec<String> = Vec::new();
    for level in banks.iter().filter_map(|bank| bank.standard().ok()).flat_map(|standard| standard.levels.clone()) {
        if !levels.contains(&level.id) {
            levels.push(level.id);
        }
    }
    let confirmed = shape::date("When somebody confirmed the profile for this publication.");
    record["title"] = json!("Publication record");
    let keys = &mut record["properties"];
    keys["format"] = shape::format();
    keys["level"] = shape::word("The level published.", levels.iter().map(String::as_str));
    keys["profile"]["properties"] = json!({ "confirmed": confirmed });
    record
}

/// `sha256:` and 64 hexadecimal digits.
#[derive(JsonSchema)]
#[schemars(transparent)]
struct Sha256(#[schemars(regex(pattern = "^sha256:[0-9a-f]{64}$"))] String);

/// One publication: `publications/<edition>/<number>.toml`. Written once and never changed.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Record {
    format: Option<u32>,
    standard: String,
    edition: String,
    /// Counted within the edition, from 001.
    #[schemars(regex(pattern = "^[0-9]{3}$"))]
    number: String,
    ods_code: String,
    /// The organisation's name on that day.
    name: String,
    level: String,
    date: Date,
    /// Why the edition was published again.
    reason: Option<String>,
    /// Digest of the record before this one, of whatever edition.
    previous: Option<Sha256>,
    /// Digest of the list of files beside the record.
    files: Sha256,
    /// The question bank that it was judged by.
    bank: Bank,
    /// Who published.
    publisher: Publisher,
    /// The facts of the profile as they were confirmed.
    profile: BTreeMap<String, String>,
    /// Which sites it covers, and which it leaves out.
    sites: Option<Sites>,
    /// How the items stood.
    items: Items,
    /// Errors that were silenced on that day.
    ignored: Option<Vec<String>>,
    /// The version of the program that wrote it.
    dspt: String,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Bank {
    digest: Sha256,
    revision: u32,
    /// Required items confirmed against published sources.
    confirmed: u32,
    /// Items that some level requires.
    required: u32,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Publisher {
    name: String,
    email: String,
    role: Option<MemberRole>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Sites {
    /// Codes of the sites covered.
    covered: Option<Vec<String>>,
    /// Codes of the sites left out, each with the reason.
    excluded: Option<BTreeMap<String, String>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Items {
    met: u32,
    not_applicable: u32,
    exempt: u32,
    optional_met: u32,
}
