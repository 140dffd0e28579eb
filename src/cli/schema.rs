//! `dspt schema`: JSON Schemas, for editors and other programs.

use super::context::Context;
use super::error::{Failure, Outcome};
use crate::bank::Banks;
use crate::diagnostic::render::one_line;
use crate::schema;
use crate::source::decode::nearest;
use clap::Args;

#[derive(Debug, Args)]
pub struct Schema {
    /// What the schema is of: answers (with --edition), organisation, action-plan, library, toolkit, record, portfolio or bank [default: list them]
    name: Option<String>,
}

pub fn run(context: &Context, args: &Schema) -> Result<Outcome, Failure> {
    let banks = context.banks_anywhere()?;
    let Some(name) = &args.name else {
        context.print(&format!("{}\n", schema::names(&banks).join("\n")))?;
        return Ok(Outcome::Done);
    };
    let name =
        if name == "answers" { answers(context, &banks)? } else { name.trim_end_matches(".schema.json").to_owned() };
    context.print(&text(&banks, &name)?)?;
    Ok(Outcome::Done)
}

/// The schema of the answers to `--edition`, else to the edition of the workspace here, else to the newest.
fn answers(context: &Context, banks: &Banks) -> Result<String, Failure> {
    let id = banks.default_standard();
    if let Some(edition) = &context.global.edition {
        let bank = banks.iter().rfind(|bank| bank.head.edition == *edition);
        let bank = bank.ok_or_else(|| super::standards::unknown_edition(banks, id, edition))?;
        return Ok(schema::answers_name(&bank.head.standard, edition));
    }
    if let Ok(judgement) = context.judge() {
        return Ok(schema::answers_name(judgement.standard.id(), judgement.standard.edition()));
    }
    let newest = banks.newest(id).ok_or_else(|| Failure::new("no question bank is at hand"))?;
    Ok(schema::answers_name(id, &newest.head.edition))
}

/// A schema as a file holds it, by its name with or without `.schema.json`.
pub fn text(banks: &Banks, name: &str) -> Result<String, Failure> {
    let short = name.trim_end_matches(".schema.json");
    let found = schema::schema(short, banks).ok_or_else(|| {
        let names = schema::names(banks);
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let failure = Failure::new(format!("there is no schema called \"{}\"", one_line(name)));
        match nearest(short, &known) {
            Some(near) => failure.hint(format!("did you mean `dspt schema {near}`?")),
            None => failure.hint(format!("known: answers, {}", known.join(", "))),
        }
    })?;
    let text = serde_json::to_string_pretty(&found).map_err(|error| Failure::new(error.to_string()))?;
    Ok(format!("{text}\n"))
}
