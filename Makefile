# Parallel software download, and the network element simulator that proves it.
# `make` alone prints the targets. Everything installs what it needs first.

SWIFT       ?= swift
# One configuration for everything: programs, tests and benchmarks share one build.
SWIFT_FLAGS := -c release --explicit-target-dependency-import-check error
BIN         := .build/release

NAME  ?=
CLOCK ?= real
MODE  ?= parallel
SEED  ?=
SET   ?=
ONLY  ?=
ROUNDS ?=
CASES  ?= 1000000
KILLS  ?= 200
REPLAY ?=
SECONDS ?= 60
FUZZERS ?= frames requests replies names manifest plan scenario boot-record ftp http

SCENARIO_FILE := scenarios/$(NAME).yaml
# A scenario may name a program that is not on the machine yet.
SCENARIO_NEEDS := $(if $(NAME),$(shell sed -n 's/^.*program: *\([a-z]*\).*/\1/p' $(SCENARIO_FILE) 2>/dev/null))

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests build scenario scenarios list up test check power-cut benchmark fuzz test-asan test-tsan format lint clean

help: ## Print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

setup: ## Install what is missing (Debian packages; root or sudo)
	@./setup.sh libcurl4-openssl-dev libssl-dev $(SCENARIO_NEEDS)

setup-tests: ## Install what the tests need beside that
	@./setup.sh libcurl4-openssl-dev libssl-dev openssl vsftpd

build: setup ## Build all programs
	@$(SWIFT) build $(SWIFT_FLAGS) --quiet

scenario: build ## Run NAME=… [CLOCK=real|virtual] [MODE=parallel|serial|serial-pipelined] [SEED=n] [SET='path=value …']
	@test -n "$(NAME)" || { echo "Which one? make scenario NAME=20cards; make list shows all." >&2; exit 64; }
	@$(BIN)/simulator run $(SCENARIO_FILE) --clock $(CLOCK) --mode $(MODE) $(if $(SEED),--seed $(SEED)) $(foreach s,$(SET),--set '$(s)')

list: build ## List the scenarios with their intent
	@$(BIN)/simulator list

up: build ## Leave the shelf of NAME=… running, to drive it by hand
	@$(BIN)/simulator up $(SCENARIO_FILE) $(if $(SEED),--seed $(SEED)) $(foreach s,$(SET),--set '$(s)')

test: setup-tests ## Build and run all tests
	@SWIFT_BACKTRACE=enable=no $(SWIFT) test $(SWIFT_FLAGS) --disable-xctest

check: lint test ## What CI runs: the format, and all tests

power-cut: build ## Cut a card's power at every flash operation, a million times, and kill 200 real cards [CASES=n] [KILLS=n] [REPLAY=id]
	@$(BIN)/simulator power-cut --cases $(CASES) --kills $(KILLS) $(if $(REPLAY),--replay $(REPLAY))

# A crash under a sanitizer may take minutes to be told, or never end: no backtraces, and a limit for each run.
SANITIZED := SWIFT_BACKTRACE=enable=no SANITIZED=1

fuzz: setup ## Fuzz every reader of foreign bytes, with AddressSanitizer [SECONDS=n for each] [FUZZERS='frames …']
	@FUZZING=1 $(SWIFT) build $(SWIFT_FLAGS) --scratch-path .build/fuzzing --product fuzz --quiet -Xswiftc -sanitize=address,fuzzer
	@for fuzzer in $(FUZZERS); do \
	    mkdir -p .build/fuzzing/found/$$fuzzer .build/fuzzing/corpus/$$fuzzer fuzzing/corpus/$$fuzzer || exit 1; \
	    echo "$$fuzzer"; \
	    FUZZER=$$fuzzer SWIFT_BACKTRACE=enable=no timeout -k 10 $$(($(SECONDS) + 60)) .build/fuzzing/release/fuzz \
	        -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 -verbosity=0 \
	        -artifact_prefix=.build/fuzzing/found/$$fuzzer/ .build/fuzzing/corpus/$$fuzzer fuzzing/corpus/$$fuzzer \
	        2>.build/fuzzing/$$fuzzer.log \
	        || { tail -40 .build/fuzzing/$$fuzzer.log >&2; echo "$$fuzzer found something: .build/fuzzing/found/$$fuzzer" >&2; exit 1; }; \
	    grep -E 'number_of_executed_units|new_units_added' .build/fuzzing/$$fuzzer.log; \
	done

test-asan: setup-tests ## The tests with AddressSanitizer, but for those that start programs
	@$(SANITIZED) timeout -k 10 3000 $(SWIFT) test $(SWIFT_FLAGS) --disable-xctest --sanitize address --scratch-path .build/asan --skip ShelfTests

test-tsan: setup-tests ## The tests with ThreadSanitizer, but for those that start programs
	@$(SANITIZED) timeout -k 10 3000 $(SWIFT) test $(SWIFT_FLAGS) --disable-xctest --sanitize thread --scratch-path .build/tsan --skip ShelfTests

benchmark: setup-tests build ## Measure, print and write BENCHMARKS.md [ONLY='fan-out …'] [ROUNDS=n]
	@$(BIN)/benchmark $(foreach b,$(ONLY),--only $(b)) $(if $(ROUNDS),--rounds $(ROUNDS))

format: ## Format the Swift files in place
	@$(SWIFT) format --in-place --parallel --recursive Package.swift Sources simulator benchmarks Tests

lint: ## Check the format of the Swift files
	@$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources simulator benchmarks Tests

clean: ## Remove what was built and run
	@rm -rf .build runs
