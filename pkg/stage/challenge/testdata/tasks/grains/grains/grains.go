// Package grains counts the grains of wheat on a chessboard.
package grains

import "fmt"

const squares = 64

// Square gives the grains on one of the squares 1 to 64.
func Square(n int) (uint64, error) {
	if n < 1 || n > squares {
		return 0, fmt.Errorf("there is no square %d: a board has the squares 1 to %d", n, squares)
	}
	return 1 << (n - 1), nil
}

// Total gives the grains on the whole board.
func Total() uint64 {
	return 1<<squares - 1
}
