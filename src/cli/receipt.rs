//! The receipt of a publication as a draft message, with the certificate attached.

use super::certificate::{self, Format};
use super::context::Context;
use super::error::Failure;
use super::published::Published;
use super::write;
use crate::export::mail::{self, Attachment, Mail};
use crate::model::Record;
use crate::model::period::in_words;
use std::fmt::Write as _;
use std::path::Path;

/// Refuses a place where a receipt cannot be written, before anything is published.
pub fn check_place(path: &Path) -> Result<(), Failure> {
    if std::fs::symlink_metadata(path).is_ok() {
        return Err(Failure::new(format!("{} is there already; nothing was published", path.display()))
            .hint("--receipt names a new file"));
    }
    // What is missing of the way there is made when the receipt is written.
    match path.ancestors().skip(1).find(|above| std::fs::symlink_metadata(above).is_ok()) {
        Some(above) if !above.is_dir() => {
            Err(Failure::new(format!("{} is no directory; nothing was published", above.display())))
        }
        _ => Ok(()),
    }
}

/// Writes the receipt of a publication that has just been made.
pub fn write(context: &Context, record: &Record, path: &Path) -> Result<(), Failure> {
    let published = Published::open(context, Some(&record.id()))?;
    let certificate = published.certificate()?;
    let format = Format::BEST;
    let attachment = Attachment {
        name: certificate::file_name(&certificate, format),
        media_type: format.media_type(),
        bytes: certificate::bytes(&certificate, format)?,
    };
    let level = &certificate.level;
    let subject = format!(
        "Published {}: {} ({}), {level}",
        record.id(),
        certificate.organisation.name,
        certificate.organisation.code
    );
    let message = mail::write(&Mail {
        at: record.date.at(0, 0, 0, 0),
        from: Some((&record.publisher.name, &record.publisher.email)),
        subject: &subject,
        text: &text(&published, &certificate, record),
        identified: true,
        attachments: &[attachment],
    });
    write::replace(path, message.as_bytes())?;
    certificate::tell_what_is_not_shown(context, [&certificate], format);
    Ok(())
}

fn text(published: &Published, certificate: &crate::export::certificate::Certificate, record: &Record) -> String {
    let organisation = &certificate.organisation;
    let mut out = format!(
        "Hello,\n\n{} (ODS code {}) published its self-assessment by the {}, edition {}.\n\n",
        organisation.name, organisation.code, certificate.standard, certificate.edition
    );
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(out, "{name}: {value}");
    };
    line("Level", &certificate.level);
    line("Date", &in_words(certificate.date));
    line("Valid until", &in_words(certificate.valid_until.day));
    line("Publication", &format!("{}/{}", organisation.code, record.id()));
    line("Published by", &certificate.publisher);
    if !certificate.covered.is_empty() {
        let sites: Vec<String> = certificate.covered.iter().map(crate::export::certificate::Party::named).collect();
        line("Sites covered", &sites.join("; "));
    }
    line("Commit", &certificate.proof.commit);
    line("Record", &certificate.proof.record_digest);
    let _ = write!(
        out,
        "\nThe certificate is attached. In a clone of the repository, `dspt verify {}` proves it; so does git alone:\n\
         git show {}:{} | sha256sum\n",
        record.id(),
        certificate.proof.tag,
        certificate.proof.record_path
    );
    let _ = write!(
        out,
        "\nThis is not yet on the national web site: dspt does not submit there. It is not issued by NHS England and \
         not affiliated with NHS England.\n{}\n",
        published.standard.provenance_line()
    );
    out
}
