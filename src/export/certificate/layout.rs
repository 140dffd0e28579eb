//! The certificate laid out on pages of A4.
//!
//! Lengths are points from the upper left corner. The upper part flows down from the name, the proof stands at the
//! foot; sites that find no room between them go to pages of their own.

use super::fonts::Family;
use super::lines::{at_most, balanced, fitted, wrap};
use super::ornament::ring;
use super::page::{Block, CENTRE, HEIGHT, Page, Style, WIDTH, sans, serif};
use super::{Certificate, Party};

const LEFT: f32 = 66.0;
const RIGHT: f32 = WIDTH - LEFT;
const MEASURE: f32 = RIGHT - LEFT;
/// Where the frame's inner line is.
const FRAME: f32 = 34.0;
/// The lowest base line.
const FOOT: f32 = 790.0;

const INK: &str = "#1c2733";
const ACCENT: &str = "#17405f";
const QUIET: &str = "#56636f";
const PALE: &str = "#e3eaef";
const RULE: &str = "#b9c6d0";

const EYEBROW: Style = Style { family: Family::Sans, size: 8.0, colour: QUIET, tracking: 0.7 };
const LABEL: Style = Style { family: Family::Sans, size: 7.0, colour: QUIET, tracking: 0.5 };

/// All pages of a certificate.
pub(super) fn pages(certificate: &Certificate) -> Vec<Page> {
    let mut first = Page::default();
    let sites = certificate.sites();
    let left_out = certificate.left_out();
    // Read last, and placed first: it says how much room there is.
    let mut foot = Page::default();
    let proof_top = proof(&mut foot, certificate);
    // What is left between the upper part and what stands below it is shared out, so that a page without a list of
    // sites is not bare in its middle.
    let listed = Grid::new(sites).height() + left_out.as_ref().map_or(0.0, |_| LEADING) + 67.0;
    let below = match (sites.is_empty() && left_out.is_none(), proof_top) {
        (true, _) => 0.0,
        (false, room) if head(&mut Page::default(), certificate, 0.0) + listed < room => listed,
        _ => 67.0,
    };
    let air = (proof_top - head(&mut Page::default(), certificate, 0.0) - below - 30.0).clamp(0.0, 130.0);
    let mut y = head(&mut first, certificate, air);
    if sites.is_empty() && left_out.is_none() {
        first.append(foot);
        return vec![first];
    }
    y += 34.0;
    first.block(Block::Heading);
    first.rule(LEFT, RIGHT, y - 17.0, RULE, 0.5);
    first.left(LEFT, y, LABEL, &heading(certificate));
    y += 15.0;
    let mut grid = Grid::new(sites);
    let room = proof_top - 18.0;
    let note = left_out.as_deref().map(|text| wrap(text, SITE_CODE, MEASURE)).unwrap_or_default();
    let note_height = LEADING * as_f32(note.len()) + 6.0;
    if grid.height() + note_height <= room - y {
        y = grid.draw(&mut first, y, room);
        first.block(Block::Paragraph);
        for line in &note {
            first.left(LEFT, y + 4.0, SITE_CODE, line);
            y += LEADING;
        }
        first.append(foot);
        return vec![first];
    }
    first.block(Block::Paragraph);
    first.left(LEFT, y, sans(9.0, INK), "They are listed on the following pages, which are part of this certificate.");
    first.append(foot);
    let mut pages = vec![first];
    let mut lines = note.iter();
    let mut rest: Vec<&String> = Vec::new();
    while !grid.is_done() || !rest.is_empty() || lines.len() > 0 {
        let mut page = Page::default();
        page.block(Block::Heading);
        page.left(LEFT, 74.0, LABEL, &heading(certificate));
        page.block(Block::Paragraph);
        let name = wrap(&certificate.organisation.named(), serif(17.0, ACCENT), MEASURE);
        let mut y = 98.0;
        for line in at_most(name, 2) {
            page.left(LEFT, y, serif(17.0, ACCENT), &line);
            y += 20.0;
        }
        page.rule(LEFT, RIGHT, y - 8.0, RULE, 0.5);
        y += 14.0;
        if !grid.is_done() {
            y = grid.draw(&mut page, y, FOOT - 24.0);
        }
        if grid.is_done() {
            page.block(Block::Paragraph);
            rest.extend(lines.by_ref());
            let fit = rest.len().min(count_of((FOOT - 24.0 - y) / LEADING));
            for line in rest.drain(..fit) {
                page.left(LEFT, y + 6.0, SITE_CODE, line);
                y += LEADING;
            }
        }
        pages.push(page);
    }
    let count = pages.len();
    for (at, page) in pages.iter_mut().enumerate() {
        let place = format!("Publication {}, page {} of {count}", certificate.details()[0].1, at + 1);
        page.block(Block::Furniture);
        page.centred(HEIGHT - FRAME + 14.0, sans(6.5, QUIET), &place);
    }
    pages
}

