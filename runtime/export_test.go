package runtime

import "time"

// SetLockWait shortens the wait for another writer.
func SetLockWait(d time.Duration) { lockWait = d }

// OlderStore applies a project and makes its store one of an older version.
var OlderStore = olderStore

// SnapshotOf is what a project was compiled from.
var SnapshotOf = (*Project).snapshot
