//! The certificate as PDF/A-2a, or A-2b where a name forbids that: the pages of the SVG, their text selectable, both fonts embedded, each part tagged with
//! what it is and in the order in which it is read.
//!
//! The document's date is the publication's, so that the same publication gives the same bytes.

use super::fonts::Family;
use super::page::{Block, Page, Text};
use super::{Certificate, layout, svg};
use crate::export::ExportError;
use krilla::Document;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::Size;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagKind, TagTree};
use krilla_svg::{SurfaceExt as _, SvgSettings};
use std::num::NonZeroU16;
use std::sync::Arc;

/// A4 in points.
const A4: (f32, f32) = (595.276, 841.89);
const LANGUAGE: &str = "en-GB";

pub fn pdf(certificate: &Certificate) -> Result<Vec<u8>, ExportError> {
    let failed = |reason: String| ExportError { document: "certificate", reason };
    let mut fonts = fontdb::Database::new();
    for family in Family::ALL {
        fonts.load_font_data(family.bytes().to_vec());
    }
    let options = usvg::Options { fontdb: Arc::new(fonts), ..usvg::Options::default() };
    let mut error = None;
    for archival in [Archival::A2_A, Archival::A2_B] {
        match document(certificate, archival, &options)?.finish() {
            Ok(bytes) => return Ok(bytes),
            // What the font draws as one sign, such as an arrow of two hyphens and a bracket, has no letter behind each
            // of its parts: A-2a allows that nowhere.
            Err(refused) => error = Some(refused),
        }
    }
    Err(failed(format!("{error:?}")))
}

fn document(
    certificate: &Certificate,
    archival: Archival,
    options: &usvg::Options<'_>,
) -> Result<Document, ExportError> {
    let failed = |reason: String| ExportError { document: "certificate", reason };
    let size = Size::from_wh(A4.0, A4.1).ok_or_else(|| failed("no page size".to_owned()))?;
    let configuration = ConfigurationBuilder::new().with_archival_validator(archival).finish();
    let mut document = Document::new_with(krilla::SerializeSettings {
        configuration: configuration.map_err(|error| failed(format!("{error:?}")))?,
        ..krilla::SerializeSettings::default()
    });
    let draw = |surface: &mut Surface<'_>, page: Page, framed: bool| {
        let text = svg::render(certificate, &[page], framed, Vec::new())?;
        let tree = usvg::Tree::from_str(&text, options).map_err(|error| failed(error.to_string()))?;
        surface.draw_svg(&tree, size, SvgSettings::default()).ok_or_else(|| failed("a page cannot be drawn".to_owned()))
    };
    let mut read = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    for page in layout::pages(certificate) {
        let Page { blocks, texts, rules, ornament } = page;
        let mut page = document.start_page_with(PageSettings::new(size));
        let mut surface = page.surface();
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        draw(&mut surface, Page { rules, ornament, ..Page::default() }, true)?;
        surface.end_tagged();
        for (at, block) in blocks.into_iter().enumerate() {
            let mut texts: Vec<Text> = texts.iter().filter(|text| text.block == at).map(known).collect();
            let Some((_, others)) = texts.split_last_mut() else { continue };
            others.iter_mut().for_each(spaced);
            let drawn = surface.start_tagged(content(block));
            draw(&mut surface, Page { texts, ..Page::default() }, false)?;
            surface.end_tagged();
            if let Some(group) = group(block, drawn) {
                read.push(group);
            }
        }
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(read);
    document.set_metadata(metadata(certificate));
    Ok(document)
}

/// The text in letters that its font has.
fn known(text: &Text) -> Text {
    Text { words: shown(text.family, &text.words), ..text.clone() }
}

/// The text in letters that the font has: Vietnamese ones without their marks where it lacks them, and a question mark
/// for every other, since PDF/A knows no empty boxes.
fn shown(family: Family, text: &str) -> String {
    let shown = |c: char| Some(c).filter(|c| family.has(*c)).or_else(|| unmarked(c)).unwrap_or('?');
    text.chars().map(shown).collect()
}

/// A Vietnamese letter without its tone, and without its horn.
fn unmarked(c: char) -> Option<char> {
    /// For U+1EA0 and the letters that follow.
    const TONES: &str = "AaAaÂâÂâÂâÂâÂâĂăĂăĂăĂăĂăEeEeEeÊêÊêÊêÊêÊêIiIiOoOoÔôÔôÔôÔôÔôOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy";
    match c {
        'Ơ' => Some('O'),
        'ơ' => Some('o'),
        'Ư' => Some('U'),
        'ư' => Some('u'),
        _ => TONES.chars().nth(usize::try_from(u32::from(c).checked_sub(0x1ea0)?).ok()?),
    }
}

/// Parts the text from the next: a line's end is no blank to those who listen.
fn spaced(text: &mut Text) {
    text.words.push(' ');
    if text.centred {
        text.x += text.family.width(" ", text.size, text.tracking) / 2.0;
    }
}

fn content(block: Block) -> ContentTag<'static> {
    match block {
        Block::Furniture => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PageNumber)),
        Block::Title | Block::Heading | Block::Paragraph => ContentTag::Span(SpanTag::empty()),
    }
}

/// What is read out of a part; nothing of what is no part of the text.
fn group(block: Block, drawn: Identifier) -> Option<TagGroup> {
    let heading = |level: u16| NonZeroU16::new(level).map(|level| TagKind::from(Tag::Hn(level, None)));
    let kind = match block {
        Block::Title => heading(1)?,
        Block::Heading => heading(2)?,
        Block::Paragraph => Tag::P.into(),
        Block::Furniture => return None,
    };
    Some(TagGroup::with_children(kind, vec![drawn.into()]))
}

fn metadata(certificate: &Certificate) -> Metadata {
    let date = certificate.date;
    let part = |number: i8| number.unsigned_abs();
    let day = DateTime::new(date.year().unsigned_abs())
        .month(part(date.month()))
        .day(part(date.day()))
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(certificate.title())
        .description(Certificate::disclaimer().to_owned())
        .language(LANGUAGE.to_owned())
        .authors(vec![certificate.organisation.name.clone()])
        .creator(format!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")))
        .creation_date(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_a_font_lacks_stand_without_their_marks_or_as_question_marks() {
        let names = "Nhà dưỡng lão Phúc Ấn Ước Mơ Quý Hỷ Kỵ Thỹ Ẹ ỹ Ỵ, 養老院";
        for family in Family::ALL {
            let shown = shown(family, names);
            // A font may have some of the letters.
            let bare: String = shown.chars().map(|c| unmarked(c).unwrap_or(c)).collect();
            assert_eq!(bare, "Nhà duong lão Phúc Ân Uoc Mo Quý Hy Ky Thy E y Y, ???", "{}", family.name());
        }
    }
}
