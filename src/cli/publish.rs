//! `dspt publish`: one commit and one tag that a stranger can verify, once every gate has passed.

use super::context::Context;
use super::error::{Failure, Outcome};
use super::format::Format;
use super::judgement::Judgement;
use super::ledger;
use super::level::find_level;
use super::style::{self, ATTENTION, BAD, COMMAND, GOOD, QUIET, STRONG, paint, shell};
use crate::diagnostic::render::one_line;
use crate::ledger::gates::{self, Gate, Request, SiteChoice, Situation};
use crate::ledger::git::{Repository, Signing};
use crate::ledger::listing;
use crate::ledger::publish::{self, Draft};
use crate::model::Record;
use crate::model::period::{days_between, in_words};
use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, BufRead as _};
use std::path::PathBuf;

#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own on the command line")]
#[derive(Debug, Args)]
pub struct Publish {
    /// The level to publish [default: the highest reached]
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// Say that the organisation profile was read and is right
    #[arg(long)]
    confirm_profile: bool,
    /// Cover these sites alone
    #[arg(long, value_name = "CODE", value_delimiter = ',', conflicts_with_all = ["all_sites", "add_sites"])]
    sites: Vec<String>,
    /// Cover every open site that is not excluded
    #[arg(long, conflicts_with = "add_sites")]
    all_sites: bool,
    /// Leave a site out, with the reason; may be given more than once
    #[arg(long, value_name = "CODE=REASON", value_parser = parse_exclusion)]
    exclude: Vec<(String, String)>,
    /// Cover these sites besides those of the publication before
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    add_sites: Vec<String>,
    /// Why the edition is published again
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Sign commit and tag, whatever git is configured to do
    #[arg(long)]
    sign: bool,
    /// Write a receipt as a draft message, the certificate attached
    #[arg(long, value_name = "FILE.eml", conflicts_with = "dry_run")]
    receipt: Option<PathBuf>,
    /// Say of each gate whether it passes, and what would be written; write nothing
    #[arg(long)]
    dry_run: bool,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

fn parse_exclusion(text: &str) -> Result<(String, String), String> {
    let (code, reason) = text.split_once('=').ok_or("write CODE=REASON")?;
    Ok((code.trim().to_owned(), reason.trim().to_owned()))
}

/// What `publish --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublishOutput {
    /// Whether every gate passes.
    pub ready: bool,
    /// The level that is or would be published.
    pub level: Option<String>,
    pub edition: String,
    pub gates: Vec<GateOutput>,
    /// What was published; null in a dry run and where a gate refuses.
    pub published: Option<PublishedOutput>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct GateOutput {
    pub gate: String,
    pub passed: bool,
    /// Why, in words; where it does not pass, what to do.
    pub detail: String,
    pub file: Option<String>,
    pub line: Option<u32>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct PublishedOutput {
    pub number: String,
    pub date: String,
    pub commit: String,
    pub tag: String,
    /// Paths of the files added, from the workspace.
    pub files: Vec<String>,
}

impl Publish {
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }
}

pub fn run(context: &Context, args: &Publish) -> Result<Outcome, Failure> {
    context.require_work_tree()?;
    let judgement = context.judge()?;
    let repository = ledger::repository(&judgement.opened.root)?;
    let head = repository.head()?;
    let signing = Signing::of(&repository);
    let lint = judgement.opened.lint(&[])?;
    let assessment = judgement.assess();
    let records = records(&judgement)?;
    let level = args.level.as_deref().map(|level| find_level(&judgement.standard, level)).transpose()?;
    let mut request = Request {
        level,
        reason: args.reason.clone(),
        profile_confirmed: args.confirm_profile,
        sites: SiteChoice {
            only: args.sites.clone(),
            all: args.all_sites,
            exclude: args.exclude.clone(),
            add: args.add_sites.clone(),
        },
        sign: args.sign,
    };
    let given = request.clone();
    let situation = Situation {
        banks: &judgement.opened.banks,
        repository: &repository,
        head: &head,
        signing: &signing,
        tree: judgement.opened.tree.as_ref(),
        workspace: &judgement.opened.workspace,
        organisation: &judgement.organisation,
        standard: &judgement.standard,
        edition: &judgement.edition,
        history: &judgement.history,
        assessment: &assessment,
        lint: &lint,
        records: &records,
        day: context.day(),
        request: &given,
    };
    let mut verdicts = gates::judge(situation);
    let asks = !args.dry_run && !request.profile_confirmed && args.format == Format::Human && Context::is_interactive();
    if asks && verdicts.gates.iter().all(|gate| gate.passed || gate.gate == "profile") {
        request.profile_confirmed = ask(context, &judgement)?;
        verdicts = gates::judge(Situation { request: &request, ..situation });
    }
    let situation = Situation { request: &request, ..situation };
    let ready = verdicts.ready();
    if let Some(path) = &args.receipt {
        // Better no publication than one whose receipt finds no place.
        super::receipt::check_place(&context.start.join(path))?;
    }
    let draft = if ready { Some(publish::draft(situation, &verdicts)?) } else { None };
    let done = match &draft {
        Some(draft) if !args.dry_run => Some(publish::commit(situation, draft)?),
        _ => None,
    };
    let level = verdicts.level.map(|level| &judgement.standard.levels[level]);
    if args.format == Format::Json {
        context.print_json(&PublishOutput {
            ready,
            level: level.map(|level| level.id.clone()),
            edition: judgement.standard.edition().to_owned(),
            gates: verdicts.gates.iter().map(gate_output).collect(),
            published: draft.as_ref().zip(done.as_ref()).map(|(draft, done)| PublishedOutput {
                number: draft.record.number.clone(),
                date: draft.record.date.to_string(),
                commit: done.commit.to_string(),
                tag: draft.tag.clone(),
                files: draft.files.iter().map(|file| file.path.clone()).collect(),
            }),
        })?;
    } else {
        let mut out = String::new();
        let label = level.map_or("no level yet", |level| level.label.as_str());
        if let (Some(draft), Some(done)) = (&draft, &done) {
            let committed = Timestamp::from_second(repository.commit(done.commit)?.time);
            let committed = committed.ok().map(|time| time.to_zoned(TimeZone::UTC).date());
            let place = Place { repository: &repository, head: &head, width: context.prose_width() };
            receipt(&mut out, &judgement, &place, draft, committed, label);
        } else {
            let head = format!("{} for {}, on {}", label, judgement.standard.edition(), in_words(context.day()));
            let _ = writeln!(out, "{}", paint(STRONG, head));
            show_gates(&mut out, &verdicts.gates, args.dry_run, context.prose_width());
            if let Some(draft) = &draft {
                would_write(&mut out, draft, context.prose_width());
            } else {
                let failed = verdicts.gates.iter().filter(|gate| !gate.passed).count();
                let said = paint(BAD, format!("{} not passed.", style::count(failed, "gate")));
                let _ = writeln!(out, "\n{said} Nothing was published.");
            }
        }
        context.print(&out)?;
    }
    if let (Some(path), Some(draft), Some(_)) = (&args.receipt, &draft, &done) {
        super::receipt::write(context, &draft.record, &context.start.join(path)).map_err(|mut failure| {
            failure.message = format!("{} is published, but its receipt is not written: {failure}", draft.name());
            failure
        })?;
        context.note(&format!("Written: {}", path.display()));
    }
    if let Some(done) = &done {
        for line in &done.left {
            context.note(&one_line(line));
        }
        let hooks = repository.commit_hooks();
        if !hooks.is_empty() {
            context.note(&format!("Hooks are set up here and did not run: {}.", hooks.join(", ")));
        }
    }
    Ok(if ready { Outcome::Done } else { Outcome::CheckFailed })
}

/// The workspace's records, oldest first; one that cannot be read stops everything.
pub fn records(judgement: &Judgement) -> Result<Vec<Record>, Failure> {
    listing::records(judgement.opened.tree.as_ref())
        .into_iter()
        .map(|found| {
            found.record.map_err(|why| {
                Failure::new(format!("{}: {why}", found.path))
                    .hint(format!("records are never changed: `git checkout -- {}` puts it back", found.path))
            })
        })
        .collect()
}

fn gate_output(gate: &Gate) -> GateOutput {
    GateOutput {
        gate: gate.gate.clone(),
        passed: gate.passed,
        detail: gate.detail.clone(),
        file: gate.file.clone(),
        line: gate.line,
    }
}

fn show_gates(out: &mut String, gates: &[Gate], all: bool, width: usize) {
    let widest = gates.iter().map(|gate| gate.gate.len()).max().unwrap_or(0);
    for gate in gates.iter().filter(|gate| all || !gate.passed) {
        let sign = if gate.passed { paint(GOOD, "✓") } else { paint(BAD, "✗") };
        let place = match (&gate.file, gate.line) {
            (Some(file), Some(line)) => format!("{}:{line}: ", one_line(file)),
            _ => String::new(),
        };
        let text = format!("{sign} {}  {place}{}", style::pad(&gate.gate, widest), one_line(&gate.detail));
        let _ = writeln!(out, "{}", style::hang(&text, width, 2, widest + 6));
    }
}

fn would_write(out: &mut String, draft: &Draft, width: usize) {
    let _ = writeln!(out, "\nEvery gate is passed. {} would be written, nothing was:", draft.name());
    for file in &draft.files {
        let _ = writeln!(out, "  {}", one_line(&file.path));
    }
    let _ = writeln!(out, "{}", style::hang(&format!("tag {}", draft.tag), width, 2, 4));
}

/// Where it was published, and how wide the terminal is.
struct Place<'a> {
    repository: &'a Repository,
    head: &'a crate::ledger::git::Head,
    width: usize,
}

