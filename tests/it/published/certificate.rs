use super::super::ledger::{DAY, Place};
use super::{HOSTILE, count, headquarters};
use std::fs;

/// A certificate on standard output.
fn text(place: &Place, args: &[&str]) -> String {
    let mut all = vec!["certificate", "--as-of", "2026-06-01", "-o", "-"];
    all.extend(args);
    place.dspt(&all).ok()
}

/// What stands in the elements of an SVG, one a line.
fn lines(svg: &str) -> String {
    let texts = svg.split("<text ").skip(1).map(|text| {
        let text = text.split_once('>').unwrap().1.split("</text>").next().unwrap();
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&#x2f;", "/")
            .replace("&#x27;", "'")
            .replace("&amp;", "&")
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn it_takes_a_publication() {
    let place = Place::answered();
    for format in ["pdf", "svg", "html"] {
        let ran = place.dspt(&["certificate", "--format", format]);
        assert_eq!(ran.status, 2);
        assert!(ran.out.is_empty() && ran.err.contains("nothing was published yet"), "{}", ran.err);
        assert!(ran.err.contains("`dspt publish` makes the first publication"), "{}", ran.err);
    }
    assert!(!place.path("ws/out").exists());
}

#[test]
fn it_says_what_the_record_says_and_where_to_prove_it() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let svg = lines(&text(&place, &["--format", "svg"]));
    let commit = place.git(&["rev-parse", "HEAD"]).ok();
    let record = place.sh("sha256sum < publications/2025-26/001.toml").ok();
    let bank = place.sh("cat publications/banks/*.toml | sha256sum").ok();
    for field in [
        "Sunrise Care Ltd",
        "ODS code A1B2",
        "2025-26",
        "Standards Met",
        "1 May 2026",
        "30 June 2027",
        "A1B2/2025-26/001",
        "Jo Field, administrator",
        "none; git proves what was published, not who published it",
        commit.trim(),
        &format!("sha256:{}", &record[..64]),
        &format!("sha256:{}", &bank[..64]),
        "Question set 2025-26 revision 1, 7 of 45 items confirmed against published sources.",
        "Not issued by NHS England and not affiliated with NHS England.",
        "dspt verify 2025-26/001",
    ] {
        assert!(svg.contains(field), "{field} in\n{svg}");
    }
    let command = svg.lines().find(|line| line.starts_with("git show ")).unwrap();
    assert_eq!(place.sh(command).ok()[..64], record[..64], "the printed command prints the printed digest");
    assert_eq!(count(&svg, "SITE"), 0);
}

#[test]
fn it_speaks_of_the_publication_and_not_of_today() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let before = text(&place, &["--format", "html"]);
    place.replace("organisation.toml", "Sunrise Care Ltd", "Sunset Care Ltd");
    place.commit("Another name");
    assert_eq!(text(&place, &["--format", "html"]), before);
    place.git(&["tag", "-d", "dspt/A1B2/2025-26/001"]).ok();
    let ran = place.dspt(&["certificate", "-o", "-"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "what does not verify is not certified");
    assert!(ran.err.contains("2025-26/001 does not verify"), "{}", ran.err);
}

#[test]
fn it_says_whether_it_is_signed() {
    let place = Place::signed();
    place.publish(&[]).ok();
    assert!(text(&place, &["--format", "svg"]).contains("signed; your own list of signers proves by whom"));
    place.publish(&["--reason", "Once more"]).ok();
    let second = lines(&text(&place, &["--format", "svg"]));
    assert!(second.contains("signed by jo@sunrise.example, an administrator"), "{second}");
    // Whose list of signers git is set up with here changes nothing.
    let signers = place.path("home/signers");
    fs::write(&signers, "").unwrap();
    place.git_at("home", &["config", "--global", "gpg.ssh.allowedSignersFile", signers.to_str().unwrap()]).ok();
    assert_eq!(lines(&text(&place, &["--format", "svg"])), second);
}

#[test]
fn sixty_sites_are_all_listed_and_one_can_have_its_own() {
    let place = headquarters(61);
    let svg = text(&place, &["--format", "svg"]);
    let page = lines(&svg);
    assert!(page.contains("60 SITES COVERED") && page.contains("page 2 of"), "{page}");
    let html = text(&place, &["--format", "html"]);
    for at in 0..60 {
        assert!(page.lines().any(|line| line == format!("V{at:04}")), "V{at:04}");
        assert_eq!(count(&html, &format!("<span>V{at:04}</span>")), 1);
    }
    assert_eq!(count(&svg, "ŷ Gwyn, Home for Older"), 20 + 1, "every name, and that of the site left out");
    assert!(page.contains("Not covered: Tŷ Gwyn, Home for Older People at Llanfair 60 (V0060)."), "{page}");

    let one = lines(&text(&place, &["--format", "svg", "--site", "v0001"]));
    assert!(one.contains("St Łucja's 1") && one.contains("ODS code V0001"), "{one}");
    assert!(
        one.replace('\n', " ").contains("that Sunrise Care Ltd (A1B2) published at the level Standards Met")
            && !one.contains("V0002"),
        "{one}"
    );
    let excluded = place.dspt(&["certificate", "--site", "V0060", "-o", "-"]);
    assert!(excluded.status == 2 && excluded.err.contains("Own IT until March 2027"), "{}", excluded.err);
    let unknown = place.dspt(&["certificate", "--site", "VXXXX", "-o", "-"]);
    assert!(unknown.status == 2 && unknown.err.contains("it covers V0000, V0001"), "{}", unknown.err);
}

#[test]
fn hostile_names_stay_text_and_long_ones_find_room() {
    let long = "Wohlfahrtsverband".repeat(12);
    for name in [HOSTILE, &long, "漢字ホーム"] {
        let place = Place::new();
        place.fill("ws");
        place.replace("organisation.toml", "\"Sunrise Care Ltd\"", &serde_json::to_string(name).unwrap());
        place.commit("Answers");
        place.publish(&[]).ok();
        for format in ["svg", "html"] {
            let made = text(&place, &["--format", format]);
            assert!(!made.contains("<script") && !made.contains(['\u{1b}', '\u{202e}']), "{name}");
            for text in made.split("<text ").skip(1) {
                let x: f32 = text.split('"').nth(1).unwrap().parse().unwrap();
                assert!((0.0..595.0).contains(&x));
            }
        }
        if cfg!(feature = "pdf") {
            place.dspt(&["certificate", "-o", "certificate.pdf"]).ok();
            assert!(fs::read(place.path("ws/certificate.pdf")).unwrap().starts_with(b"%PDF-1."));
        }
    }
}

#[test]
#[cfg(feature = "pdf")]
fn letters_that_a_pdf_cannot_show_are_told_by_every_command_that_writes_one() {
    let place = Place::new();
    place.fill("ws");
    place.replace("organisation.toml", "\"Sunrise Care Ltd\"", "\"漢字ホーム Ước\u{0323}\"");
    place.commit("Answers");
    let told = "The PDF's fonts lack";
    let published = place.publish(&["--receipt", "out/receipt.eml"]);
    assert!(published.err.contains(told), "{}", published.err);
    for arguments in [&["certificate"][..], &["pack"]] {
        let ran = place.dspt(arguments);
        assert!(ran.err.contains(told), "{arguments:?}: {}", ran.err);
        for what in ["漢", "字", "ホ", "ム", "U+0323", "--format html"] {
            assert!(ran.err.contains(what), "{arguments:?}: {what} in {}", ran.err);
        }
        ran.ok();
    }
    for format in ["html", "svg"] {
        let ran = place.dspt(&["certificate", "--format", format, "-o", "-"]);
        assert!(!ran.err.contains(told) && ran.out.contains("漢字ホーム"), "{format}: {}", ran.err);
    }
}

#[test]
fn the_same_publication_gives_the_same_bytes() {
    let place = headquarters(5);
    let formats: &[&str] = if cfg!(feature = "pdf") { &["pdf", "svg", "html"] } else { &["svg", "html"] };
    let program = env!("CARGO_BIN_EXE_dspt");
    for format in formats {
        place
            .sh(&format!(
                "{program} certificate --as-of {DAY} -o a.{format}\n\
                 TZ=Pacific/Auckland LC_ALL=tr_TR.UTF-8 LANG=ar {program} certificate --as-of 2026-07-01 -o b.{format}\n\
                 cmp a.{format} b.{format}"
            ))
            .ok();
    }
}
