//! What is made of a publication: certificate, receipt, pack. Each speaks from the record and its own commit.

mod certificate;
mod delivery;
mod formats;
mod pack;
mod receipt;

use super::ledger::Place;
use std::fs;

/// An organisation whose every text is hostile to some format.
const HOSTILE: &str = "=HYPERLINK(\"x\") <script>alert(1)</script> & ]]> \u{1b}[31m\u{202e}";

/// A headquarters with so many sites, the last of them excluded, published.
fn headquarters(sites: usize) -> Place {
    let place = Place::new();
    place.fill("ws");
    let file = place.path("ws/organisation.toml");
    let mut text = fs::read_to_string(&file).unwrap();
    for at in 0..sites {
        let name = ["Tŷ Gwyn, Home for Older People at Llanfair", "St Łucja's", "Sunrise House"][at % 3];
        text.push_str(&format!("\n[[site]]\nods_code = \"V{at:04}\"\nname = \"{name} {at}\"\n"));
        text.push_str("shares = { training = true, policies = true, breach_handling = true, it = true }\n");
    }
    fs::write(file, text).unwrap();
    place.commit("Answers");
    let last = format!("V{:04}=Own IT until March 2027", sites - 1);
    place.publish(&["--all-sites", "--exclude", &last]).ok();
    place
}

fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}