/// "60 SITES COVERED"
fn heading(certificate: &Certificate) -> String {
    match certificate.sites().len() {
        0 => "SITES".to_owned(),
        1 => "SITE COVERED".to_owned(),
        count => format!("{count} SITES COVERED"),
    }
}

/// The upper part: whose, what, when, with some height to be shared out among its gaps. The lowest base line used.
fn head(page: &mut Page, certificate: &Certificate, air: f32) -> f32 {
    let gap = air / 5.5;
    let eyebrow = wrap(&certificate.standard.to_uppercase(), EYEBROW, MEASURE);
    page.block(Block::Paragraph);
    let mut y = page.lines(88.0 + gap, EYEBROW, 12.0, &at_most(eyebrow, 2));
    page.block(Block::Title);
    page.centred(y + 22.0, serif(21.0, INK), "Certificate of publication");
    page.rule(CENTRE - 24.0, CENTRE + 24.0, y + 40.0, ACCENT, 0.75);

    let holder = certificate.holder();
    let (style, name) =
        fitted(&holder.name, ACCENT, &[(40.0, 1), (34.0, 2), (27.0, 2), (22.0, 3), (17.0, 4)], MEASURE - 10.0);
    y += 1.5 * gap;
    page.block(Block::Paragraph);
    y = page.lines(y + 58.0 + style.size, style, style.size * 1.12, &name) - style.size * 1.12;
    page.block(Block::Paragraph);
    page.centred(y + 22.0, sans(10.0, QUIET), &format!("ODS code {}", holder.code));

    let statement = balanced(&certificate.statement(), serif(14.0, INK), MEASURE - 60.0);
    y += gap;
    page.block(Block::Paragraph);
    y = page.lines(y + 64.0, serif(14.0, INK), 17.0, &at_most(statement, 4)) - 17.0;
    let (style, level) = fitted(&certificate.level, ACCENT, &[(46.0, 1), (34.0, 2), (22.0, 3)], MEASURE);
    let middle = y + 45.0 + style.size * 0.62;
    page.ornament = ring(&certificate.proof.record_digest, (CENTRE, middle), 67.0);
    page.block(Block::Paragraph);
    y = page.lines(y + 45.0 + style.size * 0.9, style, style.size * 1.1, &level) - style.size * 1.1;

    y += 70.0 + gap;
    let column = MEASURE / 3.0;
    for (at, (label, value)) in certificate.facts().into_iter().enumerate() {
        let x = LEFT + column * (as_f32(at) + 0.5);
        page.block(Block::Paragraph);
        page.add(x, y, LABEL, true, &label.to_uppercase());
        page.add(x, y + 20.0, serif(17.0, INK), true, &value);
    }
    y + 20.0
}

/// What proves it, at the foot. The base line above its first.
fn proof(page: &mut Page, certificate: &Certificate) -> f32 {
    let text = sans(7.2, INK);
    let quiet = sans(7.2, QUIET);
    let indent = 66.0;
    // Each part with its lines: their places, looks and words.
    let mut placed: Vec<Vec<(f32, f32, Style, String)>> = Vec::new();
    let mut y = 0.0;
    for (label, value) in certificate.details() {
        let mut part = vec![(LEFT, y, Style { size: 7.2, tracking: 0.0, ..LABEL }, label.to_owned())];
        for line in at_most(wrap(&value, text, MEASURE - indent), 3) {
            part.push((LEFT + indent, y, text, line));
            y += 11.5;
        }
        placed.push(part);
    }
    y += 7.0;
    let mut part = vec![(LEFT, y, quiet, "To verify".to_owned())];
    let coloured = sans(7.2, ACCENT);
    let how = wrap(Certificate::how_to_verify(), text, MEASURE - indent).into_iter().map(|line| (text, line));
    let commands = certificate.commands();
    let commands = commands.iter().flat_map(|command| wrap(command, coloured, MEASURE - indent));
    for (style, line) in how.chain(commands.map(|line| (coloured, line))) {
        part.push((LEFT + indent, y, style, line));
        y += 10.5;
    }
    placed.push(part);
    y += 8.0;
    let small = sans(6.8, QUIET);
    for paragraph in [certificate.provenance.as_str(), certificate.validity(), Certificate::disclaimer()] {
        let mut part = Vec::new();
        for line in wrap(paragraph, small, MEASURE) {
            part.push((LEFT, y, small, line));
            y += 9.4;
        }
        placed.push(part);
    }
    let top = FOOT - (y - 9.4);
    page.rule(LEFT, RIGHT, top - 17.0, RULE, 0.5);
    for part in placed {
        page.block(Block::Paragraph);
        for (x, y, style, line) in part {
            page.left(x, top + y, style, &line);
        }
    }
    top - 17.0
}

