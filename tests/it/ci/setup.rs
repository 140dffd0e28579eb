//! `init --ci`, completions and manual pages.

use crate::ledger::Place;
use std::fs;

fn repository() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("ws")).unwrap();
    place.git(&["init", "-q"]).ok();
    place
}

#[test]
fn workflows_stand_at_the_top_and_serve_every_organisation() {
    let place = repository();
    for host in ["github", "gitlab"] {
        let first = format!("clients/{host}-a");
        let ran = place.dspt(&["init", &first, "--ods", "A1B2", "--name", "Sunrise Care Ltd", "--ci", host]);
        ran.ok();
        let path = if host == "github" { ".github/workflows/dspt.yml" } else { ".gitlab/ci/dspt.yml" };
        let text = fs::read_to_string(place.path("ws").join(path)).unwrap();
        fs::write(place.path("ws").join(path), format!("{text}# ours\n")).unwrap();
        let second = format!("clients/{host}-b");
        let out = place.dspt(&["init", &second, "--ods", "VABCD", "--name", "Sunrise House", "--ci", host]).ok();
        let said = out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("is there already and serves every organisation of the repository"), "{out}");
        assert_eq!(fs::read_to_string(place.path("ws").join(path)).unwrap(), format!("{text}# ours\n"));
        for inside in [&first, &second] {
            assert!(!place.path("ws").join(inside).join(".github").exists());
        }
    }
}

#[test]
fn ci_is_added_to_a_workspace_that_is_there() {
    let place = repository();
    place.fill("ws/home");
    let ran = place.run("ws/home", &["init", "--ci", "github"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let owners = fs::read_to_string(place.path("ws/.github/CODEOWNERS")).unwrap();
    assert!(owners.contains("\n/home/assessments/ jo@sunrise.example\n"), "{owners}");
    fs::create_dir(place.path("empty")).unwrap();
    assert_eq!(place.run("empty", &["init", "--ci", "github"]).status, 2, "there is no workspace here or below");
    assert_eq!(place.dspt(&["init", "--ods", "A1B2"]).status, 2);
}

#[test]
fn a_repository_of_many_is_set_up_from_its_top() {
    let place = repository();
    for client in ["ws/clients/a", "ws/clients/b"] {
        place.fill(client);
        fs::remove_dir_all(place.path(client).join(".git")).ok();
    }
    let out = place.dspt(&["init", "--ci", "github"]).ok();
    assert!(out.contains("They serve 2 organisations."), "{out}");
    let owners = fs::read_to_string(place.path("ws/.github/CODEOWNERS")).unwrap();
    for client in ["a", "b"] {
        assert!(owners.contains(&format!("\n/clients/{client}/assessments/ jo@sunrise.example\n")), "{owners}");
    }
    assert!(place.dspt(&["git", "install"]).ok().contains(".gitattributes of each organisation"));
    assert!(place.git(&["config", "diff.dspt-answers.textconv"]).ok().contains("git textconv"));
    assert!(!place.path("ws/.gitattributes").exists());
}

#[test]
fn what_others_wrote_for_gitlab_stays() {
    let place = repository();
    place.fill("ws/home");
    fs::write(place.path("ws/.gitlab-ci.yml"), "build:\n  script: make\n").unwrap();
    fs::write(place.path("ws/CODEOWNERS"), "* @team\n").unwrap();
    let out = place.run("ws/home", &["init", "--ci", "gitlab"]).ok();
    let said = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("- local: .gitlab/ci/dspt.yml"), "{out}");
    assert_eq!(fs::read_to_string(place.path("ws/.gitlab-ci.yml")).unwrap(), "build:\n  script: make\n");
    assert!(fs::read_to_string(place.path("ws/CODEOWNERS")).unwrap().starts_with("* @team\n\n# dspt begin home\n"));
}

#[test]
fn a_workflow_that_somebody_else_named_so_is_not_taken_for_ours() {
    let place = repository();
    place.fill("ws/home");
    for (host, theirs, ours) in [
        ("github", ".github/workflows/dspt.yml", ".github/workflows/dspt-checks.yml"),
        ("gitlab", ".gitlab/ci/dspt.yml", ".gitlab/ci/dspt-checks.yml"),
    ] {
        let (theirs, ours) = (place.path("ws").join(theirs), place.path("ws").join(ours));
        fs::create_dir_all(theirs.parent().unwrap()).unwrap();
        fs::write(&theirs, "# Deploys the shop.\non: push\n").unwrap();
        let said = |out: String| out.split_whitespace().collect::<Vec<_>>().join(" ");
        let out = said(place.run("ws/home", &["init", "--ci", host]).ok());
        assert!(out.contains("dspt.yml is somebody else's, which stays as it is"), "{out}");
        assert!(!out.contains("is there already"), "{out}");
        assert_eq!(fs::read_to_string(&theirs).unwrap(), "# Deploys the shop.\non: push\n");
        assert!(fs::read_to_string(&ours).unwrap().contains("DSPT_"));
        let out = said(place.run("ws/home", &["init", "--ci", host]).ok());
        assert!(out.contains("dspt-checks.yml is there already and serves"), "{out}");
        // Where both names are taken nothing is written, and both are named.
        fs::write(&ours, "on: push\n").unwrap();
        let ran = place.run("ws/home", &["init", "--ci", host]);
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains("dspt.yml and ") && ran.err.contains("nothing was written"), "{}", ran.err);
    }
    let root = fs::read_to_string(place.path("ws/.gitlab-ci.yml")).unwrap();
    assert_eq!(root, "include:\n  - local: .gitlab/ci/dspt-checks.yml\n");
}

