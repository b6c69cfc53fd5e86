#!/bin/sh
# Acceptance tests of slug.sh in the Test Anything Protocol. They run from the root of the repository in any POSIX shell.

# wants TITLE SLUG STATUS: one case of a test. The first case that fails is the one that the test reports.
wants() {
	got=$(sh slug.sh "$1" 2>/dev/null)
	status=$?
	if [ -z "$trouble" ] && { [ "$got" != "$2" ] || [ "$status" -ne "$3" ]; }; then
		trouble="slug \"$1\": want \"$2\" with status $3, got \"$got\" with status $status"
	fi
}

test_b1_lowercases() {
	wants "Hello" "hello" 0
	wants "ABCXYZ" "abcxyz" 0
	wants "news" "news" 0
}

test_b2_one_hyphen_between_words() {
	wants "hello world" "hello-world" 0
	wants "hello,   world" "hello-world" 0
	wants "9 to 5, again" "9-to-5-again" 0
	wants "a_b--c/d.e" "a-b-c-d-e" 0
}

test_e1_no_hyphen_at_the_ends() {
	wants "hello!" "hello" 0
	wants "  hello world  " "hello-world" 0
	wants "-- (hello) --" "hello" 0
}

test_e2_nothing_to_print() {
	wants "" "" 1
	wants "?!" "" 1
	wants "   " "" 1
}

test_i1_slug_of_a_slug() {
	wants "Hello, World" "hello-world" 0
	wants "hello-world" "hello-world" 0
	wants "9 to 5" "9-to-5" 0
	wants "9-to-5" "9-to-5" 0
}

number=0
failed=0
echo "TAP version 13"
echo "1..5"
for name in test_b1_lowercases test_b2_one_hyphen_between_words test_e1_no_hyphen_at_the_ends \
	test_e2_nothing_to_print test_i1_slug_of_a_slug; do
	number=$((number + 1))
	trouble=
	$name
	if [ -z "$trouble" ]; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		echo "# $trouble"
		failed=1
	fi
done
exit $failed
