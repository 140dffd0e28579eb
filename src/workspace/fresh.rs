//! The files of a fresh workspace, as text.

use super::{ASSESSMENTS, ORGANISATION_FILE};
use crate::model::Standard;
use crate::source::Syntax;
use crate::source::edit::{toml_key, toml_string};
use std::fmt::Write as _;

/// Columns of comments in the files that `init` writes.
const COMMENT_WIDTH: usize = 98;

/// Where a workspace keeps the schemas that its files name, for editors without a network.
pub const SCHEMAS: &str = ".dspt/schemas";

/// What a fresh workspace is for.
#[derive(Debug, Clone, Copy)]
pub struct Fresh<'a> {
    pub ods_code: &'a str,
    pub name: &'a str,
    pub standard: &'a Standard,
    pub syntax: Syntax,
}

/// The path of the answers file.
pub fn answers_path(edition: &str, syntax: Syntax) -> String {
    let ending = match syntax {
        Syntax::Toml => "toml",
        Syntax::Yaml => "yaml",
    };
    format!("{ASSESSMENTS}/{edition}.{ending}")
}

/// Path and content of every file that is wholly new.
pub fn files(fresh: Fresh<'_>) -> Vec<(String, String)> {
    vec![
        (ORGANISATION_FILE.to_owned(), organisation(fresh)),
        (answers_path(fresh.standard.edition(), fresh.syntax), answers(fresh.standard, fresh.syntax)),
        ("evidence/README.md".to_owned(), EVIDENCE.to_owned()),
    ]
}

/// Lines that `.gitignore` must have.
pub const IGNORE: &[&str] = &["out/", "private/"];
/// Lines that `.gitattributes` must have: the same bytes, and so the same digests, on every system; and the drivers that
/// `dspt git install` sets up, which git passes over where they are not.
pub const ATTRIBUTES: &[&str] = &[
    "*.toml text eol=lf",
    "*.yaml text eol=lf",
    "*.yml text eol=lf",
    "publications/**/*.sha256 text eol=lf",
    "evidence/** -text",
    "publications/banks/** -text",
    "assessments/*.toml diff=dspt-answers merge=dspt-answers",
    "assessments/*.yaml diff=dspt-answers",
    "assessments/*.yml diff=dspt-answers",
    "action-plans/*.toml merge=dspt-answers",
];

const EVIDENCE: &str = "# Evidence\n\nDocuments that the answers point to. Anything confidential goes into `private/`, which git ignores.\n";

fn organisation(fresh: Fresh<'_>) -> String {
    let standard = fresh.standard;
    let mut out = format!("#:schema {SCHEMAS}/organisation.schema.json\n");
    let _ = writeln!(
        out,
        "# {}: who answers the questions of the {}.",
        fresh.name.lines().next().unwrap_or_default(),
        standard.head.title
    );
    let _ = writeln!(
        out,
        "\n[organisation]\nods_code = {}\nname = {}",
        toml_string(fresh.ods_code),
        toml_string(fresh.name)
    );
    out.push_str("# cqc_provider_id = \"1-…\"\n\n");
    out.push_str("# The organisation profile. The toolkit asks for it again at every publication:\n# `dspt organisation confirm` notes when somebody last said that it is right.\n[profile]\n");
    for fact in &standard.facts {
        let _ = writeln!(out, "# {} ({})\n# {} = \"…\"", fact.question, fact.values.join(", "), toml_key(&fact.key));
    }
    out.push_str("\n# Key roles. All are optional in the toolkit.\n");
    for role in &standard.roles {
        let _ = writeln!(out, "# [roles.{}]  # {}\n# name = \"…\"\n# email = \"…\"", toml_key(&role.key), role.title);
    }
    for certification in &standard.certifications {
        let _ = writeln!(
            out,
            "\n# Only while it is held; without `expires` it does not count.\n# [certifications.{}]  # {}\n# certificate = \"…\"\n# expires = …",
            toml_key(&certification.key),
            certification.title
        );
    }
    out.push_str("\n# Who works on the answers: administrator, member or auditor.\n# [[member]]\n# name = \"…\"\n# email = \"…\"\n# role = \"administrator\"\n");
    out
}

/// An answers file with every item open under its question.
pub fn answers(standard: &Standard, syntax: Syntax) -> String {
    let schema = format!("../{SCHEMAS}/{}", answers_schema(standard));
    let mut out = match syntax {
        Syntax::Toml => format!("#:schema {schema}\n"),
        Syntax::Yaml => format!("# yaml-language-server: $schema={schema}\n"),
    };
    let _ = writeln!(out, "# {} {}", standard.head.title, standard.edition());
    out.push_str(&comment("The questions are quoted from the standard (NHS England). An empty table is an open item; `dspt questions NUMBER` shows one with guidance.", 0));
    if let Some(notice) = &standard.head.notice {
        out.push_str(&comment(notice, 0));
    }
    match syntax {
        Syntax::Toml => {
            let _ = write!(
                out,
                "\nstandard = {}\nedition = {}\n",
                toml_string(standard.id()),
                toml_string(standard.edition())
            );
        }
        Syntax::Yaml => {
            let _ = write!(out, "\nstandard: {}\nedition: \"{}\"\n\nanswers:\n", standard.id(), standard.edition());
        }
    }
    for (at, section) in standard.sections.iter().enumerate() {
        let members: Vec<_> = standard.items.iter().filter(|item| item.section == at).collect();
        if members.is_empty() {
            continue;
        }
        let indent = if syntax == Syntax::Yaml { 2 } else { 0 };
        let _ = write!(out, "\n{}# ---- {section} ----\n", " ".repeat(indent));
        let (asked, optional): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|item| (0..standard.levels.len()).any(|level| standard.asks(level, item)));
        for item in asked.into_iter().chain(optional) {
            let labels: Vec<&str> = standard
                .levels
                .iter()
                .filter(|level| item.is_required_for(&level.id))
                .map(|level| level.label.as_str())
                .collect();
            let needed = if labels.is_empty() { "optional".to_owned() } else { labels.join(", ") };
            out.push('\n');
            out.push_str(&comment(&format!("{} {}", item.number, item.shown()), indent));
            out.push_str(&comment(&format!("[{}; {needed}]", item.kind.word()), indent));
            match syntax {
                Syntax::Toml => {
                    let _ = writeln!(out, "[answers.\"{}\"]", item.number);
                }
                Syntax::Yaml => {
                    let _ = writeln!(out, "  \"{}\": {{}}", item.number);
                }
            }
        }
    }
    out
}

/// The name of the schema of an edition's answers.
pub fn answers_schema(standard: &Standard) -> String {
    format!("answers-{}-{}.schema.json", standard.id(), standard.edition())
}

fn comment(text: &str, indent: usize) -> String {
    let lead = format!("{}# ", " ".repeat(indent));
    let options =
        textwrap::Options::new(COMMENT_WIDTH).initial_indent(&lead).subsequent_indent(&lead).break_words(false);
    format!("{}\n", textwrap::fill(&text.replace('\n', " "), options))
}
