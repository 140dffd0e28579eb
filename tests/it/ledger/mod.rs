//! Publishing and verifying, with git and ssh-keygen as judges that know nothing of dspt.

mod at;
mod codes;
mod commit;
mod compare;
mod gates;
mod lineends;
mod moved;
mod proof;
mod publish;
mod refused;
mod rules;
#[cfg(target_os = "linux")]
mod stop;
mod surroundings;
mod tampering;
mod toolkit;
mod verify;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.status, 0, "{}{}", self.out, self.err);
        self.out
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

/// A directory of its own with a home, git's configuration and keys.
pub struct Place {
    directory: tempfile::TempDir,
}

pub const DAY: &str = "2026-05-01";

impl Place {
    /// A home whose git knows Jo Field, who may publish.
    pub fn new() -> Self {
        Self::with(tempfile::tempdir().unwrap())
    }

    /// The same in memory, where there is such a place: for what runs hundreds of times and would wait for the disk.
    pub fn in_memory() -> Self {
        Self::with(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap())
    }

    fn with(directory: tempfile::TempDir) -> Self {
        let place = Self { directory };
        fs::create_dir(place.path("home")).unwrap();
        place.git_at("home", &["config", "--global", "init.defaultBranch", "main"]).ok();
        place.become_("Jo Field", "jo@sunrise.example");
        place
    }

    /// A workspace `ws`, every question answered and committed.
    pub fn answered() -> Self {
        Self::new().and_answered()
    }

    pub fn and_answered(self) -> Self {
        self.fill("ws");
        self.git(&["add", "-A"]).ok();
        self.git(&["commit", "-qm", "Answers"]).ok();
        self
    }

    /// The same with a key for Jo, listed in organisation.toml, and signing switched on.
    pub fn signed() -> Self {
        let place = Self::new();
        place.fill("ws");
        let key = place.key("jo");
        let jo = "email = \"jo@sunrise.example\"\nrole = \"administrator\"";
        place.replace("organisation.toml", jo, &format!("{jo}\nsigning_key = \"{key}\""));
        place.sign_as("jo");
        place.git(&["add", "-A"]).ok();
        place.git(&["commit", "-qm", "Answers"]).ok();
        place
    }

