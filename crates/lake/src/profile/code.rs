//! Values of any type as 64-bit hashes: the same on every machine, whatever the order of the rows.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use xxhash_rust::xxh3::xxh3_64;

/// What is not there.
pub const NULL: u64 = 0x9e37_79b9_7f4a_7c15;

/// A map whose keys are hashes already.
pub type ByCode<V> = HashMap<u64, V, BuildHasherDefault<Hashed>>;

/// Passes a hash on as it is.
#[derive(Default)]
pub struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, code: u64) {
        self.0 = code;
    }
}

/// One code for each value of a column.
pub fn codes(column: &ArrayRef) -> Result<Vec<u64>, ArrowError> {
    match column.data_type() {
        DataType::Dictionary(_, values) => codes(&cast(column, values)?),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            let texts = cast(column, &DataType::Utf8View)?;
            let texts = texts.as_string_view().iter();
            Ok(texts.map(|text| text.map_or(NULL, |text| xxh3_64(text.as_bytes()))).collect())
        }
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            let numbers = cast(column, &DataType::Float64)?;
            let numbers = numbers.as_primitive::<Float64Type>().iter();
            // Both zeros are one number, and all that are none are one.
            let bits =
                |number: f64| if number.is_nan() { f64::NAN } else { number + 0.0 }.to_bits();
            Ok(numbers.map(|number| number.map_or(NULL, |number| mix(bits(number)))).collect())
        }
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::Timestamp(..) => {
            let numbers = cast(column, &DataType::Int64)?;
            let numbers = numbers.as_primitive::<Int64Type>().iter();
            Ok(numbers
                .map(|number| number.map_or(NULL, |number| mix(number.cast_unsigned())))
                .collect())
        }
        _ => codes_of_bytes(column),
    }
}

/// Of types without a shorter way: by the bytes that the engine sorts them by, or else by their text.
fn codes_of_bytes(column: &ArrayRef) -> Result<Vec<u64>, ArrowError> {
    let fields = vec![SortField::new(column.data_type().clone())];
    let hash = |row: usize, bytes: &[u8]| if column.is_null(row) { NULL } else { xxh3_64(bytes) };
    if RowConverter::supports_fields(&fields) {
        let rows = RowConverter::new(fields)?.convert_columns(&[Arc::clone(column)])?;
        return Ok(rows.iter().enumerate().map(|(row, bytes)| hash(row, bytes.as_ref())).collect());
    }
    let options = FormatOptions::default();
    let texts = ArrayFormatter::try_new(column.as_ref(), &options)?;
    Ok((0..column.len()).map(|row| hash(row, texts.value(row).to_string().as_bytes())).collect())
}

/// One code for each row, from those of its columns. A value in another column is another row.
pub fn of_rows(columns: &[Vec<u64>], rows: usize) -> Vec<u64> {
    let mut codes = vec![NULL; rows];
    for column in columns {
        for (code, value) in codes.iter_mut().zip(column) {
            *code = mix(code.rotate_left(5).wrapping_add(*value));
        }
    }
    codes
}

/// Spreads bits: the last step of `SplitMix64` (Steele, Lea & Flood 2014).
fn mix(bits: u64) -> u64 {
    let bits = bits.wrapping_add(NULL);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Float64Array, Int64Array, StringArray};

    use super::*;

    #[test]
    fn the_same_values_have_the_same_code_and_others_have_not() {
        let zeros: ArrayRef = Arc::new(Float64Array::from(vec![0.0, -0.0, f64::NAN, 1.0]));
        let found = codes(&zeros).expect("numbers have codes");
        assert_eq!(found[0], found[1]);
        assert!(found[0] != found[2] && found[0] != found[3]);
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("")]));
        let found = codes(&texts).expect("texts have codes");
        assert!(found[1] == NULL && found[2] != NULL && found[0] != found[2]);
    }

    #[test]
    fn a_row_tells_where_its_values_and_gaps_are() {
        let column = |values: &[Option<i64>]| {
            let column: ArrayRef = Arc::new(Int64Array::from(values.to_vec()));
            codes(&column).expect("numbers have codes")
        };
        let columns = [
            column(&[Some(1), Some(1), Some(2), Some(1)]),
            column(&[None, Some(2), Some(1), None]),
            column(&[Some(2), None, None, Some(2)]),
        ];
        let rows = of_rows(&columns, 4);
        assert_eq!(rows[0], rows[3]);
        assert!(rows[0] != rows[1] && rows[1] != rows[2] && rows[0] != rows[2]);
    }
}
