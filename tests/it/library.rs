//! Libraries of shared answers: found by number or concept, rendered strictly, and nothing read outside their directory.

use dspt::bank::Banks;
use dspt::library::{Libraries, Rendered, Standing, Subject, render};
use dspt::model::{Answer, Item, Organisation, RoleHolder, Standard};
use dspt::tree::{MemoryTree, WorkTree};
use std::fs;
use std::sync::Arc;

fn standard(edition: &str) -> Arc<Standard> {
    Banks::shipped().find("dspt-asc", edition).unwrap().standard().unwrap()
}

fn organisation() -> Organisation {
    let mut organisation = Organisation {
        ods_code: "A1B2".to_owned(),
        name: "Sunrise {{ edition }} Care \"Ltd\"".to_owned(),
        ..Organisation::default()
    };
    let lead = RoleHolder { name: Some("Jo Field".to_owned()), ..RoleHolder::default() };
    organisation.roles.insert("caldicott_guardian".to_owned(), lead);
    organisation
}

fn library(answers: &str) -> Libraries {
    let text = format!("standard = \"dspt-asc\"\nedition = \"2025-26\"\n\n{answers}");
    Libraries::load(&MemoryTree::default().with("it-supplier.toml", text))
}

/// What the library says of the suppliers' item for the organisation above, or why it says nothing.
fn rendered(libraries: &Libraries) -> Result<Rendered, String> {
    let standard = standard("2025-26");
    let file = libraries.find("it-supplier").expect("the library is found");
    assert_eq!(file.fault(), None);
    let (key, shared) = file.decoded.value.answers.iter().next().expect("an answer");
    let organisation = organisation();
    render(file, key, shared, &Subject { organisation: &organisation, standard: &standard })
        .map_err(|error| error.to_string())
}

#[test]
fn names_are_filled_in_and_what_they_say_is_not_filled_in_again() {
    let libraries = library(
        "[answers.\"10.2.1\"]\ntick = true\ncomment = \"\"\"\nFor {{ organisation.name }} ({{organisation.ods_code|lower}}).\nAsk {{ roles.caldicott_guardian.name }}.\n\"\"\"\nuntil = 2026-12-31\n",
    );
    let rendered = rendered(&libraries).unwrap();
    let comment = "For Sunrise {{ edition }} Care \"Ltd\" (a1b2).\nAsk Jo Field.\n";
    assert_eq!(rendered.answer.comment.as_deref(), Some(comment));
    assert_eq!(rendered.source.library, "it-supplier/10.2.1");
    assert_eq!(rendered.source.until, Some(jiff::civil::date(2026, 12, 31)));
    assert!(rendered.source.digest.starts_with("sha256:") && rendered.source.digest.len() == 71);
}

#[test]
fn what_cannot_be_filled_in_is_an_error_with_its_place() {
    let long = format!("{{{{ {} }}}}", vec!["organisation.name"; 4_000].join(" ~ "));
    let cases: [(&str, &str, &str); 9] = [
        ("For {{ organisation.nam }}.", ":5:16", "`organisation.nam` is nothing"),
        ("For {{ organisation.sector }}.", ":5:16", "`organisation.sector` is nothing"),
        ("{{ edition }} {{ sector }}", ":5:26", "`sector` is nothing"),
        ("{% include 'secret.txt' %}", ":5:9", "no statements"),
        ("{{ edition }}{% for x in y %}{% endfor %}", ":5:22", "no statements"),
        ("{{ edition", ":5", "cannot be filled in"),
        ("{{ edition | safe }}", ":5", "cannot be filled in"),
        ("{{ range(9) }}", ":5", "cannot be filled in"),
        (&long, ":5:", ""),
    ];
    for (text, place, why) in cases {
        let libraries = library(&format!("[answers.\"1.1.5\"]\ntext = \"{text}\"\n"));
        let error = rendered(&libraries).expect_err(text);
        assert!(error.starts_with(&format!("answers-library/it-supplier.toml{place}")), "{text}: {error}");
        assert!(error.contains(why), "{text}: {error}");
    }
}

