# Thin: every target calls one thing. `make demo` and `make test` are the two commands.
.PHONY: demo test check crash bench docs need-build

# MODE and other variables of later demos are passed through.
ONCE ?=
KEEP ?=
COLD ?=
SABOTAGE ?=
SEED ?=
DISTRIBUTED ?=

demo: need-build
	@cargo build --profile demo -p yigao -p yigao-sandbox
	@./target/demo/yigao demo $(if $(ONCE),--once) $(if $(KEEP),--keep)

test:
	@sh tests/run.sh

check: need-build
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets -- -D warnings
	@if command -v cargo-deny >/dev/null 2>&1; then cargo deny --config .deny.toml check; else echo "check: cargo-deny is not installed; licences and advisories were not checked (cargo install cargo-deny)"; fi

# Real processes killed at every choke point; SABOTAGE=journal|fence|look takes a rule out and
# must fail; DISTRIBUTED=1 runs it on PostgreSQL and Redis.
crash: need-build
	@cargo build --profile demo -q -p yigao-suite -p yigao-sandbox --bin crash --bin yigao-sandbox
	@./target/demo/crash $(if $(SABOTAGE),--sabotage $(SABOTAGE)) $(if $(SEED),--seed $(SEED)) $(if $(DISTRIBUTED),--postgres --redis)

bench: need-build
	@cargo build --release -q -p yigao -p yigao-suite --bin yigao --bin bench
	@./target/release/bench $(if $(COLD),--cold)

docs: need-build
	cargo doc --workspace --no-deps

# What a build needs, and the one command that brings what lacks.
need-build:
	@sh tests/need.sh build
