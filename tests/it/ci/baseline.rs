//! `--baseline`: only what got worse since a revision.

use crate::ledger::Place;
use std::fs;

/// A workspace at Standards Met, committed on a day.
fn committed(day: &str) -> Place {
    let place = Place::new();
    place.fill("ws");
    let organisation = place.path("ws/organisation.toml");
    let text = fs::read_to_string(&organisation).unwrap();
    let text =
        format!("{text}\n[certifications.cyber_essentials_plus]\ncertificate = \"a1b2\"\nexpires = 2026-04-30\n");
    fs::write(organisation, text).unwrap();
    place.sh(&format!("git add -A && GIT_COMMITTER_DATE={day}T12:00:00Z git commit -qm Answers")).ok();
    place
}

fn status(place: &Place, day: &str, more: &[&str]) -> (i32, serde_json::Value) {
    let args = [&["status", "--format", "json", "--as-of", day, "--baseline", "HEAD"], more].concat();
    let ran = place.dspt(&args);
    (ran.status, ran.json()["baseline"].clone())
}

#[test]
fn nothing_that_was_there_before_is_complained_of() {
    let place = committed("2026-03-02");
    place.replace("assessments/2025-26.toml", "text = \"We do", "text = \"TBC. We do");
    place.commit("A fault");
    let lint = |more: &[&str]| place.dspt(&[&["lint", "--as-of", "2026-03-02", "--format", "concise"], more].concat());
    assert_eq!(lint(&[]).status, 1);
    let known = lint(&["--baseline", "HEAD"]);
    assert_eq!((known.status, known.out.as_str()), (0, ""));
    place.replace("assessments/2025-26.toml", "standard =", "# moved\n\nstandard =");
    assert_eq!(lint(&["--baseline", "HEAD"]).out, "");
    assert_eq!(lint(&["--baseline", "HEAD~1"]).status, 1);
    let (code, worse) = status(&place, "2026-03-02", &[]);
    assert_eq!((code, worse["worse"].as_bool()), (0, Some(false)), "{worse}");
}

#[test]
fn a_lower_level_and_missing_items_are_worse() {
    let place = committed("2026-03-02");
    let answers = fs::read_to_string(place.path("ws/assessments/2025-26.toml")).unwrap();
    let answers = answers.replacen("[answers.\"2.1.1\"]\ntick = true", "[answers.\"2.1.1\"]\ntick = false", 1);
    fs::write(place.path("ws/assessments/2025-26.toml"), answers).unwrap();
    let (code, worse) = status(&place, "2026-03-02", &[]);
    assert_eq!(code, 1);
    assert_eq!(worse["level"], "standards-exceeded");
    assert_eq!(worse["level_dropped"], true);
    assert_eq!(worse["newly_missing"][0]["number"], "2.1.1");
    assert_eq!(worse["newly_missing"].as_array().unwrap().len(), 1);
    let ran = place.dspt(&["status", "--as-of", "2026-03-02", "--baseline", "HEAD"]);
    assert!(ran.out.contains("level dropped Standards Exceeded before, none now"), "{}", ran.out);
    assert!(ran.out.contains("newly missing  2.1.1  answered no"), "{}", ran.out);
}

#[test]
fn what_ran_out_since_is_worse_unless_both_sides_are_judged_on_one_day() {
    let place = committed("2026-03-02");
    let (code, worse) = status(&place, "2026-05-20", &[]);
    assert_eq!((code, worse["judged_on"].as_str()), (1, Some("2026-03-02")));
    assert_eq!(worse["level_dropped"], true, "Standards Exceeded rests on the certificate");
    assert_eq!(worse["newly_expired"][0]["rule"], "certification-expired");
    let (code, worse) = status(&place, "2026-05-20", &["--baseline-on", "2026-05-20"]);
    assert_eq!((code, worse["worse"].as_bool()), (0, Some(false)), "{worse}");
    let (_, worse) = status(&place, "2026-04-30", &["--baseline-on", "2027-01-01"]);
    assert_eq!(worse["judged_on"], "2026-04-30", "no side is judged on a day that has not come");
    let lint = place.dspt(&["lint", "--baseline", "HEAD", "--as-of", "2026-05-20", "--format", "concise"]);
    assert!(lint.out.contains("certification-expired"), "{}", lint.out);
}

