//! All that intake needs to know: which key names the bet, what the roadmap gives to which bet, the
//! prices, what may be kept, and the secret.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::dialect::{From, Ours, TABLE};
use crate::prices::{Cost, PriceTable, Usage};
use crate::secret::Secret;

/// What the roadmap and the settings of the server say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Attribute keys that name the bet, best first.
    pub bet_keys: Vec<String>,
    /// Feature flags by key, and the bet of each.
    pub flags: HashMap<String, String>,
    /// Names that mean a bet if nothing else names one.
    pub names: Vec<NameRule>,
    /// The bets of the roadmap. One that is not among them is kept as said.
    pub bets: HashMap<String, Bet>,
    /// The tier of each model that the roadmap knows.
    pub tiers: HashMap<String, String>,
    /// The first table that knows a model prices it.
    pub prices: Vec<PriceTable>,
    pub capture: Capture,
    /// Attributes whose text may be kept, besides those in [`crate::attributes`].
    pub allow: Vec<String>,
    pub secret: Secret,
}

/// A bet of the roadmap, as of now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bet {
    /// The digest of the criteria in force.
    pub criteria_digest: Option<String>,
}

/// Whatever has this name belongs to this bet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRule {
    pub named: Named,
    pub name: String,
    pub bet: String,
}

/// What a [`NameRule`] looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Named {
    Workflow,
    Agent,
    Prompt,
    Tool,
    Service,
}

impl Named {
    /// In the order in which rules are asked.
    pub const ALL: [Named; 5] =
        [Named::Workflow, Named::Agent, Named::Prompt, Named::Tool, Named::Service];

    pub(crate) const fn ours(self) -> Ours {
        match self {
            Named::Workflow => Ours::Workflow,
            Named::Agent => Ours::Agent,
            Named::Prompt => Ours::Prompt,
            Named::Tool => Ours::Tool,
            Named::Service => Ours::Service,
        }
    }
}

/// Whether what people wrote and models answered is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Capture {
    /// No text at all.
    #[default]
    Off,
    /// The text without mail addresses, phone and card numbers.
    Redacted,
    /// The text as it came.
    Whole,
}

impl Settings {
    /// The settings of a server that was told nothing: [`DEFAULT_BET_KEYS`], no capture.
    #[must_use]
    pub fn new(secret: Secret) -> Settings {
        Settings {
            bet_keys: DEFAULT_BET_KEYS.map(str::to_owned).to_vec(),
            flags: HashMap::new(),
            names: Vec::new(),
            bets: HashMap::new(),
            tiers: HashMap::new(),
            prices: vec![PriceTable::public()],
            capture: Capture::Off,
            allow: Vec::new(),
            secret,
        }
    }
}

/// Attribute keys that name the bet unless told otherwise.
pub const DEFAULT_BET_KEYS: [&str; 2] = ["trueup.bet", "bet.id"];

/// Names that mean a bet among the metadata of other dialects, besides the keys of the settings.
const SHORT_BET_KEYS: [&str; 2] = ["bet", "bet_id"];

/// [`Settings`], made ready for many spans.
#[derive(Debug, Clone)]
pub struct Rules {
    pub(crate) settings: Settings,
    /// Attribute keys that name a bet, with their place in the order: see [`Ours::Bet`].
    pub(crate) claims: HashMap<String, usize>,
    /// Members of metadata that name a bet.
    pub(crate) members: HashSet<String>,
    pub(crate) allow: HashSet<String>,
    names: HashMap<(Named, String), String>,
}

impl Rules {
    #[must_use]
    pub fn new(settings: Settings) -> Rules {
        let members: Vec<&str> =
            settings.bet_keys.iter().map(String::as_str).chain(SHORT_BET_KEYS).collect();
        let mut claims = HashMap::new();
        for (rank, prefix) in claim_prefixes() {
            let keys =
                if prefix.is_empty() { &members[..settings.bet_keys.len()] } else { &members };
            for (place, key) in keys.iter().enumerate() {
                claims.entry(format!("{prefix}{key}")).or_insert(rank * CLAIMS + place);
            }
        }
        let members = members.into_iter().map(str::to_owned).collect();
        let names = settings.names.iter();
        let names = names.map(|rule| ((rule.named, rule.name.clone()), rule.bet.clone())).collect();
        let allow = settings.allow.iter().cloned().collect();
        Rules { settings, claims, members, allow, names }
    }

    /// The secret that makes pseudonyms and signs tokens.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.settings.secret
    }

    /// True if texts may be kept.
    #[must_use]
    pub fn captures(&self) -> bool {
        self.settings.capture != Capture::Off
    }

    /// What an answer cost, by the first of these models that a table knows.
    pub(crate) fn cost(
        &self,
        models: [Option<&str>; 2],
        at: Timestamp,
        usage: &Usage<'_>,
    ) -> Option<Cost<'_>> {
        let tables = &self.settings.prices;
        models
            .into_iter()
            .flatten()
            .find_map(|model| tables.iter().find_map(|table| table.cost(model, at, usage)))
    }

    /// The bet that the roadmap gives a name to.
    pub(crate) fn bet_named(&self, named: Named, name: &str) -> Option<&str> {
        if self.names.is_empty() {
            return None;
        }
        self.names.get(&(named, name.to_owned())).map(String::as_str)
    }

    /// The digest of the criteria in force for a bet.
    pub(crate) fn criteria_digest(&self, bet: &str) -> Option<&str> {
        self.settings.bets.get(bet)?.criteria_digest.as_deref()
    }
}

/// More bet keys than this are one place in the order.
const CLAIMS: usize = 1_000;

/// The prefixes of bet keys with their place on the line.
fn claim_prefixes() -> impl Iterator<Item = (usize, &'static str)> {
    let sources = TABLE[Ours::Bet as usize].sources.iter().enumerate();
    sources.filter_map(|(rank, source)| match source.from {
        From::BetKey(prefix) => Some((rank, prefix)),
        _ => None,
    })
}

/// A place on the line of [`Ours::Bet`] in the order of claims.
pub(crate) fn claim_rank(rank: usize) -> usize {
    rank * CLAIMS
}

/// Times before this are no times of telemetry: clocks that were never set.
pub(crate) const EARLIEST: Timestamp = Timestamp::constant(946_684_800, 0);
