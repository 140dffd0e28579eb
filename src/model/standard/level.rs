//! A level, and what it asks for besides items.

/// A condition on the organisation profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileTest {
    /// The fact has one of these values.
    Fact { fact: String, is: Vec<String> },
    /// The certification is held and current on the day judged.
    Certification(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionKind {
    /// Nothing was published before. A condition on publishing: it does not change the level reached.
    FirstPublication,
    /// There is a complete action plan. A condition on publishing likewise.
    ActionPlan,
    /// The profile says so on the day judged.
    Profile(ProfileTest),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub id: String,
    pub kind: ConditionKind,
    /// Why the standard asks for it; shown where it is not met.
    pub reason: String,
    pub sources: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    pub id: String,
    pub label: String,
    pub summary: Option<String>,
    /// Index of the level whose items this one asks for as well.
    pub builds_on: Option<usize>,
    pub conditions: Vec<Condition>,
    /// The least result by node: index into [`super::Standard::nodes`], index into the results of its rule.
    pub results: Vec<(usize, usize)>,
    pub sources: Vec<String>,
}

impl Level {
    /// Whether it is open only to whoever has published nothing yet.
    pub fn is_published_once(&self) -> bool {
        self.conditions.iter().any(|condition| condition.kind == ConditionKind::FirstPublication)
    }

    pub fn has_profile_condition(&self) -> bool {
        self.conditions.iter().any(|condition| matches!(condition.kind, ConditionKind::Profile(_)))
    }
}
