//! Headings by the names that different years and publishers give them.

use super::{Columns, Layout, cqc};
use crate::import::ImportError;
use crate::import::table::Row;

/// Headings stand among the first rows of a file; lines before them say what it is.
pub(super) const WITHIN: usize = 20;

type Slot = fn(&mut Columns) -> &mut Option<usize>;

/// Letters and digits of a heading, lower case, and what its column holds.
const ALIASES: &[(Slot, &[&str])] = &[
    (|columns| &mut columns.ods_code, &["odscode", "organisationcode", "sitecode", "code", "locationodscode"]),
    (|columns| &mut columns.name, &["name", "locationname", "organisationname", "sitename"]),
    (
        |columns| &mut columns.location,
        &[
            "cqclocationidforofficeuseonly",
            // The directory of 2017 had it without "ID", and the bracket was not closed.
            "cqclocationforofficeuseonly",
            "cqclocationid",
            "locationid",
        ],
    ),
    (
        |columns| &mut columns.opened,
        &["locationhscastartdate", "opendate", "openeddate", "locationregistrationdate", "registrationdate"],
    ),
    (
        |columns| &mut columns.closed,
        &["locationhscaenddate", "closedate", "closeddate", "locationderegistrationdate", "deregistrationdate"],
    ),
    (|columns| &mut columns.joined, &["joinparentdate", "joinedparentdate"]),
    (|columns| &mut columns.left, &["leftparentdate"]),
];

const PROVIDERS: &[&str] =
    &["cqcprovideridforofficeuseonly", "cqcproviderforofficeuseonly", "cqcproviderid", "providerid"];
const PARENTS: &[&str] = &["parentorganisationcode", "parentodscode", "parentcode", "headquarterscode", "hqcode"];

/// The layout of a row of headings; none where the row is something else.
pub(super) fn recognise(row: &Row) -> Result<Option<(Layout, Columns)>, ImportError> {
    let headings: Vec<String> = row.cells.iter().map(folded).collect();
    let find = |names: &[&str]| headings.iter().position(|heading| names.contains(&heading.as_str()));
    let mut columns = Columns::default();
    for (slot, names) in ALIASES {
        *slot(&mut columns) = find(names);
    }
    if columns.name.is_none() || (columns.location.is_none() && columns.ods_code.is_none()) {
        return Ok(None);
    }
    let (layout, parent) = match columns.location {
        Some(_) => (cqc::layout(&headings), find(PROVIDERS)),
        None => (Layout::OdsHeadings, find(PARENTS)),
    };
    columns.parent = Some(parent.ok_or(ImportError::NoParentColumn { line: row.line })?);
    Ok(Some((layout, columns)))
}

fn folded(heading: &str) -> String {
    heading.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
