//! `metrics/*.toml`, the team's own and the standard ones.

use super::Fields;
use super::measure::measure;
use super::suppression::suppressions;
use crate::duration;
use crate::metric::Metric;
use crate::name::is_metric_name;

pub(crate) fn metric(fields: &Fields<'_>) -> Option<Metric> {
    let id = fields.own_id(is_metric_name);
    let text = |name| fields.required(name).and_then(|value| value.text());
    let (title, definition, unit) = (text("title"), text("definition"), text("unit"));
    let side = fields.required("side").and_then(|value| value.word());
    let better = fields.required("better").and_then(|value| value.word());
    let per = fields.text("per").unwrap_or_else(|| "user".to_owned());
    let window = fields.optional("window").map(|value| value.duration(duration::hours));
    let units_at_least =
        fields.optional("units_at_least").and_then(|value| value.whole_within(1, u32::MAX));
    let measure = fields
        .required("measure")
        .and_then(|value| value.fields("`[measure]`"))
        .and_then(|table| measure(&table));
    let allow = suppressions(fields);
    let metric = Metric {
        id: id?,
        title: title?,
        definition: definition?,
        side: side?,
        unit: unit?,
        better: better?,
        per,
        window_hours: window.unwrap_or(Some(0.0))?,
        units_at_least,
        measure: measure?,
        allow,
        digest: String::new(),
        standard: false,
    };
    Some(Metric { digest: crate::canonical::metric_digest(&metric), ..metric })
}
