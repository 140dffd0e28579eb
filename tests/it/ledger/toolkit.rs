//! One answer, wherever it is asked, to whether a publication is on the national web site.

use super::{DAY, Place};

/// What `status`, `lint` and `publications` say on a day, which must be the same.
fn on_toolkit(place: &Place, day: &str) -> bool {
    let status = place.dspt(&["status", "--format", "json", "--as-of", day]).json();
    let said = status["publication"]["on_toolkit"].as_bool().unwrap();
    assert_eq!(status["publication"]["last"]["number"], "001", "{status}");
    let lint = place.dspt(&["lint", "--format", "json", "--as-of", day]).json();
    let absent = lint["findings"].as_array().unwrap().iter().any(|finding| finding["rule"] == "not-on-toolkit");
    assert_eq!(said, !absent, "lint on {day}");
    let listed = place.dspt(&["publications", "--format", "json", "--as-of", day]).json();
    let rows = listed["publications"].as_array().unwrap();
    let own = rows.iter().find(|row| row["number"] == "001").unwrap();
    assert_eq!(said, !own["toolkit"].is_null(), "publications on {day}: {rows:?}");
    said
}

fn add(place: &Place, level: &str, date: &str, more: &[&str]) {
    let add =
        ["publications", "add", "--edition", "2025-26", "--level", level, "--date", date, "--as-of", "2026-05-20"];
    place.dspt(&[&add, more].concat()).ok();
}

#[test]
fn an_entry_counts_from_its_own_day() {
    let place = Place::answered();
    place.publish(&[]).ok();
    add(&place, "standards-met", "2026-05-04", &["--record", "2025-26/001"]);
    assert!(!on_toolkit(&place, DAY));
    assert!(!on_toolkit(&place, "2026-05-03"));
    assert!(on_toolkit(&place, "2026-05-04"));
}

#[test]
fn an_entry_without_a_record_shows_the_publication_that_it_can_only_be() {
    let place = Place::answered();
    place.publish(&[]).ok();
    // Of another level, and of a day before.
    add(&place, "standards-exceeded", "2026-04-02", &[]);
    add(&place, "standards-met", "2026-04-30", &[]);
    assert!(!on_toolkit(&place, "2026-05-20"));
    add(&place, "standards-met", "2026-05-04", &[]);
    assert!(!on_toolkit(&place, "2026-05-03"));
    assert!(on_toolkit(&place, "2026-05-20"));
    let listed = place.dspt(&["publications", "--format", "json", "--as-of", "2026-05-20"]).json();
    assert_eq!(listed["publications"].as_array().unwrap().len(), 3, "{listed}");
}
