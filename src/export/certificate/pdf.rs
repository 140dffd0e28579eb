//! The certificate as PDF/A-2b: the pages of the SVG, their text selectable, both fonts embedded.
//!
//! The document's date is the publication's, so that the same publication gives the same bytes.

use super::fonts::Family;
use super::{Certificate, layout, svg};
use crate::export::ExportError;
use krilla::Document;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::Size;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt as _, SvgSettings};
use std::sync::Arc;

/// A4 in points.
const A4: (f32, f32) = (595.276, 841.89);

pub fn pdf(certificate: &Certificate) -> Result<Vec<u8>, ExportError> {
    let failed = |reason: String| ExportError { document: "certificate", reason };
    let mut fonts = fontdb::Database::new();
    for family in Family::ALL {
        fonts.load_font_data(family.bytes().to_vec());
    }
    let options = usvg::Options { fontdb: Arc::new(fonts), ..usvg::Options::default() };
    let size = Size::from_wh(A4.0, A4.1).ok_or_else(|| failed("no page size".to_owned()))?;

    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_B).finish();
    let mut document = Document::new_with(krilla::SerializeSettings {
        configuration: configuration.map_err(|error| failed(format!("{error:?}")))?,
        ..krilla::SerializeSettings::default()
    });
    for page in layout::pages(certificate) {
        let text = svg::render(certificate, &[page], Vec::new())?;
        let tree = usvg::Tree::from_str(&text, &options).map_err(|error| failed(error.to_string()))?;
        let mut page = document.start_page_with(PageSettings::new(size));
        let mut surface = page.surface();
        surface
            .draw_svg(&tree, size, SvgSettings::default())
            .ok_or_else(|| failed("a page cannot be drawn".to_owned()))?;
        surface.finish();
        page.finish();
    }
    document.set_metadata(metadata(certificate));
    document.finish().map_err(|error| failed(format!("{error:?}")))
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
        .language("en-GB".to_owned())
        .authors(vec![certificate.organisation.name.clone()])
        .creator(format!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")))
        .creation_date(day)
}
