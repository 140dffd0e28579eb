//! How tables look: no frames, a thin line below the header.

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};

/// A calm table as wide as the terminal at most.
pub fn new(width: usize) -> Table {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(80));
    table
}
