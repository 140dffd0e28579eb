//! The two fonts of the certificate and how wide their letters are.
//!
//! Both files are subsets under the SIL Open Font License (`fonts/OFL.txt`): the Latin letters of Western and Central
//! Europe. Widths are read from the files' own tables, so that a build without PDF breaks lines at the same places.

use std::sync::LazyLock;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Serif,
    Sans,
}

impl Family {
    pub const ALL: [Self; 2] = [Self::Serif, Self::Sans];

    /// The family's name in the font file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Serif => "Certificate Serif",
            Self::Sans => "Certificate Sans",
        }
    }

    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Serif => include_bytes!("fonts/serif.ttf"),
            Self::Sans => include_bytes!("fonts/sans.otf"),
        }
    }

    fn face(self) -> &'static Face {
        static SERIF: LazyLock<Face> = LazyLock::new(|| Face::read(Family::Serif.bytes()));
        static SANS: LazyLock<Face> = LazyLock::new(|| Face::read(Family::Sans.bytes()));
        match self {
            Self::Serif => &SERIF,
            Self::Sans => &SANS,
        }
    }

    /// Whether the font has a letter.
    pub fn has(self, c: char) -> bool {
        self.face().glyph(c).is_some()
    }

    /// The width of a text at a size, kerning aside, with so much added behind each letter.
    pub fn width(self, text: &str, size: f32, tracking: f32) -> f32 {
        let face = self.face();
        text.chars().map(|c| face.advance(c) * size + tracking).sum()
    }
}

/// What is asked of a font file: the tables cmap (format 4) and hmtx.
struct Face {
    bytes: &'static [u8],
    units: f32,
    /// How many entries of hmtx have a width of their own.
    widths: usize,
    hmtx: usize,
    /// Where the subtable begins.
    cmap: usize,
}

impl Face {
    /// Reads a font of ours: a test holds that both can be read.
    fn read(bytes: &'static [u8]) -> Self {
        let mut face = Self { bytes, units: 1000.0, widths: 0, hmtx: 0, cmap: 0 };
        for table in 0..usize::from(face.number(4)) {
            let entry = 12 + table * 16;
            let at = face.long(entry + 8);
            match bytes.get(entry..entry + 4) {
                Some(b"head") => face.units = f32::from(face.number(at + 18)),
                Some(b"hhea") => face.widths = usize::from(face.number(at + 34)),
                Some(b"hmtx") => face.hmtx = at,
                Some(b"cmap") => face.cmap = at + face.long(at + 8),
                _ => {}
            }
        }
        face
    }

    fn number(&self, at: usize) -> u16 {
        self.bytes.get(at..at + 2).map_or(0, |pair| u16::from_be_bytes([pair[0], pair[1]]))
    }

    fn long(&self, at: usize) -> usize {
        usize::from(self.number(at)) << 16 | usize::from(self.number(at + 2))
    }

    fn glyph(&self, c: char) -> Option<usize> {
        let code = u16::try_from(u32::from(c)).ok()?;
        let doubled = usize::from(self.number(self.cmap + 6));
        let ends = self.cmap + 14;
        let (starts, deltas, offsets) = (ends + doubled + 2, ends + 2 * doubled + 2, ends + 3 * doubled + 2);
        let segment = (0..doubled).step_by(2).find(|at| self.number(ends + at) >= code)?;
        let start = self.number(starts + segment);
        if start > code {
            return None;
        }
        let delta = self.number(deltas + segment);
        let offset = usize::from(self.number(offsets + segment));
        let glyph = if offset == 0 {
            code.wrapping_add(delta)
        } else {
            match self.number(offsets + segment + offset + 2 * usize::from(code - start)) {
                0 => 0,
                glyph => glyph.wrapping_add(delta),
            }
        };
        (glyph != 0).then_some(usize::from(glyph))
    }

    /// In parts of the size; a letter that the font lacks counts as a wide one.
    fn advance(&self, c: char) -> f32 {
        let Some(glyph) = self.glyph(c) else { return 1.0 };
        let entry = glyph.min(self.widths.saturating_sub(1));
        f32::from(self.number(self.hmtx + 4 * entry)) / self.units
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fonts_have_the_letters_of_britain_and_its_neighbours() {
        for family in Family::ALL {
            for c in "AZaz09 &'’–-(),./:;@#%+£€ŵŷẁẃẅỳâêîôûŁłŻżśćńóąęřšžőűßøåæœñçğışĦħ".chars()
            {
                assert!(family.has(c), "{} lacks {c}", family.name());
            }
            assert!(!family.has('語'));
        }
    }

    #[test]
    fn widths_are_the_fonts_own() {
        // As other programs read them: advance and units to the em are 528 of 1000, 792 and 2672 of 2816.
        let per_thousand = |family: Family, text: &str| format!("{:.0}", family.width(text, 1000.0, 0.0));
        assert_eq!(
            [
                per_thousand(Family::Serif, "n"),
                per_thousand(Family::Sans, " "),
                per_thousand(Family::Sans, "W"),
                per_thousand(Family::Sans, "W W")
            ],
            ["528", "281", "949", "2179"]
        );
        assert!((Family::Sans.width("ab", 10.0, 1.0) - Family::Sans.width("ab", 10.0, 0.0) - 2.0).abs() < 1e-4);
    }
}
