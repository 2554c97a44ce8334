//! How far an import is: rows read from the files, of about how many.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;

use super::statements::Insert;

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows read so far. A file that two statements read counts twice.
    pub rows: u64,
    /// About how many there are in all; `None` while a compressed file hides it.
    pub of: Option<u64>,
}

/// Rows of each table of the user's SQL, as far as that can be told without reading it.
pub type Sizes = BTreeMap<String, Option<u64>>;

/// Tells how far an import is, statement by statement.
pub struct Meter<'a> {
    report: &'a mut dyn FnMut(Progress),
    of: Option<u64>,
    /// Rows that the statements before read.
    before: u64,
    sources: Vec<Arc<dyn ExecutionPlan>>,
}

impl<'a> Meter<'a> {
    pub fn new(
        inserts: &[Insert],
        sizes: &Sizes,
        report: &'a mut dyn FnMut(Progress),
    ) -> Meter<'a> {
        let rows = inserts.iter().flat_map(|insert| scanned(insert.frame.logical_plan()));
        let of = rows.map(|table| sizes.get(&table).copied().flatten()).sum();
        Meter { report, of, before: 0, sources: Vec::new() }
    }

    /// A statement begins to run.
    pub fn begin(&mut self, plan: &Arc<dyn ExecutionPlan>) {
        self.before += self.here();
        self.sources = sources(plan);
    }

    /// Some more rows have come.
    pub fn tell(&mut self) {
        let rows = self.before + self.here();
        (self.report)(Progress { rows, of: self.of.map(|of| of.max(rows)) });
    }

    /// Rows that the running statement has read.
    fn here(&self) -> u64 {
        read(&self.sources)
    }
}

/// The tables that a plan reads, each as often as it does.
fn scanned(plan: &LogicalPlan) -> Vec<String> {
    let mut tables = Vec::new();
    let found = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            tables.push(scan.table_name.table().to_owned());
        }
        Ok(TreeNodeRecursion::Continue)
    });
    found.expect("nothing here fails");
    tables
}

/// What a plan reads its rows from.
pub fn sources(plan: &Arc<dyn ExecutionPlan>) -> Vec<Arc<dyn ExecutionPlan>> {
    let mut sources = Vec::new();
    collect_sources(plan, &mut sources);
    sources
}

/// Rows that came out of them so far.
pub fn read(sources: &[Arc<dyn ExecutionPlan>]) -> u64 {
    let rows = sources.iter().filter_map(|source| source.metrics()?.output_rows());
    rows.sum::<usize>() as u64
}

fn collect_sources(plan: &Arc<dyn ExecutionPlan>, sources: &mut Vec<Arc<dyn ExecutionPlan>>) {
    let below = plan.children();
    if below.is_empty() {
        sources.push(Arc::clone(plan));
    }
    for child in below {
        collect_sources(child, sources);
    }
}

/// About how many lines a text file has: its size over the mean length of its first lines.
pub fn lines(file: &Path) -> Option<u64> {
    const SAMPLE: u64 = 1 << 20;
    let size = std::fs::metadata(file).ok()?.len();
    let mut sample = Vec::new();
    File::open(file).ok()?.take(SAMPLE).read_to_end(&mut sample).ok()?;
    let lines = sample.split(|byte| *byte == b'\n').count() as u64 - 1;
    (lines > 0).then(|| size * lines / sample.len() as u64)
}
