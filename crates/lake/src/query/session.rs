//! What a query can read: the tables of the store as of one moment, and nothing beside them.

use std::sync::Arc;

use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use trueup_evidence::summary::TableVersion;

use crate::Lake;
use crate::columns::Layout;
use crate::error::{Error, short};
use crate::store::Snapshot;
use crate::store::scan::Scan;

/// Functions whose result can be larger than any limit on memory before anybody counts it.
pub const LEFT_OUT: [&str; 9] = [
    "array_repeat",
    "array_resize",
    "generate_series",
    "list_repeat",
    "list_resize",
    "lpad",
    "range",
    "repeat",
    "rpad",
];
/// Temporary files of one query.
const MOST_SPILLED_BYTES: u64 = 16 << 30;

/// The tables of one moment, ready to be read.
pub struct Session {
    pub context: SessionContext,
    /// The version of each table that was ever written, and of each writer the last object that is not
    /// merged yet.
    pub versions: Vec<TableVersion>,
}

impl Session {
    pub async fn read(lake: &Lake, most_memory: usize) -> Result<Session, Error> {
        let failed = |why: datafusion::error::DataFusionError| Error::Query(short(&why));
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(most_memory)))
            .with_max_temp_directory_size(MOST_SPILLED_BYTES)
            .build_arc()
            .map_err(failed)?;
        let config = SessionConfig::new()
            .with_information_schema(true)
            .set_bool("datafusion.sql_parser.collect_spans", true);
        let context = SessionContext::new_with_config_rt(config, runtime);
        for name in LEFT_OUT {
            context.deregister_udf(name);
        }
        let whole = crate::tail::read(lake).await?;
        let refused = Snapshot::read(&lake.disk, Layout::quarantine()).await?;
        let mut versions = whole.position;
        for snapshot in whole.tables.into_iter().chain([refused]) {
            let name = snapshot.layout.name;
            if let Some(version) = snapshot.version {
                versions.push(TableVersion { table: name.to_owned(), version });
            }
            context.register_table(name, Arc::new(Scan::new(&snapshot)?)).map_err(failed)?;
        }
        Ok(Session { context, versions })
    }
}
