//! Any edit anywhere in any file: it says exactly what was meant, or it is refused and nothing is given.

use super::super::edit::{Change, EditError, Literal, apply};
use super::super::{Document, Kind, Node, Pointer, Step, Syntax};
use proptest::prelude::*;
use proptest::sample::Index;

/// Every place of a tree.
fn places(document: &Document, node: &Node, at: &Pointer, out: &mut Vec<Pointer>) {
    out.push(at.clone());
    match &node.kind {
        Kind::Table(table) => {
            for entry in &table.entries {
                places(document, &entry.node, &at.clone().key(document.key_of(entry).to_owned()), out);
            }
        }
        Kind::List(nodes) => {
            nodes.iter().enumerate().for_each(|(n, node)| places(document, node, &at.clone().index(n), out));
        }
        Kind::Scalar(_) => {}
    }
}

fn literal() -> impl Strategy<Value = Literal> {
    let scalar = prop_oneof![
        "[a-z \n\"'#:-]{0,6}".prop_map(Literal::Text),
        any::<bool>().prop_map(Literal::Flag),
        any::<i64>().prop_map(Literal::Number),
        (1_i8..=28).prop_map(|day| Literal::Date(jiff::civil::date(2026, 2, day))),
    ];
    scalar.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Literal::List),
            (inner.clone(), inner).prop_map(|(a, b)| Literal::Table(vec![("a", a), ("new", b)])),
        ]
    })
}

#[derive(Debug, Clone)]
enum Edit {
    Set(Index, Vec<Step>, Literal),
    Remove(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let step = prop_oneof![
        4 => Just(Step::Key("new".into())),
        2 => Just(Step::Key("a.b".into())),
        2 => Just(Step::Index(0)),
        1 => Just(Step::Index(1)),
    ];
    prop_oneof![
        3 => (any::<Index>(), prop::collection::vec(step, 0..3), literal()).prop_map(|(at, rest, literal)| Edit::Set(at, rest, literal)),
        1 => any::<Index>().prop_map(Edit::Remove),
    ]
}

/// What a literal says, written as the outline of a tree.
fn said(literal: &Literal, syntax: Syntax) -> Vec<String> {
    match literal {
        // In YAML a text that was there without quotation marks stays so.
        Literal::Text(text) if syntax == Syntax::Yaml => vec![format!("{text:?}"), text.clone()],
        Literal::Text(text) => vec![format!("{text:?}")],
        Literal::Flag(flag) => vec![flag.to_string()],
        Literal::Number(number) => vec![number.to_string()],
        Literal::Date(date) => vec![date.to_string()],
        Literal::Table(_) | Literal::List(_) => Vec::new(),
    }
}

fn check(text: &str, syntax: Syntax, edit: &Edit) -> Result<(), TestCaseError> {
    let document = Document::read_text(text, syntax);
    let mut all = Vec::new();
    places(&document, &document.root, &Pointer::root(), &mut all);
    let change = match edit {
        Edit::Set(at, rest, literal) => {
            let steps = [at.get(&all).steps(), rest].concat();
            if !matches!(steps.last(), Some(Step::Key(_))) {
                return Ok(());
            }
            Change::Set(Pointer::from_steps(&steps), literal.clone())
        }
        Edit::Remove(at) => Change::Remove(at.get(&all).clone()),
    };
    if change == Change::Remove(Pointer::root()) {
        return Ok(());
    }
    let result = match apply(&document, std::slice::from_ref(&change)) {
        Err(EditError::Damaged { .. }) => {
            prop_assert!(document.damaged);
            return Ok(());
        }
        Err(_) => return Ok(()),
        Ok(bytes) => String::from_utf8(bytes).unwrap(),
    };
    let read = Document::read_text(&result, syntax);
    prop_assert!(!read.damaged && read.faults.len() <= document.faults.len(), "{:?}\n{}", read.faults, result);
    if syntax == Syntax::Toml {
        prop_assert!(result.parse::<toml::Table>().is_ok(), "{}", result);
    }
    match &change {
        Change::Remove(pointer) => prop_assert!(
            pointer.steps().iter().any(|step| matches!(step, Step::Index(_))) || read.node(pointer).is_none()
        ),
        Change::Set(pointer, literal) => {
            let found = read.node(pointer);
            prop_assert!(found.is_some(), "{:?}\n{}\n->\n{}", change, text, result);
            let expected = said(literal, syntax);
            if let Some(scalar) = found.and_then(Node::scalar).filter(|_| !expected.is_empty()) {
                let text = read.text_of(&scalar.text);
                prop_assert!(
                    expected.iter().any(|said| said == text || *said == format!("{text:?}")),
                    "{:?}\n{}",
                    change,
                    result
                );
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn in_toml(text in super::toml::document(), edit in edit()) {
        check(&text, Syntax::Toml, &edit)?;
    }

    #[test]
    fn in_yaml(text in super::yaml::document(), edit in edit()) {
        check(&text, Syntax::Yaml, &edit)?;
    }
}

/// Many changes over one reading give the bytes that the same changes give one after the other.
#[test]
fn at_once_is_as_one_after_the_other() {
    let text = "# of a headquarters\n[organisation]\nname = \"Sunrise Care Ltd\" # ours\n\n[profile]\nnhsmail_only = \"yes\"\n\n[[site]]\nods_code = \"VAAA1\"\n# the last line\n";
    let yaml = "organisation:\n  name: Sunrise Care Ltd # ours\nprofile:\n  nhsmail_only: 'yes'\nsite:\n  - ods_code: VAAA1\n# the last line\n";
    let without = "[organisation]\nname = \"Sunrise Care Ltd\"\n";
    let site = |at: usize| Pointer::root().key("site").index(at);
    let code = |code: &str| {
        Literal::Table(vec![("ods_code", Literal::Text(code.to_owned())), ("name", Literal::Text("Home".to_owned()))])
    };
    let name = Pointer::root().key("organisation").key("name");
    let text_of = |text: &str| Literal::Text(text.to_owned());
    let profile = |key: &str| Pointer::root().key("profile").key(key.to_owned());
    let lists: Vec<Vec<Change>> = vec![
        (1..40).map(|at| Change::Set(site(at), code(&format!("V{at}")))).collect(),
        (0..3).map(|at| Change::Set(site(at), code(&format!("V{at}")))).collect(),
        vec![
            Change::Set(name.clone(), text_of("Moonrise")),
            Change::Set(profile("confirmed"), Literal::Date(jiff::civil::date(2026, 5, 1))),
            Change::Set(profile("other"), Literal::Flag(true)),
            Change::Remove(profile("nhsmail_only")),
            Change::Set(site(1), code("VBBB2")),
        ],
        // These meet: they are made one after the other.
        vec![Change::Set(site(1), code("VBBB2")), Change::Set(site(1).key("name"), text_of("Other"))],
        vec![Change::Set(name.clone(), text_of("A")), Change::Remove(name.clone()), Change::Set(name, text_of("B"))],
    ];
    for (text, syntax) in [(text, Syntax::Toml), (yaml, Syntax::Yaml), (without, Syntax::Toml)] {
        for changes in &lists {
            let document = Document::read(text.as_bytes().to_vec(), syntax);
            let mut singly = Ok(text.as_bytes().to_vec());
            for change in changes {
                singly = singly.and_then(|bytes| apply(&Document::read(bytes, syntax), std::slice::from_ref(change)));
            }
            let text = |bytes: Result<Vec<u8>, EditError>| bytes.map(|bytes| String::from_utf8(bytes).unwrap());
            assert_eq!(text(apply(&document, changes)), text(singly));
        }
    }
}
