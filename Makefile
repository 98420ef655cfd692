# Talkover: `make` lists what can be made.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test interop fuzz build format lint check simulate smoke install uninstall \
    install-deps install-test-deps swift-version clean

SCENARIO ?= Scenarios/quickstart.yaml
SEED ?= 42
REPORT := Results/quickstart.html
STORE := Results/talkover.sqlite

# The first that builds every dependency and takes a sentence in backticks as a test's name.
SWIFT_VERSION := 6.2

SWIFT_FORMAT_PATHS := --recursive --parallel Sources Tests Benchmarks Package.swift

help: ## this list
	@awk -F ':[^#]*## ' '/^[a-z][a-z-]*:[^#]*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: build ## compare two transports on the embedded agent, and leave a report and a store
	@talkover="$$(swift build -c release --show-bin-path)/talkover"
	status=0
	"$$talkover" run Scenarios/quickstart.yaml --db $(STORE) --html $(REPORT) || status=$$?
	if [ -f $(REPORT) ]; then printf '\nStore:  %s\nReport: %s\n' $(STORE) "$$PWD/$(REPORT)"; fi
	exit $$status

test: install-test-deps swift-version ## build and run every test; warnings in our own code are errors
	.ci/build-tests
	swift test --skip-build --disable-xctest --skip '(EndToEnd|Interop)Tests'
	# By themselves: calls in real time share two cores badly with a simulation.
	swift test --skip-build --disable-xctest --filter EndToEndTests
	swift test --skip-build --disable-xctest --filter InteropTests

interop: install-test-deps swift-version ## the tests with other implementations of WebRTC alone
	.ci/build-tests
	swift test --skip-build --disable-xctest --filter InteropTests

FUZZ_SEED ?= 1
FUZZ_SECONDS ?= 4.5
fuzz: install-deps swift-version ## mutate what peers may send, for three minutes: FUZZ_SEED=7
	swift build -c release --product Fuzz
	fuzz="$$(swift build -c release --show-bin-path)/Fuzz"
	status=0
	timeout --kill-after=10 600 "$$fuzz" --seed $(FUZZ_SEED) --seconds $(FUZZ_SECONDS) \
	    --note .build/fuzz-input || status=$$?
	if [ $$status -ne 0 ]; then "$$fuzz" --last --note .build/fuzz-input; fi
	exit $$status

build: install-deps swift-version ## build the talkover command for release
	swift build -c release --product talkover

format: swift-version ## rewrite the sources in the project's format
	@swift format --in-place $(SWIFT_FORMAT_PATHS)

lint: swift-version ## check the format and the rules of .swift-format
	@swift format lint --strict $(SWIFT_FORMAT_PATHS)
	echo "lint: nothing to mend"

check: lint test ## lint, build and test: what every change must pass

simulate: install-deps swift-version ## run in virtual time: SEED=7 SCENARIO=Scenarios/soak.yaml
	swift build --product talkover
	"$$(swift build --show-bin-path)/talkover" run $(SCENARIO) --simulate --seed $(SEED) --db .build/simulated.sqlite

smoke: build ## twenty callers over loopback for at most two minutes, kept out of the store
	@status=0
	timeout --kill-after=10 120 "$$(swift build -c release --show-bin-path)/talkover" \
	    run Scenarios/quickstart.yaml --callers 20 --db .build/smoke.sqlite || status=$$?
	# Twenty callers are too few for the tail: inconclusive (3) is a good smoke.
	if [ $$status -eq 3 ]; then status=0; fi
	exit $$status

# DESTDIR is where a package is put together; PREFIX is where it will be.
PREFIX ?= /usr/local
SHARE := $(DESTDIR)$(PREFIX)/share/talkover
# A build of its own: switching one build between the two kinds would compile everything anew.
STATIC := -c release --product talkover --static-swift-stdlib --scratch-path .build/static
install: install-deps swift-version ## put the command, its clips and scenarios into PREFIX
	@swift build $(STATIC)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(SHARE)/scenarios/clips"
	install -s -m 755 "$$(swift build $(STATIC) --show-bin-path)/talkover" \
	    "$(DESTDIR)$(PREFIX)/bin/talkover"
	install -m 644 Scenarios/*.yaml Scenarios/scenario.schema.json "$(SHARE)/scenarios"
	install -m 644 Scenarios/clips/*.wav Scenarios/clips/*.json "$(SHARE)/scenarios/clips"
	printf '%s\n' "$(DESTDIR)$(PREFIX)/bin/talkover" "$(SHARE)"

uninstall: ## remove what install put into PREFIX
	@rm -f "$(DESTDIR)$(PREFIX)/bin/talkover"
	rm -rf "$(SHARE)"

install-deps: ## install missing system packages (Debian, Ubuntu)
	@.ci/install-packages

install-test-deps: ## the same for tests: libsrtp2, coturn, Chromium, and aiortc in .build
	@.ci/install-packages tests
	.ci/install-interop

swift-version:
	@.ci/require-swift $(SWIFT_VERSION)

clean: ## remove what was built; measurements stay
	@swift package clean
