//! The portfolio as a dashboard and as Parquet.

use super::{Folio, edit};
use std::fs;
use std::path::Path;

#[test]
fn hostile_names_stay_text_and_the_page_is_the_same_each_time() {
    let folio = Folio::new(4);
    edit(&folio.client(0).join("organisation.toml"), |text| {
        text.replacen("name = \"", "name = \"<script>alert(1)</script>\\u001b\\u202e\\\"'&", 1)
    });
    fs::write(folio.client(1).join("organisation.toml"), "[organisation\n").unwrap();
    let page = |folio: &Folio| {
        let output = folio.run(&["export", "--to", "html", "-o", "-"]);
        assert_eq!(output.status.code(), Some(1), "a broken client is a row with its error");
        String::from_utf8(output.stdout).unwrap()
    };
    let html = page(&folio);
    assert_eq!(html.matches("<script>").count(), 1);
    assert!(html.contains("&lt;script&gt;alert(1)"));
    assert!(!html.contains('\u{1b}'));
    assert_eq!(html.matches("<td class=\"name\"").count(), 4);
    assert!(html.contains("cannot be judged"));
    assert!(!html.contains("http://") && !html.contains("https://"), "it asks nobody for anything");
    assert_eq!(html, page(&folio));
    let written = folio.run(&["export", "--to", "html"]);
    assert_eq!(written.status.code(), Some(1));
    assert_eq!(fs::read_to_string(folio.root.join("out/portfolio-2026-03-02.html")).unwrap(), html);
}

#[test]
fn an_empty_portfolio_has_a_dashboard() {
    let folio = Folio::new(0);
    let output = folio.run(&["export", "--to", "html", "-o", "-"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap().contains("0 clients"));
}

#[cfg(feature = "parquet")]
fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                found.push((name, fs::read(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[cfg(feature = "parquet")]
#[test]
fn parts_of_a_portfolio_lie_side_by_side() {
    let folio = Folio::new(7);
    let names = |directory: &str| -> Vec<String> {
        files(&folio.root.join(directory)).into_iter().map(|(name, _)| name).collect()
    };
    let export = |args: &[&str]| folio.run(&[&["export", "--to", "parquet"], args].concat()).status.code();
    assert_eq!(export(&["-o", "a"]), Some(0));
    assert_eq!(export(&["-o", "b"]), Some(0));
    assert_eq!(files(&folio.root.join("a")), files(&folio.root.join("b")));
    let under = "standard=dspt-asc/edition=2025-26";
    assert_eq!(
        names("a"),
        [format!("clients/{under}/part-0001-of-0001.parquet"), format!("items/{under}/part-0001-of-0001.parquet")]
    );
    assert_eq!((export(&["-o", "c", "--shard", "1/2"]), export(&["-o", "c", "--shard", "2/2"])), (Some(0), Some(0)));
    assert_eq!(names("c").len(), 4);
    // The whole beside its parts would hold everybody twice.
    assert_eq!(export(&["-o", "c"]), Some(2));
    assert_eq!(names("c").len(), 4);
    // A client that cannot be judged any more leaves its partition, and the file that held it goes.
    for number in 0..7 {
        fs::write(folio.client(number).join("organisation.toml"), "[organisation\n").unwrap();
    }
    assert_eq!(export(&["-o", "a"]), Some(1));
    assert_eq!(names("a").len(), 1, "{:?}", names("a"));
    assert_eq!(export(&["-o", "-"]), Some(2));
}

/// The tables of docs/scale.md are those of the program.
#[test]
fn the_documented_columns_are_those_that_are_written() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scale.md")).unwrap();
    let clients = dspt::portfolio::lake::CLIENTS.iter().map(|column| column.heading);
    let items = dspt::portfolio::lake::ITEMS.iter().map(|column| column.heading);
    for heading in clients.chain(items) {
        let line = format!("| `{}` | {} | {} |", heading.name, heading.kind.word(), heading.meaning);
        assert!(page.contains(&line), "docs/scale.md lacks {line}");
    }
}

#[test]
fn what_is_written_about_clients_stays_out_of_git() {
    for to in ["html", "csv", "json", "md"] {
        let folio = Folio::new(1);
        let git = |args: &[&str]| {
            let ran = std::process::Command::new("git").arg("-C").arg(&folio.root).args(args).output().unwrap();
            String::from_utf8(ran.stdout).unwrap()
        };
        git(&["init", "-q"]);
        assert_eq!(folio.run(&["export", "--to", to]).status.code(), Some(0));
        assert!(fs::read_dir(folio.root.join("out")).unwrap().count() > 1, "{to}");
        assert!(!git(&["status", "--porcelain", "--untracked-files=all"]).contains("out/"), "{to}");
    }
    // What is asked for elsewhere, and a directory that somebody made, are theirs.
    let folio = Folio::new(1);
    fs::create_dir(folio.root.join("out")).unwrap();
    assert_eq!(folio.run(&["export", "--to", "csv"]).status.code(), Some(0));
    assert!(!folio.root.join("out/.gitignore").exists());
}
