//! Signatures, made and judged by the programs that git uses: `ssh-keygen` and `gpg`.

use super::history::Signed;
use super::repository::{GitError, Repository};
use super::ssh::Known;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Ssh,
    OpenPgp,
    X509,
}

/// How signatures are made here, as git is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    format: Format,
    /// A file, a key as text, or whatever `gpg` takes for one.
    key: Option<String>,
    program: String,
    /// `commit.gpgsign`, and `tag.gpgsign` or `tag.forceSignAnnotated`.
    pub commits: bool,
    pub tags: bool,
    /// `gpg.ssh.allowedSignersFile`.
    pub allowed_signers: Option<PathBuf>,
    committer: String,
}

impl Signing {
    pub fn of(repository: &Repository) -> Self {
        let format = match repository.setting("gpg.format").as_deref() {
            Some("ssh") => Format::Ssh,
            Some("x509") => Format::X509,
            _ => Format::OpenPgp,
        };
        let program = match format {
            Format::Ssh => repository.setting("gpg.ssh.program").unwrap_or_else(|| "ssh-keygen".to_owned()),
            Format::X509 => repository.setting("gpg.x509.program").unwrap_or_else(|| "gpgsm".to_owned()),
            Format::OpenPgp => repository
                .setting("gpg.openpgp.program")
                .or_else(|| repository.setting("gpg.program"))
                .unwrap_or_else(|| "gpg".to_owned()),
        };
        let key = repository.setting("user.signingkey").map(|key| match key.strip_prefix("~/") {
            Some(_) if format == Format::Ssh => {
                repository.path_setting("user.signingkey").map_or(key.clone(), |path| path.display().to_string())
            }
            _ => key,
        });
        let key = key.or_else(|| {
            let command = repository.setting("gpg.ssh.defaultkeycommand").filter(|_| format == Format::Ssh)?;
            default_key(&command)
        });
        let committer = repository.committer().map(|(name, email)| format!("{name} <{email}>")).unwrap_or_default();
        Self {
            format,
            key,
            program,
            commits: repository.flag("commit.gpgsign"),
            tags: repository.flag("tag.gpgsign") || repository.flag("tag.forcesignannotated"),
            allowed_signers: repository.path_setting("gpg.ssh.allowedsignersfile"),
            committer,
        }
    }

    /// What is missing before anything can be signed.
    pub fn lacks(&self) -> Option<String> {
        (self.format == Format::Ssh && self.key.is_none()).then(|| {
            "signing is asked for, but git has no user.signingkey: `git config user.signingkey ~/.ssh/id_ed25519.pub`"
                .to_owned()
        })
    }

    /// In words, for people.
    pub fn words(&self) -> &'static str {
        match self.format {
            Format::Ssh => "SSH",
            Format::OpenPgp => "GPG",
            Format::X509 => "X.509",
        }
    }
}

/// The first key that `gpg.ssh.defaultKeyCommand` prints.
fn default_key(command: &str) -> Option<String> {
    let output = Command::new("sh").arg("-c").arg(command).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().map(str::trim).find(|line| is_key(line) || line.starts_with("key::")).map(str::to_owned)
}

/// Whether a text is an SSH public key and not the name of a file.
fn is_key(text: &str) -> bool {
    ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].iter().any(|kind| text.starts_with(kind))
}

