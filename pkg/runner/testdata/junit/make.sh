#!/bin/sh
# Makes the fixtures of the junit runner from real runs: sh make.sh OUTDIR. Needs python3 with venv, node 20 or newer with npm,
# go, java 17 or newer and mvn; packages come from the registries in the versions named here. Reports that belong to one run
# share a folder. Machine names and folders are replaced, and Maven's list of the
# system's properties is left out: everything else is as the tools wrote it.
set -u
out=$(cd "${1:-.}" && pwd)
work=$(mktemp -d)
cd "$work" || exit 1

# pytest
python3 -m venv venv && venv/bin/pip -q install pytest==9.2.0 pytest-rerunfailures==16.7
pytest() { # name, further arguments; runs in ./py
	name=$1; shift
	(cd py && ../venv/bin/python -m pytest -q -p no:cacheprovider --junitxml="$out/$name.xml" "$@" >/dev/null)
}
mkdir py && cat >py/test_orders.py <<'X'
import pytest
import unittest

def test_e1_out_of_stock():
    assert {"eligible": False} == {"eligible": True}, "two lines"

def test_e2_ok():
    print("seen")

@pytest.mark.skip(reason="no database")
def test_skipped():
    pass

@pytest.fixture
def broken():
    raise ValueError("no fixture <here> & there")

def test_error(broken):
    pass

@pytest.fixture
def late():
    yield
    raise OSError("cannot clean up")

def test_teardown(late):
    assert 1 + 1 == 2

def test_teardown_too(late):
    assert 1 + 1 == 3

class TestGroup:
    @pytest.mark.parametrize("n", [1, 2])
    def test_param(self, n):
        assert n == 1

class TestOld(unittest.TestCase):
    def test_old(self):
        for n in 1, 2:
            with self.subTest(n=n):
                self.assertEqual(n, 1)

@pytest.mark.xfail(reason="known")
def test_xfail():
    assert False

@pytest.mark.xfail(reason="known")
def test_xpass():
    assert True

@pytest.mark.xfail(reason="known", strict=True)
def test_xpass_strict():
    assert True
X
mkdir py/sub && cat >py/sub/test_more.py <<'X'
def test_e2_ok():
    assert "the same name" == "in another file"
X
pytest pytest
pytest pytest-cut -x
pytest pytest-none -k nothing_is_named_so
printf 'n = 0\n\ndef test_e1_flaky():\n    global n\n    n += 1\n    assert n > 1\n\ndef test_e2_bad():\n    assert False\n' >py/test_orders.py
rm -r py/sub
pytest pytest-reruns --reruns 2
printf 'def test_x(:\n' >py/test_orders.py
pytest pytest-collect

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
# A parent that fails after its children have passed: the JUnit report of node 20 shows no failure at all.
cat >js/orders.test.js <<'X'
const test = require('node:test');
const assert = require('node:assert');
test('E1: parent', async (t) => {
  await t.test('child', () => { assert.ok(true); });
  assert.strictEqual(1, 2);
});
test('E2: other', () => { assert.ok(true); });
test('E2: other', () => { assert.ok(false, 'the same title'); });
test('E3: last', () => { assert.ok(true); });
X
(cd js && node --test --test-reporter=junit >"$out/node-hidden.xml")
(cd js && node --test --test-reporter=tap >"$out/../tap/node-hidden.tap")

# jest with jest-junit. One file cannot be loaded: only on request does the report say so.
mkdir jest && cd jest && npm init -y >/dev/null && npm i --silent --no-audit --no-fund jest@30.5.2 jest-junit@17.0.0 >/dev/null
cat >orders.test.js <<'X'
describe('orders', () => {
  test('E1: out of stock', () => { expect({ a: 1 }).toEqual({ a: 2 }); });
  test('E2: ok', () => { expect(1).toBe(1); });
  test.each([[1, 2], [2, 3]])('E3: %i and %i', (a, b) => { expect(b).toBe(a + 1); });
  test.skip('E4: skipped', () => {});
  test.todo('E5: todo');
});
test('E6: alone', () => { expect(1).toBe(1); });
X
printf "require('./missing');\ntest('E7: never', () => {});\n" >loads.test.js
npx jest --reporters=jest-junit >/dev/null 2>&1; cp junit.xml "$out/jest.xml"
JEST_JUNIT_REPORT_TEST_SUITE_ERRORS=true npx jest --reporters=jest-junit >/dev/null 2>&1; cp junit.xml "$out/jest-errors.xml"
cd ..

