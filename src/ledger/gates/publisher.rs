//! Who publishes, and with what signature.

use super::{Gate, Situation, line_of};
use crate::model::{Member, MemberRole};
use crate::source::Pointer;
use crate::workspace::ORGANISATION_FILE;

/// Who publishes, as git and the list of members know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub name: String,
    pub email: String,
    pub role: Option<MemberRole>,
}

pub(super) fn judge(situation: Situation<'_>) -> (Gate, Option<Who>) {
    let name = "publisher";
    let (git_name, email) = match situation.repository.committer() {
        Ok(who) => who,
        Err(error) => {
            let hint = error.hint.map(|hint| format!(": {hint}")).unwrap_or_default();
            return (Gate::fail(name, format!("{}{hint}", error.message)), None);
        }
    };
    let members = &situation.organisation.members;
    let known: Option<&Member> = members.iter().find(|member| member.email.trim().eq_ignore_ascii_case(email.trim()));
    let who = |role| {
        Some(Who {
            name: known.map_or_else(|| git_name.clone(), |known| known.name.clone()),
            email: email.clone(),
            role,
        })
    };
    if members.is_empty() {
        return (
            Gate::pass(name, format!("{email}; organisation.toml lists no members, so nobody is refused")),
            who(None),
        );
    }
    let at = known.and_then(|known| members.iter().position(|member| std::ptr::eq(member, known))).unwrap_or(0);
    let line = line_of(situation.workspace, ORGANISATION_FILE, &Pointer::root().key("member").index(at));
    let refuse = |detail: String| (Gate::fail(name, detail).at(ORGANISATION_FILE, line), None);
    let administrators: Vec<&str> = members
        .iter()
        .filter(|member| member.role == MemberRole::Administrator)
        .filter(|member| member.left.is_none_or(|left| situation.day <= left))
        .map(|member| member.name.as_str())
        .collect();
    let may = if administrators.is_empty() {
        "an administrator publishes, and none is listed: give a member `role = \"administrator\"`".to_owned()
    } else {
        format!("let an administrator publish: {}", administrators.join(", "))
    };
    match known {
        None => refuse(format!("git's user.email here is {email}, which is no member's; {may}")),
        Some(member) if member.left.is_some_and(|left| situation.day > left) => {
            refuse(format!("{} is listed as having left; {may}", member.name))
        }
        Some(member) if member.role != MemberRole::Administrator => {
            refuse(format!("{} is listed as {}; {may}", member.name, member.role.word()))
        }
        Some(member) => (Gate::pass(name, format!("{}, administrator", member.name)), who(Some(member.role))),
    }
}

pub(super) fn signature(situation: Situation<'_>) -> Option<Gate> {
    let signing = situation.signing;
    let wanted = situation.request.sign || signing.commits || signing.tags;
    if !wanted {
        return None;
    }
    Some(match signing.lacks() {
        Some(lack) => Gate::fail("signature", lack),
        None => Gate::pass("signature", format!("will be signed with {}", signing.words())),
    })
}
