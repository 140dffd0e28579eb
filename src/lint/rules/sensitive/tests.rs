use super::*;
use crate::bank::Banks;
use crate::lint::{Known, LintResult, Setting, lint};
use crate::tree::MemoryTree;
use crate::workspace::{Scope, Workspace};
use jiff::civil::date;

const NUMBER: &str = "999 123 4578";

fn run(tree: &MemoryTree) -> LintResult {
    let workspace = Workspace::load(tree, Scope::All);
    let banks = Banks::shipped();
    let setting = Setting { tree, banks: &banks, now: date(2026, 1, 15).into(), in_full: &[] };
    let mut result = lint(&workspace, setting, Known::default()).unwrap();
    result.findings.retain(|finding| {
        crate::lint::rule(finding.rule).is_some_and(|rule| rule.group == crate::lint::Group::Sensitive)
    });
    result
}

fn workspace(answers: &str) -> MemoryTree {
    let organisation = "[organisation]\nods_code = \"A1B2\"\nname = \"Sunrise Care Ltd\"\n";
    let answers = format!("standard = \"dspt-asc\"\nedition = \"2025-26\"\n\n{answers}");
    MemoryTree::default().with("organisation.toml", organisation).with("assessments/2025-26.toml", answers)
}

fn with_evidence(path: &str, bytes: impl Into<Vec<u8>>) -> MemoryTree {
    workspace(&format!("[answers.\"1.1.3\"]\nevidence = [{{ file = \"{path}\" }}]\n")).with(path, bytes)
}

fn places(result: &LintResult) -> Vec<String> {
    let place = |finding: &crate::diagnostic::Finding| {
        format!("{}:{}:{}", finding.place.file, finding.place.start.line, finding.place.start.column)
    };
    result.findings.iter().map(place).collect()
}

#[test]
fn nothing_that_is_found_is_shown() {
    let key = "-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----";
    let tree = workspace(&format!(
        "[answers.\"1.1.5\"]\ntext = \"{NUMBER}, AB123456C\"\nnotes = \"\"\"\n{key}\npassword: hunter22\"\"\"\n[answers.\"1.1.3\"]\nevidence = [{{ file = \"../{NUMBER}.pdf\" }}]\n"
    ));
    let result = run(&tree);
    let kinds: Vec<&str> = result.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(kinds, ["nhs-number", "national-insurance-number", "private-key", "nhs-number"]);
    for secret in [NUMBER, "AB123456C", key, "bm90IGEga2V5", "hunter22"] {
        assert!(result.secrets.iter().any(|known| known == secret), "{secret}");
    }
    for finding in &result.findings {
        let said = format!("{} {:?} {:?}", finding.message, finding.help, finding.related);
        assert!(!result.secrets.iter().any(|secret| said.contains(secret.as_str())), "{said}");
        assert!(finding.item.is_some());
    }
}

#[test]
fn ids_and_digests_are_nobodys_number() {
    let tree = workspace("[answers.\"1.1.3\"]\nevidence = [{ location = \"Office\", sha256 = \"9991234578\" }]\n")
        .with(
            "organisation.toml",
            "[organisation]\nods_code = \"A1B2\"\nname = \"x\"\ncqc_provider_id = \"9991234578\"\n",
        );
    let result = run(&tree);
    assert_eq!(places(&result), [""; 0]);
    assert_eq!(result.secrets, [""; 0]);
}

#[test]
fn text_evidence_may_have_any_encoding() {
    let text = format!("Zoë\n{NUMBER}");
    let utf_16 = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect()
    };
    let latin_1: Vec<u8> =
        "Zo\u{eb}\n999\u{a0}123\u{a0}4578".chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for bytes in [
        text.clone().into_bytes(),
        utf_16([0xff, 0xfe], u16::to_le_bytes),
        utf_16([0xfe, 0xff], u16::to_be_bytes),
        latin_1,
    ] {
        assert_eq!(places(&run(&with_evidence("evidence/log.CSV", bytes))), ["evidence/log.CSV:2:1"]);
    }
}

#[test]
fn what_is_no_text_or_not_at_hand_is_not_read() {
    let fits = vec![b' '; 1024 * 1024 - NUMBER.len()];
    assert_eq!(run(&with_evidence("evidence/log.txt", [fits.clone(), NUMBER.into()].concat())).findings.len(), 1);
    let tree = with_evidence("evidence/log.txt", [fits, format!(" {NUMBER}").into()].concat());
    assert_eq!(places(&run(&tree)), [""; 0], "over 1 MB");
    assert_eq!(places(&run(&with_evidence("evidence/log.docx", NUMBER))), [""; 0]);
    assert_eq!(places(&run(&with_evidence("../log.txt", NUMBER))), [""; 0]);
    let tree = workspace("[answers.\"1.1.3\"]\nevidence = [{ file = \"private/log.txt\", private = true }]\n");
    assert_eq!(places(&run(&tree)), [""; 0]);
}

#[test]
fn a_document_is_read_once_whoever_names_it() {
    let tree = workspace("[answers]\n\"1.1.2\" = { evidence = [{ file = \"evidence/log.txt\" }] }\n\"1.1.3\" = { evidence = [{ file = \"evidence/log.txt\" }] }\n")
        .with("evidence/log.txt", NUMBER);
    assert_eq!(places(&run(&tree)), ["evidence/log.txt:1:1"]);
}

#[test]
fn a_list_of_hundreds_is_counted() {
    let result = run(&with_evidence("evidence/list.csv", format!("{NUMBER}\n").repeat(250)));
    assert_eq!(result.findings.len(), MAX_IN_TEXT + 1);
    let last = result.findings.last().unwrap();
    assert_eq!((last.place.start.line, last.message.contains("150 more")), (101, true), "{}", last.message);
}

#[test]
fn an_alias_is_where_its_anchor_is() {
    let yaml = format!(
        "standard: dspt-asc\nedition: \"2025-26\"\nanswers:\n  \"1.1.5\": {{ text: &a \"{NUMBER}\" }}\n  \"1.3.12\": {{ text: *a }}\n  \"1.3.13\": {{ text: &b \"999\\u0020123 4578\" }}\n  \"1.4.3\": {{ text: *b }}\n"
    );
    let tree = MemoryTree::default()
        .with("organisation.toml", "[organisation]\nods_code = \"A1B2\"\nname = \"x\"\n")
        .with("assessments/2025-26.yaml", yaml);
    assert_eq!(places(&run(&tree)), ["assessments/2025-26.yaml:4:23", "assessments/2025-26.yaml:6:24"]);
}

#[test]
fn of_a_newer_format_nothing_is_judged() {
    let tree = MemoryTree::default()
        .with("organisation.toml", "[organisation]\nods_code = \"A1B2\"\nname = \"x\"\n")
        .with("assessments/2025-26.toml", format!("format = 2\ntext = \"{NUMBER}\"\n"));
    assert_eq!(places(&run(&tree)), [""; 0]);
}
