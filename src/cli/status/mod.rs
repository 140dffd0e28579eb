//! `dspt status`: the level, what stands between here and each level, and the one thing to do now.

mod assumption;
mod human;

use crate::assess::{Assessment, NextStep};
use crate::cli::baseline::{BaselineArgs, WorseOutput};
use crate::cli::context::Context;
use crate::cli::error::{Failure, Outcome};
use crate::cli::format::Format;
use crate::cli::judgement::Judgement;
use crate::cli::level::find_level;
use crate::cli::next::{self, NextOutput};
use crate::cli::style;
use crate::diagnostic::Summary;
use crate::diagnostic::render::Findings;
use crate::export::report::{self, LevelItem, SectionItem};
use crate::model::period::days_between;
use assumption::{Assumed, assume};
use clap::Args;
use human::human;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Default, Args)]
pub struct Status {
    /// Say of each missing item why it does not count
    #[arg(long)]
    why: bool,
    /// Fail unless this level is reached and the files have no errors
    #[arg(long, value_name = "LEVEL")]
    require: Option<String>,
    /// Judge as if an item were met, unmet or not-applicable; may be given more than once
    #[arg(long, value_name = "NUMBER=STATE", value_parser = assumption::parse)]
    assume: Vec<(String, Assumed)>,
    #[command(flatten)]
    baseline: BaselineArgs,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `status --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusOutput {
    pub ods_code: String,
    pub name: String,
    pub standard: String,
    pub edition: String,
    /// The minute judged on, ISO 8601.
    pub as_of: String,
    /// The highest level whose items and profile conditions hold, whether or not it may still be published.
    pub level: Option<String>,
    pub aim: String,
    /// Errors that the lint finds.
    pub errors: usize,
    pub warnings: usize,
    pub levels: Vec<LevelItem>,
    pub sections: Vec<SectionItem>,
    pub publication: PublicationOutput,
    /// Days until the edition's deadline; negative once it has passed.
    pub days_to_deadline: i64,
    pub deadline: String,
    pub next: NextOutput,
    /// What the judgement rests on, and what else must be said of it.
    pub notes: Vec<String>,
    /// With `--baseline`: what got worse since then.
    pub baseline: Option<WorseOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicationOutput {
    /// never, current, due-soon, overdue or stale.
    pub state: String,
    pub changed: bool,
    /// Whether the newest publication is known to be on the national web site.
    pub on_toolkit: bool,
    pub last: Option<LastOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct LastOutput {
    pub edition: String,
    pub number: Option<String>,
    pub level: String,
    pub date: String,
    /// record or toolkit.
    pub source: String,
}

pub fn run(context: &Context, args: &Status) -> Result<Outcome, Failure> {
    let judgement = context.judge()?;
    let standard = &judgement.standard;
    let required = args.require.as_deref().map(|level| find_level(standard, level)).transpose()?;
    let answers = assume(&judgement, &args.assume)?;
    let assessment = judgement.assess_answers(&answers);
    let found = judgement.opened.lint(&[])?;
    let lint = found.summary();
    let base = args.baseline.open(context, &judgement.opened, &[])?;
    let worse = base.map(|base| {
        let workspace = &judgement.opened.workspace;
        let findings = Findings { findings: &found.findings, workspace, root: ".", secrets: &found.secrets };
        base.worse(standard, &assessment, findings)
    });
    let next = next::step(&judgement, &assessment, lint);
    let is_worse = worse.as_ref().is_some_and(|worse| worse.worse);
    match args.format {
        Format::Human => {
            context.print(&human(context, &judgement, &assessment, lint, worse.as_ref(), &next, args))?;
        }
        Format::Json => context.print_json(&output(&judgement, &assessment, lint, worse, next))?,
    }
    let met = required.is_none_or(|level| assessment.levels[level].reached && lint.error == 0);
    if let (false, Some(level)) = (met, required) {
        let label = &standard.levels[level].label;
        context.note(&if assessment.levels[level].reached {
            format!("{label} is reached, but the files have {}: see `dspt lint`.", style::count(lint.error, "error"))
        } else {
            format!("{label} is not reached.")
        });
        return Ok(Outcome::CheckFailed);
    }
    Ok(if is_worse { Outcome::CheckFailed } else { Outcome::Done })
}

fn output(
    judgement: &Judgement,
    assessment: &Assessment,
    lint: Summary,
    baseline: Option<WorseOutput>,
    next: NextStep,
) -> StatusOutput {
    let standard = &judgement.standard;
    let day = judgement.opened.now.date();
    let last = judgement.history.last(day);
    StatusOutput {
        ods_code: judgement.organisation.ods_code.clone(),
        name: judgement.organisation.name.clone(),
        standard: standard.id().to_owned(),
        edition: standard.edition().to_owned(),
        as_of: judgement.opened.now.strftime("%Y-%m-%dT%H:%M").to_string(),
        level: assessment.reached.map(|level| standard.levels[level].id.clone()),
        aim: standard.levels[assessment.aim].id.clone(),
        errors: lint.error,
        warnings: lint.warning,
        levels: report::levels(standard, assessment),
        sections: report::sections(standard, assessment),
        publication: PublicationOutput {
            state: judgement.standing.state.word().to_owned(),
            changed: next::changed(judgement),
            on_toolkit: last.is_some_and(|last| last.on_toolkit(day)),
            last: last.map(|last| LastOutput {
                edition: last.edition.clone(),
                number: last.number.clone(),
                level: last.level.clone(),
                date: last.date.to_string(),
                source: last.source.word().to_owned(),
            }),
        },
        days_to_deadline: days_between(day, judgement.edition.deadline),
        deadline: judgement.edition.deadline.to_string(),
        next: next.into(),
        notes: notes(judgement),
        baseline,
    }
}

/// What stands quietly below every judgement.
pub fn notes(judgement: &Judgement) -> Vec<String> {
    let head = &judgement.standard.head;
    let mut notes = vec![judgement.standard.provenance_line()];
    notes.extend(head.notice.clone());
    notes.extend(judgement.newer_note());
    notes
}
