//! How findings are shown, of one workspace or of many clients.

use crate::diagnostic::render::{self, CiFormat};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

#[derive(Clone, Copy)]
pub enum Format {
    Human,
    Concise,
    Json,
    Markdown,
    Ci(&'static CiFormat),
}

impl Format {
    /// As it is asked for on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Ci(format) => format.name,
        }
    }

    /// The formats for people and programs, then those of CI systems.
    pub fn parser() -> impl TypedValueParser<Value = Self> {
        let own = [
            PossibleValue::new("human").help("With the lines they are about"),
            PossibleValue::new("concise").help("One line a finding"),
            PossibleValue::new("json").help("For programs"),
            PossibleValue::new("markdown").alias("md").help("A summary with levels and gaps, for issues and comments"),
        ];
        let of_ci = render::CI.iter().map(|format| PossibleValue::new(format.name).help(format.about));
        PossibleValuesParser::new(own.into_iter().chain(of_ci)).map(|name| match name.as_str() {
            "concise" => Self::Concise,
            "json" => Self::Json,
            "markdown" | "md" => Self::Markdown,
            name => render::CI.iter().find(|format| format.name == name).map_or(Self::Human, Self::Ci),
        })
    }
}

impl std::fmt::Debug for Format {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name())
    }
}
