//! A planning horizon: how far away, what a bet must prove to stand there, and what comes out.

use schemars::JsonSchema;

use crate::Spanned;
use crate::bet::economics::SourcingKind;
use crate::duration;
use crate::schema::written;
use crate::word::{Word, words};

/// An entry of `[horizons]`.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Horizon {
    /// What people call it.
    pub name: String,
    /// Two lengths of time, for example `0w..6w` or `12mo..`.
    #[schemars(with = "written::Span")]
    pub span: String,
    /// What a bet must prove to stand here.
    #[schemars(default, with = "Vec<written::NeedText>")]
    pub needs: Vec<Spanned<Need>>,
    /// What comes out: a product or a learning.
    #[schemars(default)]
    pub result: HorizonResult,
    /// The smallest calibrated probability that may be shown to customers; policy's if absent.
    #[schemars(range(min = 0, max = 1))]
    pub promise: Option<f64>,
    /// What the horizon is for.
    pub goal: Option<String>,
}

words! {
    /// What comes out of a horizon.
    #[derive(Default)]
    pub enum HorizonResult {
        /// Something that can ship.
        #[default]
        Product = "product",
        /// Insight; nothing ships from here.
        Learning = "learning",
    }
}

words! {
    /// Ready-made horizons, for `horizons = "..."`.
    pub enum Preset {
        /// By how sure we are: committed, planned, explore.
        Confidence = "confidence",
        /// By how mature the technology is: ready-made, tuned, own research.
        Technology = "technology",
    }
}

/// An entry predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// One that the roadmap's text proves.
    Proof(Proof),
    /// The model comes from one of these sources: `sourcing.buy|rules`.
    Sourcing(Vec<SourcingKind>),
}

words! {
    /// What the roadmap's text can prove of a bet.
    pub enum Proof {
        /// It is done in a way that is known to work.
        ApproachProven = "approach.proven",
        /// There are as many labels as are needed.
        DataHave = "data.have",
        /// Its use will bring the data.
        DataWillCollect = "data.will_collect",
        /// A gate says how good the model must be.
        QualityThreshold = "quality.threshold",
        /// A customer is named who asked for it.
        DemandNamed = "demand.named",
        /// An earlier bet or an experiment showed it.
        PriorValidated = "prior.validated",
        /// Every risk has a mitigation and an owner.
        RisksMitigated = "risks.mitigated",
    }
}

impl Horizon {
    /// How far away it starts, in hours; horizons stand in the order of this.
    #[must_use]
    pub fn starts_hours(&self) -> f64 {
        let (start, _) = self.span.split_once("..").unwrap_or((&self.span, ""));
        duration::hours(start).unwrap_or(f64::INFINITY)
    }

    /// True when what comes out is learning, so that no bet here can ship.
    #[must_use]
    pub fn is_learning(&self) -> bool {
        self.result == HorizonResult::Learning
    }
}

impl Need {
    /// Reads `data.have` or `sourcing.buy|rules`.
    #[must_use]
    pub fn read(text: &str) -> Option<Need> {
        if let Some(kinds) = text.strip_prefix("sourcing.") {
            return kinds.split('|').map(by_name).collect::<Option<Vec<_>>>().map(Need::Sourcing);
        }
        by_name(text).map(Need::Proof)
    }
}

fn by_name<W: Word>(word: &str) -> Option<W> {
    W::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Need::Proof(proof) => write!(f, "{proof}"),
            Need::Sourcing(kinds) => {
                let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
                write!(f, "sourcing.{}", kinds.join("|"))
            }
        }
    }
}
