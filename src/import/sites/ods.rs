//! Reports of the Organisation Data Service: no headings, a fixed number of columns.

use super::{Columns, Layout};
use crate::import::cell;
use crate::import::table::Row;

struct Report {
    layout: Layout,
    count: usize,
    columns: Columns,
}

/// Positions as the layouts number them, from 0.
const REPORTS: &[Report] = &[
    Report {
        layout: Layout::OdsHeadquarters,
        count: 12,
        columns: Columns {
            ods_code: Some(0),
            name: Some(1),
            opened: Some(8),
            closed: Some(9),
            location: None,
            parent: None,
            joined: None,
            left: None,
        },
    },
    Report { layout: Layout::OdsSites, count: 19, columns: with_parent(12) },
    Report { layout: Layout::OdsGeneric, count: 27, columns: with_parent(14) },
];

/// The columns that two layouts share, and the parent's code with the days of joining and leaving it.
const fn with_parent(at: usize) -> Columns {
    Columns {
        ods_code: Some(0),
        name: Some(1),
        opened: Some(10),
        closed: Some(11),
        parent: Some(at),
        joined: Some(at + 1),
        left: Some(at + 2),
        location: None,
    }
}

/// The layout of rows like this one, and how many columns they have.
pub(super) fn recognise(row: &Row) -> Option<(Layout, Columns, usize)> {
    let report = REPORTS.iter().find(|report| report.count == row.cells.len())?;
    // A first cell that is no code is a heading or a note of a layout that is not known.
    cell::code(row.cell(0)).filter(|code| !code.is_empty()).map(|_| (report.layout, report.columns, report.count))
}
