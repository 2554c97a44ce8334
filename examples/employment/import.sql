-- employment_MA_reference.pq, employment_MA_analysis.pq, employment_MA_analysis_target.pq of NannyML: a model's
-- probability that a person in Massachusetts has work, and whether they do, in the surveys of 2015
-- (reference) to 2018.
--
-- Denominators: everybody asked in that year: 68,785, 69,126, 69,635 and 70,131.
-- Traps: the categories are numbers written as text; what was true of 2016 to 2018 stands in another
-- file and is matched by `id`; children are among the people, who have no work.
-- The unit of inference is the person, who is asked once. A survey has no days: 1 July stands for
-- its year.

CREATE VIEW people AS
SELECT id, year, AGEP AS age, prediction, predicted_probability, employed FROM employment_ma_reference
UNION ALL
SELECT a.id, a.year, a.AGEP, a.prediction, a.predicted_probability, t.employed
FROM employment_ma_analysis a JOIN employment_ma_analysis_target t ON a.id = t.id;

CREATE VIEW named AS
SELECT *, concat('person-', id) AS unit, concat('survey ', year) AS survey,
       to_timestamp(concat(year, '-07-01T12:00:00Z')) AS at
FROM people;

INSERT INTO interactions
SELECT unit AS id, at, 'who-has-work' AS bet, unit, make_array(CAST(year AS VARCHAR)) AS segments,
       predicted_probability AS confidence, prediction
FROM named;

-- Bet, person, time and confidence are given, so that nothing is looked up.
INSERT INTO scores
SELECT concat(unit, '/', name) AS id, unit AS target, at, 'who-has-work' AS bet, unit,
       at AS interaction_at, predicted_probability AS confidence, name, value, survey AS rubric,
       'label' AS source
FROM (
  SELECT unit, at, survey, predicted_probability, 'employed' AS name, CAST(employed AS DOUBLE) AS value FROM named
  UNION ALL
  SELECT unit, at, survey, predicted_probability, 'right', CASE WHEN prediction = employed THEN 1.0 ELSE 0.0 END FROM named
  UNION ALL
  SELECT unit, at, survey, predicted_probability, 'age', age FROM named
);
