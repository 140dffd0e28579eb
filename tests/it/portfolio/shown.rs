//! What is said where there is nothing to show, or not what was asked for.

use super::Folio;
use std::fs;

/// Standard output and what is said beside it.
fn run(folio: &Folio, args: &[&str]) -> (i32, String, String) {
    let ran = folio.run(args);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (ran.status.code().unwrap(), text(ran.stdout), text(ran.stderr))
}

#[test]
fn a_portfolio_that_finds_nobody_says_where_it_looked() {
    let folio = Folio::new(2);
    let write = |text: &str| fs::write(folio.root.join("portfolio.toml"), text).unwrap();
    write("");
    let (code, out, err) = run(&folio, &[]);
    assert_eq!(code, 0);
    assert!(out.contains("There are no clients yet."), "{out}");
    assert!(err.contains("portfolio.toml names no clients"), "{err}");
    write("name = \" \"\nclients = [\"none/*\", \"clients/*/*\"]\n");
    let (_, out, err) = run(&folio, &[]);
    assert!(out.starts_with("Portfolio\n2 clients"), "{out}");
    assert_eq!(err, "warning: portfolio.toml: no organisation lies where \"none/*\" looks\n");
    for command in [&["lint"][..], &["due"], &["export", "--to", "csv", "-o", "-"], &["run", "--", "status"]] {
        assert!(run(&folio, command).2.contains("none/*"), "{command:?}");
    }
    assert!(!run(&folio, &["status", "--quiet"]).2.contains("none"));
}

#[test]
fn a_filter_that_nobody_fits_is_no_error_and_one_that_nobody_knows_is() {
    let folio = Folio::new(3);
    let (code, out, err) = run(&folio, &["status", "--where", "name=nobody"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("0 of 3 clients") && out.contains("No client fits."), "{out}");
    for (args, told) in [
        (&["--level", "standards"][..], "several levels begin with \"standards\""),
        (&["--level", "foo"], "no question bank has a level \"foo\""),
        (&["--section", "zzz"], "no client has a section \"zzz\""),
        (&["--where", "tem=north"], "did you mean team?"),
        (&["--where", "team"], "there is no = in it"),
        (&["--sort", "foo"], "no client has a field or label \"foo\""),
        (&["--group-by", "foo"], "no client has a field or label \"foo\""),
        (&["--due-within", "30"], "write a period such as P30D"),
        (&["--shard", "3/2"], "the first is 1/16"),
    ] {
        let (code, out, err) = run(&folio, &[&["status"][..], args].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(err.contains(told), "{args:?}: {err}");
    }
    // Of nobody nothing is unknown.
    let nobody = Folio::new(0);
    for args in [["--section", "zzz"], ["--where", "tem=north"], ["--sort", "foo"]] {
        assert_eq!(run(&nobody, &[&["status"][..], &args].concat()).0, 0, "{args:?}");
    }
}

#[test]
fn lines_fit_eighty_columns_whatever_is_asked_for() {
    let folio = Folio::new(60);
    for args in [
        &[][..],
        &["status", "--group-by", "team"],
        &["status", "--sort", "progress", "--reverse"],
        &["due"],
        &["lint"],
        &["status", "--level", "none"],
    ] {
        let (_, out, _) = run(&folio, args);
        for line in out.lines() {
            assert!(line.chars().count() <= 80, "{args:?}: {line}");
        }
    }
}

/// Something that one client alone says.
const MARK: &str = "Zebrafish Orchard";

#[test]
fn what_one_client_says_is_in_no_other_clients_output() {
    let folio = Folio::new(4);
    let answers = folio.client(2).join("assessments/2025-26.toml");
    super::edit(&answers, |text| {
        let text = text.replacen("text = \"", &format!("text = \"TBC {MARK} "), 1);
        format!("{text}\n[answers.\"9.9.9 {MARK}\"]\n").replacen(
            "reviewed_by = \"",
            &format!("owner = \"{MARK}\"\nreviewed_by = \""),
            1,
        )
    });
    let mark = |value: &serde_json::Value| value.to_string().contains(MARK);
    for args in [&["status"][..], &["lint"]] {
        let (_, value) = folio.json(args);
        let list = if args[0] == "lint" { &value["findings"] } else { &value["clients"] };
        for one in list.as_array().unwrap() {
            let own = one.to_string().contains("c000002");
            assert!(own || !mark(one), "{one}");
        }
    }
    let (_, value) = folio.json(&["due", "--within", "P2Y"]);
    for person in value["people"].as_array().unwrap() {
        let own = person["due"].as_array().unwrap().iter().all(|due| due["path"].as_str().unwrap().ends_with('2'));
        assert!(own || !mark(person), "{person}");
    }
    // What `run` writes in the other clients, and what they export, knows nothing of it either.
    folio.run(&[
        "run",
        "--where",
        "path!=clients/000/c000002",
        "--",
        "export",
        "--to",
        "html",
        "-o",
        "out/report.html",
    ]);
    for number in [0, 1, 3] {
        let page = fs::read_to_string(folio.client(number).join("out/report.html")).unwrap();
        assert!(!page.contains(MARK), "{number}");
    }
    // The dashboard and the lint tell names and codes, never an answer.
    let (_, page, _) = run(&folio, &["export", "--to", "html", "-o", "-"]);
    assert!(!page.contains(MARK));
}
