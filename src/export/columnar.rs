//! Tables by column, for programs that read a part of many rows: Parquet.
//!
//! Rows are handed over one by one and written in groups, so that memory does not grow with them. The same rows give the
//! same bytes.

use jiff::civil::Date;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Text that is a JSON object.
    Json,
    /// A whole number of 32 bits.
    Number,
    YesNo,
    Day,
}

impl Kind {
    pub fn word(self) -> &'static str {
        ["text", "JSON", "integer", "boolean", "date"][self as usize]
    }
}

/// What stands in a row; every column may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    #[default]
    Empty,
    Text(String),
    Number(i64),
    YesNo(bool),
    Day(Date),
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::YesNo(value)
    }
}

impl From<Date> for Value {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

/// A column's name, what it holds, and what that is.
#[derive(Debug, Clone, Copy)]
pub struct Heading {
    pub name: &'static str,
    pub kind: Kind,
    pub meaning: &'static str,
}

#[cfg(feature = "parquet")]
pub use writer::Writer;

#[cfg(feature = "parquet")]
mod writer {
    use super::{Heading, Kind, Value};
    use crate::export::ExportError;
    use crate::model::period::days_between;
    use jiff::civil::Date;
    use parquet::basic::Compression;
    use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type};
    use parquet::errors::ParquetError;
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
    use parquet::schema::parser::parse_message_type;
    use std::io::Write;
    use std::sync::Arc;

    /// Rows of a group: enough for a reader to be quick, few enough to be held.
    const GROUP: usize = 50_000;
    /// What days are counted from.
    const EPOCH: Date = Date::constant(1970, 1, 1);

    /// Writes one file.
    pub struct Writer<W: Write + Send> {
        headings: Vec<Heading>,
        rows: Vec<Vec<Value>>,
        file: SerializedFileWriter<W>,
    }

    #[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
    fn failed(error: ParquetError) -> ExportError {
        ExportError { document: "Parquet file", reason: error.to_string() }
    }

    impl<W: Write + Send> Writer<W> {
        pub fn new(to: W, headings: Vec<Heading>) -> Result<Self, ExportError> {
            let fields: Vec<String> = headings
                .iter()
                .map(|heading| {
                    let (kind, means) = match heading.kind {
                        Kind::Text => ("BYTE_ARRAY", " (UTF8)"),
                        Kind::Json => ("BYTE_ARRAY", " (JSON)"),
                        Kind::Number => ("INT32", ""),
                        Kind::YesNo => ("BOOLEAN", ""),
                        Kind::Day => ("INT32", " (DATE)"),
                    };
                    format!("OPTIONAL {kind} {}{means};", heading.name)
                })
                .collect();
            let schema = parse_message_type(&format!("message row {{ {} }}", fields.join(" "))).map_err(failed)?;
            let properties = WriterProperties::builder()
                .set_compression(Compression::SNAPPY)
                .set_created_by(concat!("dspt ", env!("CARGO_PKG_VERSION")).to_owned())
                .build();
            let file = SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties)).map_err(failed)?;
            Ok(Self { headings, rows: Vec::new(), file })
        }

        /// Adds a row, a value for each column.
        pub fn push(&mut self, row: Vec<Value>) -> Result<(), ExportError> {
            self.rows.push(row);
            if self.rows.len() == GROUP { self.flush() } else { Ok(()) }
        }

        fn flush(&mut self) -> Result<(), ExportError> {
            if self.rows.is_empty() {
                return Ok(());
            }
            let rows = std::mem::take(&mut self.rows);
            let mut group = self.file.next_row_group().map_err(failed)?;
            for (at, heading) in self.headings.iter().enumerate() {
                let values = rows.iter().map(|row| &row[at]);
                match heading.kind {
                    Kind::Text | Kind::Json => column::<_, ByteArrayType>(&mut group, values, |value| match value {
                        Value::Text(text) => Some(ByteArray::from(text.as_str())),
                        _ => None,
                    }),
                    Kind::Number => column::<_, Int32Type>(&mut group, values, |value| match value {
                        Value::Number(number) => i32::try_from(*number).ok(),
                        _ => None,
                    }),
                    Kind::YesNo => column::<_, BoolType>(&mut group, values, |value| match value {
                        Value::YesNo(value) => Some(*value),
                        _ => None,
                    }),
                    Kind::Day => column::<_, Int32Type>(&mut group, values, |value| match value {
                        Value::Day(day) => i32::try_from(days_between(EPOCH, *day)).ok(),
                        _ => None,
                    }),
                }
                .map_err(failed)?;
            }
            group.close().map_err(failed)?;
            Ok(())
        }

        /// Writes what is left and the file's end; gives back what was written to.
        pub fn finish(mut self) -> Result<W, ExportError> {
            self.flush()?;
            self.file.into_inner().map_err(failed)
        }
    }

    fn column<'v, W: Write + Send, T: DataType>(
        group: &mut SerializedRowGroupWriter<'_, W>,
        values: impl Iterator<Item = &'v Value>,
        of: impl Fn(&Value) -> Option<T::T>,
    ) -> Result<(), ParquetError> {
        let (mut filled, mut levels) = (Vec::new(), Vec::new());
        for value in values {
            let value = of(value);
            levels.push(i16::from(value.is_some()));
            filled.extend(value);
        }
        let mut column = group.next_column()?.ok_or_else(|| ParquetError::General("a column is missing".to_owned()))?;
        column.typed::<T>().write_batch(&filled, Some(&levels), None)?;
        column.close()
    }
}
