package metrics

// Entity is a row for each key that is found in the rows of other sources, as of
// the request; its column EntityKey holds the key, all others aggregate rows.
type Entity struct {
	From []EntityFrom `json:"from"` // in order of source
}

// EntityFrom is a source in whose rows keys are found. Its rows reference the
// entity, under the entity's name.
type EntityFrom struct {
	Source string `json:"source"`
	Key    string `json:"key"` // column
}

// EntityKey is the column of an entity that holds its key.
const EntityKey = "key"

func (*Entity) Format() string { return "entity" }
