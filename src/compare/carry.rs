//! Rolling answers over into another edition, by concept.
//!
//! What is carried keeps everything that says something: the answer, its evidence, comment, notes, owner and where it
//! was shared from. It loses `reviewed` and `reviewed_by`: those are somebody's word on last year's question on that
//! day, the file of last year and its history keep them, and standing beside this year's question they would claim a
//! confirmation that nobody gave. It gains `carried_from`, and so it does not count until somebody confirms it.

use crate::model::{Action, ActionPlan, Answer, Answers, Evidence, Item, ItemKind, LibrarySource, Standard};

/// One item of the new edition with what becomes of its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// Index into the items of the new edition.
    pub item: usize,
    /// Index into the items of the old edition; none where the question is new.
    pub old: Option<usize>,
    /// As it stands in the new file; open where there was nothing to carry.
    pub answer: Answer,
    /// What the new question has no place for, in the keys of the old answer.
    pub left: Answer,
}

impl Carried {
    pub fn is_carried(&self) -> bool {
        self.answer.carried_from.is_some()
    }

    /// Whether something of the old answer has no place.
    pub fn has_left(&self) -> bool {
        self.left != Answer::default()
    }
}

/// A whole edition's answers carried into another.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollover {
    /// One for each item of the new edition, in its order.
    pub items: Vec<Carried>,
    /// Indices into the items of the old edition: answered there, asked no longer.
    pub retired: Vec<usize>,
    /// Numbers that the old edition does not know either.
    pub unknown: Vec<String>,
    /// The level aimed at, where the new edition has it.
    pub aim: Option<String>,
    /// The level aimed at that the new edition does not have.
    pub lost_aim: Option<String>,
}

impl Rollover {
    /// The answers of the new edition as a model.
    pub fn answers(&self, new: &Standard) -> Answers {
        Answers {
            standard: new.id().to_owned(),
            edition: new.edition().to_owned(),
            aim: self.aim.clone(),
            answers: self
                .items
                .iter()
                .map(|carried| (new.items[carried.item].number.clone(), carried.answer.clone()))
                .collect(),
        }
    }
}

/// Carries answers from one edition into another.
pub fn roll(old: &Standard, answers: &Answers, new: &Standard) -> Rollover {
    let items = new
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let was = old.concept(&item.concept);
            let answer = was.and_then(|was| answers.answers.get(&was.number));
            let (answer, left) = match (was, answer) {
                (Some(was), Some(answer)) => carried(was, answer, item, old.edition()),
                _ => (Answer::default(), Answer::default()),
            };
            Carried { item: at, old: was.and_then(|was| old.index_of(&was.number)), answer, left }
        })
        .collect();
    let retired = old
        .items
        .iter()
        .enumerate()
        .filter(|(_, item)| new.concept(&item.concept).is_none())
        .filter(|(_, item)| answers.answers.get(&item.number).is_some_and(|answer| *answer != Answer::default()))
        .map(|(at, _)| at)
        .collect();
    let (aim, lost_aim) = match &answers.aim {
        Some(aim) if new.level(aim).is_some() => (Some(aim.clone()), None),
        other => (None, other.clone()),
    };
    let unknown = answers.answers.keys().filter(|number| old.item(number).is_none()).cloned().collect();
    Rollover { items, retired, unknown, aim, lost_aim }
}

fn carried(was: &Item, answer: &Answer, item: &Item, from: &str) -> (Answer, Answer) {
    let (mut kept, left) = fitting(was, answer, item);
    kept.reviewed = None;
    kept.reviewed_by = None;
    // An open item stays open: there is nothing to confirm.
    kept.carried_from = (!kept.is_open()).then(|| from.to_owned());
    (with_lf(kept), with_lf(left))
}

/// Parts an answer into what another edition's item has a place for and what it has not. An item of the same kind takes
/// everything, even what lint complains of; one of another kind takes no answer of the old kind; "not applicable" goes
/// where it was allowed and is no longer.
pub(super) fn fitting(old: &Item, answer: &Answer, new: &Item) -> (Answer, Answer) {
    let mut kept = answer.clone();
    let mut left = Answer::default();
    if old.kind != new.kind {
        if new.kind != ItemKind::Tick {
            left.tick = kept.tick.take();
            left.count = kept.count.take();
        }
        if new.kind != ItemKind::Text {
            left.text = kept.text.take();
        }
        if new.kind != ItemKind::Date {
            left.date = kept.date.take();
        }
    }
    if old.not_applicable.is_some() && new.not_applicable.is_none() {
        left.not_applicable = kept.not_applicable.take();
    }
    (kept, left)
}

/// An action plan carried into another edition.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRollover {
    pub plan: ActionPlan,
    /// Numbers in the old edition whose action is done.
    pub done: Vec<String>,
    /// Numbers in the old edition that the new one has no item for.
    pub gone: Vec<String>,
}

/// Carries the actions that are not done and whose item the new edition has. A document that stood for the plan was
/// about last year and stays there.
pub fn roll_plan(old: &Standard, plan: &ActionPlan, new: &Standard) -> PlanRollover {
    let mut rolled = PlanRollover {
        plan: ActionPlan { standard: new.id().to_owned(), edition: new.edition().to_owned(), ..ActionPlan::default() },
        done: Vec::new(),
        gone: Vec::new(),
    };
    for (number, action) in &plan.actions {
        let item = old.item(number).and_then(|item| new.concept(&item.concept));
        match item {
            None => rolled.gone.push(number.clone()),
            Some(_) if action.is_done() => rolled.done.push(number.clone()),
            Some(item) => drop(rolled.plan.actions.insert(item.number.clone(), action_with_lf(action))),
        }
    }
    rolled
}

/// A text with LF alone at its line ends, as it is written and compared.
pub(super) fn without_line_ends(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let (last, ended) = lines.split_last().unwrap_or((&"", &[]));
    let mut out: String = ended.iter().flat_map(|line| [line.trim_end_matches('\r'), "\n"]).collect();
    out.push_str(last);
    out
}

fn lf(text: Option<String>) -> Option<String> {
    text.map(|text| without_line_ends(&text))
}

fn with_lf(answer: Answer) -> Answer {
    Answer {
        text: lf(answer.text),
        evidence: answer.evidence.map(|list| list.into_iter().map(evidence_with_lf).collect()),
        not_applicable: lf(answer.not_applicable),
        owner: lf(answer.owner),
        comment: lf(answer.comment),
        notes: lf(answer.notes),
        from: answer.from.map(|from| LibrarySource {
            library: without_line_ends(&from.library),
            digest: without_line_ends(&from.digest),
            until: from.until,
        }),
        ..answer
    }
}

pub(super) fn evidence_with_lf(entry: Evidence) -> Evidence {
    Evidence {
        file: lf(entry.file),
        link: lf(entry.link),
        location: lf(entry.location),
        title: lf(entry.title),
        approved_by: lf(entry.approved_by),
        sha256: lf(entry.sha256),
        ..entry
    }
}

fn action_with_lf(action: &Action) -> Action {
    let action = action.clone();
    Action {
        action: lf(action.action),
        owner: lf(action.owner),
        resources: lf(action.resources),
        cost: lf(action.cost),
        progress: lf(action.progress),
        notes: lf(action.notes),
        ..action
    }
}
