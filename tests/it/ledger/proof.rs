//! Proof files: what one file proves to somebody without the repository, by dspt and by stock tools.

use super::{Place, Verified};
use std::fs;

/// A place with a signed publication that covers a site, its proof file in `elsewhere`, and Jo on the list of signers.
fn proven() -> Place {
    let place = Place::signed();
    let shares = "shares = { training = true, policies = true, breach_handling = true, it = true }";
    let file = place.path("ws/organisation.toml");
    let site = format!("\n[[site]]\nods_code = \"VABCD\"\nname = \"Sunrise House\"\n{shares}\n");
    fs::write(&file, fs::read_to_string(&file).unwrap() + &site).unwrap();
    place.commit("A site");
    place.publish(&["--all-sites"]).ok();
    fs::create_dir(place.path("elsewhere")).unwrap();
    fs::write(place.path("elsewhere/allowed"), format!("jo@sunrise.example {}\n", place.public("jo"))).unwrap();
    place.dspt(&["certificate", "--proof", "../elsewhere/proof.txt"]).ok();
    place
}

#[track_caller]
fn judged(place: &Place, args: &[&str]) -> Verified {
    let mut all = vec!["verify", "proof.txt", "--format", "json"];
    all.extend(args);
    Verified::of(&place.run("elsewhere", &all).json()["publications"][0])
}

