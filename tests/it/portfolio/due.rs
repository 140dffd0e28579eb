//! What falls due, by person; nobody is told of a client that is not theirs.

use super::{Folio, edit};
use std::fs;

/// Two clients whose only owner has one name: at the first two with one address, at the third another person.
fn folio() -> Folio {
    let folio = Folio::new(3);
    for (number, email) in [(0, "jo@field.example"), (1, "jo@field.example"), (2, "jo@other.example")] {
        let organisation = format!(
            "[organisation]\nods_code = \"VX{number}\"\nname = \"Client {number} Ltd\"\n\n[profile]\nconfirmed = 2026-02-01\n\n\
             [[member]]\nname = \"Jo Field\"\nemail = \"{email}\"\nrole = \"administrator\"\n"
        );
        fs::write(folio.client(number).join("organisation.toml"), organisation).unwrap();
        let answers = folio.client(number).join("assessments/2025-26.toml");
        edit(&answers, |text| {
            let owner = |line: &str| line.starts_with("owner = ") || line.starts_with("reviewed_by = ");
            text.lines().filter(|line| !owner(line)).map(|line| format!("{line}\n")).collect()
        });
        let _ = fs::remove_dir_all(folio.client(number).join("action-plans"));
    }
    folio
}

#[test]
fn people_are_known_by_their_address() {
    let folio = folio();
    let (code, value) = folio.json(&["due", "--within", "P1Y"]);
    assert_eq!(code, 0);
    let people = value["people"].as_array().unwrap();
    assert_eq!(people.len(), 2, "{people:#?}");
    for person in people {
        let clients: std::collections::BTreeSet<&str> =
            person["due"].as_array().unwrap().iter().map(|due| due["ods_code"].as_str().unwrap()).collect();
        let expected: &[&str] = if person["email"] == "jo@field.example" { &["VX0", "VX1"] } else { &["VX2"] };
        assert_eq!(clients.into_iter().collect::<Vec<_>>(), expected);
    }
    let one = folio.run(&["due", "--within", "P1Y", "--who", "JO@other.example"]);
    let shown = String::from_utf8(one.stdout).unwrap();
    assert!(shown.contains("Client 2 Ltd") && !shown.contains("Client 0 Ltd"), "{shown}");
}

#[test]
fn drafts_hold_one_persons_matters_and_are_not_overwritten() {
    let folio = folio();
    let drafts = ["due", "--within", "P1Y", "--format", "eml", "-o", "drafts"];
    assert_eq!(folio.run(&drafts).status.code(), Some(0));
    let mine = fs::read_to_string(folio.root.join("drafts/jo-field.example.eml")).unwrap();
    assert!(mine.starts_with("To: jo@field.example\r\n") && mine.contains("X-Unsent: 1"), "{mine}");
    assert!(mine.contains("Client 0 Ltd") && mine.contains("Client 1 Ltd") && !mine.contains("Client 2 Ltd"));
    let other = fs::read_to_string(folio.root.join("drafts/jo-other.example.eml")).unwrap();
    assert!(other.contains("Client 2 Ltd") && !other.contains("Client 0 Ltd") && !other.contains("Client 1 Ltd"));
    assert_eq!(folio.run(&drafts).status.code(), Some(2));
    assert_eq!(folio.run(&drafts[..5]).status.code(), Some(2), "a directory is asked for");
}

#[test]
fn one_calendar_has_every_client() {
    let folio = folio();
    let calendar = String::from_utf8(folio.run(&["due", "--within", "P1Y", "--format", "ics"]).stdout).unwrap();
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(calendar.matches("CATEGORIES:Deadline").count(), 3);
    let uids: Vec<&str> = calendar.lines().filter(|line| line.starts_with("UID:")).collect();
    let distinct: std::collections::BTreeSet<&&str> = uids.iter().collect();
    assert_eq!(uids.len(), distinct.len());
}
