#!/bin/sh
# sh prepare.sh sessions.tar.zst: unpacks the keystrokes (470 MB) and writes here what import.sql reads:
# events.csv (every event that is no keystroke, and its query), accepted.csv (each text that was taken
# over, and how much of it stands at the end) and totals.csv (each session's events and whose text
# stands at the end). Needs tar and zstd.
set -eu
rm -rf argumentative
zstd -dc "$1" | tar -xf -
export LC_ALL=C
find argumentative -name '*.jsonl' | sort | xargs awk '
# The document is kept as one letter for each UTF-16 unit, as the editor counts: p of the prompt, h of
# the person, any other of one suggestion that was taken over. So each deletion hits what it hit.
function begin() {
  session = FILENAME; sub(/.*\//, "", session); sub(/\.jsonl$/, "", session)
  events = queries = selects = 0; pending = 0; document = ""
}
function units(text) {
  gsub(/\\\\/, "E", text)
  gsub(/\\u[0-9a-f][0-9a-f][0-9a-f][0-9a-f]/, "U", text)
  gsub(/\\./, "E", text)
  return text
}
function field(name) {
  if (!match($0, "\"" name "\": (\"[^\"]*\"|[0-9]+)")) return ""
  value = substr($0, RSTART, RLENGTH); sub(/^[^:]*: /, "", value); gsub(/"/, "", value)
  return value
}
function text_of(name,  at, rest) {
  at = index($0, "\"" name "\": "); rest = units(substr($0, at + length(name) + 4))
  return rest
}
function letters(letter, n,  all) {
  all = letter
  while (length(all) < n) all = all all
  return substr(all, 1, n)
}
function letter_of(select) { return sprintf("%c", 128 + select) }
function edit(letter,  ops, place, op, n, key) {
  ops = text_of("textDelta"); sub(/\]\}, "cursorRange".*/, "", ops)
  place = 0; inserted = 0
  while (match(ops, /"(retain|delete|insert)": ("[^"]*"|[0-9]+|\{)/)) {
    op = substr(ops, RSTART, RLENGTH); ops = substr(ops, RSTART + RLENGTH)
    key = substr(op, 2, 6); sub(/^[^:]*: /, "", op)
    if (key == "insert") {
      n = op ~ /^"/ ? length(op) - 2 : 1
      if (n > 0) document = substr(document, 1, place) letters(letter, n) substr(document, place + 1)
      place += n; inserted += n
    } else if (key == "delete") {
      document = substr(document, 1, place) substr(document, place + op + 1)
    } else place += op
  }
}
function end(  rest, select, letter, taken) {
  taken = 0
  for (select = 1; select <= selects; select++) {
    if (!(select in length_of)) continue
    rest = document; letter = letter_of(select)
    kept = gsub(letter, "", rest); taken += kept
    print session "," query_of[select] "," select "," at_of[select] "," length_of[select] "," kept > "accepted.csv"
    delete length_of[select]
  }
  rest = document; person = gsub(/h/, "", rest)
  print session "," events "," first "," last "," person "," taken > "totals.csv"
}
BEGIN {
  print "session,event,source,at,number,query,shown" > "events.csv"
  print "session,query,pick,at,length,kept" > "accepted.csv"
  print "session,events,first,last,person,taken" > "totals.csv"
}
FNR == 1 { if (NR > 1) end(); begin(); first = field("eventTimestamp") }
{
  events++
  event = field("eventName"); source = field("eventSource"); last = field("eventTimestamp")
  if (event == "text-insert" || event == "text-delete") {
    if (pending && source == "api" && event == "text-insert") {
      edit(letter_of(selects)); length_of[selects] = inserted; at_of[selects] = last; query_of[selects] = queries
      pending = 0
    } else edit("h")
    next
  }
  if (event == "system-initialize") {
    start = text_of("currentDoc"); sub(/^"/, "", start); sub(/".*/, "", start)
    document = letters("p", length(start))
  }
  if (event == "suggestion-get") queries++
  if (event == "suggestion-select") { selects++; pending = 1 }
  shown = gsub(/"trimmed": /, "&")
  print session "," event "," source "," last "," events - 1 "," queries "," shown > "events.csv"
}
END { end() }
'
rm -rf argumentative
