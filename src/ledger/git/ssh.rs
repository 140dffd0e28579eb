//! SSH signatures judged in process, where there is nothing that `ssh-keygen` alone understands.
//!
//! Only the plain is judged here: keys of ed25519 and ECDSA P-256, and allowed-signers lines of principals, type and
//! key. Whatever else stands in the way (options, patterns, quotation marks, a line that is no such line) is left to
//! `ssh-keygen`, so that both ways always say the same.

use super::history::Signed;
use super::sign::Verdict;
use ssh_key::{Algorithm, EcdsaCurve, HashAlg, PublicKey, SshSig};

/// What git signs for.
const NAMESPACE: &str = "git";

/// Who may sign, as far as a text says it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Known<'a> {
    Nobody,
    /// An allowed-signers file.
    Lines(&'a str),
    /// A name and a public key each.
    Keys(&'a [(String, String)]),
}

/// Judges a signature; none where that is for `ssh-keygen`.
pub(super) fn judge(signed: &Signed, known: Known<'_>) -> Option<Verdict> {
    let signature = SshSig::from_pem(signed.signature.trim_end()).ok()?;
    let key = signature.public_key();
    let is_ours = matches!(key.algorithm(), Algorithm::Ed25519 | Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 });
    if !is_ours || !signature.reserved().is_empty() {
        return None;
    }
    let print = key.fingerprint(HashAlg::Sha256).to_string();
    if signature.namespace() != NAMESPACE {
        return Some(Verdict::Bad("it was made for something else than git".to_owned()));
    }
    let public = PublicKey::new(key.clone(), "");
    if public.verify(NAMESPACE, &signed.payload, &signature).is_err() {
        return Some(Verdict::Bad("the signature does not fit".to_owned()));
    }
    let signer = match known {
        Known::Nobody => None,
        Known::Lines(text) => match find_line(text, &public) {
            Line::Names(signer) => Some(signer),
            Line::NotThere => None,
            Line::NotPlain => return None,
        },
        Known::Keys(keys) => {
            let is_same =
                |text: &String| PublicKey::from_openssh(text).is_ok_and(|key| key.key_data() == public.key_data());
            keys.iter().find(|(_, text)| is_same(text)).map(|(name, _)| name.clone())
        }
    };
    Some(match signer {
        Some(signer) => Verdict::Good { signer, key: print },
        None => Verdict::Unknown { key: print },
    })
}

/// What a list of signers says of a key.
enum Line {
    /// The first principal of the first line with the key.
    Names(String),
    NotThere,
    /// A line before it is not plain.
    NotPlain,
}

fn find_line(text: &str, key: &PublicKey) -> Line {
    if text.contains(['\r', '\0']) {
        return Line::NotPlain;
    }
    for line in text.split('\n') {
        let line = line.trim_start_matches([' ', '\t']);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match plain(line) {
            None => return Line::NotPlain,
            Some((principal, of_line)) if of_line.key_data() == key.key_data() => return Line::Names(principal),
            Some(_) => {}
        }
    }
    Line::NotThere
}

/// The first principal and the key of a plain line.
fn plain(line: &str) -> Option<(String, PublicKey)> {
    let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
    let (principals, kind, data) = (words.next()?, words.next()?, words.next()?);
    let sound = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && !b"*?!\"\\".contains(&byte))
    };
    if !principals.split(',').all(sound) {
        return None;
    }
    let key = PublicKey::from_openssh(&format!("{kind} {data}")).ok()?;
    let is_known = matches!(key.algorithm(), Algorithm::Ed25519 | Algorithm::Ecdsa { .. } | Algorithm::Rsa { .. });
    is_known.then(|| (principals.split(',').next().unwrap_or_default().to_owned(), key))
}

#[cfg(test)]
mod tests {
    use super::super::sign::{Judges, Signers, judge_signature};
    use super::*;
    use std::path::Path;
    use std::process::Command;

    const PAYLOAD: &[u8] = b"object 0\n\nPublication A1B2\n";

    fn key(home: &Path, name: &str, kind: &str) -> String {
        let file = home.join(name);
        let made = Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", "", "-C", name, "-f"]).arg(&file).status();
        assert!(made.unwrap().success());
        std::fs::read_to_string(home.join(format!("{name}.pub"))).unwrap().trim().to_owned()
    }

