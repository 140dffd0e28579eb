//! The public search of the national web site, as the CSV file that it offers for download.
//!
//! One row a code, with the newest publication only. Headings differ by year, and a file that a spreadsheet has saved
//! again may begin with other lines, so the columns are found by what they are called. Codes are text and stay as they
//! were found; names are shown and never compared, for thousands of organisations share theirs.

use super::ImportError;
use super::clients::{CODES, NAMES, folded};
use super::table;
use csv::{ReaderBuilder, StringRecord};
use jiff::civil::Date;

/// Headings stand among the first rows of a file.
const WITHIN: usize = 20;

/// Letters and digits of a heading, lower case: what its column holds.
const STATUSES: &[&str] = &["status", "publicationstatus", "dsptstatus", "currentstatus", "latestpublicationstatus"];
const DATES: &[&str] = &["dateofpublication", "publicationdate", "datepublished", "publisheddate", "published"];

/// A row of the file, its texts as they stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'r> {
    pub code: &'r str,
    pub name: &'r str,
    pub status: &'r str,
    pub date: &'r str,
}

/// Hands on every row that has a code; how many there were.
pub fn each(text: &str, mut row: impl FnMut(Shown<'_>)) -> Result<usize, ImportError> {
    let delimiter = table::delimiter(text);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut columns = None;
    let mut last = (0, 0);
    let (mut rows, mut before, mut begins) = (0, 0, 0);
    while reader.read_record(&mut record).map_err(|_| ImportError::Binary)? {
        let position = reader.position();
        let ends = usize::try_from(position.byte()).unwrap_or(usize::MAX);
        if ends.saturating_sub(begins) > table::MAX_ROW {
            return Err(ImportError::RowTooLong { line: record.position().map_or(1, csv::Position::line) });
        }
        begins = ends;
        last = (record.position().map_or(1, csv::Position::line), position.line());
        let Some((code, name, status, date)) = columns else {
            columns = headings(&record);
            before += 1;
            if columns.is_none() && before == WITHIN {
                break;
            }
            continue;
        };
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        let shown = Shown {
            code: cell(code),
            name: cell(name),
            status: cell(status),
            date: date.map(cell).unwrap_or_default(),
        };
        if !shown.code.is_empty() {
            rows += 1;
            row(shown);
        }
    }
    // Quotation marks come in pairs; where one is left over and the last row has several lines, it is the row's.
    let (line, ended) = last;
    if ended > line + 1 && text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        return Err(ImportError::Unclosed { line });
    }
    match columns {
        Some(_) => Ok(rows),
        None if before == 0 => Err(ImportError::Empty),
        None => Err(ImportError::NoPublicColumns),
    }
}

fn headings(record: &StringRecord) -> Option<(usize, usize, usize, Option<usize>)> {
    let headings: Vec<String> = record.iter().map(folded).collect();
    let find = |names: &[&str]| names.iter().find_map(|name| headings.iter().position(|heading| heading == name));
    Some((find(CODES)?, find(NAMES)?, find(STATUSES)?, find(DATES)))
}

/// A day as the file writes it, `dd/mm/yyyy`, or as a spreadsheet that had it open may have: ISO 8601, a time behind it.
pub fn day(text: &str) -> Option<Date> {
    let text = text.split([' ', 'T']).next()?;
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || parts.next().is_some() {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A code of a list, and the name beside it where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub code: String,
    pub name: Option<String>,
}

/// The codes of a list: the column that is headed so, or the first of a list without headings.
pub fn codes(text: &str) -> Result<Vec<Listed>, ImportError> {
    let mut rows = Vec::new();
    for row in table::rows(text) {
        rows.push(row?);
    }
    let heads = rows.iter().take(WITHIN).enumerate().find_map(|(at, row)| {
        let headings: Vec<String> = row.cells.iter().map(folded).collect();
        let find = |names: &[&str]| names.iter().find_map(|name| headings.iter().position(|heading| heading == name));
        Some((at + 1, find(CODES)?, find(NAMES)))
    });
    let (from, code, name) = heads.unwrap_or((0, 0, None));
    let listed: Vec<Listed> = rows[from..]
        .iter()
        .filter(|row| !row.cell(code).trim().is_empty())
        .map(|row| Listed {
            code: row.cell(code).trim().to_owned(),
            name: name.map(|name| row.cell(name).trim().to_owned()).filter(|name| !name.is_empty()),
        })
        .collect();
    if listed.is_empty() { Err(ImportError::Empty) } else { Ok(listed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<[String; 4]>, ImportError> {
        let mut rows = Vec::new();
        each(text, |row| rows.push([row.code, row.name, row.status, row.date].map(str::to_owned)))?;
        Ok(rows)
    }

    #[test]
    fn headings_of_every_year_are_known() {
        let expected = [["A1B2", "Sunrise, Care", "21/22 Standards Met", "30/06/2022"].map(str::to_owned)];
        for text in [
            "OrganisationName,ODSCode,PublicationStatus,DateOfPublication,PrimarySector,CCG (from ODS and CQC)\n\
             \"Sunrise, Care\",A1B2,21/22 Standards Met,30/06/2022,Care Home,\n",
            "Code,Organisation Name,Status,Date Of Publication,Primary Sector,Commissioner (From ODS)\r\n\
             A1B2,\"Sunrise, Care\",21/22 Standards Met,30/06/2022,Social Care,\r\n",
            "Code;Organisation Name;Status;Date Of Publication\nA1B2;Sunrise, Care;21/22 Standards Met;30/06/2022\n",
            "Code\tOrganisation Name\tStatus\tDate Of Publication\nA1B2\tSunrise, Care\t21/22 Standards Met\t30/06/2022\n",
            "Saved on Monday\n\nCode,Organisation Name,Status,Date Of Publication,Primary Sector,\
             \"Integrated Care Board (where available, from ODS)\"\n , nobody,x,\n\
             A1B2 ,\"Sunrise, Care\", 21/22 Standards Met,30/06/2022,Social Care,\n",
        ] {
            assert_eq!(read(text).as_deref(), Ok(&expected[..]), "{text}");
        }
        assert_eq!(read("Code,Organisation Name\nA1B2,x\n"), Err(ImportError::NoPublicColumns));
        assert_eq!(read(""), Err(ImportError::Empty));
    }

    #[test]
    fn days_are_read_as_they_are_written() {
        let july: Date = "2022-07-01".parse().unwrap();
        for text in ["01/07/2022", "1/7/2022", "2022-07-01", "2022-07-01 00:00:00", "01/07/2022 09:30"] {
            assert_eq!(day(text), Some(july), "{text}");
        }
        for text in ["", "07/2022", "31/02/2022", "1/7/22", "July", "1/2/2022/3"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_of_codes_needs_no_headings() {
        let listed = |code: &str, name: Option<&str>| Listed { code: code.to_owned(), name: name.map(str::to_owned) };
        assert_eq!(codes("A1B2\n\n vabcd \n"), Ok(vec![listed("A1B2", None), listed("vabcd", None)]));
        assert_eq!(codes("Name,ODS code\nSunrise,A1B2\n,\n"), Ok(vec![listed("A1B2", Some("Sunrise"))]));
        assert_eq!(codes("\n"), Err(ImportError::Empty));
    }
}
