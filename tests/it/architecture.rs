//! The layers and habits that the architecture promises, read from the sources.

use dspt::bank::Banks;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which modules a module may use besides itself. A new module gets a line here.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("source", &[]),
    ("tree", &[]),
    ("decode", &["model", "source"]),
    ("bank", &["decode", "model", "source", "tree"]),
    ("library", &["bank", "decode", "model", "source", "tree"]),
    ("workspace", &["decode", "library", "model", "source", "tree"]),
    ("assess", &["model", "plan"]),
    ("plan", &["assess", "decode", "model", "source"]),
    ("compare", &["assess", "model"]),
    ("form", &["model"]),
    (
        "lint",
        &[
            "assess",
            "bank",
            "decode",
            "diagnostic",
            "ledger",
            "library",
            "model",
            "plan",
            "source",
            "tree",
            "workspace",
        ],
    ),
    ("diagnostic", &["lint", "source", "workspace"]),
    (
        "ledger",
        &["assess", "bank", "compare", "decode", "diagnostic", "lint", "model", "plan", "source", "tree", "workspace"],
    ),
    (
        "import",
        &[
            "assess",
            "bank",
            "compare",
            "decode",
            "diagnostic",
            "export",
            "form",
            "lint",
            "model",
            "plan",
            "source",
            "tree",
            "workspace",
        ],
    ),
    (
        "export",
        &[
            "assess",
            "bank",
            "compare",
            "decode",
            "diagnostic",
            "form",
            "ledger",
            "lint",
            "model",
            "plan",
            "source",
            "tree",
            "workspace",
        ],
    ),
    (
        "portfolio",
        &[
            "assess",
            "bank",
            "compare",
            "decode",
            "diagnostic",
            "export",
            "form",
            "import",
            "ledger",
            "library",
            "lint",
            "model",
            "plan",
            "source",
            "tree",
            "workspace",
        ],
    ),
    ("lsp", &["assess", "bank", "decode", "diagnostic", "export", "lint", "model", "source", "tree", "workspace"]),
    ("schema", &["bank", "model", "source"]),
    ("generate", &["bank", "cli", "diagnostic", "export", "lint", "schema"]),
    (
        "cli",
        &[
            "assess",
            "bank",
            "compare",
            "decode",
            "diagnostic",
            "export",
            "form",
            "generate",
            "import",
            "ledger",
            "library",
            "lint",
            "lsp",
            "model",
            "plan",
            "portfolio",
            "schema",
            "source",
            "tree",
            "workspace",
        ],
    ),
];

/// Words of code that may stand below some paths only, with the reason.
const CONFINED: &[(&[&str], &[&str], &str)] = &[
    (&["toml_parser", "granit_parser"], &["source"], "only source names a parser"),
    (&["git2"], &["ledger/git"], "only ledger/git names git2"),
    (&["ssh_key"], &["ledger/git/ssh.rs"], "signatures are judged in one place"),
    (&["krilla", "krilla_svg", "usvg", "fontdb"], &["export"], "only export names a format's crate"),
    (&["lsp_types"], &["lsp"], "only lsp knows the protocol"),
    (&["rust_xlsxwriter"], &["export"], "only export names a format's crate"),
    (&["clap", "clap_complete", "clap_mangen", "anstream"], &["cli"], "only cli knows command lines and streams"),
    (&["println!", "print!", "eprintln!", "eprint!"], &["cli"], "only cli prints"),
    (&["stdout", "stderr"], &["cli", "ledger/git/sign.rs"], "only cli prints; what ssh-keygen says is read there"),
    (
        &["std::env"],
        &["cli", "ledger/git/environment.rs", "tree.rs"],
        "only cli reads the environment; git's own variables are read for git, and where we stand for shorter paths",
    ),
    (&["SystemTime", "Instant", "Timestamp::now", "Zoned::now"], &["cli"], "only cli reads the clock"),
    (
        &["std::fs", "File::open", "File::create"],
        &["tree.rs", "generate.rs", "cli", "ledger", "export", "import", "portfolio"],
        "files are read through a tree",
    ),
    (&["std::process"], &["main.rs", "cli", "ledger"], "only cli ends the process, only the ledger starts one"),
];

/// Modules that compute and nothing else.
const PURE: &[&str] = &["model", "assess", "plan", "compare", "form"];

/// Words of the shipped standards in code, each with the reason why it may stand there.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("decode/answers.rs", "dspt-asc", "an example in a help text"),
    ("decode/answers.rs", "2025-26", "an example in a help text"),
    ("diagnostic/render/sarif.rs", "2.1.0", "the version of SARIF"),
    ("cli/context.rs", "2026-06-30", "an example in a message"),
    ("lint/rules/plan/action_without_target.rs", "2026-06-30", "an example in a help text"),
];

