-- purchases.csv (of prepare.sh) of CDNOW: what 2,357 people bought, from their first order in the first quarter of
-- 1997 to June 1998.
--
-- Denominators: people who bought once, all 2,357, those who never came back among them.
-- Traps: 223 orders are a second one of the same person on the same day, and are one purchase; eight
-- are free. A repeat counts up to 30 September 1997, as in the published summary.
-- The unit of inference is the customer.
-- What no metric expresses: the BG/NBD model, whose r, alpha, a and b are fitted by maximum
-- likelihood and say what each person will buy. A metric counts what was.

CREATE VIEW days AS
SELECT DISTINCT customer AS unit,
       to_timestamp(concat(substr(CAST(day AS VARCHAR), 1, 4), '-', substr(CAST(day AS VARCHAR), 5, 2),
                           '-', substr(CAST(day AS VARCHAR), 7, 2), 'T12:00:00Z')) AS at
FROM purchases;

CREATE VIEW people AS
SELECT unit, min(at) AS first,
       sum(CASE WHEN at < to_timestamp('1997-10-01T00:00:00Z') THEN 1 ELSE 0 END) - 1 AS repeats
FROM days
GROUP BY unit;

INSERT INTO interactions
SELECT concat(unit, '/', at) AS id, at, 'what-next' AS bet, unit FROM days;

INSERT INTO scores
SELECT concat(unit, '/', name) AS id, concat(unit, '/', first) AS target,
       to_timestamp('1997-09-30T23:59:59Z') AS at, name, value, 'system' AS source
FROM (
  SELECT unit, first, 'came_back' AS name, CASE WHEN repeats > 0 THEN 1.0 ELSE 0.0 END AS value FROM people
  UNION ALL
  SELECT unit, first, 'repeats', repeats FROM people
);
