//! Several plans read one after the other, as one partition. The engine's union reads them side by
//! side, so that sums would be added up in another order each time.

use std::fmt::{Formatter, Result as Written};
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::filter_pushdown::{FilterDescription, FilterPushdownPhase};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::StreamExt;

/// Reads all partitions of its inputs in their order. The inputs have the same columns.
#[derive(Debug)]
pub struct InOrder {
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    properties: Arc<PlanProperties>,
}

impl InOrder {
    /// # Panics
    /// Without inputs.
    #[must_use]
    pub fn of(inputs: Vec<Arc<dyn ExecutionPlan>>) -> Arc<dyn ExecutionPlan> {
        let schema = inputs.first().expect("something is read").schema();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Arc::new(InOrder { inputs, properties: Arc::new(properties) })
    }
}

impl DisplayAs for InOrder {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut Formatter) -> Written {
        write!(f, "InOrder: inputs={}", self.inputs.len())
    }
}

impl ExecutionPlan for InOrder {
    fn name(&self) -> &'static str {
        "InOrder"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(InOrder::of(inputs))
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let mut parts = Vec::new();
        for input in &self.inputs {
            let partitions = input.properties().output_partitioning().partition_count();
            parts.extend((0..partitions).map(|partition| (Arc::clone(input), partition)));
        }
        // Each is begun when the one before it ends.
        let streams = futures::stream::iter(parts).flat_map(move |(input, partition)| match input
            .execute(partition, Arc::clone(&context))
        {
            Ok(stream) => stream,
            Err(why) => {
                let failed = futures::stream::once(async move { Err(why) });
                Box::pin(RecordBatchStreamAdapter::new(input.schema(), failed))
            }
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), streams)))
    }

    fn gather_filters_for_pushdown(
        &self,
        _: FilterPushdownPhase,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        _: &ConfigOptions,
    ) -> Result<FilterDescription> {
        FilterDescription::from_children(filters, &self.children())
    }
}
