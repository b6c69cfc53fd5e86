// Command specgen regenerates code from specs, and accepts it clause by clause.
package main

import (
	"context"
	"os"
	"runtime/debug"

	"github.com/specgen-dev/specgen/pkg/cli"
	"github.com/specgen-dev/specgen/pkg/runner"
)

func main() {
	if code, inside := runner.Init(os.Args); inside {
		os.Exit(code)
	}
	env, stop := cli.System(version())
	code := cli.Main(context.Background(), env)
	stop()
	os.Exit(code)
}

// version is the module version that the binary was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "devel"
	}
	return info.Main.Version
}
