//! What the Care Quality Commission publishes: the directory, with lines before its headings, and the sheet of active
//! locations "with filters". Neither has ODS codes; the directory has no dates of opening and closing.

use super::Layout;
use crate::import::cell;
use crate::import::table::Row;
use jiff::civil::Date;

/// Which of the two has these headings.
pub(super) fn layout(headings: &[String]) -> Layout {
    let is_directory = |heading: &String| matches!(heading.as_str(), "alsoknownas" | "locationurl");
    if headings.iter().any(is_directory) { Layout::CqcDirectory } else { Layout::CqcFilters }
}

/// The day in "This data was produced on 16 September 2026", a line before the headings.
pub(super) fn produced(row: &Row) -> Option<Date> {
    let (_, day) = row.cell(0).split_once("produced on ")?;
    cell::day(day).ok().flatten()
}
