-- responses_0425_features.csv: one line for each question that a person answered, saw advice on,
-- and could answer again. Answers are weights over A to D.
-- The export has no times: the day in its name, 25 April, stands for all of them.
-- 26 lines carry advice outside A to D; they stay interactions but are not judged. The weight that
-- people gave to the advice is there for all 2,828, and is counted over all of them, as published.

CREATE VIEW answers AS
SELECT concat(participant_id, '/', question_id) AS id,
       participant_id AS unit,
       to_timestamp('2023-04-25T12:00:00Z') AS at,
       advice_answer AS advice,
       correct_answer AS correct,
       advisor, weight_on_advice,
       init_time, adjusted_time,
       init_choiceA, init_choiceB, init_choiceC, init_choiceD,
       adjusted_choiceA, adjusted_choiceB, adjusted_choiceC, adjusted_choiceD,
       greatest(init_choiceA, init_choiceB, init_choiceC, init_choiceD) AS first_top,
       greatest(adjusted_choiceA, adjusted_choiceB, adjusted_choiceC, adjusted_choiceD) AS last_top,
       CASE correct_answer WHEN 'A' THEN init_choiceA WHEN 'B' THEN init_choiceB
                           WHEN 'C' THEN init_choiceC ELSE init_choiceD END AS first_on_correct,
       CASE correct_answer WHEN 'A' THEN adjusted_choiceA WHEN 'B' THEN adjusted_choiceB
                           WHEN 'C' THEN adjusted_choiceC ELSE adjusted_choiceD END AS last_on_correct,
       CASE advice_answer WHEN 'A' THEN adjusted_choiceA WHEN 'B' THEN adjusted_choiceB
                          WHEN 'C' THEN adjusted_choiceC ELSE adjusted_choiceD END AS last_on_advice
FROM responses_0425_features;

-- How many answers share the top weight: 1 is a clear answer.
CREATE VIEW ranked AS
SELECT *,
       CASE WHEN init_choiceA = first_top THEN 1 ELSE 0 END
         + CASE WHEN init_choiceB = first_top THEN 1 ELSE 0 END
         + CASE WHEN init_choiceC = first_top THEN 1 ELSE 0 END
         + CASE WHEN init_choiceD = first_top THEN 1 ELSE 0 END AS first_ties,
       CASE WHEN adjusted_choiceA = last_top THEN 1 ELSE 0 END
         + CASE WHEN adjusted_choiceB = last_top THEN 1 ELSE 0 END
         + CASE WHEN adjusted_choiceC = last_top THEN 1 ELSE 0 END
         + CASE WHEN adjusted_choiceD = last_top THEN 1 ELSE 0 END AS last_ties
FROM answers;

CREATE VIEW judged AS
SELECT *,
       CASE WHEN first_on_correct = first_top THEN 1.0 / first_ties ELSE 0.0 END AS first_right,
       CASE WHEN last_on_correct = last_top THEN 1.0 / last_ties ELSE 0.0 END AS last_right,
       CASE WHEN advice = correct THEN 1.0 ELSE 0.0 END AS advice_right,
       CASE WHEN last_on_advice = last_top THEN 1.0 ELSE 0.0 END AS took_advice,
       first_ties = 1 AND last_ties = 1 AS clear
FROM ranked
WHERE advice IN ('A', 'B', 'C', 'D');

INSERT INTO interactions
SELECT id, at, 'answer-advice' AS bet, unit, 'suggest' AS mode, make_array(advisor) AS segments,
       advice AS prediction
FROM answers;

INSERT INTO actions
SELECT id AS interaction, 2 AS seq, at, 'submit' AS kind, 'person' AS actor,
       adjusted_time * 1000 AS dwell_ms
FROM answers;

INSERT INTO scores
SELECT concat(id, '/', name) AS id, id AS target, at, name, value, 'rule' AS source
FROM (
  SELECT id, at, 'accuracy_before' AS name, first_right AS value FROM judged
  UNION ALL SELECT id, at, 'accuracy_after', last_right FROM judged
  UNION ALL SELECT id, at, 'advice_accuracy', advice_right FROM judged
  UNION ALL SELECT id, at, 'accuracy_gain', last_right - first_right FROM judged
  UNION ALL SELECT id, at, 'team_over_advice', last_right - advice_right FROM judged
  UNION ALL SELECT id, at, 'over_reliance', took_advice FROM judged
            WHERE clear AND first_right = 1.0 AND advice_right = 0.0
  UNION ALL SELECT id, at, 'under_reliance', 1.0 - last_right FROM judged
            WHERE clear AND first_right = 0.0 AND advice_right = 1.0
  UNION ALL SELECT id, at, 'weight_on_advice', weight_on_advice FROM answers
  UNION ALL SELECT id, at, 'squared_weight_on_advice', weight_on_advice * weight_on_advice FROM answers
);