#[test]
fn what_init_writes_is_one_commit() {
    let place = repository();
    fs::write(place.path("ws/README.md"), "Clients\n").unwrap();
    fs::write(place.path("ws/CODEOWNERS"), "* @team\n").unwrap();
    place.git(&["add", "CODEOWNERS"]).ok();
    place.git(&["commit", "-qm", "Owners"]).ok();
    let init = ["init", "clients/sunrise", "--ods", "A1B2", "--name", "Sunrise Care Ltd", "--ci", "gitlab", "--commit"];
    // What somebody else wrote is not taken into the commit, and nothing is half done.
    fs::write(place.path("ws/CODEOWNERS"), "* @other\n").unwrap();
    let ran = place.dspt(&init);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("CODEOWNERS has changes that are not committed"), "{}", ran.err);
    assert!(!place.path("ws/clients").exists() && !place.path("ws/.gitlab-ci.yml").exists());
    place.git(&["checkout", "-q", "CODEOWNERS"]).ok();

    place.dspt(&init).ok();
    assert_eq!(place.git(&["status", "--porcelain"]).ok(), "?? README.md\n");
    let committed = place.git(&["show", "--name-only", "--format=%s", "HEAD"]).ok();
    for file in [
        "A workspace for Sunrise Care Ltd (A1B2)",
        ".gitlab-ci.yml",
        ".gitlab/ci/dspt.yml",
        "CODEOWNERS",
        "clients/sunrise/organisation.toml",
        "clients/sunrise/.gitattributes",
    ] {
        assert!(committed.lines().any(|line| line == file), "{file}: {committed}");
    }
    // The second time there is nothing to do.
    let head = place.git(&["rev-parse", "HEAD"]).ok();
    place.run("ws/clients/sunrise", &["init", "--ci", "gitlab", "--commit"]).ok();
    assert_eq!(place.git(&["rev-parse", "HEAD"]).ok(), head);
    place.run("ws/clients/sunrise", &["init", "--ci", "github", "--commit"]).ok();
    let committed = place.git(&["show", "--name-only", "--format=%s", "HEAD"]).ok();
    assert_eq!(committed, "dspt checks the answers on GitHub\n\n.github/workflows/dspt.yml\n");
}

#[test]
fn a_fresh_repository_begins_with_one_commit() {
    let place = Place::new();
    let args = ["init", "new", "--ods", "A1B2", "--name", "Sunrise Care Ltd", "--ci", "github", "--commit"];
    place.run(".", &args).ok();
    assert_eq!(place.git_at("new", &["status", "--porcelain"]).ok(), "");
    let files = place.git_at("new", &["ls-files"]).ok();
    assert!(files.contains(".github/workflows/dspt.yml\n") && files.contains(".github/CODEOWNERS\n"), "{files}");
    assert_eq!(place.git_at("new", &["rev-list", "--count", "HEAD"]).ok(), "1\n");
}