# Maven with JUnit 5
mkdir -p mvn/src/test/java/shop && cd mvn && cat >pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>shop</groupId><artifactId>shop</artifactId><version>1</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies><dependency>
    <groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>5.13.4</version><scope>test</scope>
  </dependency></dependencies>
  <build><plugins><plugin>
    <artifactId>maven-surefire-plugin</artifactId><version>3.5.4</version>
    <configuration><trimStackTrace>true</trimStackTrace></configuration>
  </plugin></plugins></build>
</project>
X
cat >src/test/java/shop/OrderTest.java <<'X'
package shop;

import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.*;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {
    @Test void testE1_outOfStock() { assertEquals("inventory", "fraud"); }
    @Test void testE2_ok() { assertTrue(true); }
    @Test @DisplayName("E3: shown") void shown() { assertTrue(true); }
    @Test @Disabled("no database") void testE4_disabled() { }
    @Test void testE5_error() { throw new IllegalStateException("boom <here>"); }
    @ParameterizedTest @ValueSource(ints = {1, 2}) void testE6_param(int n) { assertEquals(1, n); }
    @Nested class Inner { @Test void testE7_inner() { fail("inner"); } }
    @Test void testE8_assumed() { Assumptions.assumeTrue(false, "not here"); }
}
X
cat >src/test/java/shop/BrokenTest.java <<'X'
package shop;

import org.junit.jupiter.api.*;

class BrokenTest {
    @BeforeAll static void all() { throw new IllegalStateException("no server"); }
    @Test void testE9_never() { }
}
X
cat >src/test/java/shop/FlakyTest.java <<'X'
package shop;

import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.*;

class FlakyTest {
    static int n;
    @Test void testE2_ok() { assertTrue(++n > 1, "the first time"); }
}
X
mvn -q -B test >/dev/null 2>&1; mkdir -p "$out/surefire" && cp target/surefire-reports/TEST-*.xml "$out/surefire/"
mvn -q -B clean test -Dsurefire.rerunFailingTestsCount=1 >/dev/null 2>&1
mkdir -p "$out/surefire-reruns" && cp target/surefire-reports/TEST-*Order*.xml target/surefire-reports/TEST-*Flaky*.xml "$out/surefire-reruns/"
cd ..
sed -i '/<properties>/,/<\/properties>/d' "$out"/surefire*/*.xml

# gotestsum
GOBIN="$work/bin" go install gotest.tools/gotestsum@v1.13.0
mkdir go && cd go && printf 'module example.com/m\n\ngo 1.24\n' >go.mod
cat >a_test.go <<'X'
package m

import "testing"

func TestE1(t *testing.T)   { t.Error("got 1, want 2") }
func TestE2(t *testing.T)   { t.Run("sub", func(t *testing.T) {}) }
func TestSkip(t *testing.T) { t.Skip("no") }
X
"$work/bin/gotestsum" --junitfile "$out/gotestsum.xml" ./... >/dev/null
mkdir broken panics
printf 'package broken\n\nimport "testing"\n\nfunc TestE3(t *testing.T) { missing() }\n' >broken/b_test.go
cat >panics/p_test.go <<'X'
package panics

import "testing"

func TestE4(t *testing.T) { t.Log("seen") }
func TestE5(t *testing.T) { panic("boom") }
func TestE6(t *testing.T) { t.Log("never") }
X
"$work/bin/gotestsum" --junitfile "$out/gotestsum-broken.xml" ./broken ./panics >/dev/null
cd ..
sed -i "s|$work/[a-z]*/|/checkout/|g; s|$work|/work|g; s|hostname=\"[^\"]*\"|hostname=\"host\"|g; s|$(python3 -c "import sys; print(sys.base_prefix)")|/usr|g" \
	"$out"/*.xml "$out"/*/*.xml "$out"/../tap/node*.tap
rm -rf "$work"
