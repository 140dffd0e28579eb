use super::{DAY, Place};
use std::fs;

/// Publishes and then makes the last commit and its tag again, as somebody would who forges.
fn forge(place: &Place, change: impl Fn()) {
    change();
    place.git(&["add", "-A"]).ok();
    place.git(&["commit", "-q", "--amend", "--no-edit", "--no-gpg-sign"]).ok();
    place
        .sh("git cat-file tag dspt/A1B2/2025-26/001 | sed '1,/^$/d' | sed '/^-----BEGIN/,$d' > ../message; git tag -d dspt/A1B2/2025-26/001; git tag --no-sign -a -F ../message dspt/A1B2/2025-26/001")
        .ok();
}

#[test]
fn signed_publications_convince_git_and_ssh_keygen() {
    let place = Place::signed();
    place.publish(&[]).ok();
    fs::write(place.path("home/allowed"), format!("jo@sunrise.example {}\n", place.public("jo"))).unwrap();
    let allowed = place.path("home/allowed");
    let setting = format!("gpg.ssh.allowedSignersFile={}", allowed.display());
    place.git(&["-c", &setting, "verify-commit", "HEAD"]).ok();
    place.git(&["-c", &setting, "verify-tag", "dspt/A1B2/2025-26/001"]).ok();
    place.git(&["fsck", "--strict"]).ok();
    place.verified("2025-26/001", &[]).is("verified", "not-proven", &[]);
    let verified = place.verified("2025-26/latest", &["--allowed-signers", allowed.to_str().unwrap()]);
    verified.is("verified", "administrator", &[]);
    // A stranger types what is printed.
    let script: Vec<&str> = verified.commands.iter().map(String::as_str).collect();
    place.sh(&script.join("\n")).ok();
    fs::remove_dir_all(place.path("ws/published")).unwrap();
    let strict = place.dspt(&["verify", "--require-signature"]);
    assert_eq!(strict.status, 1, "the first publication's signer is not proven by the repository alone");
    place.publish(&["--reason", "Again"]).ok();
    place.verified("2025-26/002", &["--require-signature"]).is("verified", "administrator", &[]);
}

#[test]
fn a_manager_hands_over_and_a_stranger_proves_nothing() {
    let place = Place::signed();
    place.publish(&[]).ok();
    let ann = place.key("ann");
    let member = |name: &str, email: &str, key: &str| {
        format!(
            "\n[[member]]\nname = \"{name}\"\nemail = \"{email}\"\nrole = \"administrator\"\nsigning_key = \"{key}\"\n"
        )
    };
    let file = place.path("ws/organisation.toml");
    let add = |text: String| fs::write(&file, fs::read_to_string(&file).unwrap() + &text).unwrap();
    add(member("Ann Lee", "ann@sunrise.example", &ann));
    place.commit("Ann takes over");
    place.sign_as("ann");
    place.become_("Ann Lee", "ann@sunrise.example");
    place.publish(&["--reason", "By Ann"]).ok();
    place.verified("2025-26/002", &[]).is("verified", "administrator", &[]);
    // Who adds himself is nobody to those before him.
    let mallory = place.key("mallory");
    place.sign_as("mallory");
    place.become_("Mallory", "mallory@elsewhere.example");
    add(member("Mallory", "mallory@elsewhere.example", &mallory));
    place.commit("Hello");
    place.publish(&["--reason", "By Mallory"]).ok();
    place.verified("2025-26/003", &[]).is("verified", "not-proven", &[]);
    place.publish(&["--reason", "By Mallory again"]).ok();
    place.verified("2025-26/004", &[]).is("verified", "not-proven", &[]);
    fs::write(place.path("home/allowed"), format!("ann@sunrise.example namespaces=\"git\" {ann}\n")).unwrap();
    let allowed = place.path("home/allowed");
    let list = ["--allowed-signers", allowed.to_str().unwrap()];
    place.verified("2025-26/002", &list).is("verified", "administrator", &[]);
    place.verified("2025-26/003", &list).is("verified", "not-proven", &[]);
}

