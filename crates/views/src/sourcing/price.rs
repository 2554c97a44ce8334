//! What one interaction costs by its tokens and the price of the model.

use trueup_roadmap::Bet;
use trueup_roadmap::bet::economics::Sourcing;
use trueup_verdict::currency;

use crate::seen::Seen;

const MILLION: f64 = 1e6;

/// Tokens of one interaction × the price of the chosen model today; the error says what is missing.
pub(super) fn by_tokens(
    seen: &Seen<'_>,
    bet: &Bet,
    sourcing: &Sourcing,
) -> Result<(f64, String), String> {
    let roadmap = seen.roadmap;
    let id = sourcing.model.as_ref().ok_or("no price; give `per_interaction`, or a `model`")?;
    let model =
        roadmap.models.get(&id.value).ok_or_else(|| format!("model `{id}` is not known"))?;
    let price = model.price(seen.today).ok_or_else(|| {
        format!("model `{id}` has no price on {}; add one under `[models]`", seen.today)
    })?;
    let (own, theirs) = (
        currency::of(bet, &roadmap.policy),
        price.currency.as_deref().unwrap_or(&roadmap.policy.currency),
    );
    if own != theirs {
        return Err(format!(
            "model `{id}` is priced in {theirs} and the bet counts in {own}; no rate is assumed"
        ));
    }
    let tokens = bet.cost.as_ref().and_then(|cost| cost.tokens);
    let tokens = tokens.ok_or("no price; give `per_interaction`, or `tokens` in `[cost]`")?;
    let input = tokens.input * price.input_per_million;
    let output = tokens.output * price.output_per_million;
    Ok(((input + output) / MILLION, format!("tokens × price of `{id}`")))
}