const SITE: Style = sans(8.8, INK);
const SITE_CODE: Style = sans(8.2, QUIET);
const LEADING: f32 = 12.0;
const GUTTER: f32 = 22.0;
const CODE: f32 = 44.0;
/// Lines of a site's name that a page holds below its head.
const TALLEST: usize = 48;

/// Sites in two columns, filled row by row so that they are read in order; each with its code before its name.
struct Grid {
    cells: Vec<(String, Vec<String>)>,
    next: usize,
    columns: usize,
    /// Where names begin behind the codes.
    indent: f32,
}

impl Grid {
    fn new(sites: &[Party]) -> Self {
        let columns = if sites.len() > 3 { 2 } else { 1 };
        let widest = sites.iter().map(|site| SITE_CODE.family.width(&site.code, SITE_CODE.size, 0.0) + 8.0);
        let indent = widest.fold(CODE, f32::max).min(150.0);
        let width = column_width(columns) - indent;
        let cell = |site: &Party| {
            let name = if site.name == site.code { "" } else { site.name.as_str() };
            (site.code.clone(), at_most(wrap(name, SITE, width), TALLEST))
        };
        Self { cells: sites.iter().map(cell).collect(), next: 0, columns, indent }
    }

    fn is_done(&self) -> bool {
        self.next >= self.cells.len()
    }

    fn rows(&self) -> impl Iterator<Item = &[(String, Vec<String>)]> {
        self.cells[self.next..].chunks(self.columns)
    }

    fn row_height(row: &[(String, Vec<String>)]) -> f32 {
        let lines = row.iter().map(|(_, name)| name.len()).max().unwrap_or(1).max(1);
        LEADING * as_f32(lines) + 2.5
    }

    /// The room that what is left needs.
    fn height(&self) -> f32 {
        self.rows().map(Self::row_height).sum()
    }

    /// Draws rows down to a base line; the base line below the last row.
    fn draw(&mut self, page: &mut Page, top: f32, bottom: f32) -> f32 {
        let mut y = top;
        let mut drawn = 0;
        for row in self.rows() {
            if y + Self::row_height(row) - LEADING > bottom && drawn > 0 {
                break;
            }
            for (at, (code, name)) in row.iter().enumerate() {
                let x = LEFT + as_f32(at) * (column_width(self.columns) + GUTTER);
                page.block(Block::Paragraph);
                let code = at_most(wrap(code, SITE_CODE, self.indent - 4.0), 1);
                page.left(x, y, SITE_CODE, &code[0]);
                for (line, text) in name.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                    page.left(x + self.indent, y + LEADING * as_f32(line), SITE, text);
                }
            }
            y += Self::row_height(row);
            drawn += row.len();
        }
        self.next += drawn;
        y
    }
}

fn column_width(columns: usize) -> f32 {
    let columns = as_f32(columns.max(1));
    (MEASURE - GUTTER * (columns - 1.0)) / columns
}

/// Small counts only.
fn as_f32(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen lines, and none below zero")]
fn count_of(lines: f32) -> usize {
    lines.max(0.0) as usize
}

/// Colours and lines of the frame, for the template.
pub(super) const LOOK: Look = Look { accent: ACCENT, pale: PALE, frame: FRAME };

#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub accent: &'static str,
    pub pale: &'static str,
    pub frame: f32,
}

