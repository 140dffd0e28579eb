//! The rules, one file each, in their groups. Each group's `mod.rs` holds its list and what its rules share.

pub(super) mod answers;
pub(super) mod evidence;
pub(super) mod files;
pub(super) mod ledger;
pub(super) mod lint;
pub(super) mod organisation;
pub(super) mod plan;
pub(super) mod sensitive;
pub(super) mod time;

use super::Rule;
use std::sync::LazyLock;

/// Declares the rules of a group: the modules and the list of them.
macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        pub(super) const RULES: &[&crate::lint::Rule] = &[$(&$name::RULE),*];
    };
}
use rules;

/// Every rule, group by group.
pub static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    [
        files::RULES,
        answers::RULES,
        evidence::RULES,
        organisation::RULES,
        plan::RULES,
        ledger::RULES,
        sensitive::RULES,
        time::RULES,
        lint::RULES,
    ]
    .concat()
});
