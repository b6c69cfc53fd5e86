// Package collatz counts the steps of Collatz chains.
package collatz

import (
	"fmt"
	"math"
)

// Steps gives the length of the chain from a number to 1.
func Steps(number int) (int, error) {
	if number < 1 {
		return 0, fmt.Errorf("no chain begins at %d: take a number from 1 on", number)
	}
	steps := 0
	for n := number; n != 1; steps++ {
		switch {
		case n%2 == 0:
			n /= 2
		case n > (math.MaxInt-1)/3:
			return 0, fmt.Errorf("the chain from %d rises above %d: take a smaller number", number, math.MaxInt)
		default:
			n = 3*n + 1
		}
	}
	return steps, nil
}
