//! Runs the rules over a workspace and settles what is ignored.

use super::rules::RULES;
use super::rules::lint as ignoring;
use super::{Beside, Check, Context, Judged, Ledger, Rule, Sink};
use crate::assess::{self, Case, edition_standing, publication_standing};
use crate::bank::{BankError, Banks};
use crate::decode::publications::history;
use crate::diagnostic::{Finding, Severity, Summary};
use crate::model::{ActionPlan, Answers, History, Ignore, Organisation, Standard, ToolkitEntry};
use crate::tree::{Entry, Tree};
use crate::workspace::{ACTION_PLANS, ASSESSMENTS, Editioned, ORGANISATION_FILE, Workspace};
use jiff::civil::DateTime;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// What a lint needs besides the workspace.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    pub tree: &'a dyn Tree,
    pub banks: &'a Banks,
    pub now: DateTime,
    /// Further editions to judge in full: those of files that were named.
    pub in_full: &'a [String],
}

/// What is known of a workspace that its own files do not say. Where something is not known, the rules that rest on it
/// are silent.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// What git knows of it; none outside git.
    pub ledger: Option<&'a Ledger>,
    /// What the portfolio knows of it, where it is a client of one.
    pub beside: Option<Beside<'a>>,
}

/// What was found, and what a status needs of the same work.
#[derive(Debug, Default)]
pub struct LintResult {
    /// Sorted by file, place and rule.
    pub findings: Vec<Finding>,
    /// Findings that somebody decided to live with, for the publication record.
    pub silenced: Vec<Finding>,
    /// Texts that no output may show.
    pub secrets: Vec<String>,
}

impl LintResult {
    pub fn summary(&self) -> Summary {
        Summary::of(&self.findings)
    }
}

static BY_NAME: LazyLock<HashMap<&'static str, &'static Rule>> =
    LazyLock::new(|| RULES.iter().map(|rule| (rule.name, *rule)).collect());

/// The rule with a name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    BY_NAME.get(name).copied()
}

/// All names, in the order of the groups.
pub fn rule_names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.name)
}

/// The publication history of a workspace, as its standard understands status words.
pub fn history_of(workspace: &Workspace, standard: &Standard) -> History {
    let records: Vec<_> = workspace.records.iter().map(|(_, record)| record.clone()).collect();
    let entries: Vec<ToolkitEntry> =
        workspace.toolkit.iter().flat_map(|(_, decoded)| decoded.value.iter().flatten().cloned()).collect();
    history(&records, &entries, standard)
}

/// The bank that a workspace's edition at hand is judged by; without answers, the newest of the default standard.
pub fn standard_at_hand(workspace: &Workspace, banks: &Banks) -> Option<Result<Arc<Standard>, BankError>> {
    let at_hand = workspace.answers.iter().rfind(|answers| Some(&answers.edition) == workspace.edition.as_ref());
    let standard = workspace
        .answers
        .iter()
        .rev()
        .map(|answers| answers.decoded.value.standard.as_str())
        .find(|standard| banks.newest(standard).is_some())
        .unwrap_or_else(|| banks.default_standard());
    let bank = match at_hand {
        Some(answers) => banks.find(standard, &answers.edition).or_else(|| banks.newest(standard)),
        None => workspace
            .edition
            .as_ref()
            .and_then(|edition| banks.find(standard, edition))
            .or_else(|| banks.newest(standard)),
    };
    bank.map(crate::bank::Bank::standard)
}

/// Lints a workspace. A bank that cannot be used is the environment's failure, not a finding.
pub fn lint(workspace: &Workspace, setting: Setting<'_>, known: Known<'_>) -> Result<LintResult, BankError> {
    let Some(standard) = standard_at_hand(workspace, setting.banks) else { return Ok(LintResult::default()) };
    let standard = standard?;
    let nobody = Organisation::default();
    let outside_git = Ledger::default();
    let organisation = workspace.organisation.as_ref().map_or(&nobody, |(_, decoded)| &decoded.value);
    let history = history_of(workspace, &standard);
    let day = setting.now.date();
    let heads = setting.banks.heads(standard.id());
    let standing = publication_standing(&history, &heads, day);
    let Some(edition) = edition_standing(&heads, standard.edition()) else { return Ok(LintResult::default()) };

    let mut in_full = Vec::new();
    for answers in &workspace.answers {
        let named = setting.in_full.contains(&answers.edition);
        if !(named || Some(&answers.edition) == workspace.edition.as_ref()) || !answers.decoded.readable {
            continue;
        }
        let Some(bank) = setting.banks.find(&answers.decoded.value.standard, &answers.edition) else { continue };
        in_full.push((answers, bank.standard()?));
    }
    let judged: Vec<Judged<'_>> = in_full
        .iter()
        .filter_map(|(answers, standard)| judge(workspace, setting, answers, standard, organisation, &history))
        .collect();
    let in_full_editions: Vec<&str> = judged.iter().map(|judged| judged.answers.edition.as_str()).collect();
    let left = known.beside.map(|beside| beside.known.left(workspace, &judged, beside.neighbours)).unwrap_or_default();
    let context = Context {
        tree: setting.tree,
        workspace,
        banks: setting.banks,
        standard: &standard,
        edition: &edition,
        organisation,
        organisation_file: workspace.organisation.as_ref().map(|(file, _)| *file),
        at_hand: judged.iter().find(|judged| Some(&judged.answers.edition) == workspace.edition.as_ref()),
        history: &history,
        standing: &standing,
        ledger: known.ledger.unwrap_or(&outside_git),
        in_full: &in_full_editions,
        beside: known.beside,
        left: &left,
        day,
        now: setting.now,
    };
    let mut sink = Sink::new(workspace);
    super::rules::files::report_reading(workspace, &mut sink);
    for rule in RULES.iter() {
        match rule.check {
            Check::Reading => {}
            Check::Workspace(check) => check(&context, &mut sink),
            Check::Edition(check) => {
                for judged in &judged {
                    check(&context, judged, &mut sink);
                }
            }
        }
    }
    let (findings, silenced) = ignoring::settle(&context, &mut sink);
    let mut result = LintResult { findings, silenced, secrets: sink.secrets.into_iter().collect() };
    finish(&mut result);
    Ok(result)
}

