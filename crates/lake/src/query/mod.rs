//! A person's own SQL over the tables: it reads the store and nothing else, within a time and a memory.
//!
//! Reading order: `session` (what there is to read), `guard` (what is not run), `explained` (what is
//! said of a mistake), `form` (how rows are written), `lines` (rows for people).

pub mod explained;
pub mod form;
pub mod guard;
mod lines;
pub mod session;

use std::io::Write;
use std::time::{Duration, Instant};

use datafusion::arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::DataFrame;
use futures::StreamExt;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::AbortHandle;

pub use form::Form;

use crate::Lake;
use crate::error::Error;
use session::Session;

/// Deep expressions are walked by recursion.
const STACK_BYTES: usize = 64 << 20;

/// What a person asks.
#[derive(Debug, Clone)]
pub struct Question {
    pub sql: String,
    /// What the engine may hold in memory before it writes to temporary files, or gives up.
    pub most_memory: usize,
    /// How long the engine may work. The time that a reader takes is not counted.
    pub longest: Duration,
    /// Rows beyond these are not told.
    pub most_rows: Option<usize>,
}

/// What was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    pub rows: u64,
    /// There would have been more rows.
    pub cut: bool,
}

/// Writes the answer to `out`. What is still running when this returns, or is dropped, is stopped.
pub async fn ask(
    lake: &Lake,
    question: &Question,
    form: Form,
    out: &mut (dyn Write + Send),
) -> Result<Told, Error> {
    let (sender, receiver) = channel(1);
    let work = tokio::spawn(answer(lake.clone(), question.clone(), sender));
    let _stop = Stop(work.abort_handle());
    let mut answers = Answers { receiver, left: question.longest, longest: question.longest };
    let columns = answers.next().await?.expect("the columns come first").schema();
    let mut writer = form::Writer::new(form, &columns, out)?;
    let mut told = Told::default();
    let most = question.most_rows.unwrap_or(usize::MAX) as u64;
    while let Some(mut rows) = answers.next().await? {
        let room = usize::try_from(most - told.rows).unwrap_or(usize::MAX);
        if rows.num_rows() > room {
            told.cut = true;
            rows = rows.slice(0, room);
        }
        writer.write(&rows)?;
        told.rows += rows.num_rows() as u64;
        if told.cut {
            break;
        }
    }
    writer.finish()?;
    Ok(told)
}

/// The same for a program that does nothing else: it does not wait for what cannot be interrupted.
pub fn ask_and_leave(
    lake: &Lake,
    question: &Question,
    form: Form,
    out: &mut (dyn Write + Send),
) -> Result<Told, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(STACK_BYTES)
        .enable_all()
        .build()
        .expect("threads can be started");
    let told = runtime.block_on(ask(lake, question, form, out));
    runtime.shutdown_background();
    told
}

/// Stops a task when dropped.
struct Stop(AbortHandle);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What the engine has found, as long as there is time.
struct Answers {
    receiver: Receiver<Result<RecordBatch, Error>>,
    left: Duration,
    longest: Duration,
}

impl Answers {
    async fn next(&mut self) -> Result<Option<RecordBatch>, Error> {
        let asked = Instant::now();
        let next = tokio::time::timeout(self.left, self.receiver.recv()).await;
        self.left = self.left.saturating_sub(asked.elapsed());
        match next {
            Ok(next) => next.transpose(),
            Err(_) => Err(Error::TooLong { longest: self.longest }),
        }
    }
}

/// Sends the columns as an empty batch, then the rows. Ends early when nobody listens any more.
async fn answer(lake: Lake, question: Question, sender: Sender<Result<RecordBatch, Error>>) {
    if let Err(why) = try_answer(&lake, &question, &sender).await {
        // Nobody listens to the one that was stopped.
        let _ = sender.send(Err(why)).await;
    }
}

async fn try_answer(
    lake: &Lake,
    question: &Question,
    sender: &Sender<Result<RecordBatch, Error>>,
) -> Result<(), Error> {
    let statement = guard::parse(&question.sql)?;
    let session = Session::read(lake, question.most_memory).await?;
    let failed = |why: DataFusionError| explained::explained(&session, question.most_memory, &why);
    let state = session.context.state();
    let plan = state.statement_to_plan(statement).await.map_err(failed)?;
    guard::check(&plan)?;
    let plan = first_rows(plan, question.most_rows).map_err(failed)?;
    let mut rows = DataFrame::new(state, plan).execute_stream().await.map_err(failed)?;
    if sender.send(Ok(RecordBatch::new_empty(rows.schema()))).await.is_err() {
        return Ok(());
    }
    while let Some(batch) = rows.next().await {
        if sender.send(Ok(batch.map_err(failed)?)).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// One row more than is told, so that it can be said that there are more.
fn first_rows(plan: LogicalPlan, most: Option<usize>) -> Result<LogicalPlan, DataFusionError> {
    let told_whole = matches!(
        plan,
        LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_)
    );
    match most.filter(|_| !told_whole) {
        Some(most) => {
            LogicalPlanBuilder::from(plan).limit(0, Some(most.saturating_add(1)))?.build()
        }
        None => Ok(plan),
    }
}
