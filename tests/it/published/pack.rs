use super::super::ledger::Place;
use super::{HOSTILE, headquarters};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};

/// The files of a pack by their names, the one directory taken off.
fn unpacked(bytes: &[u8], directory: &str) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        assert!(file.enclosed_name().is_some(), "{:?} leads out", file.name());
        let name = file.name().unwrap().strip_prefix(&format!("{directory}/")).unwrap().to_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(name, bytes);
    }
    files
}

fn pack(place: &Place, args: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let mut all = vec!["pack", "-o", "pack.zip"];
    all.extend(args);
    place.dspt(&all).ok();
    unpacked(&fs::read(place.path("ws/pack.zip")).unwrap(), "A1B2-2025-26-001")
}

fn page(files: &BTreeMap<String, Vec<u8>>) -> &str {
    std::str::from_utf8(&files["index.html"]).unwrap()
}

#[test]
fn everything_published_is_in_it_and_its_digests_hold() {
    let place = Place::answered();
    place.publish(&[]).ok();
    // What happens afterwards is in no pack of that publication.
    place.sh("echo changed > evidence/1.1.2.txt").ok();
    place.commit("Later");
    let files = pack(&place, &[]);
    let sums = std::str::from_utf8(&files["SHA256SUMS"]).unwrap();
    assert_eq!(sums.lines().count(), files.len() - 1);
    for line in sums.lines() {
        let (digest, name) = line.split_once("  ").unwrap();
        assert_eq!(format!("{:x}", Sha256::digest(&files[name])), digest, "{name}");
    }
    assert_eq!(files["evidence/1.1.2.txt"], b"Document 1.1.2\n");
    let record = place.sh("cat publications/2025-26/001.toml").ok();
    assert_eq!(files["publications/2025-26/001.toml"], record.as_bytes());
    for name in ["answers.json", "proof.txt", "publications/2025-26/001.sha256"] {
        assert!(files.contains_key(name), "{name} in {:?}", files.keys());
    }
    assert!(page(&files).contains("Every file that these answers name is here."));
    let again = fs::read(place.path("ws/pack.zip")).unwrap();
    let program = env!("CARGO_BIN_EXE_dspt");
    place.sh(&format!("TZ=Asia/Tokyo LC_ALL=tr_TR.UTF-8 {program} pack -o again.zip")).ok();
    assert_eq!(fs::read(place.path("ws/again.zip")).unwrap(), again);
}

#[test]
fn private_documents_and_notes_stay_out() {
    let place = Place::new();
    place.fill("ws");
    place.sh("mkdir -p private && echo secret-of-ours > private/log.txt").ok();
    let digest = place.sh("sha256sum private/log.txt").ok();
    place.replace(
        "assessments/2025-26.toml",
        "evidence = [{ file = \"evidence/1.1.2.txt\", approved = 2026-02-01 }]",
        &format!(
            "notes = \"only for us\"\nevidence = [{{ file = \"private/log.txt\", private = true, sha256 = \"{}\" }}, {{ link = \"javascript://alert\" }}]",
            &digest[..64]
        ),
    );
    place.commit("Answers");
    let ran = place.publish(&[]);
    if ran.status != 0 {
        // A link that is none is refused by the lint; without it the rest holds.
        place.replace("assessments/2025-26.toml", ", { link = \"javascript://alert\" }", "");
        place.commit("No such link");
        place.publish(&[]).ok();
    }
    let files = pack(&place, &[]);
    assert!(!files.keys().any(|name| name.contains("private")));
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("secret-of-ours") && !text.contains("only for us"), "{name}");
    }
    assert!(page(&files).contains("1.1.2: private&#x2f;log.txt"), "what is left out is listed");
    assert!(
        page(&files).contains("it is kept private, outside the repository") && !page(&files).contains("javascript")
    );
}

#[test]
fn a_sample_is_drawn_by_the_digest_and_says_from_how_many() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let files = pack(&place, &["--sample", "5"]);
    let text = page(&files);
    assert!(text.contains("A sample of 5 from the 45 items that the published level asks for."), "{text}");
    let drawn: Vec<&str> = text.split("id=\"item-").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    // The same by hand, as the page says.
    let record = format!("{:x}", Sha256::digest(&files["publications/2025-26/001.toml"]));
    let questions = place.dspt(&["questions", "--format", "json"]).json();
    let mut ranked: Vec<(String, String)> = questions["questions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["required_for"].to_string().contains("standards-met"))
        .map(|item| item["number"].as_str().unwrap().to_owned())
        .map(|number| (format!("{:x}", Sha256::digest(format!("{record} {number}"))), number))
        .collect();
    ranked.sort();
    let mut by_hand: Vec<&str> = ranked.iter().take(5).map(|(_, number)| number.as_str()).collect();
    by_hand.sort_unstable();
    let mut sorted = drawn.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, by_hand);

    let named = pack(&place, &["--items", "1.1.2", "2.1.1"]);
    assert_eq!(page(&named).matches("id=\"item-").count(), 2);
    assert_eq!(named.keys().filter(|name| name.starts_with("evidence/")).count(), 1);
    let unknown = place.dspt(&["pack", "--items", "9.9.9"]);
    assert!(unknown.status == 2 && unknown.err.contains("there is no item 9.9.9"), "{}", unknown.err);
}

#[test]
fn each_site_gets_its_own() {
    let place = headquarters(4);
    place.dspt(&["pack", "--all-sites", "-o", "packs", "--items", "1.1.2"]).ok();
    for code in ["V0000", "V0001", "V0002"] {
        let bytes = fs::read(place.path(&format!("ws/packs/{code}-2025-26-pack.zip"))).unwrap();
        let files = unpacked(&bytes, &format!("{code}-2025-26-001"));
        assert!(page(&files).contains(&format!("({code})")), "{code}");
    }
    assert_eq!(fs::read_dir(place.path("ws/packs")).unwrap().count(), 3, "none for the site left out");
}

#[test]
fn hostile_names_and_answers_stay_what_they_are() {
    let place = Place::new();
    place.fill("ws");
    place.sh("mkdir -p evidence/x && echo a > 'evidence/CON.txt' && echo b > 'evidence/a:b?.csv' && echo c > 'evidence/x/<i>.md' && echo d > 'evidence/X.md' && echo e > 'evidence/x.md'").ok();
    place.replace(
        "assessments/2025-26.toml",
        "evidence = [{ file = \"evidence/1.1.2.txt\", approved = 2026-02-01 }]",
        &format!(
            "comment = {}\nevidence = [{{ file = \"evidence/CON.txt\" }}, {{ file = \"evidence/a:b?.csv\" }}, {{ file = \"evidence/x/<i>.md\" }}, {{ file = \"evidence/X.md\" }}, {{ file = \"evidence/x.md\" }}]",
            serde_json::to_string(HOSTILE).unwrap()
        ),
    );
    place.commit("Answers");
    place.publish(&[]).ok();
    let files = pack(&place, &["--items", "1.1.2"]);
    for name in ["evidence/_CON.txt", "evidence/a_b_.csv", "evidence/x/_i_.md", "evidence/X.md", "evidence/x~2.md"] {
        assert!(files.contains_key(name), "{name} in {:?}", files.keys());
    }
    let text = page(&files);
    assert!(!text.contains("<script") && !text.contains("<i>") && !text.contains('\u{1b}'), "{text}");
    assert!(text.contains("href=\"evidence&#x2f;x~2.md\"") || text.contains("href=\"evidence/x~2.md\""), "{text}");
}
