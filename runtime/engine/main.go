// Temporal's own command line, as `go install` would build it, but for one thing: its server's inner workers name
// themselves by a checksum of the program, and to hash more than 200 MB is half of what a start costs.
package main

import (
	"context"

	"github.com/temporalio/cli/temporalcli"
	"go.temporal.io/sdk/worker"

	// The command line's own program keeps these two in: the SQLite driver at its version, and time zones.
	_ "modernc.org/sqlite"
	_ "time/tzdata"
)

func main() {
	worker.SetBinaryChecksum("countersign")
	temporalcli.Execute(context.Background(), temporalcli.CommandOptions{})
}
