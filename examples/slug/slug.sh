#!/bin/sh
# sh slug.sh "TITLE" prints the slug of a title.
title=$1
slug=$title
printf '%s\n' "$slug"
