#!/bin/sh
# Makes the fixtures of the junit runner from real runs: sh make.sh OUTDIR. Needs python3 with venv, node 20 or newer, go.
# Machine names and folders are replaced: everything else is as the tools wrote it.
set -u
out=$(cd "${1:-.}" && pwd)
work=$(mktemp -d)
cd "$work" || exit 1

# pytest
mkdir py && cat >py/test_orders.py <<'X'
import pytest

def test_e1_out_of_stock():
    assert {"eligible": False} == {"eligible": True}, "two lines"

def test_e2_ok():
    pass

@pytest.mark.skip(reason="no database")
def test_skipped():
    pass

@pytest.fixture
def broken():
    raise ValueError("no fixture <here> & there")

def test_error(broken):
    pass

class TestGroup:
    @pytest.mark.parametrize("n", [1, 2])
    def test_param(self, n):
        assert n == 1

@pytest.mark.xfail(reason="known")
def test_xfail():
    assert False
X
python3 -m venv venv && venv/bin/pip -q install pytest
(cd py && ../venv/bin/python -m pytest -q -p no:cacheprovider --junitxml="$out/pytest.xml" >/dev/null)
printf 'def test_x(:\n' >py/test_orders.py
(cd py && ../venv/bin/python -m pytest -q -p no:cacheprovider --junitxml="$out/pytest-collect.xml" >/dev/null)

# node --test
mkdir js && cat >js/orders.test.js <<'X'
const test = require('node:test');
const assert = require('node:assert');
test('e1 out of stock', () => { assert.strictEqual(1, 2); });
test('e2 ok', () => {});
test('skipped', { skip: 'no database' }, () => {});
test('todo', { todo: 'later' }, () => { assert.ok(false); });
test('parent', async (t) => {
  await t.test('child ok', () => {});
  await t.test('child bad', () => { throw new Error('boom'); });
});
X
(cd js && node --test --test-reporter=junit >"$out/node.xml")
(cd js && node --test --test-reporter=tap >"$out/../tap/node.tap")

# gotestsum
mkdir go && cd go && printf 'module example.com/m\n\ngo 1.24\n' >go.mod
cat >a_test.go <<'X'
package m

import "testing"

func TestE1(t *testing.T)   { t.Error("got 1, want 2") }
func TestE2(t *testing.T)   { t.Run("sub", func(t *testing.T) {}) }
func TestSkip(t *testing.T) { t.Skip("no") }
X
GOBIN="$work/bin" go install gotest.tools/gotestsum@v1.13.0 && "$work/bin/gotestsum" --junitfile "$out/gotestsum.xml" ./... >/dev/null
cd ..
sed -i "s|$work/[a-z]*/|/checkout/|g; s|$work|/work|g; s|hostname=\"[^\"]*\"|hostname=\"host\"|g; s|$(python3 -c "import sys; print(sys.base_prefix)")|/usr|g" \
	"$out"/*.xml "$out"/../tap/node.tap
rm -rf "$work"
