package runtime

import "time"

// SetLockWait shortens the wait for another writer.
func SetLockWait(d time.Duration) { lockWait = d }
