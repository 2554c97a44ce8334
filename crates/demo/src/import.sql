-- How this company's warehouse export becomes evidence.
--
-- Trueup reads three tables: `interactions` (what was shown), `actions` (what the person did with
-- it) and `scores` (how it turned out), and a fourth if you like, `payloads` (what was written). Each statement below fills one of them from one exported
-- file; a file is a table with the file's name. Columns are matched by name (`AS bet`), so their
-- order does not matter, and what you do not know you leave out: unknown is never zero.
--
--   trueup import telemetry/*.csv --with import.sql
--
-- Importing the same rows again changes nothing: `id` tells them apart.

-- One row for each call of the assistant.
INSERT INTO interactions
SELECT
    call_id                         AS id,
    called_at                       AS at,
    -- The product's feature keys are the bets' names with underscores. A key that no bet is named
    -- after stays in the store and shows up as unattributed.
    replace(feature_key, '_', '-')  AS bet,
    feature_key                     AS feature,
    -- The pseudonym of the person. Every interval is over people, not over calls.
    user_hash                       AS unit,
    -- For `among = "enterprise"` in a criterion.
    make_array(plan)                AS segments,
    -- The arm of the experiment that the person is in, for `[experiment]` of a bet. Empty where
    -- there is none.
    NULLIF(variant, '')             AS variant,
    model                           AS model_answered,
    prompt_tokens                   AS tokens_in,
    completion_tokens               AS tokens_out,
    -- Empty where the price is unknown.
    price_usd                       AS cost,
    'USD'                           AS currency,
    duration_ms                     AS latency_ms,
    score                           AS confidence,
    CAST(predicted AS VARCHAR)      AS prediction,
    NULLIF(error_code, '')          AS error,
    -- The digest of the bet's criteria as they were on that day, so that nobody can say later that
    -- they were others.
    NULLIF(criteria, '')            AS criteria_digest,
    -- The first 200 characters of the answer, where texts are kept.
    NULLIF(answer_begins, '')       AS text
FROM assistant_calls;

-- One row for each decision of a person. The export repeats the call's time, feature, person, plan
-- and arm on it, and so does the store: no join is needed, now or later.
INSERT INTO actions
SELECT
    concat(call_id, '/1')           AS id,
    call_id                         AS interaction,
    1                               AS seq,
    decided_at                      AS at,
    called_at                       AS interaction_at,
    replace(feature_key, '_', '-')  AS bet,
    user_hash                       AS unit,
    make_array(plan)                AS segments,
    NULLIF(variant, '')             AS variant,
    'person'                        AS actor,
    CASE decision
        WHEN 'accepted'   THEN 'accept'
        WHEN 'rejected'   THEN 'reject'
        WHEN 'overridden' THEN 'override'
    END                             AS kind,
    CAST(seconds_spent AS DOUBLE) * 1000 AS dwell_ms,
    share_changed                   AS edit_share_first
FROM decisions;

-- One row for each judgement, however late it came. `name` is what is judged: the standard metrics
-- read these names (`trueup metrics`), and a metric of your own may read any other.
INSERT INTO scores
SELECT
    judgement_id                    AS id,
    call_id                         AS target,
    judged_at                       AS at,
    called_at                       AS interaction_at,
    replace(feature_key, '_', '-')  AS bet,
    user_hash                       AS unit,
    make_array(plan)                AS segments,
    NULLIF(variant, '')             AS variant,
    CASE what
        WHEN 'correct'              THEN 'label'     -- 1: the model was right
        WHEN 'planted_error_caught' THEN 'planted'   -- 1: the person caught a planted error
        WHEN 'kept_after_a_day'     THEN 'survival'  -- the share of the text still there
        -- A mark from 0 to 1. The judge is another model, cheap and a little too kind; a person
        -- marked a few of the same answers, and by them the judge is corrected.
        WHEN 'quality_by_judge'     THEN 'quality'
        WHEN 'quality_by_person'    THEN 'quality'
        -- These are called here what the metrics call them:
        --   csat            how satisfied somebody is, 1 to 5
        --   nps             whether they would recommend it, 0 to 10
        --   revenue         what the business got by it, in USD
        --   explained       1: the answer shows what it rests on
        --   completed       1: the task was done in the end
        --   over_reliance   the person was right at first and the model wrong; 1: followed it
        --   under_reliance  the person was wrong at first and the model right; 1: did not
        ELSE what
    END                             AS name,
    value                           AS value,
    -- The model's answer and the true one, for precision, recall and F1.
    CAST(predicted AS VARCHAR)      AS prediction,
    -- A mark is a class as well, so that judge and person can be seen to agree beyond chance.
    CASE
        WHEN what NOT LIKE 'quality%' THEN CAST(true_class AS VARCHAR)
        WHEN value >= 0.6             THEN 'good'
        ELSE 'poor'
    END                             AS label,
    -- The model's own probability of being right, for calibration.
    score                           AS confidence,
    -- Who says so. Metrics of quality tell judge and person apart by it.
    CASE what
        WHEN 'correct'              THEN 'label'
        WHEN 'quality_by_judge'     THEN 'judge'
        WHEN 'quality_by_person'    THEN 'person'
        WHEN 'csat'                 THEN 'person'
        WHEN 'nps'                  THEN 'person'
        WHEN 'explained'            THEN 'person'
        ELSE 'system'
    END                             AS source
FROM judgements;

-- One row for each text: what the model was given (`system`, `documents`, `input`), what it answered
-- (`output`, `explanation`), what the person said before (`first`) and made of it (`final`). A text
-- that came later than another of its kind has a higher `seq`. This company keeps the texts of few
-- calls, for a few days. Leave the statement out and nothing else changes.
INSERT INTO payloads
SELECT
    concat(call_id, '/', kind, '/', seq) AS id,
    call_id                         AS interaction,
    kind                            AS kind,
    seq                             AS seq,
    sent_at                         AS at,
    called_at                       AS interaction_at,
    replace(feature_key, '_', '-')  AS bet,
    user_hash                       AS unit,
    make_array(plan)                AS segments,
    NULLIF(variant, '')             AS variant,
    text                            AS text
FROM texts;
