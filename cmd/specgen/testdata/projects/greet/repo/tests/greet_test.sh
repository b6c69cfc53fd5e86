wants() {
	got=$(sh greet.sh "$3" 2>&1)
	if [ "$got" = "$2" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		echo "# greet \"$3\": want \"$2\", got \"$got\""
	fi
}

echo 1..2
wants test_b1_by_name "hello, Ada" Ada
wants test_e1_the_world "hello, world" ""
