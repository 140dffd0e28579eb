//! Items judged as if they were answered otherwise.

use crate::cli::error::Failure;
use crate::cli::judgement::Judgement;
use crate::diagnostic::render::one_line;
use crate::model::{Answer, Answers, Evidence, ItemKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assumed {
    Met,
    Unmet,
    NotApplicable,
}

impl Assumed {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unmet => "not met",
            Self::NotApplicable => "not applicable",
        }
    }
}

/// `NUMBER=STATE`; met where no state is named.
pub(super) fn parse(text: &str) -> Result<(String, Assumed), String> {
    let (number, state) = text.split_once('=').unwrap_or((text, "met"));
    let state = match state {
        "met" => Assumed::Met,
        "unmet" => Assumed::Unmet,
        "not-applicable" => Assumed::NotApplicable,
        _ => return Err("write NUMBER=met, NUMBER=unmet or NUMBER=not-applicable".to_owned()),
    };
    Ok((number.to_owned(), state))
}

/// The answers with what is to be assumed put in their place.
pub(super) fn assume(judgement: &Judgement, assumptions: &[(String, Assumed)]) -> Result<Answers, Failure> {
    let mut answers = judgement.answers().clone();
    for (number, assumed) in assumptions {
        let Some(item) = judgement.standard.item(number) else {
            return Err(Failure::new(format!(
                "--assume {}: there is no such item in {}",
                one_line(number),
                judgement.standard.edition()
            ))
            .hint("`dspt questions` lists the items"));
        };
        let answer = match assumed {
            Assumed::Unmet => Answer::default(),
            Assumed::NotApplicable if item.not_applicable.is_none() => {
                return Err(Failure::new(format!("--assume {number}: \"not applicable\" is not allowed for {number}")));
            }
            Assumed::NotApplicable => Answer { not_applicable: Some("assumed".to_owned()), ..Answer::default() },
            Assumed::Met => match item.kind {
                ItemKind::Tick => Answer { tick: Some(true), ..Answer::default() },
                ItemKind::Text => Answer { text: Some("assumed".to_owned()), ..Answer::default() },
                ItemKind::Date => Answer { date: Some(judgement.opened.now.date()), ..Answer::default() },
                ItemKind::Document => {
                    let document = Evidence { location: Some("assumed".to_owned()), ..Evidence::default() };
                    Answer { evidence: Some(vec![document]), ..Answer::default() }
                }
            },
        };
        answers.answers.insert(number.clone(), answer);
    }
    Ok(answers)
}