    fn sign(home: &Path, name: &str, namespace: &str) -> Signed {
        let file = home.join("payload");
        std::fs::write(&file, PAYLOAD).unwrap();
        let _ = std::fs::remove_file(home.join("payload.sig"));
        let ran = Command::new("ssh-keygen")
            .args(["-q", "-Y", "sign", "-n", namespace, "-f"])
            .arg(home.join(name))
            .arg(&file)
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let signature = std::fs::read_to_string(home.join("payload.sig")).unwrap();
        Signed { signature, payload: PAYLOAD.to_vec(), time: 1_780_000_000 }
    }

    /// The verdict without the words of a complaint, which are each program's own.
    fn said(verdict: Verdict) -> Verdict {
        match verdict {
            Verdict::Bad(_) => Verdict::Bad(String::new()),
            other => other,
        }
    }

    #[test]
    fn both_ways_of_judging_agree() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        let keys: Vec<(&str, String)> = [("jo", "ed25519"), ("ann", "ecdsa"), ("rob", "rsa"), ("eve", "ed25519")]
            .into_iter()
            .map(|(name, kind)| (name, key(home, name, kind)))
            .collect();
        let bare = |name: &str| {
            let (_, text) = keys.iter().find(|(known, _)| *known == name).unwrap();
            text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
        };
        let mut lines: Vec<String> =
            vec![String::new(), "# a comment".to_owned(), "   ".to_owned(), "jo@sunrise.example".to_owned()];
        for name in ["jo", "ann", "rob"] {
            let key = bare(name);
            lines.extend([
                format!("{name}@sunrise.example {key}"),
                format!("  {name}@sunrise.example\t{key} a comment of its own"),
                format!("{name}@sunrise.example,{name}@other.example {key}"),
                format!("*@sunrise.example {key}"),
                format!("!{name}@sunrise.example,*@sunrise.example {key}"),
                format!("\"{name}@sunrise.example\" {key}"),
                format!("{name}@sunrise.example namespaces=\"git\" {key}"),
                format!("{name}@sunrise.example namespaces=\"file\" {key}"),
                format!("{name}@sunrise.example valid-before=\"20200101\" {key}"),
                format!("{name}@sunrise.example cert-authority {key}"),
                format!("{name}@sunrise.example {}", &key[..key.len() - 9]),
                format!("{name}@sunrise.example {key}\r"),
            ]);
        }
        let mut signatures = Vec::new();
        for (name, _) in &keys {
            signatures.push(sign(home, name, "git"));
        }
        signatures.push(sign(home, "jo", "file"));
        let mut other = sign(home, "jo", "git");
        other.payload.push(b'x');
        signatures.push(other);
        let mut broken = sign(home, "ann", "git");
        broken.signature = broken.signature.replacen("U1NI", "U1NJ", 1);
        signatures.push(broken);
        let spawned = Judges::default().spawning();
        let quick = Judges::default();
        let mut decided = 0;
        let file = home.join("allowed");
        // Every line alone, and every pair with its neighbour in the list: order counts.
        let lists = lines.iter().map(|line| format!("{line}\n")).chain(lines.windows(2).map(|pair| pair.join("\n")));
        for (at, list) in lists.enumerate() {
            std::fs::write(&file, &list).unwrap();
            for (of, signed) in signatures.iter().enumerate() {
                // Each signature meets every third list; all of them meet all kinds of lines.
                if (at + of) % 3 != 0 {
                    continue;
                }
                decided += usize::from(judge(signed, Known::Lines(&list)).is_some());
                let ours = said(judge_signature(&quick, signed, Signers::File(&file)));
                let theirs = said(judge_signature(&spawned, signed, Signers::File(&file)));
                assert_eq!(ours, theirs, "signature {of} by the list\n{list}");
            }
        }
        assert!(decided > 50, "only {decided} were judged in process");
        for signed in &signatures {
            let keys: Vec<(String, String)> =
                ["ann", "jo", "rob"].iter().map(|name| ((*name).to_owned(), bare(name))).collect();
            let ours = said(judge_signature(&quick, signed, Signers::Members { keys: &keys, gpg: &[] }));
            let theirs = said(judge_signature(&spawned, signed, Signers::Members { keys: &keys, gpg: &[] }));
            assert_eq!(ours, theirs);
            assert_eq!(
                said(judge_signature(&quick, signed, Signers::Nobody)),
                said(judge_signature(&spawned, signed, Signers::Nobody))
            );
        }
    }
}
