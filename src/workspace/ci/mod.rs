//! The files at a repository's root by which a CI system runs dspt for every organisation in it.

/// A CI system that `init` writes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    GitHub,
    GitLab,
}

/// Where CI gets dspt from: releases of this version.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    pub version: &'a str,
    /// The project's repository on the web; empty where the package names none. Then whoever runs the CI says where the
    /// releases are.
    pub repository: &'a str,
}

/// A workflow file, and what it takes for CI to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// From the repository's root, with `/`.
    pub path: &'static str,
    pub text: String,
}

/// GitLab reads this file alone; it includes ours.
pub const GITLAB_ROOT: &str = ".gitlab-ci.yml";
const GITLAB: &str = ".gitlab/ci/dspt.yml";
/// What the root file of GitLab needs, as a file of its own.
pub const GITLAB_INCLUDE: &str = "include:\n  - local: .gitlab/ci/dspt.yml\n";

impl Host {
    /// The workflow file.
    pub fn workflow(self, release: Release<'_>) -> Workflow {
        match self {
            Self::GitHub => Workflow { path: ".github/workflows/dspt.yml", text: github(release) },
            Self::GitLab => Workflow { path: GITLAB, text: gitlab(release) },
        }
    }

    /// Where the file of owners may stand, the one that counts first; a new one is written at the first.
    pub fn owners(self) -> &'static [&'static str] {
        match self {
            Self::GitHub => &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
            Self::GitLab => &["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
        }
    }
}

/// `OWNER/NAME` of a repository's address.
fn name_of(repository: &str) -> &str {
    let path = repository.split_once("://").map_or(repository, |(_, rest)| rest);
    path.split_once('/').map_or("", |(_, name)| name).trim_end_matches('/').trim_end_matches(".git")
}

fn github(release: Release<'_>) -> String {
    let install = include_str!("github-install.yml").trim_end();
    let wanted = install
        .replace("      - name: Install dspt\n", "      - name: Install dspt\n        if: steps.wanted.outputs.yes\n");
    let repository = match name_of(release.repository) {
        "" => "${{ vars.DSPT_REPOSITORY }}".to_owned(),
        name => format!("${{{{ vars.DSPT_REPOSITORY || '{name}' }}}}"),
    };
    include_str!("github.yml")
        .replace("@INSTALL@", &format!("\n{install}\n"))
        .replace("@INSTALL_IF_WANTED@", &format!("\n{wanted}\n"))
        .replace("@REPOSITORY@", &repository)
        .replace("@VERSION@", release.version)
}

fn gitlab(release: Release<'_>) -> String {
    let (image, needed) = match name_of(release.repository) {
        "" => (String::new(), " This one is needed: this dspt was built without a home to fetch it from."),
        name => (format!("ghcr.io/{}:{}", name.to_lowercase(), release.version), ""),
    };
    include_str!("gitlab.yml").replace("@IMAGE_NEEDED@", needed).replace("@IMAGE@", &image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_named_where_there_is_one() {
        let release = Release { version: "1.2.3", repository: "https://code.example/Field/dspt/" };
        let text = Host::GitHub.workflow(release).text;
        assert!(text.contains("DSPT_REPOSITORY: ${{ vars.DSPT_REPOSITORY || 'Field/dspt' }}"), "{text}");
        assert!(text.contains("DSPT_VERSION: \"1.2.3\""));
        assert!(Host::GitLab.workflow(release).text.contains("DSPT_IMAGE: \"ghcr.io/field/dspt:1.2.3\""));
        let release = Release { version: "1.2.3", repository: "" };
        assert!(Host::GitHub.workflow(release).text.contains("DSPT_REPOSITORY: ${{ vars.DSPT_REPOSITORY }}\n"));
    }

    #[test]
    fn nothing_is_left_to_fill_in() {
        for host in [Host::GitHub, Host::GitLab] {
            let text = host.workflow(Release { version: "1.2.3", repository: "" }).text;
            let marks =
                text.match_indices('@').filter(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_uppercase()));
            assert_eq!(marks.count(), 0, "{text}");
        }
    }
}
