-- claude-2.1.json, gpt-3.5-turbo-1106.json, vicuna-7b-v1.5.json of AlpacaEval 2: a judge (GPT-4) compared each
-- model's answer (`output_2`) with the baseline's (`output_1`) on 805 instructions.
--
-- `preference` is how much the judge prefers the SECOND answer, from 1 (the baseline's) to 2 (the
-- model's), 1.5 a draw: the win is preference - 1. Read as "1 is the winner" it would be inverted.
-- No instruction is without a preference here: the three denominators are all 805.
-- The unit of inference is the instruction: what was drawn is what people ask, not who asks.
-- A file is the table of its name up to the first dot: `claude_2`, `gpt_3`, `vicuna_7b_v1`.
-- The files have no times: the day on which the baseline's leaderboard was set stands for all.

CREATE VIEW judged AS
SELECT 'claude-2.1' AS model, instruction, preference, price_per_example FROM claude_2
UNION ALL
SELECT 'gpt-3.5-turbo-1106', instruction, preference, price_per_example FROM gpt_3
UNION ALL
SELECT 'vicuna-7b-v1.5', instruction, preference, price_per_example FROM vicuna_7b_v1;

CREATE VIEW named AS
SELECT *, concat(model, '/', md5(instruction)) AS id, to_timestamp('2024-01-08T12:00:00Z') AS at
FROM judged;

-- The price in the files is that of judging, not of answering: the cost of an answer is not known.
INSERT INTO interactions
SELECT id, at, 'another-model' AS bet, model AS variant, model AS model_answered, 'suggest' AS mode,
       md5(instruction) AS unit
FROM named;

INSERT INTO scores
SELECT concat(id, '/', name) AS id, id AS target, at, name, value, 'judge' AS source,
       'gpt-4-1106-preview' AS author
FROM (
  SELECT id, at, 'win' AS name, preference - 1 AS value FROM named
  UNION ALL
  SELECT id, at, 'squared_win', (preference - 1) * (preference - 1) FROM named
);
