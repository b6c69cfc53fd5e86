package spec

import "strings"

// Nearest gives the entry of from that word was most likely meant to be, or "" if none is near: at most one wrong
// letter in three, where swapped neighbours count once and case does not count. The first of equals wins.
func Nearest(word string, from []string) string {
	best, limit := "", max(len([]rune(word))/3, 1)
	for _, candidate := range from {
		if d := distance(strings.ToLower(word), strings.ToLower(candidate)); d <= limit {
			best, limit = candidate, d-1
		}
	}
	return best
}

// distance is the optimal string alignment distance: insert, delete, replace a letter, or swap two neighbours.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(s)][len(t)]
}
