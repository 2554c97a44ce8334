-- events.jsonl of the CUPS study: one line for each state a suggestion passed through.
-- A suggestion begins with `Shown`, may be `Replay`ed while the programmer types along, and ends
-- `Accepted` or `Rejected`; 55 suggestions of 1,151 end with neither.

-- Number the suggestions of each session.
CREATE VIEW steps AS
SELECT *,
       sum(CASE WHEN StateName = 'Shown' THEN 1 ELSE 0 END)
         OVER (PARTITION BY session ORDER BY seq) AS suggestion
FROM events;

CREATE VIEW suggestions AS
SELECT concat('s', session, '-', suggestion) AS id,
       concat('programmer-', UserId) AS unit,
       CAST(TimeGenerated AS TIMESTAMP) AS at,
       *
FROM steps;

CREATE VIEW shown AS
SELECT id, unit, min(at) AS shown_at, min(Task) AS task
FROM suggestions
GROUP BY id, unit;

CREATE VIEW decided AS
SELECT s.*, w.shown_at
FROM suggestions s JOIN shown w ON s.id = w.id
WHERE StateName IN ('Accepted', 'Rejected');

-- One interaction for each suggestion. The model's confidence is the one it had when decided;
-- 82 decisions carry none, and stay without.
INSERT INTO interactions
SELECT w.id, w.shown_at AS at, 'inline-suggestions' AS bet, w.unit, 'suggest' AS mode,
       make_array(w.task) AS segments,
       d.Measurements['confidence'] AS confidence
FROM shown w LEFT JOIN decided d ON w.id = d.id;

-- What the programmer did with it, and how long that took.
INSERT INTO actions
SELECT id AS interaction, seq, at,
       CASE StateName WHEN 'Accepted' THEN 'accept' ELSE 'reject' END AS kind,
       'person' AS actor,
       date_part('epoch', at - shown_at) * 1000 AS dwell_ms
FROM decided;

-- The confidence is the model's chance of being accepted, so what came of it is the label.
INSERT INTO scores
SELECT concat(id, '/accepted') AS id, id AS target, at, 'label' AS name,
       StateName = 'Accepted' AS value, 'person' AS source
FROM decided;

-- How much of an accepted suggestion had been edited, at five horizons.
INSERT INTO scores
SELECT concat(id, '/', name) AS id, id AS target, at, name, value, 'system' AS source
FROM (
  SELECT id, at, 'edited_after_15_s' AS name, EditPercentage[1] AS value FROM decided WHERE StateName = 'Accepted'
  UNION ALL
  SELECT id, at, 'edited_after_30_s', EditPercentage[2] FROM decided WHERE StateName = 'Accepted'
  UNION ALL
  SELECT id, at, 'edited_after_2_min', EditPercentage[3] FROM decided WHERE StateName = 'Accepted'
  UNION ALL
  SELECT id, at, 'edited_after_5_min', EditPercentage[4] FROM decided WHERE StateName = 'Accepted'
  UNION ALL
  SELECT id, at, 'edited_after_10_min', EditPercentage[5] FROM decided WHERE StateName = 'Accepted'
);

-- What the programmers themselves said they were doing, state by state, and for how many seconds. Of
-- 3,490 states they could not tell 353 (`IDK`); a share of time leaves those out.
INSERT INTO scores
SELECT concat(id, '/', seq, '/time') AS id, id AS target, at, 'seconds' AS name,
       TimeSpentInState AS value, LabeledState AS label, 'person' AS source
FROM suggestions;

-- A second guess at what is accepted: the mean probability of a token, which is exp(meanLogProb), so
-- a score with a confidence of its own. It orders suggestions better than `confidence` does, of which
-- it says that a LIKELIER text is accepted more often.
INSERT INTO scores
SELECT concat(id, '/likely') AS id, id AS target, at, 'likely' AS name, StateName = 'Accepted' AS value,
       exp(Measurements['meanLogProb']) AS confidence, 'person' AS source
FROM decided
WHERE Measurements['meanLogProb'] IS NOT NULL;