#[test]
fn an_item_is_found_by_its_number_in_the_librarys_edition_and_by_its_concept() {
    let banks = Banks::shipped();
    let (old, new) = (standard("2021-22"), standard("2025-26"));
    let lead: &Item = new.concept("lead-responsibility").unwrap();
    let file = |edition: &str, key: &str| {
        let text =
            format!("standard = \"dspt-asc\"\nedition = \"{edition}\"\n[answers.\"{key}\"]\ntext = \"Jo Field.\"\n");
        Libraries::load(&MemoryTree::default().with("leads.toml", text))
    };
    let then = old.concept("lead-responsibility").unwrap().number.clone();
    assert_ne!(then, lead.number, "the number has changed since");
    let finds = |libraries: &Libraries| libraries.files[0].answer(&banks, &new, lead).is_some();
    assert!(finds(&file("2025-26", &lead.number)) && finds(&file("2021-22", &then)));
    assert!(finds(&file("2021-22", "lead-responsibility")));
    assert!(!finds(&file("2025-26", &then)), "a number means what it means in the library's edition");
}

#[test]
fn a_shared_answer_is_as_written_until_one_side_changes() {
    let (banks, standard, organisation) = (Banks::shipped(), standard("2025-26"), organisation());
    let subject = Subject { organisation: &organisation, standard: &standard };
    let item = standard.concept("lead-responsibility").unwrap();
    let ours = |text: &str| library(&format!("[answers.\"{}\"]\ntext = \"{text}\"\n", item.number));
    let libraries = ours("{{ roles.caldicott_guardian.name }} leads.");
    let source = rendered(&libraries).unwrap().source;
    let standing = |libraries: &Libraries, answer: &Answer| libraries.standing(&banks, &subject, item, answer, &source);
    let answer =
        Answer { text: Some("Jo Field leads.".to_owned()), comment: Some("Ours.".to_owned()), ..Answer::default() };
    assert_eq!(standing(&libraries, &answer), Some(Standing::AsWritten), "a comment of our own is no edit");
    let edited = Answer { text: Some("Ann Lee leads.".to_owned()), ..answer.clone() };
    assert_eq!(standing(&libraries, &edited), Some(Standing::Edited));
    assert_eq!(standing(&ours("Ann Lee leads."), &answer), Some(Standing::Outdated));
    assert_eq!(standing(&library(""), &answer), Some(Standing::Withdrawn));
    assert_eq!(standing(&library("[answers"), &answer), None, "a library that is broken says nothing of anybody");
    assert_eq!(standing(&Libraries::default(), &answer), None);
    assert_eq!(standing(&ours("{{ nobody }}"), &answer), None);
}

#[test]
fn a_file_is_named_after_its_content_and_lies_in_the_librarys_directory() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("answers-library");
    fs::create_dir(&root).unwrap();
    fs::write(directory.path().join("secret.txt"), "Not shared.\n").unwrap();
    fs::write(root.join("contract.pdf"), "Shared.\n").unwrap();
    let entry = |file: &str| {
        let text = format!(
            "standard = \"dspt-asc\"\nedition = \"2025-26\"\n[answers.\"1.1.3\"]\nevidence = [{{ file = \"{file}\" }}]\n"
        );
        fs::write(root.join("it-supplier.toml"), text).unwrap();
        rendered(&Libraries::load(&WorkTree::new(&root)))
    };
    let found = entry("contract.pdf").unwrap();
    let [(from, to)] = found.files.as_slice() else { panic!("one file") };
    assert_eq!(from, "contract.pdf");
    assert!(to.starts_with("evidence/it-supplier/contract-") && to.strip_suffix(".pdf").is_some(), "{to}");
    assert_eq!(found.answer.evidence.unwrap()[0].file.as_ref(), Some(to));
    for outside in ["../secret.txt", "/etc/hostname", "missing.pdf", "./../secret.txt"] {
        let error = entry(outside).expect_err(outside);
        assert!(error.starts_with("answers-library/it-supplier.toml:4:22: "), "{error}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret.txt", root.join("link.txt")).unwrap();
        assert!(entry("link.txt").is_err(), "a link out of the directory is not followed");
        std::os::unix::fs::symlink("../../elsewhere.toml", root.join("linked.toml")).unwrap();
        fs::write(directory.path().join("elsewhere.toml"), "standard = \"dspt-asc\"\n").unwrap();
        let libraries = Libraries::load(&WorkTree::new(&root));
        assert!(libraries.find("linked").is_none(), "a library that lies elsewhere is not read");
        assert_eq!(libraries.problems.len(), 1);
    }
}