struct Source {
    /// From `src/`, with `/`.
    path: String,
    /// Code without comments, texts blanked.
    code: String,
    /// Texts, with the line each begins in.
    texts: Vec<(usize, String)>,
}

impl Source {
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    fn is_below(&self, places: &[&str]) -> bool {
        places
            .iter()
            .any(|place| self.path == *place || self.path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/')))
    }
}

/// All sources but tests.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            let inside = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
            paths.extend(inside.filter(|inside| inside.file_stem().is_some_and(|stem| stem != "tests")));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(source(&root, &path));
        }
    }
    found.sort_by(|a: &Source, b| a.path.cmp(&b.path));
    assert!(found.len() > 50, "the sources are found");
    found
}

fn source(root: &Path, path: &PathBuf) -> Source {
    let text = fs::read_to_string(path).unwrap();
    // A file's own tests are its last part.
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
    let (code, texts) = lex(text);
    Source { path, code, texts }
}

/// Parts code from comments and texts.
fn lex(text: &str) -> (String, Vec<(usize, String)>) {
    let mut code = String::new();
    let mut texts = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let hashes = rest.strip_prefix('r').map(|after| after.len() - after.trim_start_matches('#').len());
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = hashes.filter(|hashes| rest[1 + hashes..].starts_with('"') && !ends_in_word(&code))
        {
            let start = hashes + 2;
            let close = format!("\"{}", "#".repeat(hashes));
            let end = start + rest[start..].find(&close).expect("a raw text ends");
            texts.push((line, rest[start..end].to_owned()));
            code.push_str("\"\"");
            end + close.len()
        } else if next == '"' {
            let mut end = 1;
            while !rest[end..].starts_with('"') {
                let escaped = usize::from(rest[end..].starts_with('\\'));
                end += rest[end..].chars().take(1 + escaped).map(char::len_utf8).sum::<usize>();
            }
            texts.push((line, rest[1..end].replace("\\\"", "\"")));
            code.push_str("\"\"");
            end + 1
        } else if next == '\'' {
            // A character, or a lifetime.
            let after: Vec<char> = rest.chars().skip(1).take(3).collect();
            let taken = match after.as_slice() {
                ['\\', ..] => {
                    2 + rest[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(0, |(at, _)| at) + 1
                }
                [inside, '\'', ..] => inside.len_utf8() + 2,
                _ => 1,
            };
            code.push(' ');
            taken
        } else {
            code.push(next);
            next.len_utf8()
        };
        line += rest[..taken].matches('\n').count();
        rest = &rest[taken..];
    }
    (code, texts)
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Where a word stands in a text and is not part of a longer one.
fn has_word(text: &str, word: &str, also: &[char]) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || also.contains(&c);
    text.match_indices(word).any(|(at, _)| {
        let after = &text[at + word.len()..];
        // A full stop is part of the word only where something follows it.
        let goes_on = match after.chars().next() {
            Some('.') if also.contains(&'.') => after[1..].starts_with(part),
            Some(c) => part(c),
            None => false,
        };
        !text[..at].ends_with(part) && !goes_on
    })
}

