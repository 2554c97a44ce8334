-- mmlu.csv (of prepare.sh), gsm8k_responses.csv, mmlu_contaminated.jsonl, gsm8k_contaminated.jsonl of RouteLLM: for each
-- question, whether the strong and the weak model answered it right.
--
-- Denominators: `mmlu_strong` and the like are over all questions, 14,042 and 1,319; 105 questions of
-- MMLU are there twice, so a row is told by its place and not by its text. The label `clean` keeps
-- the 14,037 and 1,307 that are not among the authors' contaminated ones.
-- What a router is worth: questions are sorted by length, longest first; each threshold sends the
-- first k of n to the strong model. The gap that this recovers, averaged over all k (trapezoids), is
-- the sum of gap * share of thresholds above, over the sum of the gaps. Equal lengths keep the order
-- of the file.
-- The unit of inference is the question. The files have no times, and no tokens or prices: what is
-- saved is calls, not money.

CREATE VIEW questions AS
SELECT 'mmlu' AS bench, row_number() OVER () AS place, prompt,
       CAST("gpt-4-1106-preview" AS INT) AS strong,
       CAST("mistralai/Mixtral-8x7B-Instruct-v0.1" AS INT) AS weak
FROM mmlu
UNION ALL
SELECT 'gsm8k', row_number() OVER (), prompt, CAST("gpt-4-1106-preview" AS INT),
       CAST("mistralai/Mixtral-8x7B-Instruct-v0.1" AS INT)
FROM gsm8k_responses;

CREATE VIEW contaminated AS
SELECT 'mmlu' AS bench, eval_prompt FROM mmlu_contaminated
UNION
SELECT 'gsm8k', eval_prompt FROM gsm8k_contaminated;

CREATE VIEW named AS
SELECT q.*, concat(q.bench, '/', place) AS id, strong - weak AS gap,
       CASE WHEN c.eval_prompt IS NULL THEN 'clean' ELSE 'contaminated' END AS label,
       to_timestamp('2024-07-01T12:00:00Z') AS at
FROM questions q LEFT JOIN contaminated c ON q.bench = c.bench AND q.prompt = c.eval_prompt;

-- 1 is the longest of the clean questions of its benchmark.
CREATE VIEW ranked AS
SELECT *, row_number() OVER (PARTITION BY bench ORDER BY character_length(prompt) DESC, place) AS rank,
       count(*) OVER (PARTITION BY bench) AS of
FROM named
WHERE label = 'clean';

INSERT INTO interactions
SELECT id, at, 'route-by-length' AS bet, id AS unit, make_array(bench, label) AS segments
FROM named;

INSERT INTO scores
SELECT concat(id, '/', name) AS id, id AS target, at, concat(bench, '_', name) AS name, value, label,
       'label' AS source
FROM (
  SELECT id, at, bench, label, 'strong' AS name, CAST(strong AS DOUBLE) AS value FROM named
  UNION ALL SELECT id, at, bench, label, 'weak', weak FROM named
  UNION ALL SELECT id, at, bench, label, 'gap', gap FROM named
  UNION ALL SELECT id, at, bench, label, 'recovered', gap * (of - rank + 0.5) / of FROM ranked
  UNION ALL SELECT id, at, bench, label, 'half', CASE WHEN rank <= of / 2 THEN gap ELSE 0 END FROM ranked
);
