-- claude-3-haiku-20240307.jsonl, gemini-2.0-flash-001.jsonl of RouterArena: the same 809 questions, with tokens,
-- score and cost of each answer. A file is the table of its name up to the first dot.
--
-- Denominators: scores and costs are over all 809 questions of a model, right or wrong. The mean is
-- over questions and not over the benchmark's kinds of question, 565 of which are multiple choice.
-- Traps: the grades of one kind of question may be below 0 (one is -0.033); cost is in dollars, as
-- reported with each answer, and is not multiplied from a price table.
-- The unit of inference is the question. The files have no times: one day stands for all.

CREATE VIEW answers AS
SELECT llm_selected AS model, global_index AS question, token_usage['input_tokens'] AS tokens_in,
       token_usage['output_tokens'] AS tokens_out, evaluation_result['score'] AS score,
       evaluation_result['inference_cost'] AS cost, provider, to_timestamp('2025-10-01T12:00:00Z') AS at
FROM claude_3_haiku_20240307
UNION ALL
SELECT llm_selected, global_index, token_usage['input_tokens'], token_usage['output_tokens'],
       evaluation_result['score'], evaluation_result['inference_cost'], provider,
       to_timestamp('2025-10-01T12:00:00Z')
FROM gemini_2;

INSERT INTO interactions
SELECT concat(model, '/', question) AS id, at, 'other-model' AS bet, model AS variant,
       question AS unit, provider, model AS model_answered, 'suggest' AS mode, tokens_in, tokens_out,
       cost, 'USD' AS currency
FROM answers;

INSERT INTO scores
SELECT concat(model, '/', question, '/score') AS id, concat(model, '/', question) AS target, at,
       'score' AS name, score AS value, 'label' AS source
FROM answers;

-- The two models on the same question: what differs between questions drops out.
CREATE VIEW pairs AS
SELECT o.question, o.at, o.model, o.score - u.score AS score_gain, u.cost - o.cost AS cost_saved
FROM answers o JOIN answers u ON o.question = u.question
WHERE o.model = 'gemini-2.0-flash-001' AND u.model = 'claude-3-haiku-20240307';

INSERT INTO scores
SELECT concat(question, '/', name) AS id, concat(model, '/', question) AS target, at, name, value,
       'rule' AS source
FROM (
  SELECT question, at, model, 'score_gain' AS name, score_gain AS value FROM pairs
  UNION ALL
  SELECT question, at, model, 'cost_saved', cost_saved FROM pairs
);
