//! Every document in every format, of one organisation whose every text is hostile: text stays text, and the same commit
//! gives the same bytes.

use super::super::ledger::Place;
use std::fs;

const HOSTILE: &str = "=HYPERLINK(\"https://evil.example\",\"x\") <img src=x onerror=alert(1)> \
    </script><script>alert(1)</script> [x](javascript:alert(1)) & ]]> \u{1b}[31m\u{9b}31m\u{7}\u{202e}\r\n\
    Bcc: evil@evil.example\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Markup,
    Markdown,
    Text,
    Csv,
    Json,
    Toml,
    Calendar,
    Workbook,
    /// The tag and the record, byte for byte.
    Verbatim,
    /// An archive with a page in it.
    Archive,
    /// Judged by others: `tests/conformance/parts/documents.sh`.
    Binary,
}

/// The command and the value that chooses the format, further arguments, and what it is.
const DOCUMENTS: &[(&str, &str, &str, Kind)] = &[
    ("export --to", "xlsx", "-o -", Kind::Workbook),
    ("export --to", "csv", "-o -", Kind::Csv),
    ("export --to", "json", "-o -", Kind::Json),
    ("export --to", "html", "-o -", Kind::Markup),
    ("export --to", "md", "-o -", Kind::Markdown),
    ("export --to", "portal", "-o -", Kind::Markup),
    ("export --to", "portal --format html", "-o -", Kind::Markup),
    ("export --to", "portal --format text", "-o -", Kind::Text),
    ("plan show --format", "human", "", Kind::Text),
    ("plan show --format", "toml", "-o -", Kind::Toml),
    ("plan show --format", "xlsx", "-o -", Kind::Workbook),
    ("plan show --format", "markdown", "-o -", Kind::Markdown),
    ("plan show --format", "html", "-o -", Kind::Markup),
    ("plan show --format", "csv", "-o -", Kind::Csv),
    ("plan show --format", "json", "-o -", Kind::Json),
    ("calendar --format", "ics", "-o -", Kind::Calendar),
    ("calendar --format", "human", "", Kind::Text),
    ("calendar --format", "json", "-o -", Kind::Json),
    ("certificate --format", "pdf", "-o -", Kind::Binary),
    ("certificate --format", "svg", "-o -", Kind::Markup),
    ("certificate --format", "html", "-o -", Kind::Markup),
    ("certificate --proof", "-", "", Kind::Verbatim),
    ("pack", "", "-o -", Kind::Archive),
    ("pack --site V0001", "", "-o -", Kind::Archive),
    ("checklist --format", "human", "", Kind::Text),
    ("checklist --format", "markdown", "", Kind::Markdown),
    ("checklist --format", "json", "", Kind::Json),
    ("history 1.1.5 --format", "human", "", Kind::Text),
    ("history 1.1.5 --format", "markdown", "", Kind::Markdown),
    ("history 1.1.5 --format", "html", "", Kind::Markup),
    ("history 1.1.5 --format", "json", "", Kind::Json),
    ("diff 2025-26/001 --format", "human", "", Kind::Text),
    ("diff 2025-26/001 --format", "markdown", "-o -", Kind::Markdown),
    ("diff 2025-26/001 --format", "html", "-o -", Kind::Markup),
    ("diff 2025-26/001 --format", "xlsx", "-o -", Kind::Workbook),
    ("diff 2025-26/001 --format", "json", "-o -", Kind::Json),
];

fn is_built(document: &(&str, &str, &str, Kind)) -> bool {
    let is_left_out = |kind, built: bool| document.3 == kind && !built;
    !is_left_out(Kind::Workbook, cfg!(feature = "xlsx")) && !is_left_out(Kind::Binary, cfg!(feature = "pdf"))
}

