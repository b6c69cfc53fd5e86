package patch

// How much a hunk must resemble the file to be placed by similarity: on average, more than at any other place, and in every
// line that it removes.
const (
	leastSimilar  = 0.90
	similarMargin = 0.10
	leastRemoved  = 0.95
	similarCost   = 20 // comparing two lines letter by letter costs as much as comparing so many for equality
)

// resembling finds the place whose lines resemble those that the hunk quotes, for those who asked for it.
func resembling(f *finder, h *hunk, t *tier) []match {
	h = h.trimmed()
	old := h.old()
	if len(old) == 0 || solid(old) < weakAnchor {
		return nil
	}
	best, second, at := 0.0, 0.0, -1
	for start := 0; start+len(old) <= len(f.doc.lines); start++ {
		switch score := f.resemblance(old, start); {
		case score > best:
			best, second, at = score, best, start
		case score > second:
			second = score
		}
	}
	if f.exhausted() || at < 0 || best < leastSimilar || best-second < similarMargin {
		return nil
	}
	for i, l := range old {
		if l.op == '-' && similarity(l.text, f.doc.lines[at+i].text) < leastRemoved {
			return nil
		}
	}
	return []match{{hunk: h, tier: t, at: at}}
}

// resemblance is the mean similarity of a hunk's quoted lines to those of the file from start on, 0 once it cannot reach
// what is asked for any more.
func (f *finder) resemblance(old []line, start int) float64 {
	sum, lost := 0.0, 0.0
	allowed := (1 - leastSimilar + similarMargin) * float64(len(old))
	for i, l := range old {
		if !f.spend(similarCost) {
			return 0
		}
		s := similarAtMost(l.text, f.doc.lines[start+i].text)
		if lost+1-s <= allowed {
			s = similarity(l.text, f.doc.lines[start+i].text)
		}
		sum += s
		if lost += 1 - s; lost > allowed {
			return 0
		}
	}
	return sum / float64(len(old))
}

// similarAtMost bounds the similarity of two lines by their lengths.
func similarAtMost(a, b string) float64 {
	n, m := len(trim(a)), len(trim(b))
	if n == m {
		return 1
	}
	return 2 * float64(min(n, m)) / float64(n+m)
}
