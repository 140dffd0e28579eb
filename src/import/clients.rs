//! A list of organisations to be looked after: a row each, with code and name, and CQC's numbers where it has them.

use super::ImportError;
use super::table::{self, Row};

/// Headings stand among the first rows of a file; lines before them say what it is.
const WITHIN: usize = 20;

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The line it begins in, from 1.
    pub line: u64,
    pub ods_code: String,
    pub name: String,
    pub cqc_provider_id: Option<String>,
    pub cqc_location_id: Option<String>,
}

/// Letters and digits of a heading, lower case: what its column holds.
pub(super) const CODES: &[&str] =
    &["odscode", "code", "organisationcode", "orgcode", "hqcode", "headquarterscode", "odsorganisationcode", "ods"];
pub(super) const NAMES: &[&str] = &[
    "name",
    "organisationname",
    "orgname",
    "providername",
    "client",
    "clientname",
    "headquartersname",
    "locationname",
];
const PROVIDERS: &[&str] =
    &["cqcproviderid", "providerid", "cqcprovider", "cqcprovideridforofficeuseonly", "cqcid", "cqcprovidernumber"];
const LOCATIONS: &[&str] =
    &["cqclocationid", "locationid", "cqclocation", "cqclocationidforofficeuseonly", "cqclocationnumber"];

/// The rows of a list, those without code and name left out.
pub fn read(bytes: Vec<u8>) -> Result<Vec<Listed>, ImportError> {
    let text = table::text(bytes)?;
    let mut rows = Vec::new();
    for row in table::rows(&text) {
        rows.push(row?);
    }
    if rows.is_empty() {
        return Err(ImportError::Empty);
    }
    let columns = rows.iter().take(WITHIN).enumerate().find_map(|(at, row)| {
        let headings: Vec<String> = row.cells.iter().map(folded).collect();
        // The first name of a list that stands in the row is the one that is meant.
        let find = |names: &[&str]| names.iter().find_map(|name| headings.iter().position(|heading| heading == name));
        Some((at, find(CODES)?, find(NAMES)?, find(PROVIDERS), find(LOCATIONS)))
    });
    let Some((at, code, name, provider, location)) = columns else {
        return Err(ImportError::NoClientColumns);
    };
    let cell = |row: &Row, column: usize| row.cell(column).split_whitespace().collect::<Vec<_>>().join(" ");
    let filled = |row: &Row, column: Option<usize>| column.map(|column| cell(row, column)).filter(|it| !it.is_empty());
    let listed = rows[at + 1..].iter().filter(|row| row.used() > 0).map(|row| Listed {
        line: row.line,
        ods_code: cell(row, code),
        name: cell(row, name),
        cqc_provider_id: filled(row, provider),
        cqc_location_id: filled(row, location),
    });
    Ok(listed.collect())
}

pub(super) fn folded(heading: &str) -> String {
    heading.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_headings() {
        let text =
            "Our clients\n\nCQC Provider ID,Organisation Name,ODS Code\n1-101, Sunrise  Care Ltd ,a1b2\n,,\n,Elm,V\n";
        let found = read(text.as_bytes().to_vec()).unwrap();
        let expected = [(4, "a1b2", "Sunrise Care Ltd", Some("1-101")), (6, "V", "Elm", None)];
        let got: Vec<_> = found
            .iter()
            .map(|it| (it.line, it.ods_code.as_str(), it.name.as_str(), it.cqc_provider_id.as_deref()))
            .collect();
        assert_eq!(got, expected);
        assert_eq!(read(b"a,b\n1,2\n".to_vec()), Err(ImportError::NoClientColumns));
        assert_eq!(read(Vec::new()), Err(ImportError::Empty));
    }
}
