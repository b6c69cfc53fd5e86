package cli

import "github.com/urfave/cli/v2"

// commands is what specgen can do, in the order of its help.
func (a *app) commands() []*cli.Command {
	return []*cli.Command{
		a.demoCommand(),
		a.initCommand(),
		a.newCommand(),
		a.lintCommand(),
		a.runCommand(),
		a.showCommand(),
		a.auditCommand(),
		a.challengeCommand(),
		a.calibrateCommand(),
		a.testsCommand(),
		a.applyCommand(),
		a.trustCommand(),
		a.doctorCommand(),
		a.configCommand(),
		a.completionCommand(),
		a.helpCommand(),
	}
}
