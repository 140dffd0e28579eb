//! Publishing where git is set up in a way of its own: hooks, work trees, variables, agents, and other organisations in
//! the same repository.

use super::{DAY, Place, exists};
use std::fs;

const PUBLISH: [&str; 4] = ["publish", "--confirm-profile", "--as-of", DAY];

#[cfg(unix)]
#[test]
fn hooks_do_not_run_and_publish_says_so() {
    let place = Place::answered();
    for directory in ["ws/.git/hooks", "home/hooks"] {
        fs::create_dir_all(place.path(directory)).unwrap();
    }
    place
        .sh("for hook in pre-commit commit-msg post-commit reference-transaction; do
               for at in .git/hooks ../home/hooks; do
                 printf '#!/bin/sh\ntouch ../ran\nexit 1\n' > $at/$hook; chmod +x $at/$hook
               done
             done")
        .ok();
    let ran = place.publish(&[]);
    assert!(ran.status == 0 && ran.err.contains("did not run"), "{}", ran.err);
    assert!(ran.err.contains("pre-commit") && ran.err.contains("reference-transaction"), "{}", ran.err);
    place.git(&["config", "core.hooksPath", "../home/hooks"]).ok();
    fs::remove_file(place.path("home/hooks/pre-commit")).unwrap();
    let ran = place.publish(&["--reason", "Again"]);
    assert!(ran.err.contains("commit-msg") && !ran.err.contains("pre-commit"), "{}", ran.err);
    assert!(!exists(&place.path("ran")), "a hook ran");
    place.verified("2025-26/002", &[]).is("verified", "unsigned", &[]);
}

#[test]
fn a_work_tree_of_its_own_publishes_and_leaves_the_others_alone() {
    let place = Place::answered();
    place.git(&["worktree", "add", "-q", "-b", "publishing", "../tree"]).ok();
    place.run("tree", &PUBLISH).ok();
    for at in ["ws", "tree"] {
        assert_eq!(place.git_at(at, &["status", "--porcelain"]).ok(), "", "{at}");
    }
    assert_eq!(place.git(&["rev-parse", "main"]).ok(), place.git(&["rev-parse", "publishing~1"]).ok());
    place.run("tree", &["verify"]).ok();
    // The tag is there for both; the other branch does not hold the record yet, and is told so.
    let (verdict, why) = place.check("2025-26/001", "append-only", &[]);
    assert!(verdict == "fail" && why.contains("another branch holds it"), "{why}");
    place.git(&["merge", "-q", "publishing"]).ok();
    place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
    // An interrupted publication belongs to the work tree that made it.
    place.run("tree", &[&PUBLISH[..], &["--reason", "Again"]].concat()).ok();
    place.git_at("tree", &["fsck", "--strict"]).ok();
}

#[test]
fn gits_own_variables_say_where_the_repository_is() {
    let place = Place::answered();
    fs::rename(place.path("ws/.git"), place.path("apart.git")).unwrap();
    let refused = place.dspt(&PUBLISH);
    assert!(refused.status == 2 && refused.err.contains("no git repository"), "{}", refused.err);
    let with = |script: &str| {
        let variables = "export GIT_DIR=$PWD/../apart.git GIT_WORK_TREE=$PWD";
        place.sh(&format!("{variables}; {script}")).ok()
    };
    let dspt = env!("CARGO_BIN_EXE_dspt");
    with(&format!("{dspt} {}", PUBLISH.join(" ")));
    assert_eq!(with("git status --porcelain"), "");
    with(&format!("{dspt} verify"));
    assert!(!exists(&place.path("ws/.git")));
    // An index of one's own is the one that gains the published files.
    with(&format!(
        "cp $GIT_DIR/index ../index; export GIT_INDEX_FILE=$PWD/../index; {dspt} {} --reason Again; test -z \"$(git status --porcelain)\"",
        PUBLISH.join(" ")
    ));
    assert!(with("git status --porcelain").contains("publications/2025-26/002"), "the usual index was left alone");
}

#[test]
fn organisations_in_one_repository_publish_each_for_itself() {
    let place = Place::new();
    fs::create_dir_all(place.path("ws")).unwrap();
    place.git(&["init", "-q"]).ok();
    for (directory, code) in [("a", "A1B2"), ("b", "B2C3")] {
        place.fill(&format!("ws/{directory}"));
        let file = format!("{directory}/organisation.toml");
        place.replace(&file, "A1B2", code);
    }
    place.commit("Both");
    // What is not committed in one hinders the other as little as what it published.
    place.replace("b/organisation.toml", "Sunrise Care Ltd", "Dawn Care Ltd");
    place.run("ws/a", &PUBLISH).ok();
    let ran = place.run("ws/b", &PUBLISH);
    assert!(ran.status == 1 && ran.out.contains("organisation.toml"), "{}", ran.out);
    place.commit("Another name");
    place.run("ws/b", &PUBLISH).ok();
    place.run("ws/a", &[&PUBLISH[..], &["--reason", "Again"]].concat()).ok();
    let tags = place.git(&["tag"]).ok();
    assert_eq!(tags, "dspt/A1B2/2025-26/001\ndspt/A1B2/2025-26/002\ndspt/B2C3/2025-26/001\n");
    let listed = |at: &str| {
        let ran = place.run(at, &["verify", "--format", "json"]);
        let value = ran.json();
        let all = value["publications"].as_array().unwrap();
        all.iter().map(|one| format!("{} {}", one["number"], one["verdict"]).replace('"', "")).collect::<Vec<_>>()
    };
    assert_eq!(listed("ws/a"), ["001 verified", "002 verified"]);
    assert_eq!(listed("ws/b"), ["001 verified"]);
    place.replace("b/publications/2025-26/001.toml", "met = 45", "met = 44");
    place.commit("Altered");
    assert_eq!(listed("ws/a"), ["001 verified", "002 verified"]);
    assert_eq!(listed("ws/b"), ["001 failed"]);
}

#[cfg(unix)]
#[test]
fn an_agent_signs_with_a_key_that_lies_nowhere_else() {
    let place = Place::signed();
    let key = place.public("jo");
    place.git_at("home", &["config", "--global", "user.signingkey", &format!("key::{key}")]).ok();
    let without = place.publish(&[]);
    assert!(without.status == 2 && without.err.contains("did not sign"), "{}", without.err);
    let script = format!(
        "eval \"$(ssh-agent -s)\" > /dev/null; trap 'kill $SSH_AGENT_PID' EXIT
         chmod 600 ../home/jo; ssh-add -q ../home/jo; rm ../home/jo
         {} {}",
        env!("CARGO_BIN_EXE_dspt"),
        PUBLISH.join(" ")
    );
    place.sh(&script).ok();
    fs::write(place.path("home/allowed"), format!("jo@sunrise.example {key}\n")).unwrap();
    let list = ["--allowed-signers", "../home/allowed", "--require-signature"];
    place.verified("2025-26/001", &list).is("verified", "administrator", &[]);
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_the_profile_is_shown_and_asked_about() {
    let place = Place::answered();
    // A terminal of its own, and somebody who types there.
    let types = |reply: &str| {
        let publish = format!("{} publish --as-of {DAY}", env!("CARGO_BIN_EXE_dspt"));
        place.sh(&format!("printf '{reply}\\n' | script -qec '{publish}' /dev/null"))
    };
    for reply in ["n", ""] {
        let ran = types(reply);
        assert_eq!(ran.status, 1, "{}", ran.out);
        assert!(ran.out.contains("Is NHSmail") && ran.out.contains("Nothing was published"), "{}", ran.out);
        assert_eq!(place.git(&["tag"]).ok(), "");
    }
    let organisation = fs::read(place.path("ws/organisation.toml")).unwrap();
    let ran = types("y");
    assert!(ran.status == 0 && ran.out.contains("Published 2025-26/001"), "{}", ran.out);
    assert_eq!(fs::read(place.path("ws/organisation.toml")).unwrap(), organisation, "the file is not touched");
    let record = fs::read_to_string(place.path("ws/publications/2025-26/001.toml")).unwrap();
    assert!(record.contains(&format!("confirmed = {DAY}")), "{record}");
}

#[test]
fn an_index_that_is_beyond_dspt_is_refused_with_what_to_do() {
    let place = Place::answered();
    place.git(&["update-index", "--split-index"]).ok();
    let ran = place.publish(&[]);
    assert!(ran.status == 1 && ran.out.contains("git update-index --no-split-index"), "{}{}", ran.out, ran.err);
    place.git(&["update-index", "--no-split-index"]).ok();
    place.publish(&[]).ok();
}

#[cfg(unix)]
#[test]
fn what_is_to_be_typed_next_can_be_typed() {
    let place = Place::answered();
    place.git_at(".", &["clone", "-q", "--bare", place.path("ws").to_str().unwrap(), "remote"]).ok();
    place.git(&["remote", "add", "origin", "../remote"]).ok();
    place.git(&["checkout", "-q", "-b", "jo's/$branch&more"]).ok();
    let out = place.publish(&[]).ok();
    let push = out.lines().find(|line| line.contains("git push")).unwrap();
    place.sh(push).ok();
    let there = place.git_at("remote", &["for-each-ref", "--format=%(refname)"]).ok();
    assert_eq!(there, "refs/heads/jo's/$branch&more\nrefs/heads/main\nrefs/tags/dspt/A1B2/2025-26/001\n");
}

#[test]
fn whatever_has_git_sign_its_tags_has_dspt_sign_them() {
    let place = Place::signed();
    place.git_at("home", &["config", "--global", "commit.gpgsign", "false"]).ok();
    place.git_at("home", &["config", "--global", "--unset", "tag.gpgsign"]).ok();
    for (at, setting) in ["tag.gpgsign", "tag.forceSignAnnotated"].into_iter().enumerate() {
        place.git(&["config", setting, "true"]).ok();
        place.publish(&["--reason", "Again"]).ok();
        place.git(&["config", "--unset", setting]).ok();
        let tag = place.git(&["cat-file", "tag", &format!("dspt/A1B2/2025-26/{:03}", at + 1)]).ok();
        assert!(tag.contains("BEGIN SSH SIGNATURE"), "{setting}: {tag}");
    }
}
