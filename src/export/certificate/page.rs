//! A page of A4: every line of text with its place and look, and in which order it is read.

use super::fonts::Family;

pub(super) const WIDTH: f32 = 595.0;
pub(super) const HEIGHT: f32 = 842.0;
pub(super) const CENTRE: f32 = WIDTH / 2.0;

/// How a line of text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub family: Family,
    pub size: f32,
    pub colour: &'static str,
    pub tracking: f32,
}

pub(super) const fn serif(size: f32, colour: &'static str) -> Style {
    Style { family: Family::Serif, size, colour, tracking: 0.0 }
}

pub(super) const fn sans(size: f32, colour: &'static str) -> Style {
    Style { family: Family::Sans, size, colour, tracking: 0.0 }
}

/// One line of text.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub x: f32,
    pub y: f32,
    pub family: Family,
    pub size: f32,
    pub colour: &'static str,
    pub tracking: f32,
    /// Whether `x` is its middle.
    pub centred: bool,
    pub words: String,
    /// The part of the page that it belongs to, as an index into [`Page::blocks`].
    pub block: usize,
}

/// A straight line.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub x1: f32,
    pub x2: f32,
    pub y: f32,
    pub colour: &'static str,
    pub width: f32,
}

/// What a part of a page is to those who listen to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Title,
    Heading,
    Paragraph,
    /// The number of the page, which nobody reads out.
    Furniture,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    /// In the order in which they are read; each text belongs to one.
    pub blocks: Vec<Block>,
    pub texts: Vec<Text>,
    pub rules: Vec<Rule>,
    /// Paths of the ornament.
    pub ornament: Vec<String>,
}

impl Page {
    /// Begins a part: the texts that follow belong to it.
    pub fn block(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Adds what stands on another page, to be read after what stands here.
    pub fn append(&mut self, other: Self) {
        let before = self.blocks.len();
        self.blocks.extend(other.blocks);
        self.texts.extend(other.texts.into_iter().map(|text| Text { block: text.block + before, ..text }));
        self.rules.extend(other.rules);
        self.ornament.extend(other.ornament);
    }

    pub fn left(&mut self, x: f32, y: f32, style: Style, text: &str) {
        self.add(x, y, style, false, text);
    }

    pub fn centred(&mut self, y: f32, style: Style, text: &str) {
        self.add(CENTRE, y, style, true, text);
    }

    pub fn add(&mut self, x: f32, y: f32, style: Style, centred: bool, text: &str) {
        let Style { family, size, colour, tracking } = style;
        let block = self.blocks.len().saturating_sub(1);
        self.texts.push(Text { x, y, family, size, colour, tracking, centred, words: text.to_owned(), block });
    }

    pub fn rule(&mut self, x1: f32, x2: f32, y: f32, colour: &'static str, width: f32) {
        self.rules.push(Rule { x1, x2, y, colour, width });
    }

    /// Centred lines one below the other; the base line below the last.
    pub fn lines(&mut self, y: f32, style: Style, leading: f32, lines: &[String]) -> f32 {
        let mut y = y;
        for line in lines {
            self.centred(y, style, line);
            y += leading;
        }
        y
    }
}