    pub fn fill(&self, workspace: &str) {
        self.run(".", &["init", workspace, "--ods", "A1B2", "--name", "Sunrise Care Ltd", "--edition", "2025-26"]).ok();
        let root = self.path(workspace);
        let organisation = root.join("organisation.toml");
        let text = fs::read_to_string(&organisation).unwrap();
        let text = text.replacen("[profile]", "[profile]\nnhsmail_only = \"yes\"\nconfirmed = 2026-01-10", 1);
        let member = "\n[[member]]\nname = \"Jo Field\"\nemail = \"jo@sunrise.example\"\nrole = \"administrator\"\n";
        fs::write(&organisation, text + member).unwrap();
        let questions = self.run(workspace, &["questions", "--format", "json"]).json();
        let answers = root.join("assessments/2025-26.toml");
        let mut text = fs::read_to_string(&answers).unwrap();
        for question in questions["questions"].as_array().unwrap() {
            let number = question["number"].as_str().unwrap();
            let answer = match question["kind"].as_str().unwrap() {
                "tick" => "tick = true".to_owned(),
                "date" => "date = 2026-02-01".to_owned(),
                "text" => format!("text = \"We do this as our policy {number} says.\""),
                _ => {
                    fs::write(root.join(format!("evidence/{number}.txt")), format!("Document {number}\n")).unwrap();
                    format!("evidence = [{{ file = \"evidence/{number}.txt\", approved = 2026-02-01 }}]")
                }
            };
            let header = format!("[answers.\"{number}\"]\n");
            text = text.replace(&header, &format!("{header}{answer}\n"));
        }
        fs::write(answers, text).unwrap();
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    fn command(&self, program: &str, at: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path(at))
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_GLOBAL", self.path("home/gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("COLUMNS", "80")
            .env("NO_COLOR", "1");
        for name in
            ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "SSH_AUTH_SOCK", "GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"]
        {
            command.env_remove(name);
        }
        command
    }

    pub fn run(&self, at: &str, args: &[&str]) -> Ran {
        Ran::of(&self.command(env!("CARGO_BIN_EXE_dspt"), at).args(args).output().unwrap())
    }

    pub fn dspt(&self, args: &[&str]) -> Ran {
        self.run("ws", args)
    }

    pub fn git_at(&self, at: &str, args: &[&str]) -> Ran {
        Ran::of(&self.command("git", at).args(args).output().unwrap())
    }

    pub fn git(&self, args: &[&str]) -> Ran {
        self.git_at("ws", args)
    }

    pub fn sh(&self, script: &str) -> Ran {
        self.sh_at("ws", script)
    }

    pub fn sh_at(&self, at: &str, script: &str) -> Ran {
        Ran::of(&self.command("sh", at).args(["-ec", script]).output().unwrap())
    }

    pub fn become_(&self, name: &str, email: &str) {
        self.git_at("home", &["config", "--global", "user.name", name]).ok();
        self.git_at("home", &["config", "--global", "user.email", email]).ok();
    }

    /// Makes an SSH key; gives the public one.
    pub fn key(&self, name: &str) -> String {
        let file = self.path("home").join(name);
        let made = Ran::of(
            &self
                .command("ssh-keygen", "home")
                .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
                .arg(&file)
                .output()
                .unwrap(),
        );
        made.ok();
        self.public(name)
    }

    pub fn public(&self, name: &str) -> String {
        fs::read_to_string(self.path("home").join(format!("{name}.pub"))).unwrap().trim().to_owned()
    }

    /// Git signs everything with a key from now on.
    pub fn sign_as(&self, name: &str) {
        let file = self.path("home").join(format!("{name}.pub"));
        for (key, value) in [
            ("gpg.format", "ssh"),
            ("user.signingkey", file.to_str().unwrap()),
            ("commit.gpgsign", "true"),
            ("tag.gpgsign", "true"),
        ] {
            self.git_at("home", &["config", "--global", key, value]).ok();
        }
    }

    pub fn publish(&self, args: &[&str]) -> Ran {
        let mut all = vec!["publish", "--confirm-profile", "--as-of", DAY];
        all.extend(args);
        self.dspt(&all)
    }

    pub fn replace(&self, file: &str, old: &str, new: &str) {
        let path = self.path("ws").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{file} holds {old}");
        fs::write(path, text.replacen(old, new, 1)).unwrap();
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "-A"]).ok();
        self.git(&["commit", "-qm", message]).ok();
    }

    /// The publication's verdict, identity and checks.
    #[track_caller]
    pub fn verified(&self, publication: &str, args: &[&str]) -> Verified {
        let mut all = vec!["verify", publication, "--format", "json"];
        all.extend(args);
        Verified::of(&self.dspt(&all).json()["publications"][0])
    }

    /// Verdict and words of one check of the publication.
    #[track_caller]
    pub fn check(&self, publication: &str, name: &str, args: &[&str]) -> (String, String) {
        let judged = self.dspt(&[&["verify", publication, "--format", "json"], args].concat()).json();
        let checks = judged["publications"][0]["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["check"] == name).unwrap();
        (check["verdict"].as_str().unwrap().to_owned(), check["detail"].as_str().unwrap().to_owned())
    }
}

#[derive(Debug)]
pub struct Verified {
    pub verdict: String,
    pub identity: String,
    pub headline: String,
    pub failed: Vec<String>,
    pub commands: Vec<String>,
}

impl Verified {
    #[track_caller]
    pub fn of(value: &Value) -> Self {
        let text = |key: &str| value[key].as_str().unwrap().to_owned();
        let checks = value["checks"].as_array().unwrap();
        Self {
            verdict: text("verdict"),
            identity: text("identity"),
            headline: text("headline"),
            failed: checks
                .iter()
                .filter(|check| check["verdict"] == "fail")
                .map(|check| check["check"].as_str().unwrap().to_owned())
                .collect(),
            commands: value["commands"]
                .as_array()
                .unwrap()
                .iter()
                .map(|line| line.as_str().unwrap().to_owned())
                .collect(),
        }
    }

    #[track_caller]
    pub fn is(&self, verdict: &str, identity: &str, failed: &[&str]) {
        assert_eq!((self.verdict.as_str(), self.identity.as_str()), (verdict, identity), "{self:?}");
        assert_eq!(self.failed, failed, "{self:?}");
    }
}

pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
