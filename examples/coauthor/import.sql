-- events.csv, accepted.csv and totals.csv (of prepare.sh), metadata.csv of CoAuthor's argumentative essays: what writers
-- did with the suggestions of a model.
--
-- Four denominators, and four acceptance rates: queries (7,050), lists shown (6,348; one query in ten
-- shows none), lists closed (6,332; a few stay open), suggestions in the lists (one to five each).
-- Each is a metric that says which it is. Each is given as the mean of writers and pooled.
-- Traps: `num_query` of the metadata counts lists shown and not queries; `perc_selected` is 0 where a
-- session showed no list (31 of 615); the mean of sessions is not the mean of writers, of whom some
-- wrote 40 essays.
-- The unit of inference is the writer (`worker_id`), whose sessions are not independent.

CREATE VIEW moments AS
SELECT concat(e.session, '/', e.query) AS id, e.session, e.query, e.event, e.number, e.shown,
       to_timestamp_millis(e.at) AS at, m.worker_id AS unit, m.prompt_code
FROM events e JOIN metadata m ON e.session = m.session_id
WHERE e.event IN ('suggestion-get', 'suggestion-open', 'suggestion-select', 'suggestion-close');

-- One interaction for each query.
INSERT INTO interactions
SELECT id, at, 'how-to-go-on' AS bet, unit, session, 'suggest' AS mode,
       make_array(prompt_code) AS segments
FROM moments
WHERE event = 'suggestion-get';

-- That a list went away is kept as a `view`.
INSERT INTO actions
SELECT id AS interaction, number AS seq, at,
       CASE event WHEN 'suggestion-get' THEN 'prompt' WHEN 'suggestion-open' THEN 'suggest'
                  WHEN 'suggestion-select' THEN 'accept' ELSE 'view' END AS kind,
       CASE event WHEN 'suggestion-open' THEN 'model' ELSE 'person' END AS actor
FROM moments;

-- A list that went away with nothing taken was turned down.
INSERT INTO actions
SELECT id AS interaction, max(number) * 10 + 1 AS seq, max(at) AS at, 'reject' AS kind,
       'person' AS actor
FROM moments
GROUP BY id
HAVING sum(CASE event WHEN 'suggestion-close' THEN 1 ELSE 0 END) > 0
   AND sum(CASE event WHEN 'suggestion-select' THEN 1 ELSE 0 END) = 0;

INSERT INTO scores
SELECT concat(id, '/', number, '/shown') AS id, id AS target, at, 'shown' AS name, shown AS value,
       'system' AS source
FROM moments
WHERE event = 'suggestion-open';

-- What became of each text that was taken over.
CREATE VIEW taken AS
SELECT concat(session, '/', query) AS target, concat(session, '/pick/', pick) AS id,
       to_timestamp_millis(at) AS at, CAST(length AS DOUBLE) AS length, CAST(kept AS DOUBLE) AS kept
FROM accepted;

INSERT INTO scores
SELECT concat(id, '/', name) AS id, target, at, name, value, 'system' AS source
FROM (
  SELECT id, target, at, 'kept' AS name, kept / length AS value FROM taken WHERE length > 0
  UNION ALL SELECT id, target, at, 'kept_characters', kept FROM taken
  UNION ALL SELECT id, target, at, 'taken_characters', length FROM taken
);

-- What is known of a session as a whole. A session is no query, so its bet, its person and its time
-- are given here.
CREATE VIEW essays AS
SELECT t.session, m.worker_id AS unit, to_timestamp_millis(t.first) AS began,
       to_timestamp_millis(t.last) AS at, t.events, m.perc_selected, m.num_query
FROM totals t JOIN metadata m ON t.session = m.session_id;

INSERT INTO scores
SELECT concat(session, '/', name) AS id, session AS target, 'session' AS target_kind, at,
       'how-to-go-on' AS bet, unit, began AS interaction_at, name, value, 'system' AS source
FROM (
  SELECT session, unit, began, at, 'events' AS name, CAST(events AS DOUBLE) AS value FROM essays
  UNION ALL SELECT session, unit, began, at, 'perc_selected', perc_selected FROM essays
  UNION ALL SELECT session, unit, began, at, 'num_query', num_query FROM essays
);
