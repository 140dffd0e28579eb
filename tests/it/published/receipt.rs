use super::super::ledger::Place;
use std::fs;

#[test]
fn the_receipt_is_a_draft_with_the_certificate_attached() {
    let place = Place::answered();
    // `out/` is ignored by git, so a clone has none.
    let ran = place.publish(&["--receipt", "out/receipt.eml"]);
    assert!(ran.err.contains("Written: out/receipt.eml"), "{}", ran.err);
    let out = ran.ok();
    assert!(out.contains("Published 2025-26/001"), "the receipt is printed as well: {out}");
    assert!(out.contains("dspt export --to portal --edition 2025-26"), "{out}");
    let message = fs::read_to_string(place.path("ws/out/receipt.eml")).unwrap();
    assert!(message.is_ascii() && message.replace("\r\n", "").find(['\r', '\n']).is_none());
    for line in [
        "Date: Fri, 01 May 2026 00:00:00 +0000\r\n",
        "From: Jo Field <jo@sunrise.example>\r\n",
        "X-Unsent: 1\r\n",
        "Message-ID: <",
        "Level: Standards Met\r\n",
        "Valid until: 30 June 2027\r\n",
        "not affiliated with NHS England",
    ] {
        assert!(message.contains(line), "{line} in {message}");
    }
    let ending = if cfg!(feature = "pdf") { "pdf" } else { "svg" };
    assert!(message.contains(&format!("filename=\"A1B2-2025-26-certificate.{ending}\"")), "{message}");
    assert!(!message.to_lowercase().contains("\r\nto:"), "nobody is invented");
}

#[test]
fn what_is_there_is_not_overwritten_and_nothing_is_published_then() {
    let place = Place::answered();
    fs::write(place.path("receipt.eml"), "mine").unwrap();
    for (file, why) in [("../receipt.eml", "is there already"), ("organisation.toml/r.eml", "is no directory")] {
        let ran = place.publish(&["--receipt", file]);
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains(why) && ran.err.contains("nothing was published"), "{}", ran.err);
    }
    assert_eq!(fs::read_to_string(place.path("receipt.eml")).unwrap(), "mine");
    assert_eq!(place.git(&["tag"]).ok(), "");
}
