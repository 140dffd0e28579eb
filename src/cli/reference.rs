//! `docs/cli.md`: every command with its arguments and options, from the command definitions.

use clap::{Arg, Command};
use std::fmt::Write as _;

/// The whole reference in Markdown.
pub fn markdown() -> String {
    let mut root = super::command();
    root.build();
    let mut out = String::from(
        "<!-- Generated from the command definitions in src/cli/. -->\n\n# The command line\n\n\
         `dspt` alone is `dspt status`. Exit status: 0 done and nothing to complain of, 1 the check failed, 2 the work \
         could not be done.\n",
    );
    for (title, names) in super::GROUPS {
        let links: Vec<String> =
            names.iter().filter(|name| **name != "help").map(|name| format!("[{name}](#dspt-{name})")).collect();
        let _ = write!(out, "\n- **{title}**: {}", links.join(", "));
    }
    out.push_str("\n\n## Common options\n\nEvery command knows these.\n\n");
    options(&mut out, root.get_arguments().filter(|arg| arg.is_global_set()));
    for (_, names) in super::GROUPS {
        for name in *names {
            if let Some(command) = root.find_subcommand(name).filter(|command| command.get_name() != "help") {
                page(&mut out, command, "dspt", 2);
            }
        }
    }
    out
}

fn page(out: &mut String, command: &Command, parent: &str, depth: usize) {
    let name = format!("{parent} {}", command.get_name());
    let _ = writeln!(out, "\n{} {name}\n", "#".repeat(depth.min(4)));
    if let Some(about) = command.get_long_about().or_else(|| command.get_about()) {
        let _ = writeln!(out, "{}\n", paragraph(&about.to_string()));
    }
    let usage = command.clone().render_usage().to_string();
    let _ = writeln!(out, "```text\n{}\n```", usage.trim_start_matches("Usage: ").trim_end());
    let aliases: Vec<String> = command.get_visible_aliases().map(|alias| format!("`{alias}`")).collect();
    if !aliases.is_empty() {
        let _ = writeln!(out, "\nAlso called {}.", aliases.join(", "));
    }
    let own =
        |arg: &&Arg| !arg.is_global_set() && !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version");
    if command.get_arguments().any(|arg| own(&arg)) {
        out.push('\n');
        options(out, command.get_positionals().filter(own));
        options(out, command.get_opts().filter(own));
        options(
            out,
            command.get_arguments().filter(|arg| !arg.is_positional() && !arg.get_action().takes_values()).filter(own),
        );
    }
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help" && !sub.is_hide_set()) {
        page(out, sub, &name, depth + 1);
    }
}

fn options<'a>(out: &mut String, args: impl Iterator<Item = &'a Arg>) {
    for arg in args {
        let help = arg.get_long_help().or_else(|| arg.get_help()).map(ToString::to_string).unwrap_or_default();
        let _ = write!(out, "- `{}`: {}", called(arg), paragraph(&help));
        let defaults: Vec<String> =
            arg.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy())).collect();
        if !defaults.is_empty() && arg.get_action().takes_values() {
            let _ = write!(out, " (default: {})", defaults.join(", "));
        }
        out.push('\n');
        for value in arg.get_possible_values().iter().filter(|value| !value.is_hide_set() && takes_words(arg)) {
            let help = value.get_help().map(|help| format!(": {help}")).unwrap_or_default();
            let _ = writeln!(out, "  - `{}`{help}", value.get_name());
        }
    }
}

/// A flag's `true` and `false` are nobody's to type.
fn takes_words(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

/// How an argument is typed: `-o, --output <FILE>`, `[PATHS]...`.
fn called(arg: &Arg) -> String {
    if arg.is_positional() {
        return arg.to_string();
    }
    let mut names: Vec<String> = arg.get_short().map(|short| format!("-{short}")).into_iter().collect();
    names.extend(arg.get_long().map(|long| format!("--{long}")));
    let mut called = names.join(", ");
    if arg.get_action().takes_values() {
        let values = arg.get_value_names().unwrap_or_default();
        for value in values {
            let _ = write!(called, " <{value}>");
        }
    }
    called
}

fn paragraph(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
