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
    /// The project's repository on the web; empty where this program knows none. Then whoever runs the CI says where the
    /// releases are.
    pub repository: &'a str,
}

impl Release<'_> {
    /// `OWNER/NAME`; empty where no repository is known.
    fn name(&self) -> &str {
        self.parts().1
    }

    /// The container image that the release workflow pushes. On another host than GitHub's own nobody pushed one.
    fn image(&self) -> Option<String> {
        let (host, name) = self.parts();
        (host == "github.com").then(|| format!("ghcr.io/{}:{}", name.to_lowercase(), self.version))
    }

    fn parts(&self) -> (&str, &str) {
        let path = self.repository.split_once("://").map_or(self.repository, |(_, rest)| rest);
        let (host, name) = path.split_once('/').unwrap_or_default();
        (host, name.trim_end_matches('/').trim_end_matches(".git"))
    }
}

/// GitLab reads this file alone; it includes ours.
pub const GITLAB_ROOT: &str = ".gitlab-ci.yml";

/// What the root file of GitLab needs to include ours, as a file of its own.
pub fn gitlab_include(workflow: &str) -> String {
    format!("include:\n  - local: {workflow}\n")
}

impl Host {
    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
        }
    }

    /// Where the workflow may stand, from the repository's root: the second name is for where somebody has a file of
    /// their own under the first.
    pub fn workflow_paths(self) -> &'static [&'static str] {
        match self {
            Self::GitHub => &[".github/workflows/dspt.yml", ".github/workflows/dspt-checks.yml"],
            Self::GitLab => &[".gitlab/ci/dspt.yml", ".gitlab/ci/dspt-checks.yml"],
        }
    }

    /// The workflow.
    pub fn workflow(self, release: Release<'_>) -> String {
        match self {
            Self::GitHub => github(release),
            Self::GitLab => gitlab(release),
        }
    }

    /// Whether a workflow is one of ours, however much was changed in it since: its first comment names what wrote it.
    pub fn wrote(self, text: &str) -> bool {
        let mark = format!("`dspt init --ci {}`", self.name().to_lowercase());
        text.lines().any(|line| line.starts_with('#') && line.contains(&mark))
    }

    /// The variable that CI lacks to get dspt, and what it stands for; none where the workflow works as it stands.
    pub fn lacks(self, release: Release<'_>) -> Option<(&'static str, &'static str)> {
        match self {
            Self::GitHub => release
                .name()
                .is_empty()
                .then_some(("DSPT_REPOSITORY", "the repository, OWNER/NAME, whose releases hold dspt")),
            Self::GitLab => release.image().is_none().then_some(("DSPT_IMAGE", "the container image with dspt")),
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

fn github(release: Release<'_>) -> String {
    let install = include_str!("github-install.yml").trim_end();
    let wanted = install
        .replace("      - name: Install dspt\n", "      - name: Install dspt\n        if: steps.wanted.outputs.yes\n");
    let (needed, about, repository) = match release.name() {
        "" => (
            "of which DSPT_REPOSITORY is needed",
            "the repository, OWNER/NAME, whose releases hold dspt; this dspt came from none.",
            "${{ vars.DSPT_REPOSITORY }}".to_owned(),
        ),
        name => (
            "none of them needed",
            "another repository, OWNER/NAME, whose releases hold dspt, such as a mirror of your own.",
            format!("${{{{ vars.DSPT_REPOSITORY || '{name}' }}}}"),
        ),
    };
    include_str!("github.yml")
        .replace("@INSTALL@", &format!("\n{install}\n"))
        .replace("@INSTALL_IF_WANTED@", &format!("\n{wanted}\n"))
        .replace("@NEEDED@", needed)
        .replace("@REPOSITORY_ABOUT@", about)
        .replace("@REPOSITORY@", &repository)
        .replace("@VERSION@", release.version)
}

fn gitlab(release: Release<'_>) -> String {
    let image = release.image();
    let needed =
        if image.is_none() { " This one is needed: this dspt was built without a home to fetch it from." } else { "" };
    include_str!("gitlab.yml").replace("@IMAGE_NEEDED@", needed).replace("@IMAGE@", &image.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_writes_workflows_that_work_as_they_stand() {
        let release = Release { version: "1.2.3", repository: "https://github.com/Field/dspt/" };
        let text = Host::GitHub.workflow(release);
        assert!(text.contains("DSPT_REPOSITORY: ${{ vars.DSPT_REPOSITORY || 'Field/dspt' }}"), "{text}");
        assert!(text.contains("DSPT_VERSION: \"1.2.3\""));
        assert!(text.contains("none of them needed:"));
        assert!(Host::GitLab.workflow(release).contains("DSPT_IMAGE: \"ghcr.io/field/dspt:1.2.3\""));
        assert_eq!(Host::GitHub.lacks(release), None);
        assert_eq!(Host::GitLab.lacks(release), None);
    }

    #[test]
    fn what_is_lacking_is_named_in_the_file_and_beside_it() {
        let release = Release { version: "1.2.3", repository: "" };
        let text = Host::GitHub.workflow(release);
        assert!(text.contains("DSPT_REPOSITORY: ${{ vars.DSPT_REPOSITORY }}\n"));
        assert!(text.contains("DSPT_REPOSITORY is needed:"));
        assert_eq!(Host::GitHub.lacks(release).map(|(variable, _)| variable), Some("DSPT_REPOSITORY"));
        assert_eq!(Host::GitLab.lacks(release).map(|(variable, _)| variable), Some("DSPT_IMAGE"));
        // No image is invented for a repository of another host.
        let elsewhere = Release { version: "1.2.3", repository: "https://code.example/Field/dspt" };
        assert_eq!(Host::GitLab.lacks(elsewhere).map(|(variable, _)| variable), Some("DSPT_IMAGE"));
        assert!(Host::GitLab.workflow(elsewhere).contains("DSPT_IMAGE: \"\"\n"));
    }

    #[test]
    fn nothing_is_left_to_fill_in() {
        for repository in ["", "https://github.com/Field/dspt"] {
            for host in [Host::GitHub, Host::GitLab] {
                let text = host.workflow(Release { version: "1.2.3", repository });
                let marks = text
                    .match_indices('@')
                    .filter(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_uppercase()));
                assert_eq!(marks.count(), 0, "{text}");
                assert!(host.wrote(&text), "a second `init` knows it again");
            }
        }
    }
}
