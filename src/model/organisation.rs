//! `organisation.toml`: who answers, for which sites, with which roles and certifications.

use jiff::civil::Date;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// An organisation as its file describes it. Facts, certifications and roles are those that the standard declares.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Organisation {
    /// Directories of further question banks, inside the repository.
    pub standards: Vec<String>,
    pub ods_code: String,
    pub name: String,
    pub sector: Option<String>,
    pub cqc_provider_id: Option<String>,
    pub former_codes: Vec<String>,
    /// The four-question scope test, for every site unless it says otherwise.
    pub shares: Option<Shares>,
    pub profile: Profile,
    pub roles: BTreeMap<String, RoleHolder>,
    pub certifications: BTreeMap<String, Certification>,
    pub members: Vec<Member>,
    pub sites: Vec<Site>,
    pub ignores: Vec<Ignore>,
}

impl Organisation {
    /// The members still there on a day.
    pub fn members_on(&self, day: Date) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| member.left.is_none_or(|left| day <= left))
    }

    /// What a site shares with the headquarters, its own words first.
    pub fn shares_of(&self, site: &Site) -> Shares {
        let own = site.shares.unwrap_or_default();
        let default = self.shares.unwrap_or_default();
        Shares {
            training: own.training.or(default.training),
            policies: own.policies.or(default.policies),
            breach_handling: own.breach_handling.or(default.breach_handling),
            it: own.it.or(default.it),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// The facts the standard asks for, by key.
    pub facts: BTreeMap<String, String>,
    /// When somebody last said that the profile is right.
    pub confirmed: Option<Date>,
}

/// Somebody who holds a key role.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RoleHolder {
    /// The person's name.
    pub name: Option<String>,
    /// The person's e-mail address.
    pub email: Option<String>,
}

/// A certification that the organisation holds. Without `expires` it does not count; it counts on its last day.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Certification {
    /// The certificate's number.
    pub certificate: Option<String>,
    /// Its last day.
    pub expires: Option<Date>,
}

impl Certification {
    pub fn is_current(&self, day: Date) -> bool {
        self.expires.is_some_and(|expires| day <= expires)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum MemberRole {
    /// Also publishes and edits profile and members.
    Administrator,
    /// Also adds and edits answers.
    Member,
    /// Reads only.
    Auditor,
}

impl MemberRole {
    pub const WORDS: &'static [&'static str] = &["administrator", "member", "auditor"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// Somebody who works on the answers. Who left stays listed, so that history can be read.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Member {
    /// The person's name.
    pub name: String,
    /// The address by which answers, owners and commits name the person.
    pub email: String,
    /// What the person may do.
    pub role: MemberRole,
    /// An SSH public key, as in an `allowed_signers` file.
    pub signing_key: Option<String>,
    /// The last day.
    pub left: Option<Date>,
}

/// The four questions that decide whether one assessment may cover a site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Shares {
    /// The same staff induction and training on data and cyber security.
    pub training: Option<bool>,
    /// The same data protection policies and procedures.
    pub policies: Option<bool>,
    /// The same data security and breach arrangements.
    pub breach_handling: Option<bool>,
    /// The same IT arrangements.
    pub it: Option<bool>,
}

impl Shares {
    /// Key, what is shared, and what is said of it.
    pub fn each(&self) -> [(&'static str, &'static str, Option<bool>); 4] {
        [
            ("training", "staff training", self.training),
            ("policies", "data protection policies", self.policies),
            ("breach_handling", "breach arrangements", self.breach_handling),
            ("it", "IT arrangements", self.it),
        ]
    }
}

/// A branch that a headquarters publishes for.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Site {
    /// The site's own code.
    pub ods_code: String,
    /// The site's name.
    pub name: Option<String>,
    /// The location's number at the Care Quality Commission.
    pub cqc_location_id: Option<String>,
    /// The first day it was open.
    pub opened: Option<Date>,
    /// The last day it was open.
    pub closed: Option<Date>,
    /// Only what differs from the organisation's `shares`.
    pub shares: Option<Shares>,
    /// Why publications leave it out.
    pub excluded: Option<String>,
    /// When its manager said that the answers hold here.
    pub confirmed: Option<Date>,
    /// Who said so.
    pub confirmed_by: Option<String>,
}

/// A finding that somebody decided to live with until a day.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Ignore {
    /// The rule's name.
    pub rule: String,
    /// Only for this item.
    pub item: Option<String>,
    /// Only in this file, relative to the workspace.
    pub file: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day; nothing is ignored for ever.
    pub until: Date,
}

/// Whether a code can stand in the name of a git tag, as publications need it.
pub fn fits_git_ref(code: &str) -> bool {
    !code.is_empty()
        && code != "@"
        && !code.starts_with(['.', '-'])
        && !code.ends_with('.')
        && !code.to_ascii_lowercase().ends_with(".lock")
        && !code.contains("..")
        && !code.contains("@{")
        && !code.contains(|c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\/".contains(c))
}
