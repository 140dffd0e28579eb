use super::super::ledger::Place;
use std::fs;

#[test]
fn no_command_puts_a_document_over_what_people_wrote() {
    let place = Place::answered();
    place.publish(&[]).ok();
    fs::write(place.path("portfolio.toml"), "clients = [\"ws\"]\n").unwrap();
    fs::write(place.path("ws/typed.zip"), b"PK\x03\x04 somebody's work").unwrap();
    let record = "publications/2025-26/001.toml";
    let commands: &[(&[&str], &str)] = &[
        (&["export", "--to", "md"], "assessments/2025-26.toml"),
        (&["export", "--to", "csv"], "evidence/1.1.2.txt"),
        (&["export", "--to", "csv"], "typed.zip"),
        (&["certificate", "--format", "html"], record),
        (&["certificate", "--format", "svg"], "typed.zip"),
        (&["calendar"], "organisation.toml"),
        (&["pack"], record),
        (&["plan", "--format", "markdown"], "assessments/2025-26.toml"),
        (&["diff", "v1", "HEAD", "--format", "html"], "organisation.toml"),
        (&["portfolio", "status", "--format", "csv"], "../portfolio.toml"),
        (&["portfolio", "due", "--format", "ics"], "organisation.toml"),
        (&["portfolio", "export", "--to", "html"], "organisation.toml"),
    ];
    place.git(&["tag", "v1"]).ok();
    for (args, file) in commands {
        let before = fs::read(place.path("ws").join(file)).unwrap();
        let ran = place.dspt(&[args, &["-o", file][..]].concat());
        assert_eq!(ran.status, 2, "{args:?}: {}", ran.err);
        assert!(ran.err.contains("nothing was written"), "{args:?}: {}", ran.err);
        assert_eq!(fs::read(place.path("ws").join(file)).unwrap(), before, "{args:?}");
    }
    let ran = place.dspt(&["certificate", "--proof", record]);
    assert!(ran.status == 2 && ran.err.contains("nothing was written"), "{}", ran.err);
}

#[test]
fn a_document_is_made_again_over_the_earlier_one() {
    let place = Place::answered();
    for _ in 0..2 {
        place.dspt(&["export", "--to", "md", "-o", "report.md"]).ok();
        place.dspt(&["calendar"]).ok();
    }
}

#[test]
fn an_ending_of_no_format_is_refused() {
    let place = Place::answered();
    place.publish(&[]).ok();
    for args in [&["export"][..], &["certificate"], &["plan"], &["diff"]] {
        let ran = place.dspt(&[args, &["-o", "document.docx"]].concat());
        assert_eq!(ran.status, 2, "{args:?}: {}", ran.err);
        assert!(ran.err.contains("ends in .docx"), "{args:?}: {}", ran.err);
        assert!(!place.path("ws/document.docx").exists());
    }
}

#[test]
fn a_file_of_text_holds_no_colours() {
    let place = Place::answered();
    fs::write(place.path("portfolio.toml"), "clients = [\"ws\"]\n").unwrap();
    for args in [&["portfolio", "status"][..], &["portfolio", "due"], &["calendar", "--format", "human"], &["plan"]] {
        place.dspt(&[args, &["-o", "page.txt", "--color", "always"]].concat()).ok();
        let text = fs::read_to_string(place.path("ws/page.txt")).unwrap();
        assert!(!text.is_empty() && !text.contains('\u{1b}'), "{args:?}: {text}");
    }
}

#[test]
fn an_answer_may_begin_with_a_hyphen() {
    let place = Place::answered();
    place.dspt(&["answer", "7.1.2", "--comment", "- see the register", "--owner", "-"]).ok();
    let text = fs::read_to_string(place.path("ws/assessments/2025-26.toml")).unwrap();
    assert!(text.contains("\"- see the register\""), "{text}");
}