/// The modules that code names after `crate::`, grouped imports included.
fn uses(code: &str) -> BTreeSet<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let after = &code[at + "crate::".len()..];
        match after.strip_prefix('{') {
            None => drop(used.insert(name(after))),
            Some(group) => {
                let mut depth = 0;
                let mut start = true;
                for (at, c) in group.char_indices() {
                    match c {
                        '}' if depth == 0 => break,
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if c.is_whitespace() => {}
                        _ if start => {
                            used.insert(name(&group[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    used
}

#[test]
fn modules_use_those_below_them_only() {
    let layers: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let module = source.module();
        if matches!(module, "lib" | "main") {
            continue;
        }
        let Some(allowed) = layers.get(module) else {
            wrong.push(format!("{}: say in LAYERS what the module {module} may use", source.path));
            continue;
        };
        for used in uses(&source.code) {
            if used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}: {module} may not use {used}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_module_map_names_every_module() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(root.join("lib.rs")).unwrap();
    let declared: BTreeSet<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let there: BTreeSet<String> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "lib" && name != "main")
        .collect();
    assert_eq!(declared.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), there);
    for name in declared {
        assert!(LAYERS.iter().any(|(module, _)| *module == name), "LAYERS has a line for {name}");
    }
}

#[test]
fn what_touches_the_world_stays_where_it_belongs() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (words, places, reason) in CONFINED {
            for word in words.iter().filter(|word| has_word(&source.code, word, &[])) {
                if !source.is_below(places) {
                    wrong.push(format!("{}: `{word}`: {reason}", source.path));
                }
            }
        }
        // `use std::{env, …}` would hide from the words above.
        if source.code.contains("use std::{")
            && !source.is_below(&["cli", "tree.rs", "generate.rs", "ledger", "export", "import", "portfolio"])
        {
            wrong.push(format!("{}: write `use std::…` one by one", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_computes_does_nothing_else() {
    for source in sources().iter().filter(|source| PURE.contains(&source.module())) {
        for word in [
            "std::fs",
            "std::io",
            "std::net",
            "std::path",
            "std::process",
            "std::thread",
            "Mutex",
            "RefCell",
            "static mut",
        ] {
            assert!(
                !has_word(&source.code, word, &[]),
                "{}: `{word}`: this module computes and nothing else",
                source.path
            );
        }
    }
}

/// Words that only banks may know.
fn words_of_standards() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for bank in Banks::shipped().iter() {
        let standard = bank.standard().unwrap_or_else(|error| panic!("{error}"));
        let head = &standard.head;
        words.extend([&head.standard, &head.edition, &head.title].map(Clone::clone));
        words.extend([head.opens, Some(head.deadline), head.closes].into_iter().flatten().map(|day| day.to_string()));
        words.extend(standard.sections.iter().cloned());
        for level in &standard.levels {
            words.extend([level.id.clone(), level.label.clone()]);
        }
        words.extend(standard.statuses.iter().flat_map(|status| [status.id.clone(), status.label.clone()]));
        words.extend(standard.facts.iter().map(|fact| fact.key.clone()));
        words.extend(
            standard
                .certifications
                .iter()
                .chain(&standard.roles)
                .flat_map(|named| [named.key.clone(), named.title.clone()]),
        );
        words.extend(standard.contradictions.iter().map(|contradiction| contradiction.id.clone()));
        words.extend(standard.items.iter().flat_map(|item| [item.number.clone(), item.concept.clone()]));
    }
    words
}

/// Editions (2027-28) and numbers in three parts (1.2.3), whatever bank they might be of.
fn shapes(text: &str) -> Vec<String> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    let words = text.split(|c: char| !part(c)).map(|word| word.trim_matches(['.', '-']));
    let digits = |text: &str, count: std::ops::RangeInclusive<usize>| {
        count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    words
        .filter(|word| {
            let edition = word.split_once('-').is_some_and(|(year, next)| digits(year, 4..=4) && digits(next, 2..=2));
            let parts: Vec<&str> = word.split('.').collect();
            edition || (parts.len() == 3 && parts.iter().all(|part| digits(part, 1..=2)))
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_rule_of_a_standard_stands_in_code() {
    let words = words_of_standards();
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for source in sources() {
        for (line, text) in &source.texts {
            let known = words.iter().filter(|word| has_word(text, word, &['-', '.'])).cloned();
            let found: BTreeSet<String> = known.chain(shapes(text)).collect();
            for word in found {
                match EXAMPLES.iter().find(|(path, example, _)| *path == source.path && *example == word) {
                    Some(example) => drop(used.insert(*example)),
                    None => wrong.push(format!("src/{}:{line}: \"{word}\"", source.path)),
                }
            }
        }
        for (at, _) in source.code.match_indices("date(") {
            if source.code[at + 5..].starts_with(|c: char| c.is_ascii_digit()) && !ends_in_word(&source.code[..at]) {
                wrong.push(format!("src/{}: a date is written in code", source.path));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "editions, numbers, levels and dates belong into the banks (an example in a help text is listed in EXAMPLES, with its reason):\n{}",
        wrong.join("\n")
    );
    let idle: Vec<_> = EXAMPLES.iter().filter(|example| !used.contains(*example)).collect();
    assert!(idle.is_empty(), "these examples stand nowhere any more: {idle:?}");
}

#[test]
fn the_reader_of_sources_reads_them_right() {
    let (code, texts) = lex(
        "let a = \"crate::x \\\" y\"; // crate::z\nuse crate::b::{c, d};\nlet e: &'static str = r#\"1.2.3\"#; let f = '\"'; let g = '\\'';",
    );
    assert_eq!(texts, [(1, "crate::x \" y".to_owned()), (3, "1.2.3".to_owned())]);
    assert_eq!(uses(&code), BTreeSet::from(["b".to_owned()]));
    assert_eq!(uses("use crate::{a::{x, y}, b, c as d};"), ["a", "b", "c"].map(str::to_owned).into());
    assert!(has_word("see 1.1.1.", "1.1.1", &['-', '.']) && !has_word("11.1.1", "1.1.1", &['-', '.']));
    assert!(!has_word("2026-06-30", "2026-06", &['-', '.']));
    assert_eq!(shapes("item 1.2.3, edition 2027-28; not 2027-28-01 nor 0.1 nor 127.0.0.1"), ["1.2.3", "2027-28"]);
}
