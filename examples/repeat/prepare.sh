#!/bin/sh
# sh prepare.sh CDNOW_sample.txt: writes purchases.csv here, columns of one width as comma-separated ones.
set -eu
awk 'BEGIN { print "master,customer,day,discs,dollars" } { print $1 "," $2 "," $3 "," $4 "," $5 }' "$1" > purchases.csv