/// What was published, and what to do next. `committed` is the day by the commit's clock.
fn receipt(
    out: &mut String,
    judgement: &Judgement,
    place: &Place<'_>,
    draft: &Draft,
    committed: Option<Date>,
    label: &str,
) {
    let Place { repository, head, width } = *place;
    let record = &draft.record;
    let title = format!("Published {}: {label}, {}", record.id(), in_words(record.date));
    let _ = writeln!(out, "{}", paint(GOOD.bold(), title));
    let mut line = |name: &str, text: &str| {
        let _ = writeln!(out, "{}", style::hang(&format!("{}{text}", style::pad(name, 12)), width, 0, 12));
    };
    line("For", &format!("{} ({})", one_line(&record.name), one_line(&record.ods_code)));
    line("By", &format!("{} <{}>", one_line(&record.publisher.name), one_line(&record.publisher.email)));
    if let Some(sites) = &record.sites {
        line("Sites", &one_line(&sites.covered.join(", ")));
    }
    line("Tag", &draft.tag);
    let late = days_between(judgement.edition.deadline, record.date);
    if late > 0 {
        line("Late", &paint(ATTENTION, format!("by {}", style::count(usize::try_from(late).unwrap_or(0), "day"))));
    }
    // Verification says so, and whoever mistyped the day finds out before it is pushed.
    let ahead = committed.map_or(0, |committed| days_between(committed, record.date));
    if ahead > 1 {
        let days = style::count(usize::try_from(ahead).unwrap_or(0), "day");
        line("Dated", &paint(ATTENTION, format!("{days} after its commit: none can be dated before it from now on")));
    }
    for ignored in &record.ignored {
        line("Silenced", &paint(ATTENTION, one_line(ignored)));
    }
    // On a detached head there is no branch to send: the tag brings its commit along.
    let branch = head.branch();
    let remote = branch
        .and_then(|branch| repository.setting(&format!("branch.{branch}.remote")))
        .unwrap_or_else(|| "origin".to_owned());
    let _ = writeln!(out, "\n{}", paint(STRONG, "Next:"));
    let steps = [
        (
            "send it where others see it",
            match branch {
                Some(branch) => {
                    format!("git push --atomic {} {} refs/tags/{}", shell(&one_line(&remote)), shell(branch), draft.tag)
                }
                None => format!("git push {} refs/tags/{}", shell(&one_line(&remote)), draft.tag),
            },
        ),
        (
            "enter it on the national web site, item by item from the sheet made for it",
            format!("dspt export --to portal --edition {}", record.edition),
        ),
        (
            "note what the web site then shows",
            format!(
                "dspt publications add --edition {} --level {} \\\n          --date {} --record {}",
                record.edition,
                record.level,
                record.date,
                record.id()
            ),
        ),
        ("prove it", format!("dspt verify {}", record.id())),
    ];
    for (what, command) in steps {
        let _ = writeln!(out, "  {what}\n      {}", paint(COMMAND, command));
    }
    let _ = writeln!(
        out,
        "\n{}",
        paint(
            QUIET,
            style::wrap(
                "It is not on the national web site yet: dspt does not submit there. It is not affiliated with NHS England.",
                width,
                0
            )
        )
    );
    let _ = writeln!(out, "{}", paint(QUIET, style::wrap(&judgement.standard.provenance_line(), width, 0)));
}

