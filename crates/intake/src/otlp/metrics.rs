//! Metric points are kept raw: usage and cost are computed from spans alone.

use jiff::Timestamp;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogramDataPoint, HistogramDataPoint, Metric, NumberDataPoint, SummaryDataPoint,
};
use serde_json::{Value as Json, json};
use trueup_evidence::event::Event;

use super::telemetry::{self, Identity};
use super::{Taken, time};
use crate::attributes;
use crate::attribution::{Attribution, Voices};
use crate::dialect::{Ours, Said, entries};
use crate::rules::Rules;

/// More buckets of one histogram are left out.
const BUCKETS_AT_MOST: usize = 512;

/// Reads every data point of a request.
pub fn take(rules: &Rules, request: &ExportMetricsServiceRequest, received: Timestamp) -> Taken {
    let mut taken = Taken::default();
    for group in &request.resource_metrics {
        let known = group.resource.as_ref().map_or(&[][..], |known| &known.attributes);
        let resource = Said::of_resource(rules, known);
        for metric in group.scope_metrics.iter().flat_map(|scope| &scope.metrics) {
            for point in points(metric) {
                let at = time::first_known([point.time, point.start], received);
                if time::is_ahead(at, received) {
                    taken.reject(time::FUTURE);
                } else {
                    taken.accepted += 1;
                    taken.events.push(row(rules, &resource, known, metric, &point, at));
                }
            }
        }
    }
    taken
}

/// What points of all kinds have in common.
struct Point<'a> {
    attributes: &'a [KeyValue],
    start: u64,
    time: u64,
    value: Option<f64>,
    count: Option<u64>,
    /// How the values are spread, if the point says so.
    spread: Option<Json>,
    /// 1 is the change since the last point, 2 the sum since the start; 0 is neither.
    temporality: i32,
}

fn row(
    rules: &Rules,
    resource: &Said<'_>,
    known: &[KeyValue],
    metric: &Metric,
    point: &Point<'_>,
    at: Timestamp,
) -> Event {
    let mut identity = Identity::new(rules, "metric");
    identity.add(metric.name.as_bytes()).add(&point.time.to_le_bytes());
    identity.add(&point.start.to_le_bytes()).add_attributes(point.attributes);
    identity.add_attributes(known);
    identity.add(&point.value.unwrap_or_default().to_bits().to_le_bytes());
    identity.add(&point.count.unwrap_or_default().to_le_bytes());
    let mut event = telemetry::row(&identity.id(), at, "metric", &metric.name);
    let own = Said::of_attributes(rules, point.attributes, None);
    let voices = Voices { own: &own, resource };
    telemetry::set_attribution(&mut event, Attribution::of(rules, voices));
    telemetry::set_service(&mut event, voices);
    event.set_some("value", point.value.filter(|value| value.is_finite()));
    event.set_some("count", point.count.and_then(|count| i64::try_from(count).ok()));
    event.set_some("error", own.text(Ours::Error));
    event.set("measured_in", metric.unit.as_str());
    let mut kept = attributes::kept(rules, entries(point.attributes));
    if let Some(spread) = &point.spread {
        kept.insert("spread".to_owned(), spread.clone());
    }
    if point.temporality > 0 {
        kept.insert("temporality".to_owned(), point.temporality.into());
    }
    event.set_some("attributes", attributes::written(kept));
    event
}

fn points(metric: &Metric) -> Vec<Point<'_>> {
    match &metric.data {
        None => Vec::new(),
        Some(Data::Gauge(gauge)) => gauge.data_points.iter().map(|one| number(one, 0)).collect(),
        Some(Data::Sum(sum)) => {
            sum.data_points.iter().map(|one| number(one, sum.aggregation_temporality)).collect()
        }
        Some(Data::Histogram(all)) => {
            all.data_points.iter().map(|one| histogram(one, all.aggregation_temporality)).collect()
        }
        Some(Data::ExponentialHistogram(all)) => {
            let points = all.data_points.iter();
            points.map(|one| exponential(one, all.aggregation_temporality)).collect()
        }
        Some(Data::Summary(all)) => all.data_points.iter().map(summary).collect(),
    }
}

fn number(point: &NumberDataPoint, temporality: i32) -> Point<'_> {
    let value = point.value.as_ref().map(|value| match value {
        Number::AsDouble(number) => *number,
        Number::AsInt(number) => *number as f64,
    });
    Point {
        attributes: &point.attributes,
        start: point.start_time_unix_nano,
        time: point.time_unix_nano,
        value,
        count: None,
        spread: None,
        temporality,
    }
}

fn histogram(point: &HistogramDataPoint, temporality: i32) -> Point<'_> {
    let counts = &point.bucket_counts[..point.bucket_counts.len().min(BUCKETS_AT_MOST)];
    let bounds = &point.explicit_bounds[..point.explicit_bounds.len().min(BUCKETS_AT_MOST)];
    Point {
        attributes: &point.attributes,
        start: point.start_time_unix_nano,
        time: point.time_unix_nano,
        value: point.sum,
        count: Some(point.count),
        spread: Some(json!({
            "bounds": bounds, "counts": counts, "min": point.min, "max": point.max,
        })),
        temporality,
    }
}

fn exponential(point: &ExponentialHistogramDataPoint, temporality: i32) -> Point<'_> {
    let buckets = |side: &Option<Buckets>| {
        side.as_ref().map(|side| {
            let counts = &side.bucket_counts[..side.bucket_counts.len().min(BUCKETS_AT_MOST)];
            json!({"offset": side.offset, "counts": counts})
        })
    };
    Point {
        attributes: &point.attributes,
        start: point.start_time_unix_nano,
        time: point.time_unix_nano,
        value: point.sum,
        count: Some(point.count),
        spread: Some(json!({
            "scale": point.scale, "zero": point.zero_count, "min": point.min, "max": point.max,
            "positive": buckets(&point.positive), "negative": buckets(&point.negative),
        })),
        temporality,
    }
}

fn summary(point: &SummaryDataPoint) -> Point<'_> {
    let quantiles = point.quantile_values.iter().take(BUCKETS_AT_MOST);
    let quantiles: Vec<[f64; 2]> = quantiles.map(|one| [one.quantile, one.value]).collect();
    Point {
        attributes: &point.attributes,
        start: point.start_time_unix_nano,
        time: point.time_unix_nano,
        value: Some(point.sum),
        count: Some(point.count),
        spread: Some(json!({"quantiles": quantiles})),
        temporality: 0,
    }
}