fn judge<'a>(
    workspace: &'a Workspace,
    setting: Setting<'_>,
    answers: &'a Editioned<Answers>,
    standard: &'a Standard,
    organisation: &Organisation,
    history: &History,
) -> Option<Judged<'a>> {
    let plan = workspace.plans.iter().find(|plan| plan.edition == answers.edition && plan.decoded.readable);
    let document = plan.and_then(|plan: &Editioned<ActionPlan>| plan.decoded.value.document.as_deref());
    let assessment = assess::assess(Case {
        standard,
        organisation,
        answers: &answers.decoded.value,
        plan: plan.map(|plan| &plan.decoded.value),
        plan_document: document.is_some_and(|path| matches!(setting.tree.entry(path), Ok(Entry::File { .. }))),
        history,
        day: setting.now.date(),
    });
    Some(Judged {
        standard,
        edition: edition_standing(&setting.banks.heads(standard.id()), standard.edition())?,
        answers,
        plan,
        assessment,
        pairs: standard
            .items
            .iter()
            .zip(standard.of_each(&answers.decoded.value.answers))
            .filter_map(|(item, answer)| Some((item, answer?)))
            .collect(),
        damaged: workspace.file(answers.file).document.damaged,
    })
}

/// The order in which files are read: who, what was answered, what is planned, and the rest.
fn rank(file: &str) -> usize {
    [ORGANISATION_FILE, ASSESSMENTS, ACTION_PLANS].iter().position(|first| file.starts_with(first)).unwrap_or(3)
}

/// Sorts, and takes out of every text what the sensitive rules found.
fn finish(result: &mut LintResult) {
    let order = |finding: &Finding| {
        let file = &finding.place.file;
        (rank(file), file.clone(), finding.place.start, std::cmp::Reverse(finding.severity), finding.rule)
    };
    result.findings.sort_by_cached_key(order);
    result.silenced.sort_by_cached_key(order);
    let secrets = &result.secrets;
    let mask = |text: &mut String| {
        for secret in secrets {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), &"\u{2022}".repeat(secret.chars().count()));
            }
        }
    };
    for finding in result.findings.iter_mut().chain(&mut result.silenced) {
        mask(&mut finding.message);
        finding.help.iter_mut().for_each(mask);
        finding.related.iter_mut().for_each(|related| mask(&mut related.message));
        finding
            .fixes
            .retain(|fix| fix.edits.iter().all(|edit| !secrets.iter().any(|secret| edit.text.contains(secret))));
    }
}

/// What reading alone finds, for commands that refuse on it, and the texts that must not be shown with it.
pub fn unreadable(workspace: &Workspace) -> LintResult {
    let mut sink = Sink::new(workspace);
    super::rules::sensitive::own_files(workspace, &[], |_| true, &mut sink);
    sink.findings.clear();
    super::rules::files::report_reading(workspace, &mut sink);
    let mut result =
        LintResult { findings: sink.findings, silenced: Vec::new(), secrets: sink.secrets.into_iter().collect() };
    finish(&mut result);
    result
}

/// One finding in place of all: a workspace that could not be judged, and why.
pub fn not_judged(workspace: &Workspace, path: &str, error: &str) -> LintResult {
    let mut found = unreadable(workspace);
    let mut sink = Sink::new(workspace);
    if let Some(rule) = rule("unreadable") {
        sink.report(super::Draft::new(rule, super::At::Top(path.to_owned()), error));
    }
    found.findings.append(&mut sink.findings);
    finish(&mut found);
    found
}

/// The decision in organisation.toml that silences a finding; of several, the one that runs longest.
pub fn ignore_of<'w>(workspace: &'w Workspace, finding: &Finding) -> Option<&'w Ignore> {
    let (_, organisation) = workspace.organisation.as_ref()?;
    let about = organisation.value.ignores.iter().filter(|ignore| ignoring::matches(ignore, finding));
    about.max_by_key(|ignore| ignore.until)
}

/// The worst severity among findings.
pub fn worst(findings: &[Finding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).max()
}
