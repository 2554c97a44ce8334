//! The user's SQL: what it may say, and what it must give, before a row is read.

use std::collections::BTreeSet;
use std::fmt::Write;

use datafusion::arrow::datatypes::DataType;
use datafusion::prelude::{DataFrame, SessionContext};
use datafusion::sql::parser::Statement as EngineStatement;
use datafusion::sql::sqlparser::ast::{Insert as InsertStatement, Statement, TableObject};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use trueup_evidence::{Field, Kind, Table};

use crate::columns::stored;
use crate::error::{Error, short};

/// Shown when a statement is of another kind.
const ALLOWED: &str = "an import holds only `INSERT INTO interactions | actions | scores | payloads \
                       SELECT ...` and `CREATE VIEW name AS SELECT ...`";

/// A planned `INSERT INTO table SELECT ...`.
pub struct Insert {
    pub table: Table,
    /// Where it stands, for messages and for the quarantine: ``import.sql line 12``.
    pub place: Place,
    pub frame: DataFrame,
    /// For each stored field, its place among the selected columns.
    pub columns: Vec<Option<usize>>,
}

/// Where a statement stands.
#[derive(Debug, Clone)]
pub struct Place {
    pub name: String,
    pub line: u64,
}

impl Place {
    pub fn error(&self, message: impl Into<String>) -> Error {
        Error::Statement { name: self.name.clone(), line: self.line, message: message.into() }
    }
}

impl Insert {
    /// True when the select gives the field, at least in some rows.
    pub fn gives(&self, name: &str) -> bool {
        let place = stored(self.table).position(|field| field.name == name);
        place.is_some_and(|place| self.columns[place].is_some())
    }

    /// True when the interaction has to be looked up: the select does not say all of whose it is.
    pub fn needs_dimensions(&self) -> bool {
        let given = ["bet", "unit", "interaction_at"].iter().all(|name| self.gives(name));
        self.table != Table::Interactions && !given
    }
}

/// Plans all statements; creates the views on the way.
pub async fn plan(context: &SessionContext, sql: &str, name: &str) -> Result<Vec<Insert>, Error> {
    let mut inserts = Vec::new();
    for (place, statement) in parse(sql, name)? {
        match statement {
            Statement::CreateView(_) => create_view(context, &place, statement).await?,
            Statement::Insert(insert) => inserts.push(plan_insert(context, place, insert).await?),
            other => {
                let text = other.to_string();
                let verb: Vec<&str> = text.split_whitespace().take(2).collect();
                return Err(place.error(format!("`{} ...`: {ALLOWED}", verb.join(" "))));
            }
        }
    }
    if inserts.is_empty() {
        let message = format!("nothing to import: there is no `INSERT INTO`; {ALLOWED}");
        return Err(Error::Script { name: name.to_owned(), message });
    }
    Ok(inserts)
}

fn parse(sql: &str, name: &str) -> Result<Vec<(Place, Statement)>, Error> {
    let dialect = GenericDialect {};
    let failed = |message: String| unparsed(name, &message);
    let tokens = Tokenizer::new(&dialect, sql).tokenize_with_location();
    let tokens = tokens.map_err(|why| failed(why.to_string()))?;
    let mut parser = Parser::new(&dialect).with_tokens_with_locations(tokens);
    let mut statements = Vec::new();
    loop {
        while parser.consume_token(&Token::SemiColon) {}
        let first = parser.peek_token();
        if first.token == Token::EOF {
            return Ok(statements);
        }
        let place = Place { name: name.to_owned(), line: first.span.start.line };
        let statement = parser.parse_statement().map_err(|why| failed(why.to_string()))?;
        let next = parser.peek_token();
        if !matches!(next.token, Token::SemiColon | Token::EOF) {
            let place = Place { name: name.to_owned(), line: next.span.start.line };
            return Err(place.error(format!("expected `;` before `{}`", next.token)));
        }
        statements.push((place, statement));
    }
}

/// The parser says where in its text: `... at Line: 3, Column: 7`.
fn unparsed(name: &str, message: &str) -> Error {
    let message = message.strip_prefix("sql parser error: ").unwrap_or(message);
    let (what, line) = match message.rsplit_once(" at Line: ") {
        Some((what, place)) => (what, place.split(',').next().and_then(|line| line.parse().ok())),
        None => (message, None),
    };
    match line {
        Some(line) => Place { name: name.to_owned(), line }.error(what),
        None => Error::Script { name: name.to_owned(), message: what.to_owned() },
    }
}

async fn create_view(
    context: &SessionContext,
    place: &Place,
    statement: Statement,
) -> Result<(), Error> {
    let failed = |why| place.error(explained(context, &short(&why)));
    let statement = EngineStatement::Statement(Box::new(statement));
    let plan = context.state().statement_to_plan(statement).await.map_err(failed)?;
    context.execute_logical_plan(plan).await.map_err(failed)?;
    Ok(())
}

