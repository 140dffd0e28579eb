//! `organisation.toml`. Facts, roles and certifications are those that the banks at hand declare.

use super::shape::{self, Nulls};
use crate::bank::Banks;
use crate::model::standard::Fact;
use crate::model::{Certification, Ignore, Member, RoleHolder, Shares, Site, Standard};
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(super) fn schema(banks: &Banks) -> Value {
    // The newest words for what several editions declare.
    let standards: Vec<Arc<Standard>> = banks.iter().rev().filter_map(|bank| bank.standard().ok()).collect();
    let list = |description: &str, items: Value| json!({ "description": description, "type": "array", "items": items });
    json!({
        "title": "Organisation",
        "description": "Who answers, for which sites, with which roles and certifications: organisation.toml.",
        "type": "object",
        "properties": {
            "format": shape::format(),
            "standards": list("Directories of further question banks, inside the repository.", json!({ "type": "string" })),
            "organisation": identity(),
            "profile": profile(&standards),
            "roles": named::<RoleHolder>("Who holds the key roles.", &standards, |standard| {
                standard.roles.iter().map(|role| (role.key.as_str(), role.title.as_str())).collect()
            }),
            "certifications": named::<Certification>("The certifications held.", &standards, |standard| {
                standard.certifications.iter().map(|known| (known.key.as_str(), known.title.as_str())).collect()
            }),
            "member": list("Who works on the answers.", shape::of::<Member>(Nulls::Never)),
            "site": list("The sites that the organisation publishes for.", shape::of::<Site>(Nulls::Never)),
            "lint": {
                "description": "Settings of the lint.",
                "type": "object",
                "properties": {
                    "ignore": list("Findings that somebody decided to live with until a day.", ignore()),
                },
                "additionalProperties": false,
            },
        },
        "required": ["organisation"],
        "additionalProperties": false,
    })
}

fn identity() -> Value {
    let text = |description| shape::text(description, Nulls::Never);
    let mut shares = shape::of::<Shares>(Nulls::Never);
    shape::describe(
        &mut shares,
        "The four questions that decide whether one assessment may cover a site, for every site unless it says otherwise.",
    );
    let properties = Map::from_iter([
        ("ods_code".to_owned(), text("The code that the national web site knows the organisation by.")),
        ("name".to_owned(), text("The organisation's name.")),
        ("sector".to_owned(), text("Such as social-care.")),
        ("cqc_provider_id".to_owned(), text("The provider's number at the Care Quality Commission.")),
        (
            "former_codes".to_owned(),
            json!({ "description": "Codes from before a change of registration.", "type": "array", "items": { "type": "string" } }),
        ),
        ("shares".to_owned(), shares),
    ]);
    shape::table("The organisation itself.", properties, &["ods_code", "name"])
}

fn profile(standards: &[Arc<Standard>]) -> Value {
    let mut facts: Vec<Fact> = Vec::new();
    for fact in standards.iter().flat_map(|standard| &standard.facts) {
        match facts.iter_mut().find(|known| known.key == fact.key) {
            Some(known) => {
                for value in &fact.values {
                    if !known.values.contains(value) {
                        known.values.push(value.clone());
                    }
                }
            }
            None => facts.push(fact.clone()),
        }
    }
    let mut properties: Map<String, Value> = facts
        .iter()
        .map(|fact| (fact.key.clone(), shape::word(&fact.question, fact.values.iter().map(String::as_str))))
        .collect();
    properties.insert("confirmed".to_owned(), shape::date("When somebody last said that the profile is right."));
    shape::table("What the standard asks about the organisation.", properties, &[])
}

/// A table of tables whose keys the banks declare, each with its title.
fn named<T: schemars::JsonSchema>(
    description: &str,
    standards: &[Arc<Standard>],
    declared: fn(&Standard) -> Vec<(&str, &str)>,
) -> Value {
    let mut properties = Map::new();
    for (key, title) in standards.iter().flat_map(|standard| declared(standard)) {
        if !properties.contains_key(key) {
            let mut held = shape::of::<T>(Nulls::Never);
            shape::describe(&mut held, title);
            properties.insert(key.to_owned(), held);
        }
    }
    shape::table(description, properties, &[])
}

fn ignore() -> Value {
    let mut ignore = shape::of::<Ignore>(Nulls::Never);
    ignore["properties"]["reason"]["pattern"] = json!("\\S");
    ignore
}
