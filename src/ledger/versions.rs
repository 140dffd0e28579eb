//! The versions of one answers file, read one after another for the answer to one question.
//!
//! A commit mostly changes a few answers: of a version that differs from the one before only between two headers, only
//! what stands there is parsed. What is told is always what parsing it whole would tell; whatever stands in the way of
//! that (another notation, other headers, damage anywhere) has it parsed whole.

use crate::decode;
use crate::model::Answer;
use crate::source::{Document, Kind, Syntax, Table, TableForm};

/// What a version says to the question: none where it cannot be read whole.
pub(super) type Parsed = Option<Option<Answer>>;

const ANSWERS: &str = "answers";
/// The beginning of a merge conflict, which may reach over any number of answers.
const CONFLICT: &str = "<<<<<<<";

/// Reads versions of a file, neighbours best one after the other.
#[derive(Debug, Default)]
pub(super) struct Versions {
    before: Option<Version>,
    #[cfg(test)]
    whole: usize,
}

/// A version whose answers stand each below a header of its own, and nothing else below any header.
#[derive(Debug)]
struct Version {
    bytes: Vec<u8>,
    headers: Vec<Header>,
    /// The question's number, by what stands above the first header.
    number: Option<String>,
    answer: Option<Answer>,
}

/// `[answers."1.1.5"]` and where it begins.
#[derive(Debug)]
struct Header {
    start: usize,
    number: String,
}

impl Versions {
    /// `number` tells the question's number by the standard that the file names.
    pub(super) fn read(&mut self, bytes: Vec<u8>, syntax: Syntax, number: &dyn Fn(&str) -> Option<String>) -> Parsed {
        if syntax == Syntax::Toml
            && let Some(before) = &mut self.before
            && before.becomes(&bytes).is_some()
        {
            before.bytes = bytes;
            return Some(before.answer.clone());
        }
        #[cfg(test)]
        {
            self.whole += 1;
        }
        let kept = (syntax == Syntax::Toml).then(|| bytes.clone());
        let document = Document::read(bytes, syntax);
        if document.damaged {
            return None;
        }
        let mut answers = decode::answers::decode(&document).value;
        let number = number(&answers.standard);
        let answer = number.as_ref().and_then(|number| answers.answers.remove(number));
        let headers = kept.as_ref().and_then(|_| headers(&document, false));
        if let Some((bytes, headers)) = kept.zip(headers) {
            self.before = Some(Version { bytes, headers, number, answer: answer.clone() });
        }
        Some(answer)
    }
}