#[test]
fn a_proof_file_convinces_dspt_and_stock_tools() {
    let place = proven();
    let list = ["--allowed-signers", "allowed"];
    judged(&place, &list).is("verified", "administrator", &[]);
    judged(&place, &[]).is("verified", "not-proven", &[]);
    assert_eq!(place.run("elsewhere", &["verify", "proof.txt", "--require-signature"]).status, 1);
    place.run("elsewhere", &["verify", "proof.txt", "--require-signature", "--allowed-signers", "allowed"]).ok();
    let said = place.run("elsewhere", &["verify", "proof.txt", "--allowed-signers", "allowed"]).ok();
    for word in ["Standards Met, 2025-26, 1 May 2026", "signed by an administrator", "VABCD", "Sunrise Care Ltd (A1B2)"]
    {
        assert!(said.contains(word), "{word}: {said}");
    }
    // What is printed, typed by a stranger.
    let script = judged(&place, &list).commands.join("\n");
    place.sh_at("elsewhere", &script).ok();
    place.sh_at("elsewhere", "grep -q '^sites = .*VABCD' record.toml && grep -q '^level: standards-met$' tag.txt").ok();
    // What the file itself says, typed by somebody without dspt.
    let text = fs::read_to_string(place.path("elsewhere/proof.txt")).unwrap();
    let own: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let own = own.join("\n").replace("allowed_signers", "allowed").replace("ADDRESS", "jo@sunrise.example");
    let ran = place.sh_at(
        "elsewhere",
        &format!(
            "rm tag tag.txt tag.sig record.toml\n{own}\ngrep -q \"$(sha256sum < record.toml | cut -c1-64)\" tag.txt"
        ),
    );
    assert!(ran.out.contains("Good \"git\" signature"), "{}{}", ran.out, ran.err);
    assert_eq!(ran.status, 0, "{}", ran.err);
    // The tag object is the repository's own.
    let object = place.git(&["rev-parse", "refs/tags/dspt/A1B2/2025-26/001"]).ok();
    place.sh(&format!("test $(git hash-object -t tag ../elsewhere/tag) = {object}")).ok();
    // Not one answer, not one file name.
    for hidden in ["We do this", "evidence/", "assessments/", ".txt\n-"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    // Mail may convert line ends.
    fs::write(place.path("elsewhere/proof.txt"), text.replace('\n', "\r\n")).unwrap();
    judged(&place, &list).is("verified", "administrator", &[]);
}

#[test]
fn whatever_is_changed_in_a_proof_file_fails() {
    let place = proven();
    let path = place.path("elsewhere/proof.txt");
    let text = fs::read_to_string(&path).unwrap();
    let list = ["--allowed-signers", "allowed"];
    let record = text.rfind("-----BEGIN DSPT RECORD").unwrap();
    let in_record = |old: &str, new: &str| format!("{}{}", &text[..record], text[record..].replacen(old, new, 1));
    let cases: [(String, &[&str]); 8] = [
        (in_record("VABCD", "VXYZ1"), &["tag"]),
        (in_record("standards-met", "standards-exceeded"), &["tag"]),
        (text.replacen("level: standards-met", "level: standards-exceeded", 1), &["tag", "signature"]),
        (text.replacen("Publication A1B2", "Publication  A1B2", 1), &["signature"]),
        (text.replacen("dspt proof 1\n", "dspt proof 1\nNHS England confirms this.\n", 1), &["proof"]),
        (format!("{text}And all is well.\n"), &["proof"]),
        (text.replacen("-----END DSPT TAG-----\n", "", 1), &["proof"]),
        (text.replacen("type commit", "type tree", 1), &["proof"]),
    ];
    for (forged, failed) in cases {
        assert_ne!(forged, text);
        fs::write(&path, &forged).unwrap();
        assert_eq!(judged(&place, &list).failed, failed);
        assert_eq!(place.run("elsewhere", &["verify", "proof.txt", "--allowed-signers", "allowed"]).status, 1);
    }
    // Any one letter, anywhere.
    for at in (0..text.len()).step_by(97).filter(|at| text.is_char_boundary(*at) && text.as_bytes()[*at] != b'\r') {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'q' { b'r' } else { b'q' };
        fs::write(&path, bytes).unwrap();
        let ran =
            place.run("elsewhere", &["verify", "proof.txt", "--require-signature", "--allowed-signers", "allowed"]);
        assert_ne!(ran.status, 0, "a letter changed at byte {at} goes unnoticed");
    }
    fs::write(&path, "Dear auditor\n").unwrap();
    let ran = place.run("elsewhere", &["verify", "proof.txt"]);
    assert!(ran.status == 2 && ran.err.contains("no proof file"), "{}", ran.err);
}

#[test]
fn unsigned_and_gpg_signed_tags_say_what_they_are() {
    let place = Place::answered();
    place.publish(&[]).ok();
    fs::create_dir(place.path("elsewhere")).unwrap();
    place.dspt(&["certificate", "2025-26/001", "--proof", "../elsewhere/proof.txt"]).ok();
    let verified = judged(&place, &[]);
    verified.is("verified", "unsigned", &[]);
    place.sh_at("elsewhere", &verified.commands.join("\n")).ok();
    fs::create_dir(place.path("home/.gnupg")).unwrap();
    place.sh("chmod 700 ../home/.gnupg; gpg --batch --quiet --passphrase '' --quick-gen-key 'Jo Field <jo@sunrise.example>' ed25519 sign never").ok();
    place.git(&["config", "user.signingkey", "jo@sunrise.example"]).ok();
    place.publish(&["--sign", "--reason", "Signed"]).ok();
    place.git(&["verify-tag", "dspt/A1B2/2025-26/002"]).ok();
    place.git(&["verify-commit", "HEAD"]).ok();
    place.verified("2025-26/002", &[]).is("verified", "not-proven", &[]);
    place.dspt(&["certificate", "2025-26/002", "--proof", "../elsewhere/proof.txt"]).ok();
    let verified = judged(&place, &[]);
    verified.is("verified", "not-proven", &[]);
    place.sh_at("elsewhere", &verified.commands.join("\n")).ok();
    place.sh("gpgconf --kill gpg-agent").ok();
}

#[test]
fn what_does_not_verify_gets_no_proof() {
    let place = Place::answered();
    place.publish(&[]).ok();
    place.git(&["tag", "-d", "dspt/A1B2/2025-26/001"]).ok();
    let ran = place.dspt(&["certificate", "--proof", "-"]);
    assert!(ran.status == 2 && ran.err.contains("does not verify: tag"), "{}", ran.err);
}
