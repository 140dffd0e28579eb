//! Publishing stopped at every call that changes a file system, and with every such call failing: it is published whole
//! or not at all.
//!
//! A small library put before the C library counts those calls, so that a step that is added later is covered without
//! being listed anywhere.

use super::{DAY, Place, Ran, exists};
use std::path::PathBuf;
use std::process::Command;

const ENOSPC: &str = "28";
const EROFS: &str = "30";
const TAG: &str = "dspt/A1B2/2025-26/001";

/// The library, compiled.
fn library(place: &Place) -> PathBuf {
    let out = place.path("home/stop.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/ledger/stop.c");
    let ran = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-w", "-o"])
        .arg(&out)
        .args([source, "-ldl"])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    out
}

/// A workspace that can be put back as it was, and what stops a `publish` in it.
struct Stopped {
    place: Place,
    library: PathBuf,
}

impl Stopped {
    fn new(place: Place) -> Self {
        place.sh_at(".", "cp -a ws kept").ok();
        let library = library(&place);
        Self { place, library }
    }

    fn again(&self) {
        self.place.sh_at(".", "rm -rf ws; cp -a kept ws").ok();
    }

    fn publish(&self, settings: &[(&str, &str)]) -> Ran {
        let mut command = self.place.command(env!("CARGO_BIN_EXE_dspt"), "ws");
        command.args(["publish", "--confirm-profile", "--as-of", DAY]).env("LD_PRELOAD", &self.library);
        for (key, value) in settings {
            command.env(key, value);
        }
        Ran::of(&command.output().unwrap())
    }

    /// After any other command has run: published whole, or untouched.
    #[track_caller]
    fn is_whole_or_untouched(&self, base: &str, what: &str) -> bool {
        let place = &self.place;
        let status = place.dspt(&["status", "--as-of", DAY]);
        assert_eq!(status.status, 0, "{what}: {}", status.err);
        assert_eq!(place.git(&["status", "--porcelain"]).ok(), "", "{what}");
        let fsck = place.git(&["fsck", "--strict"]);
        assert_eq!(fsck.status, 0, "{what}: {}", fsck.err);
        for left in ["dspt-publish.json", "index.lock", "HEAD.lock", "refs/heads/main.lock"] {
            assert!(!exists(&place.path("ws/.git").join(left)), "{what}: {left} is left behind");
        }
        let published = place.git(&["rev-parse", "HEAD"]).ok() != base;
        assert_eq!(place.git(&["tag"]).ok().trim(), if published { TAG } else { "" }, "{what}");
        published
    }
}

#[test]
fn killed_before_every_call_it_is_published_whole_or_not_at_all() {
    let stopped = Stopped::new(Place::in_memory().and_answered());
    let place = &stopped.place;
    let base = place.git(&["rev-parse", "HEAD"]).ok();
    let (mut whole, mut untouched) = (0, 0);
    for at in 1.. {
        let what = format!("killed before call {at}");
        let ran = stopped.publish(&[("STOP_AT", &at.to_string())]);
        if ran.status == 0 {
            // It came to its end before that call.
            break;
        }
        assert_eq!(ran.status, -1, "{what}: {}{}", ran.out, ran.err);
        if stopped.is_whole_or_untouched(&base, &what) {
            whole += 1;
            place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
            let ran = place.publish(&["--reason", "Again"]);
            assert_eq!(ran.status, 0, "{what}: {}{}", ran.out, ran.err);
        } else {
            untouched += 1;
            let ran = place.publish(&[]);
            assert_eq!(ran.status, 0, "{what}: {}{}", ran.out, ran.err);
            place.verified("2025-26/001", &[]).is("verified", "unsigned", &[]);
        }
        stopped.again();
    }
    assert!(whole > 3 && untouched > 10, "{whole} whole, {untouched} untouched");
}

