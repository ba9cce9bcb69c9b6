# Everything is built with Go and a C/C++ compiler: DuckDB is linked in. The
# targets fetch the DuckDB library of this platform alone; `go mod download` would
# fetch those of all platforms.

export CGO_ENABLED = 1

# On Linux the binary is static, so that it runs on any distribution. macOS has no
# static system libraries. The tags keep the resolver and the user lookup of the C
# library out, which a static binary can't use.
BUILDFLAGS := -trimpath -tags netgo,osusergo
ifeq ($(shell go env GOOS),linux)
LDFLAGS := -linkmode external -extldflags "-static" -s -w
else
LDFLAGS := -s -w
endif

METRICS := bin/metrics -C examples/weekly_sales

# Packages whose tests can write their golden files anew.
GOLDENS = $(sort $(dir $(shell grep -rl --include='*_test.go' 'flag.Bool."update"' .)))

.PHONY: build demo test lint crash bench clean-bench oracle generate screenshots

build:
	go build $(BUILDFLAGS) -ldflags '$(LDFLAGS)' -o bin/metrics ./cmd/metrics

demo: build
	$(METRICS) plan
	$(METRICS) apply --auto-approve
	$(METRICS) query gmv orders cvr --by channel --grain week --at 2026-W46 --compare previous

test:
	go test -timeout 20m ./...

lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then \
		echo "not in the layout of gofmt:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...

# Kills writers of the store at every step and at KILLS random moments, then whole
# applies, the same way, each while it publishes a million values, and checks what they
# leave. It takes hours; KILLS and VALUES make it shorter.
KILLS := 300
VALUES := 1000000
crash:
	METRICS_CRASH_KILLS=$(KILLS) METRICS_CRASH_VALUES=$(VALUES) go test -run TestKilled -timeout 0 ./runtime/store ./runtime

# Ratios within one run. ROWS order lines are made once and kept in the user's cache:
# make bench ROWS=50000000 takes half an hour.
ROWS := 10000000
export METRICS_BENCH_ROWS = $(ROWS)
export METRICS_BENCH_DATA ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/metrics-bench
bench:
	go test -run '^$$' -bench . -benchtime 3x -timeout 120m ./compiler ./compiler/sqlgen ./runtime ./runtime/threshold

clean-bench:
	rm -rf "$(METRICS_BENCH_DATA)"

# Compares the engine with the oracle on random projects, from seed FIRST on. What
# differs is shrunk and kept as a case.
SEEDS := 500
FIRST := 1
oracle:
	go test -c -o bin/oracle.test ./runtime/oracle
	cd runtime/oracle && ../../bin/oracle.test -test.run TestAgreement -test.timeout 0 -seeds $(SEEDS) -first $(FIRST) -keep

# Writes anew what is made from the code: golden files, generated docs and the
# data of the example.
generate:
	go test $(GOLDENS) -update
	cd examples/weekly_sales && go run ./generate

# Takes the pictures of pages in the README anew, which needs Chromium.
CHROMIUM ?= chromium
SHOOT = $(CHROMIUM) --headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=1180,1180
screenshots: build
	$(METRICS) apply --auto-approve
	$(METRICS) report weekly -o bin/weekly.html
	bin/metrics -C examples/superstore apply --auto-approve
	bin/metrics -C examples/superstore report monthly -o bin/monthly.html
	$(SHOOT) --screenshot=docs/images/weekly.png file://$(CURDIR)/bin/weekly.html
	$(SHOOT) --screenshot=docs/images/monthly.png file://$(CURDIR)/bin/monthly.html
