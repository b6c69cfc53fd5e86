package runner

import (
	"slices"
	"strings"
)

// Wall is one kind of isolation.
type Wall string

// The walls. WallOverlay keeps what a command writes away from the checkout; without it the checkout is compared and
// restored after every command.
const (
	WallUser     Wall = "user"
	WallPid      Wall = "pid"
	WallMount    Wall = "mount"
	WallIPC      Wall = "ipc"
	WallNet      Wall = "net"
	WallLandlock Wall = "landlock"
	WallSeccomp  Wall = "seccomp" // a filter on system calls
	WallRlimit   Wall = "rlimit"
	WallOverlay  Wall = "overlay"
)

func allWalls() []Wall {
	return []Wall{WallUser, WallPid, WallMount, WallIPC, WallNet, WallLandlock, WallSeccomp, WallRlimit, WallOverlay}
}

// Missing is a wall that could not be had, and why.
type Missing struct {
	Wall   Wall   `json:"wall"`
	Reason string `json:"reason"`
}

// String gives "wall: reason".
func (m Missing) String() string { return string(m.Wall) + ": " + m.Reason }

// Walls is which isolation a system grants.
type Walls struct {
	Standing []Wall    `json:"standing"`
	Missing  []Missing `json:"missing,omitempty"`
}

// Has says whether a wall stands.
func (w Walls) Has(wall Wall) bool { return slices.Contains(w.Standing, wall) }

// Complete says whether everything that isolates stands. WallOverlay is not needed for that: it has a substitute.
func (w Walls) Complete() bool {
	return !slices.ContainsFunc(w.Missing, func(m Missing) bool { return m.Wall != WallOverlay })
}

// Protects says whether files outside of the checkout are out of reach at all.
func (w Walls) Protects() bool { return w.Has(WallMount) || w.Has(WallLandlock) }

// Names lists the walls that stand, as reports carry them.
func (w Walls) Names() []string {
	names := make([]string, 0, len(w.Standing))
	for _, wall := range w.Standing {
		names = append(names, string(wall))
	}
	return names
}

// String is one line for a report: "user pid mount ipc net landlock rlimit overlay", or what is missing and why.
func (w Walls) String() string {
	text := "none"
	if len(w.Standing) > 0 {
		text = strings.Join(w.Names(), " ")
	}
	for i, m := range w.Missing {
		text += map[bool]string{true: "; missing ", false: ", "}[i == 0] + m.String()
	}
	return text
}

// recipe is the set of walls that a sandbox is built with.
type recipe map[Wall]bool

func wholeRecipe() recipe {
	all := recipe{}
	for _, w := range allWalls() {
		all[w] = true
	}
	return all
}

// without leaves a wall out, with what cannot stand without it.
func (r recipe) without(wall Wall) recipe {
	dependents := map[Wall][]Wall{
		WallUser:  {WallPid, WallMount, WallIPC, WallNet, WallOverlay},
		WallMount: {WallPid, WallOverlay}, // a pid namespace without its own /proc shows the wrong processes
		WallPid:   {WallMount, WallOverlay},
	}
	next := recipe{}
	for w, on := range r {
		next[w] = on && w != wall && !slices.Contains(dependents[wall], w)
	}
	return next
}

func (r recipe) standing() []Wall {
	var up []Wall
	for _, w := range allWalls() {
		if r[w] {
			up = append(up, w)
		}
	}
	return up
}
