# Thin: every target calls one thing. `make demo` and `make test` are the two commands.
.PHONY: demo test check crash cms-faults soak scale bench docs need-build need-bench need-servers need-wordpress

# MODE=distributed: two worker processes on a private PostgreSQL and Redis, one of them killed half-way.
MODE ?=
# CMS=wordpress: a real WordPress beside the static site; an editor changes a word, and the hub notices.
CMS ?=
ONCE ?=
KEEP ?=
COLD ?=
SABOTAGE ?=
SEED ?=
DISTRIBUTED ?=
MINUTES ?= 60
ROUNDS ?= 300
ITEMS ?= 100000

demo: need-$(if $(filter distributed,$(MODE)),servers,build) $(if $(filter wordpress,$(CMS)),need-wordpress)
	@cargo build --profile demo -p yigao -p yigao-demo -p yigao-sandbox $(if $(MODE)$(CMS),-p yigao-testkit)
	@$(if $(filter distributed,$(MODE)),./target/demo/with-servers) $(if $(filter wordpress,$(CMS)),./target/demo/with-wordpress) ./target/demo/yigao-demo $(if $(filter distributed,$(MODE)),--distributed) $(if $(filter wordpress,$(CMS)),--wordpress) $(if $(ONCE),--once) $(if $(KEEP),--keep)

test:
	@sh tests/run.sh

check: need-build
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc -q --workspace --no-deps
	@if command -v cargo-deny >/dev/null 2>&1; then cargo deny --config .deny.toml check; else echo "check: cargo-deny is not installed; licences and advisories were not checked (cargo install cargo-deny)"; fi

# Real processes killed at every choke point, on SQLite and then on PostgreSQL and Redis; DISTRIBUTED=1 runs the second alone.
# SABOTAGE=journal|fence|lookup takes a rule out and must fail.
crash: need-$(if $(SABOTAGE),$(if $(DISTRIBUTED),servers,build),servers)
	@cargo build --profile proof -q -p yigao-suite -p yigao-sandbox --bin crash --bin yigao-sandbox
	@./target/proof/crash $(if $(SABOTAGE),--sabotage $(SABOTAGE)) $(if $(SEED),--seed $(SEED)) $(if $(DISTRIBUTED),--postgres --redis)
	@$(if $(SABOTAGE)$(DISTRIBUTED),,./target/proof/crash $(if $(SEED),--seed $(SEED)) --postgres --redis)

# Two workers and a real WordPress behind a proxy, ROUNDS faults one after the other; then its database is asked what it holds.
cms-faults: need-wordpress
	@cargo build --profile proof -q -p yigao -p yigao-suite --bin yigao --bin cms-faults
	@./target/proof/cms-faults --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED))

# The same on PostgreSQL and Redis for MINUTES, whatever has fired by then; both servers are stopped again and again, too.
soak: need-servers
	@cargo build --profile proof -q -p yigao-suite -p yigao-sandbox --bin crash --bin yigao-sandbox
	@./target/proof/crash --postgres --redis --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

# A ledger of 100,000 items and 1,500,000 deliveries on SQLite and on PostgreSQL; ITEMS=1000000 is ten times that.
scale: need-servers
	@cargo bench -q -p yigao-store --bench scale -- --items $(ITEMS)

bench: need-bench
	@cargo build --release -q -p yigao -p yigao-suite --bin yigao --bin bench
	@./target/release/bench $(if $(COLD),--cold)

docs: need-build
	cargo doc --workspace --no-deps

# What a build needs, and the one command that installs what is missing.
need-build:
	@sh tests/need.sh build

need-bench:
	@sh tests/need.sh bench

need-wordpress:
	@sh tests/need.sh wordpress

need-servers:
	@sh tests/need.sh servers
