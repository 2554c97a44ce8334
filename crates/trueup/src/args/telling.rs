//! The arguments of what tells a verdict, and what stands behind it, to people.

use clap::{Args, ValueEnum};

use super::{Format, RoadmapFolder, Store, View};

/// Tell one verdict in the words of a product manager, a data scientist and an engineer.
///
/// The same report in three vocabularies: the words differ, the numbers never do. It ends with what
/// the verdict assumed.
#[derive(Args)]
pub struct ExplainVerdict {
    /// The bet.
    pub bet: String,
    /// Tell it to this reader alone.
    #[arg(long = "for", value_enum, value_name = "READER")]
    pub reader: Option<Reader>,
    #[command(flatten)]
    pub view: View,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Reader {
    Product,
    DataScience,
    Engineering,
}

/// Forecast: the chance to pass by the day of decision, what is still needed, and when it will be known.
///
/// Also when all open bets will be decided, from the team's own pace in git, and how good such forecasts
/// were: those of bets that have ended are made again, week by week, and scored by what became of them.
#[derive(Args)]
pub struct Forecast {
    /// One bet; all open ones if absent.
    pub bet: Option<String>,
    #[command(flatten)]
    pub view: View,
}

/// Report on human oversight: what each reviewer decided, how long they looked, and who stopped it when.
///
/// Reviewer by reviewer, by pseudonym, and month by month, with intervals; over- and under-reliance and
/// the team beside each alone where it is scored; the log of starts and stops. Made for those who have
/// to show that people oversee what a machine suggests.
#[derive(Args)]
pub struct Oversight {
    /// The bet.
    pub bet: String,
    /// How many months, this one counted as one.
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub months: u32,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Answer as of this day (its end, UTC) or moment: later events are not looked at, and in a git
    /// repository the roadmap is read as it was committed then.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub roadmap: RoadmapFolder,
    #[command(flatten)]
    pub store: Store,
}
