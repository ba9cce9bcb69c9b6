package diag

import "testing"

func TestA(t *testing.T) {
	for noun, want := range map[string]string{"week": "a week", "hour": "an hour", "integer": "an integer", "union": "a union", "entity": "an entity", "": "a "} {
		if got := A(noun); got != want {
			t.Errorf("%q: %q", noun, got)
		}
	}
	if got := CapitalA("entity"); got != "An entity" {
		t.Error(got)
	}
}
