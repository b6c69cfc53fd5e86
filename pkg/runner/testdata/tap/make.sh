#!/bin/sh
# Makes the fixtures of the tap runner from real runs: sh make.sh OUTDIR. Needs perl with Test::More. node.tap comes from
# ../junit/make.sh; spec14.tap is the example of the TAP 14 specification's grammar, written by hand.
set -u
out=$(cd "${1:-.}" && pwd)
cat >/tmp/more.t <<'X'
use Test::More tests => 6;
ok(1, 'e1 out of stock');
is('a', 'b', 'e2 differs');
SKIP: { skip 'no database', 1; ok(0) }
TODO: { local $TODO = 'later'; ok(0, 'todo item'); }
subtest 'group' => sub { plan tests => 2; ok(1, 'inner ok'); is(1, 2, 'inner bad'); };
ok(1, 'with \# hash');
X
perl /tmp/more.t >"$out/more.tap" 2>/dev/null
printf 'use Test::More tests => 3;\nok(1, "one");\nexit 7;\n' >/tmp/died.t
perl /tmp/died.t >"$out/died.tap" 2>/dev/null
printf 'use Test::More tests => 3;\nok(1, "one");\nBAIL_OUT("no network");\n' >/tmp/bail.t
perl /tmp/bail.t >"$out/bail.tap" 2>/dev/null
printf 'use Test::More skip_all => "not here";\n' >/tmp/all.t
perl /tmp/all.t >"$out/skipall.tap" 2>/dev/null
rm /tmp/more.t /tmp/died.t /tmp/bail.t /tmp/all.t