#[test]
fn a_publication_is_a_baseline_and_what_is_new_has_none() {
    let place = Place::answered();
    assert_eq!(place.publish(&[]).status, 0);
    let ran = place.dspt(&["status", "--format", "json", "--as-of", "2026-05-20", "--baseline", "2025-26/latest"]);
    assert_eq!(ran.json()["baseline"]["judged_on"], crate::ledger::DAY);
    // A workspace that the revision does not hold yet.
    place.fill("ws/other");
    let ran = place.run("ws/other", &["status", "--as-of", "2026-05-20", "--baseline", "HEAD"]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    let ran = place.run("ws/other", &["status", "--baseline", "no-such"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("there is no publication and no git revision called \"no-such\""), "{}", ran.err);
}

fn new_findings(place: &Place, revision: &str) -> Vec<String> {
    let args =
        ["lint", "--baseline", revision, "--as-of", "2026-05-20", "--baseline-on", "2026-05-20", "--format", "json"];
    let found = place.dspt(&args).json();
    let found = found["findings"].as_array().unwrap().iter();
    let found = found.filter(|finding| finding["severity"] == "error");
    found.map(|finding| format!("{}: {}", finding["rule"], finding["message"])).collect()
}

#[test]
fn what_git_knew_then_is_known() {
    let place = Place::answered();
    assert_eq!(place.publish(&[]).status, 0);
    let record = "publications/2025-26/001.toml";
    let as_published = fs::read(place.path("ws").join(record)).unwrap();
    fs::write(place.path("ws").join(record), [&as_published[..], b"# altered\n"].concat()).unwrap();
    place.commit("Alter a record");
    assert_eq!(new_findings(&place, "HEAD"), [""; 0], "it was altered before");
    let new = new_findings(&place, "HEAD~1");
    assert!(new.len() == 1 && new[0].contains("publication-altered"), "{new:?}");
    // Another file of the same publication is another finding, though the first is mended meanwhile.
    fs::write(place.path("ws").join(record), &as_published).unwrap();
    let list = "publications/2025-26/001.sha256";
    fs::remove_file(place.path("ws").join(list)).unwrap();
    let new = new_findings(&place, "HEAD");
    assert!(new.len() == 1 && new[0].contains("publication-deleted") && new[0].contains(list), "{new:?}");
    place.commit("Put it back, and delete its list");
    let bank = fs::read_dir(place.path("ws/publications/banks")).unwrap().next().unwrap().unwrap().path();
    fs::remove_file(&bank).unwrap();
    place.sh("git checkout -q HEAD~1 -- publications/2025-26/001.sha256").ok();
    let new = new_findings(&place, "HEAD");
    let name = bank.file_name().unwrap().to_str().unwrap();
    assert!(new.len() == 1 && new[0].contains(name), "one deletion does not make up for another: {new:?}");
}

#[test]
fn a_role_that_is_filled_does_not_make_up_for_another_that_falls_vacant() {
    let place = Place::new();
    place.fill("ws");
    let organisation = place.path("ws/organisation.toml");
    let text = fs::read_to_string(&organisation).unwrap();
    let with = |role: &str| format!("{text}\n[roles.{role}]\nname = \"Jo Field\"\nemail = \"jo@sunrise.example\"\n");
    fs::write(&organisation, with("caldicott_guardian")).unwrap();
    place.commit("Answers");
    fs::write(&organisation, with("senior_information_risk_owner")).unwrap();
    let ran = place.dspt(&["lint", "--baseline", "HEAD", "--as-of", "2026-05-20", "--format", "concise"]);
    assert_eq!(ran.out.matches("[role-vacant]").count(), 1, "{}", ran.out);
}

/// A revision holds what git tracks: there a file that was never added is missing, and here it is not in git.
#[test]
fn a_document_that_git_never_had_is_no_news() {
    let place = Place::answered();
    let file = "evidence/register.pdf";
    place.sh("echo paper > evidence/register.pdf && echo evidence/register.pdf >> .git/info/exclude").ok();
    place.replace("assessments/2025-26.toml", "evidence/1.1.2.txt", file);
    place.commit("Point to a document that stays outside");
    let lint = |revision: &str| {
        let args = ["lint", "--baseline", revision, "--as-of", "2026-05-20", "--format", "concise"];
        place.dspt(&args).out
    };
    assert!(!lint("HEAD").contains("evidence-"), "{}", lint("HEAD"));
    assert!(lint("HEAD~1").contains("evidence-not-tracked"), "{}", lint("HEAD~1"));
}