/// The name by which the release workflow and the container's build tell the program where it comes from.
#[test]
fn a_release_is_told_its_repository() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(root.join(file)).unwrap();
    assert!(read("src/diagnostic/links.rs").contains("option_env!(\"DSPT_RELEASE_REPOSITORY\")"));
    let release = read(".github/workflows/release.yml");
    assert!(release.contains("DSPT_RELEASE_REPOSITORY: ${{ github.server_url }}/${{ github.repository }}\n"));
    assert!(release.contains("--build-arg \"DSPT_RELEASE_REPOSITORY=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY\""));
    assert!(read("Containerfile").contains("\nARG DSPT_RELEASE_REPOSITORY="));
    let version = format!("default: \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(read("action.yml").contains(&version), "the action installs the release that it belongs to");
}

#[test]
fn every_action_is_pinned_by_its_commit() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut uses = 0;
    for file in ["src/workspace/ci/github.yml", ".github/workflows/release.yml", "action.yml"] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        for line in text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")) {
            let (_, pin) = line.split_once('@').unwrap();
            let (commit, version) = pin.split_once(" # v").unwrap_or_else(|| panic!("{file}: {line}"));
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{file}: {line}");
            assert!(version.starts_with(|c: char| c.is_ascii_digit()));
            uses += 1;
        }
    }
    assert!(uses >= 7);
}