#[test]
fn a_tag_that_is_missing_or_not_signed_is_said_to_be_so() {
    let place = Place::signed();
    place.publish(&[]).ok();
    place.publish(&["--reason", "Again"]).ok();
    let tag = "dspt/A1B2/2025-26/002";
    let signer = |args: &[&str]| place.check("2025-26/002", "signer", args).1;
    assert_eq!(signer(&[]), "jo@sunrise.example, an administrator by the publication before and what was signed since");
    place.sh(&format!("git cat-file tag {tag} | sed '1,/^$/d' | sed '/^-----BEGIN/,$d' > ../message")).ok();
    place.git(&["tag", "-f", "--no-sign", "-a", "-F", "../message", tag, "HEAD"]).ok();
    assert_eq!(signer(&[]), "the tag is not signed: only the commit is signed, by jo@sunrise.example");
    place.git(&["tag", "-d", tag]).ok();
    assert_eq!(signer(&[]), "the tag is missing: only the commit is signed, by jo@sunrise.example");
    assert_eq!(place.check("2025-26/002", "signature", &[]).1, "the commit is signed; the tag is missing");
    // A tag by a key that nobody knows is another matter.
    place.key("mallory");
    place.sign_as("mallory");
    place.git(&["tag", "-s", "-F", "../message", tag, "HEAD"]).ok();
    assert_eq!(signer(&[]), "no administrator known from the publication before has the key of the tag");
}

#[test]
fn a_list_of_signers_that_is_of_no_use_is_never_passed_over_silently() {
    let place = Place::signed();
    place.publish(&[]).ok();
    place.publish(&["--reason", "Again"]).ok();
    place.dspt(&["certificate", "2025-26/002", "--proof", "../proof.txt"]).ok();
    place.verified("2025-26/002", &[]).is("verified", "administrator", &[]);
    let list = place.path("home/signers");
    place.git_at("home", &["config", "--global", "gpg.ssh.allowedSignersFile", list.to_str().unwrap()]).ok();
    // The configured list always wins, there or not.
    for publication in ["2025-26/002", "../proof.txt"] {
        place.verified(publication, &[]).is("verified", "not-proven", &[]);
        let (verdict, why) = place.check(publication, "signer", &[]);
        assert!(
            verdict == "not-proven" && why.contains("signers (--allowed-signers") && why.contains("cannot be read"),
            "{why}"
        );
        assert!(place.verified(publication, &["--require-signature"]).failed.contains(&"signer".to_owned()));
    }
    let jo = format!("jo@sunrise.example namespaces=\"git\" {}", place.public("jo"));
    for (lines, identity, words) in [
        ("what is this\n".to_owned(), "not-proven", "line 1 of"),
        (format!("# mine\n\nann@sunrise.example {}\n", &place.public("jo")[..43]), "not-proven", "line 3 of"),
        (format!("{jo}\nann ssh-ed25519\n"), "administrator", "line 2 of"),
        (format!("# mine\n{jo} Jo's key\n"), "administrator", "jo@sunrise.example, on your list of signers"),
        (String::new(), "not-proven", "the key of the tag is not on your list of signers"),
    ] {
        fs::write(&list, &lines).unwrap();
        for publication in ["2025-26/002", "../proof.txt"] {
            place.verified(publication, &[]).is("verified", identity, &[]);
            let (_, why) = place.check(publication, "signer", &[]);
            assert!(why.contains(words) && why.contains("names nobody") == words.starts_with("line"), "{lines}: {why}");
        }
    }
    // A signature that does not fit fails, list or none.
    fs::remove_file(&list).unwrap();
    place
        .sh("git cat-file tag dspt/A1B2/2025-26/002 | sed 's/^Publication/Publikation/' > ../tag; git update-ref refs/tags/dspt/A1B2/2025-26/002 $(git hash-object -t tag -w ../tag)")
        .ok();
    place.verified("2025-26/002", &[]).is("failed", "not-proven", &["signature"]);
}

