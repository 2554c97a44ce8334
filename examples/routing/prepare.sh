#!/bin/sh
# sh prepare.sh FOLDER: writes mmlu.csv here, the 57 subjects in FOLDER/mmlu one after the other, since
# an import takes one file for each table. Their header lines are the same; questions span lines.
set -eu
first=$(ls "$1"/mmlu/*.csv | head -n 1)
head -n 1 "$first" > mmlu.csv
for subject in "$1"/mmlu/*.csv; do
  tail -n +2 "$subject" >> mmlu.csv
done