/// What a shell is told when it asks for the last word.
fn completed(place: &Place, at: &str, words: &str) -> Vec<String> {
    let dspt = env!("CARGO_BIN_EXE_dspt");
    let last = words.split(' ').count();
    let script = format!(
        "cd {at} && _CLAP_IFS='\n' _CLAP_COMPLETE_INDEX={last} DSPT_COMPLETE=fish {dspt} -- dspt {}",
        words.split(' ').map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ")
    );
    let out = place.sh(&script).ok();
    out.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn values_are_completed_from_the_workspace() {
    let place = Place::answered();
    assert_eq!(completed(&place, ".", "questions 10."), ["10.1.2", "10.2.1", "10.2.2"]);
    assert_eq!(completed(&place, "/", &format!("-C {} questions 10.2.1", place.path("ws").display())), ["10.2.1"]);
    assert!(completed(&place, ".", "--edition 2021-22 questions 10.").contains(&"10.1.2".to_owned()));
    assert_eq!(completed(&place, ".", "status --edition 2025"), ["2025-26"]);
    assert_eq!(completed(&place, ".", "explain unquoted"), ["unquoted-item"]);
    assert_eq!(completed(&place, ".", "status --require standards-e"), ["standards-exceeded"]);
    assert_eq!(completed(&place, ".", "status --assume 3.2.1=u"), ["3.2.1=unmet"]);
    assert_eq!(completed(&place, ".", "lint --format sar"), ["sarif"]);
    assert!(completed(&place, ".", "sta").contains(&"status".to_owned()));
    assert_eq!(place.publish(&[]).status, 0);
    assert_eq!(completed(&place, ".", "status --at 2025"), ["2025-26/001", "2025-26/latest"]);
    // Where nothing can be judged there is still something to complete.
    fs::write(place.path("ws/organisation.toml"), "][").unwrap();
    assert_eq!(completed(&place, ".", "questions 10.2.1"), ["10.2.1"]);
}

/// No PowerShell runs here: what its script calls is called, and each line is what the script takes apart.
#[test]
fn powershell_is_answered_as_its_script_asks() {
    let place = Place::answered();
    let script = place.dspt(&["completions", "powershell"]).ok();
    for part in [
        "Register-ArgumentCompleter -Native -CommandName dspt -ScriptBlock {",
        "$env:DSPT_COMPLETE = \"powershell\";",
        "& dspt -- $args",
        "$split = $_.Split(\"`t\");",
        "[System.Management.Automation.CompletionResult]::new($cmd, $cmd, 'ParameterValue', $help)",
    ] {
        assert!(script.contains(part), "{part} is not in: {script}");
    }
    assert_eq!(script.matches('{').count(), script.matches('}').count());
    // The words up to the cursor; an empty one is put behind a space.
    let asked = |words: &str| {
        let dspt = env!("CARGO_BIN_EXE_dspt");
        let out = place.sh(&format!("DSPT_COMPLETE=powershell {dspt} -- dspt {words}")).ok();
        let mut values = Vec::new();
        for line in out.lines() {
            let (value, help) = line.split_once('\t').unwrap_or((line, line));
            assert!(!value.is_empty() && !help.is_empty(), "PowerShell refuses an empty text: {line:?}");
            assert!(!help.contains(char::is_control), "{line:?}");
            values.push(value.to_owned());
        }
        values
    };
    assert_eq!(asked("questions 10."), ["10.1.2", "10.2.1", "10.2.2"]);
    assert_eq!(asked("status --edition 2025"), ["2025-26"]);
    assert_eq!(asked("explain unquoted"), ["unquoted-item"]);
    assert_eq!(asked("status --edition=2025"), ["--edition=2025-26"]);
    assert_eq!(asked("questions --owner jo"), ["jo@sunrise.example"]);
    // What PowerShell would take apart is put in quotes.
    assert_eq!(asked("questions --section Staff"), ["'Staffing and roles'"]);
    fs::write(place.path("ws/evidence/Jo's list.csv"), "a").unwrap();
    assert_eq!(asked("lint evidence/Jo"), ["'evidence/Jo''s list.csv'"]);
    let all = asked("explain ''");
    assert!(all.contains(&"unquoted-item".to_owned()) && all.contains(&"10.2.1".to_owned()), "{all:?}");
    assert!(asked("''").contains(&"status".to_owned()));
}

/// bash cuts words at `=`, `:` and `@` and hands them over with their quotes; what comes back is what is to be typed.
#[test]
fn bash_is_answered_in_the_words_that_it_cuts() {
    let place = Place::answered();
    fs::create_dir_all(place.path("ws/my papers")).unwrap();
    fs::write(place.path("ws/my papers/list (1).csv"), "a").unwrap();
    let script = place.dspt(&["completions", "bash"]).ok();
    let dspt = std::path::Path::new(env!("CARGO_BIN_EXE_dspt")).parent().unwrap().display().to_string();
    let asked = |pieces: &str, replaced: &str| {
        let call = format!(
            "PATH={dspt}:$PATH; {script}\nCOMP_WORDS=({pieces}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _dspt dspt {replaced}; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let out =
            std::process::Command::new("bash").args(["-c", &call]).current_dir(place.path("ws")).output().unwrap();
        String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(asked("dspt stat", "stat"), ["status"]);
    assert_eq!(asked("dspt status --edition = 2025", "2025"), ["2025-26"]);
    assert!(asked("dspt status --edition =", "''").contains(&"2025-26".to_owned()));
    assert_eq!(asked("dspt --edition = 2021-22 questions 1.7.2", "1.7.2"), ["1.7.2"]);
    assert_eq!(asked("dspt --edition = 2025-26 questions 1.7.2", "1.7.2"), [""]);
    assert_eq!(asked("dspt status --assume 10.2.1 = m", "m"), ["met"]);
    assert_eq!(asked("dspt questions --owner jo @su", "@su"), ["@sunrise.example"]);
    assert_eq!(asked("dspt lint my", "my"), ["my\\ papers/"]);
    assert_eq!(asked("dspt lint 'my\\ papers/'", "'my\\ papers/'"), ["my\\ papers/list\\ \\(1\\).csv"]);
    assert_eq!(asked("dspt lint '\"my papers/l'", "'my papers/l'"), ["my papers/list (1).csv"]);
    assert_eq!(asked("dspt -C 'my\\ papers' answer 1.1.2 --evidence li", "li"), ["list\\ \\(1\\).csv"]);
}

#[test]
fn every_page_of_the_manual_is_one() {
    let place = repository();
    place.dspt(&["man", "--output", "man", "--as-of", "2026-03-02", "--quiet"]).ok();
    let pages: Vec<_> = fs::read_dir(place.path("ws/man")).unwrap().map(|page| page.unwrap().path()).collect();
    assert!(pages.len() > 30 && place.path("ws/man/dspt-sites-import.1").exists());
    for page in &pages {
        let text = fs::read_to_string(page).unwrap();
        assert!(text.contains(" 1 2026-03-02 "), "{}", page.display());
    }
    assert!(place.dspt(&["man", "sites", "import"]).ok().contains(".TH DSPT-SITES-IMPORT 1 "));
}