impl Version {
    /// Turns into the version of these bytes but for the bytes themselves; none, and unchanged, where they have to be
    /// parsed whole.
    fn becomes(&mut self, bytes: &[u8]) -> Option<()> {
        let old = &self.bytes;
        let same = old.iter().zip(bytes).take_while(|(a, b)| a == b).count();
        if same == old.len() && same == bytes.len() {
            return Some(());
        }
        let most = old.len().min(bytes.len()) - same;
        let ends = old.iter().rev().zip(bytes.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
        // From the header above the first difference to the one below the last.
        let first = self.headers.partition_point(|header| header.start < same).checked_sub(1)?;
        let after = self.headers.partition_point(|header| header.start < old.len() - ends);
        let start = self.headers[first].start;
        let rest = old.len() - self.headers.get(after).map_or(old.len(), |header| header.start);
        let part = std::str::from_utf8(&bytes[start..bytes.len() - rest]).ok()?;
        let ends_a_line = rest == 0 || part.trim_end_matches([' ', '\t']).ends_with('\n');
        if !ends_a_line || part.contains(CONFLICT) {
            return None;
        }
        let document = Document::read_text(part, Syntax::Toml);
        let found = headers(&document, true).filter(|_| !document.damaged)?;
        let there = self.headers[first..after].iter().map(|header| &header.number);
        if !there.eq(found.iter().map(|header| &header.number)) {
            return None;
        }
        if let Some(number) = self.number.as_ref().filter(|number| found.iter().any(|header| header.number == **number))
        {
            self.answer = decode::answers::decode(&document).value.answers.remove(number);
        }
        for (header, found) in self.headers[first..after].iter_mut().zip(found) {
            header.start = start + found.start;
        }
        let (old, new) = (self.bytes.len(), bytes.len());
        for header in &mut self.headers[after..] {
            header.start = new - (old - header.start);
        }
        Some(())
    }
}

/// Where each answer begins, in order; none where an answer stands elsewhere than below one header of its own, anything
/// else stands below a header, or, in a part of a file, above the first.
fn headers(document: &Document, is_part: bool) -> Option<Vec<Header>> {
    let mark = if document.byte_order_mark { '\u{feff}'.len_utf8() } else { 0 };
    if !is_part && document.text.contains(CONFLICT) {
        return None;
    }
    let root = document.root.table()?;
    let answers = document.entry(root, ANSWERS)?.node.table().filter(|table| table.form == TableForm::Implied)?;
    let others = root.entries.iter().filter(|entry| document.key_of(entry) != ANSWERS);
    for other in others {
        if is_part || stands_below_a_header(&other.node.kind) {
            return None;
        }
    }
    let mut found: Vec<Header> = Vec::with_capacity(answers.entries.len());
    for entry in &answers.entries {
        let table = entry.node.table().filter(|table| table.form == TableForm::Header)?;
        let start = mark + entry.node.span.start as usize;
        let is_alone = !table.entries.iter().any(|entry| stands_below_a_header(&entry.node.kind));
        if !is_alone || found.last().is_some_and(|last| last.start >= start) {
            return None;
        }
        found.push(Header { start, number: document.key_of(entry).to_owned() });
    }
    Some(found)
}

/// Whether a value is made by headers, or may be.
fn stands_below_a_header(kind: &Kind) -> bool {
    let by_header = |table: &Table| matches!(table.form, TableForm::Header | TableForm::Implied | TableForm::Root);
    match kind {
        Kind::Table(table) => by_header(table),
        Kind::List(nodes) => nodes.iter().filter_map(|node| node.table()).any(by_header),
        Kind::Scalar(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a file says, parsed whole.
    fn plainly(bytes: &[u8]) -> Parsed {
        Versions::default().read(bytes.to_vec(), Syntax::Toml, &number)
    }

    fn number(standard: &str) -> Option<String> {
        (standard != "other").then(|| "1.1.2".to_owned())
    }

    fn assert_all_as_plainly(versions: &[Vec<u8>]) -> usize {
        let mut read = Versions::default();
        for version in versions {
            let said = read.read(version.clone(), Syntax::Toml, &number);
            assert_eq!(said, plainly(version), "{}", String::from_utf8_lossy(version));
        }
        read.whole
    }

    const FILE: &str = "standard = \"s\"\nedition = \"e\"\n\n# One\n[answers.\"1.1.1\"]\ntick = true\n\n\
        # Two\n[answers.\"1.1.2\"]\ntext = \"Jo\"\nowner = \"jo\"\n\n[answers.\"1.1.3\"]\nevidence = [{ location = \"Desk\" }]\n";

    #[test]
    fn only_what_differs_is_parsed() {
        let mut versions = vec![FILE.as_bytes().to_vec()];
        for (old, new) in [
            ("tick = true", "tick = false"),
            ("\"Jo\"", "\"Ann\""),
            ("# Two", "comment = \"more\"\n# Two"),
            ("Desk", "Cupboard, \u{e9}tag\u{e8}re"),
            ("owner = \"jo\"\n", ""),
            ("text = \"Ann\"", "text = '''\n[answers.\"1.1.3\"]\n'''"),
        ] {
            let last = String::from_utf8(versions.last().unwrap().clone()).unwrap();
            assert!(last.contains(old), "{old}");
            versions.push(last.replacen(old, new, 1).into_bytes());
        }
        assert_eq!(assert_all_as_plainly(&versions), 1);
    }

    #[test]
    fn what_reaches_beyond_its_place_is_parsed_whole() {
        let changed = |old: &str, new: &str| {
            assert!(FILE.contains(old), "{old}");
            let both = [FILE.as_bytes().to_vec(), FILE.replacen(old, new, 1).into_bytes(), FILE.as_bytes().to_vec()];
            assert_all_as_plainly(&both) > 1
        };
        for (old, new) in [
            ("standard = \"s\"", "standard = \"other\""),
            ("[answers.\"1.1.3\"]", "[answers.\"1.1.2\"]"),
            ("[answers.\"1.1.3\"]", "[answers.\"1.1.2\".from]"),
            ("tick = true", "text = \"\"\""),
            ("tick = true", "text = '''"),
            ("owner = \"jo\"\n\n[", "owner = \"jo\"["),
            ("tick = true\n", "tick = true\n[answers.\"1.1.2\".count]\ndone = 1\nof = 2\n"),
            ("tick = true\n", "tick = true\n[[answers.\"1.1.1\".evidence]]\nlocation = \"x\"\n"),
            ("tick = true\n", "tick = true\ntick = true\n"),
            ("tick = true\n", "tick = true\n[answers]\n"),
            ("tick = true\n", "tick = true\n<<<<<<< ours\n=======\n>>>>>>> theirs\n"),
        ] {
            assert!(changed(old, new), "{new}");
        }
        // Marks of a conflict that lie apart, each in a text of its own.
        let marks = FILE.replace("\"Jo\"", "'''\n=======\n'''").replace("\"Desk\"", "'''\n>>>>>>> x\n'''");
        let open = marks.replace("tick = true", "text = '''\n<<<<<<< x\n'''");
        assert_eq!(plainly(open.as_bytes()), None);
        assert_all_as_plainly(&[marks.clone().into_bytes(), open.into_bytes(), marks.into_bytes()]);
        let not_utf8 = [FILE.as_bytes(), b"# \xff\n"].concat();
        assert_all_as_plainly(&[FILE.as_bytes().to_vec(), not_utf8, format!("\u{feff}{FILE}").into_bytes()]);
    }

    /// Pieces of files, whole lines and halves of them, that edits put anywhere.
    fn piece() -> impl Strategy<Value = String> {
        let fixed = prop::sample::select(vec![
            "",
            "\n",
            "\r\n",
            " ",
            "\"",
            "\"\"\"",
            "'''",
            "[",
            "]",
            "#",
            "=",
            "\u{e9}",
            "\u{feff}",
            "<<<<<<< a\n",
            "=======\n",
            ">>>>>>> b\n",
            "[answers]\n",
            "[answers.\"1.1.2\"]\n",
            "[answers.'1.1.4']\n",
            "[answers.\"1.1.2\".from]\n",
            "[[answers.\"1.1.1\".evidence]]\n",
            "[answers.1.1.2]\n",
            "[other]\n",
            "text = \"Bo\"\n",
            "tick = false\n",
            "text = '''\n",
            "text = \"\"\"a\\\n",
            "answers.\"1.1.5\".tick = true\n",
            "count = { done = 1, of = 2 }\n",
            "count.done = 1\n",
            "\"1.1.2\" = 3\n",
            "from = { library = \"x\" }\n",
            "standard = \"other\"\n",
            "format = 9\n",
        ]);
        fixed.prop_map(str::to_owned)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
        #[test]
        fn any_run_of_versions_says_what_each_says_alone(
            edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..30, piece(), any::<bool>()), 1..12),
            carriage_returns in any::<bool>(),
        ) {
            let file = if carriage_returns { FILE.replace('\n', "\r\n") } else { FILE.to_owned() };
            let mut versions = vec![file.clone().into_bytes()];
            for (at, gone, put, anew) in edits {
                // Mostly from a sound version: a damaged one stays damaged.
                let mut bytes = if anew { file.clone().into_bytes() } else { versions.last().unwrap().clone() };
                let at = at.index(bytes.len() + 1);
                let end = (at + gone).min(bytes.len());
                bytes.splice(at..end, put.into_bytes());
                versions.push(bytes);
            }
            assert_all_as_plainly(&versions);
        }
    }
}
