package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// Duration is a length of time that reads and writes as 90s, 5m or 1h30m.
type Duration time.Duration

// Std gives the duration as the standard library has it.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// String gives the shortest form: 5m and not 5m0s.
func (d Duration) String() string {
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// MarshalText writes the form that UnmarshalText reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a duration with its unit. A bare number other than 0 is refused, since nobody agrees on its unit.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil || parsed < 0 {
		return fmt.Errorf("%q is no duration", text)
	}
	*d = Duration(parsed)
	return nil
}

// Size is a number of bytes that reads and writes as 512MiB or 1GB.
type Size int64

// The units of sizes that are written out.
const (
	kibi Size = 1 << 10
	mebi Size = 1 << 20
	gibi Size = 1 << 30
)

// sizePattern is what a size looks like: a whole number and a unit, B when there is none.
var sizePattern = pattern.Lazy(`^([0-9]{1,18})\s*([KMGT]?)(iB|B|i)?$`)

// String gives the largest binary unit that divides it: 2GiB, 1536MiB, 1000B.
func (s Size) String() string {
	for _, u := range []struct {
		size Size
		name string
	}{{gibi, "GiB"}, {mebi, "MiB"}, {kibi, "KiB"}} {
		if s > 0 && s%u.size == 0 {
			return strconv.FormatInt(int64(s/u.size), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10) + "B"
}

// MarshalText writes the form that UnmarshalText reads.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads 2GiB, 2G (the same), 2GB (a little less), 1024 or 1024B.
func (s *Size) UnmarshalText(text []byte) error {
	m := sizePattern.FindStringSubmatch(string(text))
	if m == nil {
		return fmt.Errorf("%q is no size", text)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return fmt.Errorf("%q is no size: %w", text, err)
	}
	base := int64(1024)
	if m[3] == "B" {
		base = 1000
	}
	for range strings.Index("KMGT", m[2]) + len(m[2]) {
		if n > math.MaxInt64/base {
			return fmt.Errorf("%q is too large", text)
		}
		n *= base
	}
	*s = Size(n)
	return nil
}