#[test]
fn the_list_of_publications_calls_good_what_verify_trusts() {
    let place = Place::signed();
    place.publish(&[]).ok();
    place.publish(&["--reason", "Again"]).ok();
    let words = || {
        let listed = place.dspt(&["publications", "--format", "json", "--as-of", DAY]).json();
        let listed = listed["publications"].as_array().unwrap().clone();
        listed.iter().map(|one| one["signature"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(words(), ["good", "good"], "a key that the tree lists is known, though a first one proves nobody");
    let list = place.path("home/signers");
    place.git_at("home", &["config", "--global", "gpg.ssh.allowedSignersFile", list.to_str().unwrap()]).ok();
    let ann = place.key("ann");
    fs::write(&list, format!("ann@sunrise.example {ann}\n")).unwrap();
    assert_eq!(words(), ["unknown-key", "unknown-key"], "Jo is not on the list");
    fs::write(&list, format!("jo@sunrise.example {}\n", place.public("jo"))).unwrap();
    assert_eq!(words(), ["good", "good"]);
}

#[test]
fn the_printed_commands_pass_over_private_evidence_and_say_how_many() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let list = |publication: &str| {
        let commands = place.verified(publication, &[]).commands;
        commands.into_iter().find(|line| line.contains("sha256sum") && line.contains("-c")).unwrap()
    };
    assert_eq!(list("2025-26/001"), "(cd published && sha256sum -c publications/2025-26/001.sha256)");
    let digest = place.sh("sha256sum evidence/8.2.1.txt | cut -c1-64").ok();
    let file = "file = \"evidence/8.2.1.txt\"";
    place.replace("assessments/2025-26.toml", file, &format!("{file}, private = true, sha256 = \"{}\"", digest.trim()));
    fs::write(place.path("ws/.gitignore"), "evidence/8.2.1.txt\n").unwrap();
    place.git(&["rm", "-q", "--cached", "evidence/8.2.1.txt"]).ok();
    place.commit("Kept private");
    place.publish(&["--reason", "One document is private"]).ok();
    let verified = place.verified("2025-26/002", &[]);
    verified.is("verified", "unsigned", &[]);
    assert!(list("2025-26/002").contains("--ignore-missing -c"), "{verified:?}");
    let out = place.sh(&verified.commands.join("\n")).ok();
    let said = verified.commands.iter().find(|line| line.contains("is kept private and not in git")).unwrap();
    let passed = out.lines().filter(|line| line.ends_with(": OK")).count();
    assert!(said.ends_with(&format!(": {passed} are OK")), "{said}: {out}");
    assert!(said.starts_with(&format!("# of the {} files", passed + 1)), "{said}");
}

#[test]
fn each_forgery_fails_at_its_own_check() {
    let place = Place::answered();
    place.publish(&[]).ok();
    place.git(&["branch", "good"]).ok();
    let original = place.git(&["rev-parse", "refs/tags/dspt/A1B2/2025-26/001"]).ok().trim().to_owned();
    let again = || {
        place.git(&["reset", "-q", "--hard", "good"]).ok();
        place.git(&["update-ref", "refs/tags/dspt/A1B2/2025-26/001", &original]).ok();
        place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    };
    forge(&place, || place.replace("evidence/8.2.1.txt", "Document", "Forged"));
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["files"]);
    again();
    forge(&place, || place.replace("assessments/2025-26.toml", "We do this", "We never do this"));
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["files"]);
    again();
    forge(&place, || place.replace("organisation.toml", "jo@sunrise.example", "eve@sunrise.example"));
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["files"]);
    again();
    forge(&place, || place.replace("publications/2025-26/001.toml", "date = 2026-05-01", "date = 2026-05-02"));
    assert!(place.verified("2025-26/001", &[]).failed.contains(&"tag".to_owned()));
    again();
    forge(&place, || {
        let bank = fs::read_dir(place.path("ws/publications/banks")).unwrap().next().unwrap().unwrap().path();
        let text = fs::read_to_string(&bank).unwrap();
        fs::write(bank, text + "# more\n").unwrap();
    });
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["bank"]);
    again();
    // The record changed by a later commit, then only in the work tree.
    place.replace("publications/2025-26/001.toml", "met = 45", "met = 44");
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["append-only"]);
    place.commit("Changed");
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["append-only"]);
    again();
    place.git(&["tag", "-d", "dspt/A1B2/2025-26/001"]).ok();
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["tag"]);
    again();
    place.git(&["rm", "-qr", "publications/2025-26"]).ok();
    place.git(&["commit", "-qm", "Gone"]).ok();
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["append-only"]);
}