/// Shows the profile and asks whether it is right.
fn ask(context: &Context, judgement: &Judgement) -> Result<bool, Failure> {
    let organisation = &judgement.organisation;
    let mut out = format!("{} ({})\n", one_line(&organisation.name), one_line(&organisation.ods_code));
    for fact in &judgement.standard.facts {
        let value = organisation.profile.facts.get(&fact.key).map_or("not said", String::as_str);
        let _ = writeln!(
            out,
            "{}",
            style::hang(&format!("{} {}", fact.question, paint(STRONG, one_line(value))), context.prose_width(), 2, 4)
        );
    }
    for role in &judgement.standard.roles {
        let holder = organisation.roles.get(&role.key).and_then(|holder| holder.name.clone());
        let _ = writeln!(out, "  {}: {}", role.title, one_line(holder.as_deref().unwrap_or("nobody named")));
    }
    for known in &judgement.standard.certifications {
        let held = organisation.certifications.get(&known.key);
        let said = match held.map(|held| held.expires) {
            None => "no".to_owned(),
            Some(None) => "yes, without an end".to_owned(),
            Some(Some(expires)) => format!("yes, until {}", in_words(expires)),
        };
        let _ = writeln!(out, "  {}: {said}", known.title);
    }
    out.push_str("Is this organisation profile right today? [y/N] ");
    context.print(&out)?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}