/// Runs a program on some input; its exit, what it printed and what it complained of.
fn run(command: &mut Command, input: &[u8]) -> Result<(bool, Vec<u8>, String), GitError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |error: &std::io::Error| {
        GitError::new(format!("the program {program} cannot be run: {error}"))
            .hint("signatures are made and checked with ssh-keygen (OpenSSH 8.1 or newer) or gpg")
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(&error))?;
    let given = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input));
    let output = child.wait_with_output().map_err(|error| failed(&error))?;
    if let Err(error) = given {
        // A program that ends before it has read everything says why itself. One that did not get everything has
        // signed or judged something else.
        if error.kind() != ErrorKind::BrokenPipe || output.status.success() {
            return Err(GitError::new(format!("the program {program} did not get what it was to read: {error}")));
        }
    }
    Ok((output.status.success(), output.stdout, String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

fn temporary(content: &[u8]) -> Result<tempfile::NamedTempFile, GitError> {
    let make = || {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(content)?;
        file.flush()?;
        Ok::<_, std::io::Error>(file)
    };
    make().map_err(|error| GitError::new(format!("no temporary file can be written: {error}")))
}

/// Signs some bytes as git would.
pub fn make_signature(signing: &Signing, payload: &[u8]) -> Result<String, GitError> {
    let mut command = Command::new(&signing.program);
    let mut literal = None;
    match signing.format {
        Format::Ssh => {
            let Some(key) = signing.key.as_deref() else {
                return Err(GitError::new("signing is asked for, but git has no user.signingkey")
                    .hint("`git config user.signingkey ~/.ssh/id_ed25519.pub` names the key; without --sign and commit.gpgsign nothing is signed"));
            };
            command.args(["-Y", "sign", "-n", "git", "-f"]);
            let text = key.strip_prefix("key::").or_else(|| is_key(key).then_some(key));
            match text {
                Some(text) => {
                    let file = temporary(format!("{text}\n").as_bytes())?;
                    command.arg(file.path()).arg("-U");
                    literal = Some(file);
                }
                None => {
                    command.arg(key);
                }
            }
        }
        Format::OpenPgp | Format::X509 => {
            command.args(["--status-fd=2", "-bsau"]).arg(signing.key.as_deref().unwrap_or(&signing.committer));
        }
    }
    let (done, signature, said) = run(&mut command, payload)?;
    drop(literal);
    let signature = String::from_utf8_lossy(&signature).replace('\r', "");
    if !done || !signature.contains("-----BEGIN") {
        let said = said.lines().filter(|line| !line.starts_with("[GNUPG:]")).collect::<Vec<_>>().join("; ");
        return Err(GitError::new(format!("{} did not sign: {said}", signing.program)).hint(
            "`git config user.signingkey` names the key; `git commit -S --allow-empty -m test` shows whether git itself can sign",
        ));
    }
    Ok(if signature.ends_with('\n') { signature } else { format!("{signature}\n") })
}

/// What a signature is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Whole, and by a signer on the list: the principal (SSH) or the key's fingerprint (GPG).
    Good { signer: String, key: String },
    /// Whole, by a key that nobody on the list has.
    Unknown { key: String },
    /// Whole, by a key that the list names and does not let sign, or that is revoked: why.
    Refused { key: String, why: String },
    /// Not by the key it names over these bytes.
    Bad(String),
    /// The program that judges it is not at hand.
    Unchecked(String),
}

/// The programs that judge signatures, as git is configured.
#[derive(Debug, Clone, Default)]
pub struct Judges {
    /// `gpg.ssh.program`; what is plain is judged in process unless one is configured.
    ssh: Option<String>,
    gpg: Option<String>,
    /// `gpg.ssh.revocationFile`: keys that are not to be accepted any more.
    revoked: Option<PathBuf>,
    spawning: bool,
}

impl Judges {
    pub fn of(repository: &Repository) -> Self {
        let gpg = repository.setting("gpg.openpgp.program").or_else(|| repository.setting("gpg.program"));
        Self {
            ssh: repository.setting("gpg.ssh.program"),
            gpg,
            revoked: repository.path_setting("gpg.ssh.revocationfile"),
            spawning: false,
        }
    }

    /// By the user's own configuration, where there is no repository; with the list of signers that it names.
    pub fn of_user() -> (Self, Option<PathBuf>) {
        let Ok(config) = super::environment::user_config() else { return (Self::default(), None) };
        let text = |key: &str| config.get_string(key).ok().filter(|value| !value.is_empty());
        let path = |key: &str| config.get_path(key).ok();
        let judges = Self {
            ssh: text("gpg.ssh.program"),
            gpg: text("gpg.openpgp.program").or_else(|| text("gpg.program")),
            revoked: path("gpg.ssh.revocationfile"),
            spawning: false,
        };
        (judges, path("gpg.ssh.allowedsignersfile"))
    }

    /// The same, leaving nothing to this process.
    #[cfg(test)]
    pub(super) fn spawning(self) -> Self {
        Self { spawning: true, ..self }
    }

    fn in_process(&self) -> bool {
        !self.spawning && self.ssh.is_none() && self.revoked.is_none()
    }

    /// `ssh-keygen` as configured, its dates in UTC so that the same list means the same everywhere.
    fn ssh_keygen(&self) -> Command {
        let mut command = Command::new(self.ssh.as_deref().unwrap_or("ssh-keygen"));
        command.env("TZ", "UTC").env("LC_ALL", "C");
        command
    }
}

/// Who may sign.
#[derive(Debug, Clone, Copy)]
pub enum Signers<'a> {
    /// Nobody is known: only whether the signature is whole counts.
    Nobody,
    /// An allowed-signers file.
    File(&'a Path),
    /// Names with SSH keys of two words, as [`public_key`] gives them, and fingerprints of GPG keys.
    Members { keys: &'a [(String, String)], gpg: &'a [String] },
}

/// Judges a signature by those who may sign.
pub fn judge_signature(judges: &Judges, signed: &Signed, signers: Signers<'_>) -> Verdict {
    let judged = if signed.is_ssh() { judge_ssh(judges, signed, signers) } else { judge_gpg(judges, signed, signers) };
    judged.unwrap_or_else(|error| Verdict::Unchecked(error.message))
}

fn judge_ssh(judges: &Judges, signed: &Signed, signers: Signers<'_>) -> Result<Verdict, GitError> {
    let list = match signers {
        Signers::File(path) => Some(std::fs::read(path).map_err(|error| {
            GitError::new(format!("the list of signers {} cannot be read: {error}", path.display()))
        })?),
        Signers::Nobody | Signers::Members { .. } => None,
    };
    let known = match (signers, &list) {
        (Signers::Members { keys, .. }, _) => Some(Known::Keys(keys)),
        (_, Some(list)) => std::str::from_utf8(list).ok().map(Known::Lines),
        (_, None) => Some(Known::Nobody),
    };
    let quick = known.filter(|_| judges.in_process()).and_then(|known| super::ssh::judge(signed, known));
    if let Some(verdict) = quick {
        return Ok(verdict);
    }
    let members = match signers {
        Signers::Members { keys, .. } => {
            let lines: String = keys.iter().map(|(name, key)| format!("{name} namespaces=\"git\" {key}\n")).collect();
            Some(temporary(lines.as_bytes())?)
        }
        _ => None,
    };
    let allowed = match (signers, &members) {
        (Signers::File(path), _) => Some(path),
        (_, Some(members)) => Some(members.path()),
        _ => None,
    };
    spawn_ssh(judges, signed, allowed)
}

fn spawn_ssh(judges: &Judges, signed: &Signed, allowed: Option<&Path>) -> Result<Verdict, GitError> {
    let file = temporary(signed.signature.as_bytes())?;
    let (whole, out, said) =
        run(judges.ssh_keygen().args(["-Y", "check-novalidate", "-n", "git", "-s"]).arg(file.path()), &signed.payload)?;
    let key = String::from_utf8_lossy(&out)
        .split_whitespace()
        .find(|word| word.starts_with("SHA256:"))
        .unwrap_or("an unnamed key")
        .to_owned();
    if !whole {
        return Ok(Verdict::Bad(said.lines().next().unwrap_or("the signature does not fit").to_owned()));
    }
    let Some(allowed) = allowed else { return Ok(Verdict::Unknown { key }) };
    let time = jiff::Timestamp::from_second(signed.time)
        .map(|time| time.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y%m%d%H%M%S").to_string())
        .unwrap_or_default();
    let time = format!("-Overify-time={time}");
    if let Some(revoked) = judges.revoked.as_ref().filter(|revoked| !revoked.is_file()) {
        let why = format!("the list of revoked keys {} (gpg.ssh.revocationFile) cannot be read", revoked.display());
        return Ok(Verdict::Refused { key, why });
    }
    let (found, out, said) = run(
        judges.ssh_keygen().args(["-Y", "find-principals", "-f"]).arg(allowed).arg("-s").arg(file.path()).arg(&time),
        &[],
    )?;
    let mut complaint = complaint(&said, allowed);
    let principals = if found { String::from_utf8_lossy(&out).into_owned() } else { String::new() };
    for principal in principals.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut command = judges.ssh_keygen();
        command.args(["-Y", "verify", "-n", "git", "-f"]).arg(allowed).arg("-I").arg(principal);
        command.arg("-s").arg(file.path()).arg(&time);
        let (good, _, said) = run(&mut command, &signed.payload)?;
        if !good {
            complaint = complaint.or_else(|| self::complaint(&said, allowed));
            continue;
        }
        // Only with a list of revoked keys is it asked again: what fails then is revoked.
        if let Some(revoked) = &judges.revoked {
            let (good, _, _) = run(command.arg("-r").arg(revoked), &signed.payload)?;
            if !good {
                let why = format!("{} (gpg.ssh.revocationFile) revokes it", revoked.display());
                return Ok(Verdict::Refused { key, why });
            }
        }
        return Ok(Verdict::Good { signer: principal.to_owned(), key });
    }
    Ok(match complaint {
        Some(why) => Verdict::Refused { key, why },
        None => Verdict::Unknown { key },
    })
}

/// What `ssh-keygen` says of a line with the key that does not count: `line 1: key has expired: …`.
fn complaint(said: &str, allowed: &Path) -> Option<String> {
    let place = format!("{}:", allowed.display());
    said.lines().find_map(|line| {
        let (line, what) = line.trim_end().strip_prefix(&place)?.split_once(": ")?;
        let is_of_key = ["key ", "certificate ", "no valid principals"].iter().any(|first| what.starts_with(first));
        is_of_key.then(|| format!("line {line}: {what}"))
    })
}

fn judge_gpg(judges: &Judges, signed: &Signed, signers: Signers<'_>) -> Result<Verdict, GitError> {
    let keys = match signers {
        Signers::Members { gpg, .. } => gpg,
        Signers::Nobody | Signers::File(_) => &[],
    };
    let x509 = signed.signature.contains("BEGIN SIGNED MESSAGE");
    let program = if x509 { "gpgsm" } else { judges.gpg.as_deref().unwrap_or("gpg") };
    let file = temporary(signed.signature.as_bytes())?;
    let (_, out, _) =
        run(Command::new(program).args(["--status-fd=1", "--verify"]).arg(file.path()).arg("-"), &signed.payload)?;
    let status = String::from_utf8_lossy(&out).into_owned();
    let word = |name: &str| {
        status.lines().find_map(|line| {
            let mut words = line.strip_prefix("[GNUPG:] ")?.split_whitespace();
            (words.next() == Some(name)).then(|| words.map(str::to_owned).collect::<Vec<_>>())
        })
    };
    if word("BADSIG").is_some() {
        return Ok(Verdict::Bad("the signature does not fit".to_owned()));
    }
    // The signing key's fingerprint, and last the primary key's.
    if let Some(valid) = word("VALIDSIG").filter(|_| word("REVKEYSIG").is_none()) {
        let names = |known: &String| {
            let known: String = known.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
            known.len() >= 16
                && valid.iter().filter(|print| print.len() >= 32).any(|print| print.to_uppercase().ends_with(&known))
        };
        let key = valid.first().cloned().unwrap_or_default();
        return Ok(match keys.iter().find(|known| names(known)) {
            Some(known) => Verdict::Good { signer: known.clone(), key },
            None => Verdict::Unknown { key },
        });
    }
    let key = word("NO_PUBKEY").or_else(|| word("ERRSIG")).and_then(|words| words.first().cloned());
    Ok(match key {
        Some(key) => Verdict::Unchecked(format!("gpg does not have the public key {key}")),
        None => Verdict::Bad("gpg does not accept the signature".to_owned()),
    })
}

/// The two words of an SSH public key that an allowed-signers line needs; none for anything else.
pub fn public_key(key: &str) -> Option<String> {
    let mut words = key.split_whitespace();
    let (kind, data) = (words.next()?, words.next()?);
    let sound = is_key(kind) && data.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    sound.then(|| format!("{kind} {data}"))
}