#[test]
fn a_bad_signature_fails() {
    let place = Place::signed();
    place.publish(&[]).ok();
    // The signature of the tag is put under another message.
    place
        .sh("git cat-file tag dspt/A1B2/2025-26/001 | sed 's/^Publication/Publikation/' > ../tag; git update-ref refs/tags/dspt/A1B2/2025-26/001 $(git hash-object -t tag -w ../tag)")
        .ok();
    place.verified("2025-26/001", &[]).is("failed", "not-proven", &["signature"]);
}

#[test]
fn what_the_toolkit_showed_is_never_changed() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let add = [
        "publications",
        "add",
        "--edition",
        "2025-26",
        "--level",
        "standards-met",
        "--date",
        DAY,
        "--record",
        "2025-26/001",
        "--as-of",
        DAY,
    ];
    place.dspt(&add).ok();
    place.commit("Noted");
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    let listed = place.dspt(&["publications", "--format", "json", "--as-of", DAY]).json();
    assert_eq!(listed["publications"].as_array().unwrap().len(), 1);
    assert_eq!(listed["publications"][0]["toolkit"]["seen"], DAY);
    place.replace(
        "publications/toolkit.toml",
        "record = \"2025-26/001\"",
        "record = \"2025-26/001\"\nvoid = \"typed for the wrong client\"",
    );
    place.commit("Void");
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    place.replace("publications/toolkit.toml", "standards-met", "approaching-standards");
    place.commit("Changed");
    place.verified("2025-26/001", &[]).is("failed", "unsigned", &["append-only"]);
}

#[test]
fn what_was_noted_of_the_toolkit_is_not_noted_twice() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let day = ["publications", "add", "--edition", "2025-26", "--level", "standards-met", "--date", DAY];
    let add = |more: &[&str]| place.dspt(&[&day, more].concat());
    add(&["--as-of", DAY]).ok();
    let file = place.path("ws/publications/toolkit.toml");
    let noted = fs::read_to_string(&file).unwrap();
    for more in [&["--as-of", DAY][..], &["--as-of", "2026-05-09", "--source", "public search"]] {
        let ran = add(more);
        let line = noted.lines().position(|line| line == "[[published]]").unwrap() + 1;
        let place = format!("publications/toolkit.toml:{line} notes that already");
        assert!(ran.status == 0 && ran.out.contains(&place), "{}{}", ran.out, ran.err);
        assert_eq!(fs::read_to_string(&file).unwrap(), noted);
    }
    // Which publication it is may still be said, once; and so may what was taken out of account.
    let record = ["--as-of", "2026-05-09", "--record", "2025-26/001"];
    add(&record).ok();
    assert!(add(&record).ok().contains("notes that already"));
    let both = fs::read_to_string(&file).unwrap();
    fs::write(&file, both.replace("level = ", "void = \"another client\"\nlevel = ")).unwrap();
    add(&record).ok();
    let other = ["publications", "add", "--edition", "2025-26", "--level", "standards-met", "--date", "2026-05-02"];
    place.dspt(&[&other[..], &["--as-of", "2026-05-09"]].concat()).ok();
}

#[test]
fn squashed_shallow_and_empty_repositories_say_what_they_are() {
    let place = Place::answered();
    let nothing = place.dspt(&["verify"]);
    assert!(nothing.status == 2 && nothing.err.contains("nothing to verify"), "{}", nothing.err);
    place.git(&["checkout", "-qb", "work"]).ok();
    place.publish(&[]).ok();
    place.git(&["checkout", "-q", "main"]).ok();
    place.git(&["merge", "-q", "--squash", "work"]).ok();
    place.git(&["commit", "-qm", "Squashed"]).ok();
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    let said = place.dspt(&["verify"]).ok();
    assert!(said.contains("squashed"), "{said}");
    let url = format!("file://{}", place.path("ws").display());
    place.git_at(".", &["clone", "-q", "--depth", "1", &url, "shallow"]).ok();
    let shallow = place.run("shallow", &["verify"]);
    assert!(shallow.status == 2 && shallow.err.contains("git fetch --unshallow"), "{}", shallow.err);
}

