-- How this company's warehouse export becomes evidence.
--
-- Trueup reads three tables: `interactions` (what was shown), `actions` (what the person did with
-- it) and `scores` (how it turned out). Each statement below fills one of them from one exported
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
    model                           AS model_answered,
    prompt_tokens                   AS tokens_in,
    completion_tokens               AS tokens_out,
    -- Empty where the price is unknown.
    price_usd                       AS cost,
    'USD'                           AS currency,
    duration_ms                     AS latency_ms,
    score                           AS confidence,
    CAST(predicted AS VARCHAR)      AS prediction,
    NULLIF(error_code, '')          AS error
FROM assistant_calls;

-- One row for each decision of a person. The export repeats the call's time, feature, person and
-- plan on it, and so does the store: no join is needed, now or later.
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
    'person'                        AS actor,
    CASE decision
        WHEN 'accepted'   THEN 'accept'
        WHEN 'rejected'   THEN 'reject'
        WHEN 'overridden' THEN 'override'
    END                             AS kind,
    CAST(seconds_spent AS DOUBLE) * 1000 AS dwell_ms,
    share_changed                   AS edit_share_first
FROM decisions;

-- One row for each judgement, however late it came.
INSERT INTO scores
SELECT
    judgement_id                    AS id,
    call_id                         AS target,
    judged_at                       AS at,
    called_at                       AS interaction_at,
    replace(feature_key, '_', '-')  AS bet,
    user_hash                       AS unit,
    make_array(plan)                AS segments,
    CASE what
        WHEN 'correct'              THEN 'label'     -- 1: the model was right
        WHEN 'planted_error_caught' THEN 'planted'   -- 1: the person caught a planted error
        WHEN 'kept_after_a_day'     THEN 'survival'  -- the share of the text still there
    END                             AS name,
    value                           AS value,
    -- The model's answer and the true one, for precision, recall and F1.
    CAST(predicted AS VARCHAR)      AS prediction,
    CAST(true_class AS VARCHAR)     AS label,
    -- The model's own probability of being right, for calibration.
    score                           AS confidence,
    CASE what WHEN 'correct' THEN 'label' ELSE 'system' END AS source
FROM judgements;
