#!/bin/sh
# Makes the fixtures of the tap runner from real runs: sh make.sh OUTDIR. Needs perl with Test::More and prove, node 20 or newer
# with npm. What goes to the standard error stands in NAME.err. node*.tap come from ../junit/make.sh; spec14.tap is the example
# of the TAP 14 specification's grammar, written by hand. Folders are replaced: everything else is as the tools wrote it.
set -u
out=$(cd "${1:-.}" && pwd)
work=$(mktemp -d)
cd "$work" || exit 1

perl_test() { # name; the program is the standard input
	cat >"$1.t"
	perl "$1.t" >"$out/$1.tap" 2>"$out/$1.err"
}
perl_test more <<'X'
use Test::More tests => 6;
ok(1, 'e1 out of stock');
is('a', 'b', 'e2 differs');
SKIP: { skip 'no database', 1; ok(0) }
TODO: { local $TODO = 'later'; ok(0, 'todo item'); }
subtest 'group' => sub { plan tests => 2; ok(1, 'inner ok'); is(1, 2, 'inner bad'); };
ok(1, 'with # hash');
X
printf 'use Test::More tests => 3;\nok(1, "one");\nexit 7;\n' | perl_test died
printf 'use Test::More tests => 3;\nok(1, "one");\nBAIL_OUT("no network");\n' | perl_test bail
printf 'use Test::More skip_all => "not here";\n' | perl_test skipall
printf 'use Test::More tests => 2;\nok(1, "one");\nok(1, "two");\nok(1, "three");\n' | perl_test toomany
printf 'use Test::More;\nok(1, "one");\ndie "boom";\n' | perl_test noplan
perl_test groups <<'X'
use Test::More;
subtest 'E1: planned more' => sub { plan tests => 3; ok(1, 'inner'); };
subtest 'E2: deep' => sub { subtest 'deep' => sub { ok(1, 'deepest'); done_testing }; ok(1, 'flat'); done_testing };
subtest 'E3: skipped' => sub { plan skip_all => 'no database' };
subtest 'E4: no test' => sub { };
TODO: { local $TODO = 'later'; ok(1, 'E5: passes early'); }
ok(1, 'returns true');
ok(0, 'returns true');
ok(1, 'returns true');
ok(1);
done_testing;
X
mkdir t && cp more.t died.t t/ && printf 'use Test::More tests => 1;\nok(1, "last");\n' >t/zed.t
prove -v t >"$out/prove.tap" 2>"$out/prove.err"

# node-tap, by itself and under its own runner
npm init -y >/dev/null && npm i --silent --no-audit --no-fund tap@21.8.0 >/dev/null 2>&1
cat >orders.test.js <<'X'
const t = require('tap');
t.test('E1: out of stock', t => { t.equal(1, 2, 'reason'); t.ok(true, 'with # hash'); t.end(); });
t.test('E2: ok', t => { t.plan(1); t.ok(true, 'fine'); });
t.test('E3: planned more', t => { t.plan(3); t.ok(true, 'one'); t.end(); });
t.test('E4: skipped', { skip: 'no database' }, t => { t.end(); });
t.test('E5: todo', { todo: 'later' }, t => { t.end(); });
t.test('E6: throws', async () => { throw new Error('boom'); });
t.test('E7: buffered', { buffered: true }, t => { t.ok(true, 'in'); t.ok(false, 'side'); t.end(); });
X
node orders.test.js >"$out/nodetap.tap" 2>"$out/nodetap.err"
cat >small.test.js <<'X'
const t = require('tap');
t.test('E1: ok', t => { t.ok(true, 'fine'); t.end(); });
t.bailout('no network');
X
npx tap run --reporter=tap --disable-coverage --allow-empty-coverage orders.test.js small.test.js >"$out/nodetap-run.tap" 2>"$out/nodetap-run.err"
sed -i "s|$work|/checkout|g" "$out"/*.tap "$out"/*.err
find "$out" -name '*.err' -empty -delete
rm -rf "$work"