#[test]
fn a_weakened_bank_fails_and_an_own_one_is_not_proven() {
    let place = Place::answered();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/standards/dspt-asc/2025-26.toml");
    let text = fs::read_to_string(shipped).unwrap();
    fs::create_dir_all(place.path("ws/own")).unwrap();
    let own = place.path("ws/own/2025-26.toml");
    fs::write(&own, format!("{text}\n# our copy\n")).unwrap();
    place.commit("Own bank");
    place.publish(&["--standards", "own"]).ok();
    let verified = place.verified("2025-26/001", &[]);
    verified.is("verified", "unsigned", &[]);
    assert!(verified.headline.starts_with("verified"), "{verified:?}");
    let at = text.find("required_for = [").unwrap();
    let end = at + text[at..].find(']').unwrap() + 1;
    fs::write(&own, format!("{}required_for = []{}", &text[..at], &text[end..])).unwrap();
    place.commit("Weaker");
    place.publish(&["--standards", "own", "--reason", "With less"]).ok();
    place.verified("2025-26/002", &[]).is("failed", "unsigned", &["bank"]);
}

#[test]
fn a_bank_that_asks_more_is_no_weakened_one_and_what_differs_is_counted() {
    let place = Place::answered();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/standards/dspt-asc/2025-26.toml");
    let text = fs::read_to_string(shipped).unwrap();
    fs::create_dir_all(place.path("ws/own")).unwrap();
    let year = "window = { period = \"P1Y\", of = \"review\" }";
    let deadline = "deadline = 2026-06-30";
    let induction = "concept = \"induction\"";
    let exempt = "{ fact = \"nhsmail_only\", is = [\"yes\"], reason = \"Filtered.\" }";
    assert!(text.contains(year) && text.contains(deadline) && text.contains(induction));
    let same = "says what a shipped one says, in other bytes";
    let cases = [
        (format!("{text}\n# our copy\n"), "not-proven", same),
        (text.replacen(year, &year.replace("P1Y", "P6M"), 1), "not-proven", "in 1 item"),
        (text.replacen(year, "window = { since = 2026-01-01, of = \"review\" }", 1), "not-proven", "in 1 item"),
        (text.replacen(deadline, "deadline = 2026-07-31", 1), "not-proven", "in 1 date"),
        (
            text.replacen(deadline, "deadline = 2026-07-31", 1).replacen(year, &year.replace("P1Y", "P6M"), 1),
            "not-proven",
            "in 1 item and 1 date",
        ),
        (text.replacen(year, &year.replace("P1Y", "P18M"), 1), "fail", "has a longer window"),
        (text.replacen(year, "window = { since = 2020-01-01, of = \"review\" }", 1), "fail", "has a longer window"),
        (text.replacen(year, &year.replace("review", "events"), 1), "fail", "has a window of another kind"),
        (text.replacen(&format!("{year}\n"), "", 1), "fail", "has no window"),
        (text.replacen("threshold = 0.95", "threshold = 0.90", 1), "fail", "has a lower threshold"),
        (
            text.replacen(induction, &format!("{induction}\nexempt = [{exempt}]"), 1),
            "fail",
            "2.1.1 exempts some profiles",
        ),
        (
            text.replacen(induction, &format!("{induction}\nnot_applicable = {{ when = \"never\" }}"), 1),
            "fail",
            "2.1.1 may be \"not applicable\"",
        ),
    ];
    for (at, (bank, verdict, words)) in cases.iter().enumerate() {
        fs::write(place.path("ws/own/2025-26.toml"), bank).unwrap();
        place.commit(words);
        place.publish(&["--standards", "own", "--reason", "Another bank"]).ok();
        let publication = format!("2025-26/{:03}", at + 1);
        let check = place.check(&publication, "bank", &[]);
        assert_eq!(check.0, *verdict, "{words}: {check:?}");
        assert!(check.1.contains(words), "{words}: {check:?}");
    }
}

