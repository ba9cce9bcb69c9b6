package duckdb

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// Error is what the engine refused and where.
type Error struct {
	Kind    string // "Parser", "Binder", "Catalog", "Conversion", "Out of Range", "IO", "Permission", ...
	Message string // the engine's words, without its advice about its own settings
	// Position is a byte offset in the statement, -1 where the engine names none.
	Position   int
	Candidates []string // names that the engine thinks were meant
}

func (e *Error) Error() string { return e.Kind + ": " + e.Message }

// contextual makes an error of the driver ours; a statement that was cancelled
// fails with the context's own error.
func contextual(ctx context.Context, statement string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return parseError(statement, err)
}

// payload is what the engine writes with errors_as_json.
type payload struct {
	Type       string `json:"exception_type"`
	Message    string `json:"exception_message"`
	Position   string `json:"position"`
	Candidates string `json:"candidates"`
}

func parseError(statement string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	text := err.Error()
	if start := strings.IndexByte(text, '{'); start >= 0 {
		var p payload
		if json.NewDecoder(strings.NewReader(text[start:])).Decode(&p) == nil && p.Type != "" {
			return fromPayload(statement, p)
		}
	}
	kind, message, found := strings.Cut(text, " Error: ")
	if !found || len(kind) > 40 {
		kind, message = "Engine", text
	}
	return &Error{Kind: kind, Message: shorten(message), Position: -1}
}

func fromPayload(statement string, p payload) *Error {
	e := &Error{Kind: p.Type, Message: shorten(p.Message), Position: -1}
	if n, err := strconv.Atoi(p.Position); err == nil {
		e.Position = n
		if p.Type == "Parser" {
			e.Position = byteOffset(statement, n)
		}
	}
	if p.Candidates != "" {
		e.Candidates = strings.Split(p.Candidates, ",")
	}
	return e
}

// byteOffset turns a count of characters, as the parser gives it, into bytes.
func byteOffset(s string, runes int) int {
	for i := range s {
		if runes == 0 {
			return i
		}
		runes--
	}
	return len(s)
}

// shorten drops the advice that the engine adds for people who write its SQL.
func shorten(message string) string {
	for _, mark := range []string{"\nPossible", "\n\nLINE ", "\nDid you mean", "\nCandidate bindings", "\n\tCandidate functions", "\nStack Trace"} {
		if i := strings.Index(message, mark); i >= 0 {
			message = message[:i]
		}
	}
	return strings.TrimSpace(message)
}
