//! What is run: one statement that reads the tables of the store.
//!
//! The statement's kind is judged as parsed, and once more the plan that it became, node by node: only
//! what is known to read is let through. Nothing here looks at the text.

use datafusion::common::TableReference;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::sqlparser::ast::Statement as Sql;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::explained::unparsed;
use crate::columns::Layout;
use crate::error::Error;

/// Longer text is no question of a person.
pub const LONGEST_SQL: usize = 64 << 10;
/// More operators make a tree that is too deep to walk.
const MOST_LINKS: usize = 400;
const LINKS: [Keyword; 10] = [
    Keyword::AND,
    Keyword::OR,
    Keyword::NOT,
    Keyword::IS,
    Keyword::JOIN,
    Keyword::UNION,
    Keyword::INTERSECT,
    Keyword::EXCEPT,
    Keyword::LIKE,
    Keyword::BETWEEN,
];
/// What counts up; the session has no other table functions.
pub const TABLE_FUNCTIONS: [&str; 2] = ["generate_series", "range"];

const ALLOWED: &str = "a query is one statement that reads: SELECT, WITH, VALUES, EXPLAIN, DESCRIBE, \
                       SHOW TABLES or SHOW COLUMNS";

/// The one statement of a text, if it is of a kind that reads.
pub fn parse(sql: &str) -> Result<Statement, Error> {
    if sql.len() > LONGEST_SQL {
        return Err(refused(format!("it is longer than {} kB", LONGEST_SQL >> 10)));
    }
    let links = links(sql);
    if links > MOST_LINKS {
        return Err(refused(format!(
            "it has {links} operators and joins; {MOST_LINKS} are enough"
        )));
    }
    let mut statements = DFParser::parse_sql(sql).map_err(|why| unparsed(&why))?;
    match (statements.pop_front(), statements.len()) {
        (None, _) => Err(refused(format!("it is empty; {ALLOWED}"))),
        (Some(statement), 0) if reads(&statement) => Ok(statement),
        (Some(statement), 0) => {
            let text = statement.to_string();
            let verb: Vec<&str> = text.split_whitespace().take(2).collect();
            Err(refused(format!("`{} ...` is not run: {ALLOWED}", verb.join(" "))))
        }
        (Some(_), more) => Err(refused(format!("it holds {} statements; {ALLOWED}", more + 1))),
    }
}

/// How deep what becomes of a text can be: the parser bounds parentheses, but not a chain such as
/// `1 + 1 + 1`, which is a tree that is walked by recursion.
fn links(sql: &str) -> usize {
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, sql).tokenize() else { return 0 };
    let is_link = |token: &&Token| match token {
        Token::Word(word) => LINKS.contains(&word.keyword),
        Token::Comma
        | Token::LParen
        | Token::RParen
        | Token::Period
        | Token::SemiColon
        | Token::Whitespace(_)
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::EOF => false,
        _ => true,
    };
    tokens.iter().filter(is_link).count()
}

fn reads(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => matches!(
            **statement,
            Sql::Query(_)
                | Sql::ExplainTable { .. }
                | Sql::ShowTables { .. }
                | Sql::ShowColumns { .. }
                | Sql::ShowFunctions { .. }
        ),
        Statement::Explain(explain) => reads(&explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => false,
    }
}

/// Refuses a plan in which any node, also of a subquery, is not known to read the store alone.
pub fn check(plan: &LogicalPlan) -> Result<(), Error> {
    let mut wrong = None;
    let walked = plan.apply_with_subqueries(|node| {
        wrong = fault(node);
        let stop = wrong.is_some();
        Ok::<_, DataFusionError>(if stop {
            TreeNodeRecursion::Stop
        } else {
            TreeNodeRecursion::Continue
        })
    });
    walked.map_err(|why| refused(crate::error::short(&why)))?;
    wrong.map_or(Ok(()), |wrong| Err(refused(wrong)))
}

fn fault(node: &LogicalPlan) -> Option<String> {
    match node {
        LogicalPlan::TableScan(scan) if is_ours(&scan.table_name) => None,
        LogicalPlan::TableScan(scan) => {
            Some(format!("`{}` is no table of the store", scan.table_name))
        }
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Window(_)
        | LogicalPlan::Aggregate(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Join(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::Union(_)
        | LogicalPlan::EmptyRelation(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Values(_)
        | LogicalPlan::Explain(_)
        | LogicalPlan::Analyze(_)
        | LogicalPlan::Distinct(_)
        | LogicalPlan::DescribeTable(_)
        | LogicalPlan::Unnest(_)
        | LogicalPlan::RecursiveQuery(_) => None,
        // Not `_`: a kind of node that a later engine brings is to be looked at first.
        LogicalPlan::Statement(_)
        | LogicalPlan::Extension(_)
        | LogicalPlan::Dml(_)
        | LogicalPlan::Ddl(_)
        | LogicalPlan::Copy(_) => {
            let name = node.display().to_string();
            let verb = name.split([':', ' ']).next().unwrap_or_default();
            Some(format!("`{verb}` is not run: {ALLOWED}"))
        }
    }
}

fn is_ours(name: &TableReference) -> bool {
    let table = name.table();
    match name.schema() {
        Some("information_schema") => true,
        Some(schema) if schema != "public" => false,
        _ => {
            let function = table.trim_end_matches("()");
            Layout::all().any(|layout| layout.name == table) || TABLE_FUNCTIONS.contains(&function)
        }
    }
}

fn refused(message: String) -> Error {
    Error::Sql { place: String::new(), message }
}