#[test]
fn what_was_published_later_is_nothing_to_a_day_gone_by() {
    let place = Place::answered();
    place.publish(&[]).ok();
    let later = ["publish", "--confirm-profile", "--as-of", "2026-05-09", "--reason", "Again"];
    place.dspt(&later).ok();
    let seen = |args: &[&str]| {
        let ran = place.dspt(&[&["verify", "--format", "json"], args].concat());
        let judged = ran.json();
        let all = judged["publications"].as_array().unwrap().clone();
        let all = all.iter().map(|one| format!("{} {}", one["number"], one["verdict"]).replace('"', ""));
        (ran.status, all.collect::<Vec<_>>())
    };
    let both = vec!["001 verified".to_owned(), "002 verified".to_owned()];
    assert_eq!(seen(&[]), (0, both.clone()));
    assert_eq!(seen(&["--at", "2025-26/002"]), (0, both));
    for args in [&["--at", "2025-26/001"][..], &["--as-of", "2026-05-08"], &["--at", "HEAD~1"]] {
        assert_eq!(seen(args), (0, vec!["001 verified".to_owned()]), "{args:?}");
    }
    let ran = place.dspt(&["verify", "2025-26/002", "--as-of", "2026-05-08"]);
    assert!(ran.status == 2 && ran.err.contains("9 May 2026"), "{}", ran.err);
    // What was taken away before the day stays taken away.
    place.git(&["rm", "-q", "publications/2025-26/001.toml"]).ok();
    place.git(&["commit", "-qm", "Gone"]).ok();
    assert_eq!(seen(&["--at", "HEAD"]).0, 1);
}

#[test]
fn only_commands_that_a_stranger_can_repeat_are_printed() {
    let place = Place::signed();
    place.publish(&[]).ok();
    let commands = |place: &Place| place.verified("2025-26/001", &[]).commands.join("\n");
    let allowed = format!("jo@sunrise.example {}\n", place.public("jo"));
    // What is written in capitals is the stranger's to fill in.
    let repeat = |place: &Place| {
        fs::write(place.path("ws/allowed_signers"), &allowed).unwrap();
        place.sh(&format!("set -e\n{}", commands(place).replace("ADDRESS", "jo@sunrise.example"))).ok();
        place.sh("rm -rf published tag.txt tag.sig allowed_signers").ok();
    };
    assert!(commands(&place).contains("verify-tag"));
    repeat(&place);
    place.sh("git cat-file tag dspt/A1B2/2025-26/001 | sed '1,/^$/d' | sed '/^-----BEGIN/,$d' > ../message").ok();
    place.git(&["tag", "-f", "--no-sign", "-a", "-F", "../message", "dspt/A1B2/2025-26/001", "HEAD"]).ok();
    let said = commands(&place);
    assert!(!said.contains("verify-tag") && said.contains("verify-commit"), "{said}");
    repeat(&place);
    place.git(&["tag", "-d", "dspt/A1B2/2025-26/001"]).ok();
    let said = commands(&place);
    assert!(!said.contains("dspt/A1B2"), "{said}");
    repeat(&place);
    place.git(&["commit", "-q", "--amend", "--no-edit", "--no-gpg-sign"]).ok();
    assert!(!commands(&place).contains("verify-"));
    repeat(&place);
}

