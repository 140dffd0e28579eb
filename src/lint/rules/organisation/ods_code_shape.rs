use super::site;
use crate::diagnostic::Severity;
use crate::lint::{At, Check, Context, Draft, Group, Rule, Sink};
use crate::source::Pointer;
use crate::source::decode::shorten;

pub(super) static RULE: Rule = Rule {
    name: "ods-code-shape",
    group: Group::Organisation,
    severity: Severity::Warning,
    summary: "an ODS code of an unusual shape",
    page: include_str!("ods_code_shape.md"),
    check: Check::Workspace(check),
};

/// Real codes are dirty: an unusual one is worth a look and never refused.
fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(file) = context.organisation_file else { return };
    let organisation = context.organisation;
    let code = organisation.ods_code.as_str();
    let is_there = !code.is_empty() || !context.organisation_touched("organisation");
    if is_there && !is_headquarters(code) && !is_site(code) {
        let at = At::value(file, Pointer::root().key("organisation").key("ods_code"));
        sink.report(draft(
            at,
            code,
            "A or C and three more characters for a headquarters, V and four more for a single site",
        ));
    }
    for (index, listed) in organisation.sites.iter().enumerate() {
        let code = listed.ods_code.as_str();
        let is_there = !code.is_empty() || !context.organisation_touched("site");
        if is_there && !is_site(code) {
            sink.report(draft(
                At::value(file, site(index).key("ods_code")),
                code,
                "V and four more characters for a site",
            ));
        }
    }
}

fn draft(at: At, code: &str, usual: &str) -> Draft {
    let draft = Draft::new(&RULE, at, format!("\"{}\" does not look like an ODS code", shorten(code)));
    if code.trim() != code {
        return draft.help("take the spaces before and after it away");
    }
    draft.help(format!(
        "usual codes are {usual}; compare it with the one in your toolkit account, and keep it if that is the same"
    ))
}

/// Letter for letter: `V` stands for itself, `9` for a digit, `a` for a letter, `*` for either; case aside.
fn has_shape(code: &str, shape: &str) -> bool {
    code.len() == shape.len()
        && code.bytes().zip(shape.bytes()).all(|(byte, shape)| match shape {
            b'9' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_alphabetic(),
            b'*' => byte.is_ascii_alphanumeric(),
            fixed => byte.eq_ignore_ascii_case(&fixed),
        })
}

fn is_headquarters(code: &str) -> bool {
    has_shape(code, "A***") || has_shape(code, "C9**")
}

/// Sites, and the codes that organisations outside the NHS and some others have.
fn is_site(code: &str) -> bool {
    ["Va***", "8****", "T****"].iter().any(|shape| has_shape(code, shape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_codes() {
        for code in ["A1B2", "AN8H", "C1A2", "c1a2"] {
            assert!(is_headquarters(code) && !is_site(code), "{code}");
        }
        for code in ["VLLWV", "VABCD", "vabcd", "8E338", "8k167", "T1234"] {
            assert!(is_site(code) && !is_headquarters(code), "{code}");
        }
        for code in
            ["", "40", "AEH", "CAB2", "8A738CLOSED", "VL0GTClosed", "EE133864-IPC", "V12345", "VABC", "A1B2 ", "Vé**"]
        {
            assert!(!is_site(code) && !is_headquarters(code), "{code}");
        }
    }
}
