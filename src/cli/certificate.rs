//! `dspt certificate`: what a publication is shown to others with: a page for the wall, a proof file.

use super::context::Context;
use super::delivery;
use super::error::{Failure, Outcome};
use super::published::Published;
use super::style::{COMMAND, paint};
use super::write;
use crate::export::ExportError;
use crate::export::certificate as document;
use crate::ledger::proof;
use clap::{Args, ValueEnum};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Certificate {
    /// The publication, such as EDITION/001 [default: the newest]
    #[arg(value_name = "PUBLICATION")]
    publication: Option<String>,
    /// Make it for one site that the publication covers
    #[arg(long, value_name = "CODE")]
    site: Option<String>,
    /// How it is written [default: by the name of FILE, else pdf]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Where to write it; `-` is standard output [default: a file in out/]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write a proof file instead, which `dspt verify FILE` judges without the repository; `-` is standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["site", "format", "output"])]
    proof: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// PDF/A-2a, tagged for those who listen to it
    Pdf,
    /// A picture, to be placed in other documents
    Svg,
    /// A page for a browser
    Html,
}

impl Format {
    /// The best that this build can write.
    pub const BEST: Self = if cfg!(feature = "pdf") { Self::Pdf } else { Self::Svg };

    /// How the names of files in each format end.
    const ENDINGS: &[(&str, Self)] = &[("pdf", Self::Pdf), ("svg", Self::Svg), ("html", Self::Html)];

    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Svg => "svg",
            Self::Html => "html",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Svg => "image/svg+xml",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

pub fn run(context: &Context, args: &Certificate) -> Result<Outcome, Failure> {
    let published = Published::open(context, args.publication.as_deref())?;
    if let Some(file) = &args.proof {
        return proof(context, &published, file);
    }
    let certificate = match &args.site {
        Some(code) => published.site_certificate(code)?,
        None => published.certificate()?,
    };
    let output = args.output.as_deref();
    let format = args.format.map_or_else(|| delivery::by_ending(output, Format::ENDINGS, Format::BEST), Ok)?;
    let bytes = bytes(&certificate, format)?;
    tell_what_is_not_shown(context, [&certificate], format);
    if let Some(newer) = published.newer() {
        context.note(&format!("{} is not the newest publication: {} is.", published.record.id(), newer.id()));
    }
    let usual = format!("out/{}", file_name(&certificate, format));
    let place = delivery::place(context, args.output.as_deref(), Some((&context.root()?, &usual)))?;
    delivery::put(context, place.as_deref(), &bytes, false)?;
    Ok(Outcome::Done)
}

fn proof(context: &Context, published: &Published, file: &Path) -> Result<Outcome, Failure> {
    let bytes = proof::make(&published.ledger.repository, &published.verified)?;
    if file == Path::new("-") {
        context.print_bytes(&bytes, false)?;
        return Ok(Outcome::Done);
    }
    let path = context.start.join(file);
    delivery::refuse_what_people_wrote(&path, &bytes)?;
    write::replace(&path, &bytes)?;
    let name = file.display();
    context.print(&format!(
        "{name} proves {}, without answers or evidence.\n\nWhoever has it and your public key:\n      {}\n",
        published.record.id(),
        paint(COMMAND, format!("dspt verify {name} --allowed-signers FILE"))
    ))?;
    Ok(Outcome::Done)
}

/// Tells which letters of certificates a PDF cannot show, and where they can be seen.
pub fn tell_what_is_not_shown<'c>(
    context: &Context,
    certificates: impl IntoIterator<Item = &'c document::Certificate>,
    format: Format,
) {
    const MOST: usize = 12;
    let letters: BTreeSet<char> =
        certificates.into_iter().flat_map(document::Certificate::letters_without_a_font).collect();
    if letters.is_empty() || format != Format::Pdf {
        return;
    }
    // A mark alone, or a blank of another kind, would be seen by nobody.
    let named = |c: &char| if c.is_alphanumeric() { c.to_string() } else { format!("U+{:04X}", u32::from(*c)) };
    let shown: Vec<String> = letters.iter().take(MOST).map(named).collect();
    let rest = letters.len().saturating_sub(MOST);
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    context.note(&format!(
        "The PDF's fonts lack {}{more}: each stands there without its marks or as a question mark. `dspt certificate \
         --format html` and `--format svg` show them all.",
        shown.join(" ")
    ));
}

/// `A1B2-2025-26-certificate.pdf`, with nothing in it that a file's name cannot hold.
pub fn file_name(certificate: &document::Certificate, format: Format) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    let code: String = certificate.holder().code.chars().map(fit).collect();
    let edition: String = certificate.edition.chars().map(fit).collect();
    format!("{code}-{edition}-certificate.{}", format.extension())
}

pub fn bytes(certificate: &document::Certificate, format: Format) -> Result<Vec<u8>, Failure> {
    let failed = |error: ExportError| Failure::new(error.to_string());
    match format {
        Format::Pdf => pdf(certificate),
        Format::Svg => Ok(document::svg(certificate).map_err(failed)?.into_bytes()),
        Format::Html => Ok(document::html(certificate).map_err(failed)?.into_bytes()),
    }
}

#[cfg(feature = "pdf")]
fn pdf(certificate: &document::Certificate) -> Result<Vec<u8>, Failure> {
    document::pdf(certificate).map_err(|error| Failure::new(error.to_string()))
}

#[cfg(not(feature = "pdf"))]
fn pdf(_: &document::Certificate) -> Result<Vec<u8>, Failure> {
    Err(Failure::new("this dspt was built without the feature `pdf`")
        .hint("--format svg and --format html are printed by every browser"))
}
