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

#[test]
fn how_a_history_stands_changes_on_the_days_that_the_editions_name() {
    let place = Place::answered();
    let says = |day: &str| {
        let status = place.dspt(&["status", "--format", "json", "--as-of", day]).json();
        let words = place.dspt(&["status", "--as-of", day]).ok();
        (status["publication"]["state"].as_str().unwrap().to_owned(), words.contains("may be in force"))
    };
    let noted = |edition: &str, date: &str| {
        let add = ["publications", "add", "--edition", edition, "--level", "standards-met", "--date", date];
        place.dspt(&[&add[..], &["--as-of", date]].concat()).ok();
    };
    noted("2023-24", "2024-06-12");
    // Ninety days before the following edition's deadline, past it, and once that edition has closed.
    for (day, state) in [
        ("2024-06-11", "never"),
        ("2024-06-12", "current"),
        ("2025-03-31", "current"),
        ("2025-04-01", "due-soon"),
        ("2025-06-30", "due-soon"),
        ("2025-07-01", "overdue"),
        ("2025-08-31", "overdue"),
        ("2025-09-01", "stale"),
    ] {
        assert_eq!(says(day), (state.to_owned(), false), "{day}");
    }
    // Where it is not known when the following edition closes, and where there is none yet: a year past the deadline.
    noted("2024-25", "2025-06-12");
    for (day, state, newer) in [
        ("2026-03-31", "current", false),
        ("2026-04-01", "due-soon", false),
        ("2026-07-01", "overdue", false),
        ("2026-08-28", "overdue", false),
        ("2026-08-29", "overdue", true),
        ("2027-06-29", "overdue", true),
        ("2027-06-30", "stale", true),
    ] {
        assert_eq!(says(day), (state.to_owned(), newer), "{day}");
    }
    noted("2025-26", "2026-06-12");
    for (day, state) in [
        ("2027-03-31", "current"),
        ("2027-04-01", "due-soon"),
        ("2027-07-01", "overdue"),
        ("2028-06-29", "overdue"),
        ("2028-06-30", "stale"),
    ] {
        assert_eq!(says(day), (state.to_owned(), true), "{day}");
    }
}