async fn plan_insert(
    context: &SessionContext,
    place: Place,
    insert: InsertStatement,
) -> Result<Insert, Error> {
    let table = target(&place, &insert)?;
    let Some(query) = insert.source else {
        return Err(place.error(format!("it selects nothing; {ALLOWED}")));
    };
    let failed = |why| place.error(explained(context, &short(&why)));
    let statement = EngineStatement::Statement(Box::new(Statement::Query(query)));
    let plan = context.state().statement_to_plan(statement).await.map_err(failed)?;
    let frame = DataFrame::new(context.state(), plan);
    let columns = match_columns(table, &place, &frame)?;
    Ok(Insert { table, place, frame, columns })
}

fn target(place: &Place, insert: &InsertStatement) -> Result<Table, Error> {
    let TableObject::TableName(name) = &insert.table else {
        return Err(place.error(ALLOWED));
    };
    let name = name.to_string();
    if !insert.columns.is_empty() {
        return Err(place.error(format!(
            "leave out the columns after `{name}`: they are matched by the names in the SELECT"
        )));
    }
    Table::IMPORTED
        .into_iter()
        .find(|table| table.name() == name.to_lowercase())
        .ok_or_else(|| place.error(format!("there is no table `{name}` to fill; {ALLOWED}")))
}

/// A missing table's error names those that exist.
fn explained(context: &SessionContext, message: &str) -> String {
    let names = || {
        let schema = context.catalog("datafusion")?.schema("public")?;
        Some(schema.table_names().join("`, `"))
    };
    match message.strip_prefix("table 'datafusion.public.").and_then(|rest| rest.split_once('\'')) {
        Some((missing, _)) => format!(
            "no file or view is called `{missing}`; there are: `{}`",
            names().unwrap_or_default()
        ),
        None => message.to_owned(),
    }
}

/// Finds each stored field among the selected columns, by name.
fn match_columns(
    table: Table,
    place: &Place,
    frame: &DataFrame,
) -> Result<Vec<Option<usize>>, Error> {
    let selected = frame.schema().fields();
    let mut seen = BTreeSet::new();
    for column in selected {
        let name = column.name().as_str();
        if !stored(table).any(|field| field.name == name) {
            return Err(place.error(unknown_column(table, name)));
        }
        if !seen.insert(name) {
            return Err(place.error(format!("`{name}` is selected twice")));
        }
    }
    let mut columns = Vec::new();
    for field in stored(table) {
        let found = selected.iter().position(|column| column.name() == field.name);
        if found.is_none() && field.required && !has_default(table, field) {
            return Err(place.error(format!(
                "{} need `{}` ({}); select it `AS {}`",
                table.name(),
                field.name,
                field.meaning,
                field.name
            )));
        }
        if let Some(found) = found {
            castable(field, selected[found].data_type()).map_err(|why| {
                let message = format!(
                    "`{}` is {} and should be {}{why}",
                    field.name,
                    selected[found].data_type(),
                    field.kind.noun()
                );
                place.error(message)
            })?;
        }
        columns.push(found);
    }
    Ok(columns)
}

/// An action without an id gets one made of its interaction and place.
pub fn has_default(table: Table, field: &Field) -> bool {
    table == Table::Actions && field.name == "id"
}

fn unknown_column(table: Table, name: &str) -> String {
    let mut message = format!("{} have no column `{name}`", table.name());
    let lower = name.to_lowercase();
    let nearest = stored(table)
        .map(|field| (strsim::damerau_levenshtein(&lower, field.name), field.name))
        .min()
        .filter(|(distance, _)| *distance <= (name.len() / 3).max(2));
    match nearest {
        Some((_, nearest)) => {
            let _ = write!(message, "; did you mean `{nearest}`?");
        }
        None if name.contains(['(', ' ', '.']) => message.push_str("; name it with `AS`"),
        None => {
            let names: Vec<&str> = stored(table).map(|field| field.name).collect();
            let _ = write!(message, "; there are: {}", names.join(", "));
        }
    }
    message
}

/// Fails, with a hint if there is one, when no value of a type can be what a field holds.
fn castable(field: &Field, found: &DataType) -> Result<(), &'static str> {
    let text = matches!(found, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    let plain = text || found.is_numeric() || *found == DataType::Boolean;
    let fits = match (field.kind, found) {
        (_, DataType::Null)
        | (Kind::Time, DataType::Timestamp(..) | DataType::Date32 | DataType::Date64) => true,
        (kind, DataType::Dictionary(_, values)) => {
            return castable(&Field { kind, ..*field }, values);
        }
        (Kind::Text, _) => plain || found.is_temporal(),
        (Kind::Number | Kind::Integer, _) => plain,
        (
            Kind::Texts,
            DataType::List(inner) | DataType::LargeList(inner) | DataType::FixedSizeList(inner, _),
        ) => castable(&Field { kind: Kind::Text, ..*field }, inner.data_type()).is_ok(),
        (Kind::Texts, _) if text => return Err("; write `make_array(x)`"),
        (Kind::Time, _) if found.is_numeric() => {
            return Err("; write `to_timestamp_millis(x)`, or `to_timestamp_seconds(x)`");
        }
        (Kind::Time, _) => text,
        (Kind::Texts, _) => false,
    };
    if fits { Ok(()) } else { Err("") }
}