/// Published with hostile names of organisation, site, roles and people, hostile answers, documents and plan; and
/// answered otherwise since.
fn hostile() -> Place {
    let place = Place::new();
    place.fill("ws");
    let quoted = serde_json::to_string(HOSTILE).unwrap().replace('\u{202e}', "\\u202e").replace('\u{9b}', "\\u009b");
    let file = "evidence/=1+1 <img src=x onerror=alert(1)>.txt";
    fs::write(place.path("ws").join(file), "evidence").unwrap();
    place.replace("organisation.toml", "\"Sunrise Care Ltd\"", &quoted);
    place.replace("organisation.toml", "name = \"Jo Field\"", &format!("name = {quoted}"));
    let path = place.path("ws/organisation.toml");
    let mut text = fs::read_to_string(&path).unwrap();
    text.push_str(&format!(
        "\n[roles.caldicott_guardian]\nname = {quoted}\n\n[[site]]\nods_code = \"V0001\"\nname = {quoted}\n\
         shares = {{ training = true, policies = true, breach_handling = true, it = true }}\n"
    ));
    fs::write(path, text).unwrap();
    let path = place.path("ws/assessments/2025-26.toml");
    let mut text = String::new();
    for (at, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
        if line.starts_with("evidence = ") {
            let entries = format!(
                "{{ file = \"{file}\", title = {quoted}, approved = 2026-02-01, approved_by = {quoted} }}, {{ location = {quoted} }}"
            );
            text.push_str(&format!("evidence = [{entries}]\n"));
        } else if line.starts_with("text = ") {
            text.push_str(&format!("text = {quoted}\n"));
        } else {
            text.push_str(&format!("{line}\n"));
        }
        if line.starts_with("[answers.") {
            text.push_str(&format!("comment = {quoted}\nowner = {quoted}\n"));
            if at % 2 == 0 {
                text.push_str(&format!("reviewed = 2026-02-01\nreviewed_by = {quoted}\n"));
            }
        }
    }
    fs::write(&path, &text).unwrap();
    fs::create_dir_all(place.path("ws/action-plans")).unwrap();
    fs::write(
        place.path("ws/action-plans/2025-26.toml"),
        format!(
            "standard = \"dspt-asc\"\nedition = \"2025-26\"\n\n[actions.\"7.1.2\"]\naction = {quoted}\nowner = {quoted}\n\
             target = 2026-12-31\nstatus = \"planned\"\nresources = {quoted}\nprogress = {quoted}\ncost = {quoted}\n\
             notes = {quoted}\n"
        ),
    )
    .unwrap();
    place.commit("Answers");
    place.publish(&["--all-sites", "--receipt", "out/receipt.eml"]).ok();
    // Since then: another answer, one that is none any more.
    let text = text.replacen("tick = true", &format!("not_applicable = {quoted}"), 1).replacen("tick = true\n", "", 1);
    fs::write(&path, text).unwrap();
    place.commit("Later");
    place
}

fn judge(what: &str, kind: Kind, bytes: &[u8]) {
    let text = || std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    let without = |text: &str, live: &[&str]| {
        for live in live {
            assert!(!text.contains(live), "{what}: {live:?} in {text}");
        }
    };
    let controls = ["\u{1b}", "\u{9b}", "\u{7}"];
    match kind {
        Kind::Markup => {
            without(text(), &["<img src=x", "<script>alert", "href=\"javascript:"]);
            without(text(), &controls);
            assert!(text().contains("onerror"), "{what}: nothing hostile is shown");
        }
        Kind::Markdown => {
            without(text(), &["<img src=x", "<script>alert", "[x](javascript:"]);
            without(text(), &controls);
        }
        Kind::Text => {
            without(text(), &["\u{202e}", "\nBcc:", "\nEND:VEVENT"]);
            without(text(), &controls);
        }
        Kind::Verbatim => without(text(), &["\u{1b}", "\u{7}"]),
        Kind::Csv => {
            for row in dspt::import::table::rows(text().trim_start_matches('\u{feff}')) {
                for cell in &row.unwrap().cells {
                    assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{what}: {cell:?} is a formula");
                }
            }
            without(text(), &controls);
        }
        Kind::Json => {
            serde_json::from_str::<serde_json::Value>(text()).unwrap_or_else(|error| panic!("{what}: {error}"));
            without(text(), &["\u{1b}", "\u{7}"]);
        }
        Kind::Toml => {
            toml::from_str::<toml::Table>(text()).unwrap_or_else(|error| panic!("{what}: {error}"));
            without(text(), &["\u{1b}", "\u{7}"]);
        }
        Kind::Calendar => {
            let count = |line: &str| text().lines().filter(|found| *found == line).count();
            assert!(count("BEGIN:VEVENT") > 3 && count("BEGIN:VEVENT") == count("END:VEVENT"), "{what}");
            without(text(), &["\nSUMMARY:forged", "\nBcc:"]);
            without(text(), &controls);
            let begun = text().split("\r\nBEGIN:VEVENT\r\n").skip(1);
            for entry in begun {
                assert_eq!(entry.lines().filter(|line| line.starts_with("UID:")).count(), 1, "{what}: {entry}");
            }
        }
        Kind::Workbook => {
            let parts = unzipped(bytes);
            for (name, part) in parts.iter().filter(|(name, _)| name.starts_with("xl/")) {
                let part = std::str::from_utf8(part).unwrap();
                for formula in part.split("<f>").skip(1) {
                    let formula = &formula[..formula.find("</f>").unwrap()];
                    assert!(!formula.contains("evil") && !formula.contains("onerror"), "{what}: {name}: {formula}");
                }
                without(part, &["<img", "<script", "\u{1b}", "\u{7}"]);
            }
            assert!(parts.iter().any(|(_, part)| String::from_utf8_lossy(part).contains("evil.example")), "{what}");
        }
        Kind::Archive => {
            for (name, part) in unzipped(bytes) {
                assert!(!name.contains(['<', '>', '\u{1b}', '\n']) && !name.contains(".."), "{what}: {name:?}");
                if name.ends_with("index.html") {
                    judge(&format!("{what}: {name}"), Kind::Markup, &part);
                }
            }
        }
        Kind::Binary => assert!(bytes.starts_with(b"%PDF-"), "{what}"),
    }
}

