//! Group *time*: deadlines and what they leave behind. All of it stands at the first character of organisation.toml.

use super::rules;
use crate::lint::{At, Draft, Rule};
use crate::workspace::ORGANISATION_FILE;

rules![deadline_near, publication_stale, edition_closed];

fn draft(rule: &'static Rule, message: String) -> Draft {
    Draft::new(rule, At::Top(ORGANISATION_FILE.to_owned()), message)
}