#[test]
fn of_two_first_publications_the_second_is_found() {
    let place = Place::answered();
    place.git(&["branch", "other"]).ok();
    place.publish(&[]).ok();
    let tag = place.git(&["rev-parse", "refs/tags/dspt/A1B2/2025-26/001"]).ok();
    // The other branch publishes without knowing of it, as number 002.
    place.git(&["checkout", "-q", "other"]).ok();
    place.git(&["tag", "-d", "dspt/A1B2/2025-26/001"]).ok();
    place.publish(&[]).ok();
    let renumber = "git mv publications/2025-26/001.toml publications/2025-26/002.toml
        git mv publications/2025-26/001.sha256 publications/2025-26/002.sha256
        sed -i 's/^number = .*/number = \"002\"/' publications/2025-26/002.toml
        git log -1 --format=%B | sed s,26/001,26/002, > ../message
        git commit -qa --amend -F ../message
        digest=$(sha256sum publications/2025-26/002.toml | cut -c1-64)
        git cat-file tag dspt/A1B2/2025-26/001 | sed '1,/^$/d' | sed \"s,26/001,26/002,; s/^record .*/record sha256:$digest/\" > ../message
        git tag -a -F ../message dspt/A1B2/2025-26/002
        git tag -d dspt/A1B2/2025-26/001";
    place.sh(renumber).ok();
    place.git(&["update-ref", "refs/tags/dspt/A1B2/2025-26/001", tag.trim()]).ok();
    place.verified("2025-26/002", &[]).is("verified", "unsigned", &[]);
    place.git(&["checkout", "-q", "main"]).ok();
    place.git(&["merge", "-q", "-m", "Both", "other"]).ok();
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    place.verified("2025-26/002", &[]).is("failed", "unsigned", &["record"]);
    let (_, why) = place.check("2025-26/002", "record", &[]);
    assert!(why.starts_with("2025-26/001 and 2025-26/002 both say that none came before"), "{why}");
    assert!(why.contains("publish again") && why.contains("--reason"), "{why}");
    // What holds is published anew.
    place.publish(&["--reason", "Two branches had published"]).ok();
    place.verified("2025-26/003", &[]).is("verified", "unsigned", &[]);
    let all = place.dspt(&["verify", "--format", "json"]);
    assert_eq!(all.status, 1);
}

#[test]
fn a_key_that_is_known_and_does_not_count_is_said_to_be_so() {
    let place = Place::signed();
    place.publish(&[]).ok();
    place.publish(&["--reason", "Again"]).ok();
    place.dspt(&["certificate", "2025-26/002", "--proof", "../proof.txt"]).ok();
    let key = place.public("jo");
    let list = place.path("home/allowed");
    let args = ["--allowed-signers", list.to_str().unwrap()];
    let judged = |identity: &str, words: &str| {
        for publication in ["2025-26/002", "../proof.txt"] {
            place.verified(publication, &args).is("verified", identity, &[]);
            let (_, why) = place.check(publication, "signer", &args);
            assert!(why.contains(words), "{publication}: {why}");
        }
    };
    for (option, identity, words) in [
        ("valid-before=\"20200101\"", "not-proven", "does not count: line 2: key has expired"),
        ("valid-after=\"20990101\"", "not-proven", "does not count: line 2: key is not yet valid"),
        ("namespaces=\"file\"", "not-proven", "does not count: line 2: key is not permitted"),
        ("valid-before=\"20990101\",namespaces=\"git\"", "administrator", "on your list of signers"),
    ] {
        fs::write(&list, format!("# mine\njo@sunrise.example {option} {key}\n")).unwrap();
        judged(identity, words);
    }
    fs::write(&list, format!("jo@sunrise.example {key}\n")).unwrap();
    place.sh("ssh-keygen -q -k -f ../home/revoked ../home/jo.pub").ok();
    let revoked = place.path("home/revoked");
    place.git_at("home", &["config", "--global", "gpg.ssh.revocationFile", revoked.to_str().unwrap()]).ok();
    judged("not-proven", "(gpg.ssh.revocationFile) revokes it");
    // Whom the publication before vouches for is revoked as well.
    place.verified("2025-26/002", &[]).is("verified", "not-proven", &[]);
    assert!(place.check("2025-26/002", "signer", &[]).1.contains("revokes it"));
    place.key("ann");
    place.sh("ssh-keygen -q -k -f ../home/revoked ../home/ann.pub").ok();
    judged("administrator", "on your list of signers");
    fs::remove_file(&revoked).unwrap();
    judged("not-proven", "cannot be read");
}