#[cfg(test)]
mod tests {
    use super::super::page::Text;
    use super::super::{Proof, ValidUntil};
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn certificate(name: &str, sites: &[String], own: bool) -> Certificate {
        let party = |name: &String| Party { code: "VABCD".to_owned(), name: name.clone() };
        let covered: Vec<Party> = sites.iter().map(party).collect();
        Certificate {
            organisation: Party { code: "A1B2".to_owned(), name: name.to_owned() },
            site: covered.first().filter(|_| own).cloned(),
            standard: "Data Security and Protection Toolkit for adult social care".to_owned(),
            edition: "2025-26".to_owned(),
            level: "Standards Exceeded".to_owned(),
            date: date(2026, 5, 1),
            valid_until: ValidUntil { day: date(2027, 6, 30), known: false },
            publication: "2025-26/001".to_owned(),
            excluded: covered.iter().take(2).cloned().collect(),
            covered,
            publisher: format!("{name}, administrator"),
            bank_digest: format!("sha256:{}", "0".repeat(64)),
            provenance: "Question set 2025-26 revision 1, 7 of 45 items confirmed against published sources."
                .to_owned(),
            proof: Proof {
                commit: "0".repeat(40),
                tag: "dspt/A1B2/2025-26/001".to_owned(),
                record_path: "publications/2025-26/001.toml".to_owned(),
                record_digest: format!("sha256:{}", "0".repeat(64)),
                signature: "signed; your own list of signers proves by whom".to_owned(),
            },
        }
    }

    #[test]
    fn names_of_sites_are_whole() {
        let name =
            |at: usize| format!("Home {at} of {}", "the Sisters of Saint Non at Llanfairpwllgwyngyll ".repeat(at * 3));
        let sites: Vec<String> = (0..7).map(name).collect();
        let pages = pages(&certificate("Sunrise Care Ltd", &sites, false));
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let shown: String = pages.iter().flat_map(|page| &page.texts).map(|text| letters(&text.words)).collect();
        for site in &sites {
            assert!(shown.contains(&letters(site)), "{site}");
        }
    }

    fn width(text: &Text) -> f32 {
        text.family.width(&text.words, text.size, text.tracking)
    }

    proptest! {
        #[test]
        fn lines_fit_and_keep_every_letter(text in "[a-zA-ZŵŷŁ ]{0,120}", size in 6.0f32..40.0, room in 60.0f32..500.0) {
            for lines in [wrap(&text, serif(size, INK), room), balanced(&text, serif(size, INK), room)] {
                for line in &lines {
                    prop_assert!(Family::Serif.width(line, size, 0.0) <= room || line.chars().count() == 1, "{line}");
                }
                let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
                prop_assert_eq!(letters(&lines.concat()), letters(&text));
            }
        }

        #[test]
        fn everything_stands_inside_the_frame_and_nothing_on_another(
            name in "[A-Za-zŵŁ]{1,30}( [A-Za-zŵŁ]{1,30}){0,8}",
            sites in proptest::collection::vec("[A-Za-zŷ]{1,14}( [A-Za-z]{1,14}){0,7}", 0..70),
            own in any::<bool>(),
        ) {
            let certificate = certificate(&name, &sites, own);
            let (mut above, mut below) = (Page::default(), Page::default());
            prop_assert!(head(&mut above, &certificate, 0.0) + 12.0 < proof(&mut below, &certificate));
            let pages = pages(&certificate);
            for page in &pages {
                for text in &page.texts {
                    let begin = if text.centred { text.x - width(text) / 2.0 } else { text.x };
                    // Centred capitals may be a little wider than they were measured: kerning is left out.
                    prop_assert!(begin >= FRAME && begin + width(text) <= WIDTH - FRAME, "{text:?}");
                    prop_assert!(text.y > FRAME + text.size && text.y < HEIGHT - 8.0, "{text:?}");
                }
                for (at, one) in page.texts.iter().enumerate() {
                    let same_line = |other: &&Text| (other.y - one.y).abs() < 4.0;
                    for other in page.texts[at + 1..].iter().filter(same_line) {
                        let (a, b) = if one.x < other.x { (one, other) } else { (other, one) };
                        let end = if a.centred { a.x + width(a) / 2.0 } else { a.x + width(a) };
                        let begin = if b.centred { b.x - width(b) / 2.0 } else { b.x };
                        prop_assert!(end <= begin + 0.01, "{a:?} {b:?}");
                    }
                }
            }
            let codes = pages.iter().flat_map(|page| &page.texts).filter(|text| text.words == "VABCD").count();
            prop_assert_eq!(codes, certificate.sites().len());
        }
    }
}
