//! The formats that commands have in common.

use clap::ValueEnum;

/// The two ways in which every command that reads can show what it found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// A document that is as much for the terminal as for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DocumentFormat {
    Human,
    #[value(alias = "md")]
    Markdown,
    Html,
    Json,
}

impl DocumentFormat {
    /// How the names of files in each format end.
    pub const ENDINGS: [(&str, Self); 4] =
        [("txt", Self::Human), ("md", Self::Markdown), ("html", Self::Html), ("json", Self::Json)];
}
