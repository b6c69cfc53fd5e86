package cli

import "testing"

// TestHelpOnNoCommand was reported as a bug of specgen, with exit code 1.
func TestHelpOnNoCommand(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "")
	for _, args := range [][]string{{"nonsense", "--help"}, {"help", "nonsense"}, {"nonsense"}} {
		d.refused(ExitUsage, []string{"there is no command", "nonsense", "specgen help"}, args...)
	}
}
