//! The codes as functions of the engine, so that it can group by them.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::cells::Cells;
use super::code::{codes, of_rows};

/// `row_code(a, b, ...)`: one code for all of them. `value_code(a)`: the code of a value, NULL where it
/// is missing.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Code {
    name: &'static str,
    skips_missing: bool,
    signature: Signature,
}

impl Code {
    pub fn of_row() -> Code {
        Code::new("row_code", false)
    }

    pub fn of_value() -> Code {
        Code::new("value_code", true)
    }

    fn new(name: &'static str, skips_missing: bool) -> Code {
        let signature = Signature::variadic_any(Volatility::Immutable);
        Code { name, skips_missing, signature }
    }
}

impl ScalarUDFImpl for Code {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::UInt64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let found = columns.iter().map(codes).collect::<Result<Vec<_>, _>>()?;
        let rows = of_rows(&found, args.number_rows);
        let codes = match columns.first().filter(|_| self.skips_missing) {
            Some(column) => present(column, rows)?,
            None => UInt64Array::from(rows),
        };
        Ok(ColumnarValue::Array(Arc::new(codes)))
    }
}

fn present(column: &ArrayRef, codes: Vec<u64>) -> Result<UInt64Array> {
    let cells = Cells::of(column)?;
    let codes = codes.into_iter().enumerate();
    Ok(codes.map(|(row, code)| (!cells.get(row).is_missing()).then_some(code)).collect())
}
