package duckdb

import (
	"database/sql"
	"database/sql/driver"

	driverduckdb "github.com/duckdb/duckdb-go/v2"
	"golang.org/x/text/unicode/norm"
)

// NFKC is the SQL function that brings compatible forms of characters together
// (full-width to half-width); the engine itself only has canonical forms.
const NFKC = "nfkc_normalize"

func registerFunctions(conn *sql.Conn) error {
	text, err := driverduckdb.NewTypeInfo(driverduckdb.TYPE_VARCHAR)
	if err != nil {
		return err
	}
	return driverduckdb.RegisterScalarUDF(conn, NFKC, nfkc{text})
}

type nfkc struct{ text driverduckdb.TypeInfo }

// Config gives the signature, as the driver asks for it.
func (f nfkc) Config() driverduckdb.ScalarFuncConfig {
	return driverduckdb.ScalarFuncConfig{InputTypeInfos: []driverduckdb.TypeInfo{f.text}, ResultTypeInfo: f.text}
}

// Executor gives the body, as the driver asks for it.
func (nfkc) Executor() driverduckdb.ScalarFuncExecutor {
	return driverduckdb.ScalarFuncExecutor{RowExecutor: func(args []driver.Value) (any, error) {
		return norm.NFKC.String(args[0].(string)), nil
	}}
}