#[test]
fn a_full_disk_and_a_read_only_one_give_a_clear_error_and_change_nothing() {
    let stopped = Stopped::new(Place::in_memory().and_answered());
    let place = &stopped.place;
    let base = place.git(&["rev-parse", "HEAD"]).ok();
    let mut complete = 0;
    // What fails after the last call that matters goes unnoticed: a few more are tried.
    for at in 1.. {
        let what = format!("the disk is full from call {at}");
        let ran = stopped.publish(&[("STOP_AT", &at.to_string()), ("STOP_ERRNO", ENOSPC), ("STOP_ALL", "1")]);
        complete = if ran.status == 0 && ran.err.is_empty() { complete + 1 } else { 0 };
        if complete > 8 {
            break;
        }
        let moved = place.git(&["rev-parse", "HEAD"]).ok() != base;
        if moved {
            // It is published: what could not follow is said, and the next command makes it good.
            assert!(ran.status == 0 || ran.err.contains("is published"), "{what}: {}{}", ran.out, ran.err);
        } else {
            assert_eq!(ran.status, 2, "{what}: {}{}", ran.out, ran.err);
            assert!(ran.err.contains("nothing was") || ran.err.contains("as it was"), "{what}: {}", ran.err);
            let said = ran.err.to_lowercase();
            assert!(said.contains("no space left") || said.contains("disk may be full"), "{what}: {}", ran.err);
            // Before anything else has run: nothing is changed that anybody would see.
            assert_eq!(place.git(&["tag"]).ok(), "", "{what}");
        }
        assert_eq!(stopped.is_whole_or_untouched(&base, &what), moved, "{what}");
        stopped.again();
    }
    stopped.again();
    let ran = stopped.publish(&[("STOP_AT", "1"), ("STOP_ERRNO", EROFS), ("STOP_ALL", "1")]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("nothing was changed") && ran.err.to_lowercase().contains("read-only"), "{}", ran.err);
    assert!(!stopped.is_whole_or_untouched(&base, "read-only"));
    place.publish(&[]).ok();
}

#[test]
fn any_single_call_may_fail() {
    let stopped = Stopped::new(Place::in_memory().and_answered());
    let place = &stopped.place;
    let base = place.git(&["rev-parse", "HEAD"]).ok();
    let mut complete = 0;
    for at in 1.. {
        let what = format!("call {at} fails");
        let ran = stopped.publish(&[("STOP_AT", &at.to_string()), ("STOP_ERRNO", ENOSPC)]);
        complete = if ran.status == 0 && ran.err.is_empty() { complete + 1 } else { 0 };
        if complete > 8 {
            break;
        }
        assert!(ran.status == 0 || ran.status == 2, "{what}: {}{}", ran.out, ran.err);
        let published = stopped.is_whole_or_untouched(&base, &what);
        assert!(published || ran.status == 2, "{what}: {}", ran.out);
        stopped.again();
    }
    stopped.again();
    place.publish(&[]).ok();
}

#[test]
fn files_may_not_grow_beyond_a_limit() {
    let place = Place::answered();
    let base = place.git(&["rev-parse", "HEAD"]).ok();
    // The bank is larger than what one file may hold here; the signal that says so is ignored, as a daemon would.
    let script =
        format!("trap '' XFSZ; ulimit -f 8; {} publish --confirm-profile --as-of {DAY}", env!("CARGO_BIN_EXE_dspt"));
    let ran = place.sh(&script);
    assert_eq!(ran.status, 2, "{}", ran.out);
    assert!(ran.err.contains("nothing was changed"), "{}", ran.err);
    assert_eq!(place.git(&["rev-parse", "HEAD"]).ok(), base);
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "");
    place.publish(&[]).ok();
}

#[test]
fn of_two_at_once_one_wins_and_the_other_says_why() {
    let place = Place::signed();
    // A signer who takes a moment, and says when the first one is at it.
    let begun = place.path("home/begun");
    place
        .sh(&format!(
            "printf '#!/bin/sh\\ntouch {}\\nsleep 1\\nexec ssh-keygen \"$@\"\\n' > ../home/slow; chmod +x ../home/slow",
            begun.display()
        ))
        .ok();
    place.git(&["config", "gpg.ssh.program", place.path("home/slow").to_str().unwrap()]).ok();
    let mut first = place.command(env!("CARGO_BIN_EXE_dspt"), "ws");
    first.args(["publish", "--confirm-profile", "--as-of", DAY]);
    let first = first.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    while !exists(&begun) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let second = place.publish(&[]);
    assert_eq!(second.status, 2, "{}", second.out);
    assert!(second.err.contains("another `dspt publish` is at work") && second.err.contains("wait"), "{}", second.err);
    // A commit that comes in between overtakes it.
    place.git(&["-c", "commit.gpgsign=false", "commit", "-q", "--allow-empty", "-m", "Faster"]).ok();
    let first = Ran::of(&first.wait_with_output().unwrap());
    assert_eq!(first.status, 2, "{}", first.out);
    assert!(first.err.contains("the branch moved") && first.err.contains("nothing was published"), "{}", first.err);
    assert_eq!(place.git(&["tag"]).ok(), "");
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "");
    place.publish(&[]).ok();
}