fn unzipped(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let count = archive.len();
    let mut parts = Vec::new();
    for at in 0..count {
        let mut part = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        parts.push((part.name().unwrap().into_owned(), content));
    }
    parts
}

#[test]
fn hostile_text_stays_text_in_every_format_and_the_same_commit_gives_the_same_bytes() {
    let place = hostile();
    let program = env!("CARGO_BIN_EXE_dspt");
    for document in DOCUMENTS.iter().filter(|document| is_built(document)) {
        let (command, format, more, kind) = document;
        let what = format!("{command} {format} {more} --as-of 2026-06-01T09:30 --quiet");
        place
            .sh(&format!(
                "{program} {what} > ../one\n\
                 TZ=Pacific/Auckland LC_ALL=tr_TR.UTF-8 LANG=ar_SA.UTF-8 COLUMNS=80 {program} {what} > ../two\n\
                 TZ=America/St_Johns LC_ALL=C {program} {what} > ../three\n\
                 cmp ../one ../two; cmp ../one ../three"
            ))
            .ok();
        judge(&what, *kind, &fs::read(place.path("one")).unwrap());
    }
    let receipt = fs::read_to_string(place.path("ws/out/receipt.eml")).unwrap();
    let (head, _) = receipt.split_once("\r\n\r\n").unwrap();
    assert!(!head.to_lowercase().contains("\nbcc:") && receipt.is_ascii(), "{head}");
}

#[test]
fn no_format_is_forgotten() {
    let place = Place::new();
    fs::create_dir(place.path("ws")).unwrap();
    for command in ["export", "plan show", "calendar", "certificate", "checklist", "history", "diff"] {
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let help = place.dspt(&arguments).ok();
        let own = help.split("Common options:").next().unwrap();
        let mut values: Vec<&str> = Vec::new();
        // Lines are broken where the terminal ends.
        let joined = own.split_whitespace().collect::<Vec<_>>().join(" ");
        for listed in joined.split("[possible values: ").skip(1) {
            values.extend(listed.split(']').next().unwrap().split(", "));
        }
        let listed = own.lines().filter_map(|line| line.trim().strip_prefix("- "));
        values.extend(listed.map(|value| value.split(':').next().unwrap()));
        assert!(!values.is_empty(), "{command}: {own}");
        for value in values.iter().filter(|value| !["auto", "always", "never"].contains(value)) {
            let is_known = DOCUMENTS
                .iter()
                .any(|(known, format, ..)| known.starts_with(command) && format.split(' ').any(|word| word == *value));
            assert!(is_known, "{command} writes {value}, and no row of DOCUMENTS does");
        }
    }
}
