# Everything is installed into .venv, .venv-*, mock/node_modules and tools/node_modules.
PYTHON ?= python3
BIN := .venv/bin
# Python compiles a module when it is first imported: most of what is installed never is.
PIP_INSTALL := install --no-compile --quiet --disable-pip-version-check --no-input
# The tests start a thousand processes. With this variable set, each would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
UV_VERSION := 0.13.8
PORT ?= 4010
FUZZ_SECONDS ?= 60
PACKAGES := signer sdk mock/ncp_mock
QUICK := tests/unit tests/known_answers/test_known_answers.py $(wildcard tests/contract/test_document*.py) \
	tests/contract/test_null.py tests/command/test_display.py tests/command/test_exit_codes.py
TESTS_OF_DIST := $(addprefix tests/,known_answers/test_known_answers.py command/test_reading.py \
	$(addprefix contract/test_,official_sdk.py requests_of_the_front.py) behaviour/test_mock_command.py)

# macOS skips tests that need Linux, so their mutants would survive.
SAMPLE_OF_MUTANTS := $(if $(filter Linux,$(shell uname)),sample-of-mutants)

# Run two targets in parallel. Print the output of each in one piece if make supports it (the old make of macOS does not).
BESIDE := $(MAKE) --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test bench check quick known-answers contract fuzz mutants sample-of-mutants mock generate check-generated lint links types mypy pyright format setup lock ends docs pictures api-check build test-dist clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/ready mock/node_modules/.package-lock.json ## start the mock with five servers, roll through them with the command
	@$(BIN)/python examples/demo.py

# Four workers keep two cores busy: some tests wait for other processes.
test: check ## run every check and every test; the tests must reach every branch
	$(BIN)/pytest -p branches -n 4 --dist worksteal

bench: .venv/ready .venv-bench/ready mock/node_modules/.package-lock.json ## compare calls with bare httpx and the vendor's SDK, the mock with bare Prism
	@$(BIN)/python benchmarks/calls.py
	@$(BIN)/python benchmarks/tls.py
	@$(BIN)/python benchmarks/sizes.py
	@$(BIN)/python tools/picture_of_sizes.py
	@$(BIN)/python benchmarks/chain.py

check: setup ## run every check that is not a test
	@$(BESIDE) pyright mypy lint links check-generated $(SAMPLE_OF_MUTANTS)

quick: .venv/ready ## check style and imports, and run the tests that need no mock: half a minute
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -n 2 $(QUICK)

known-answers: .venv/ready ## run the signature's known-answer suite, openssl and node included
	$(BIN)/pytest tests/known_answers

contract: .venv/ready mock/node_modules/.package-lock.json ## run the contract tests, Schemathesis included
	$(BIN)/pytest tests/contract

mutants: .venv/ready mock/node_modules/.package-lock.json ## change code and contract in one place at a time, and see that a test fails (SAMPLE=40 SEED=1: so many; ONLY=sdk/: those)
	$(BIN)/python tools/mutants.py

sample-of-mutants: .venv/ready mock/node_modules/.package-lock.json
	$(BIN)/python tools/mutants.py sample

fuzz: .venv/ready .venv/fuzz ## look for requests that make the mock fail, for 60 seconds (or FUZZ_SECONDS=…)
	$(BIN)/python tests/fuzzing/fuzz_mock.py $(FUZZ_SECONDS)

mock: .venv/ready mock/node_modules/.package-lock.json ## run the mock gateway on 127.0.0.1:4010 (or PORT=…) until Ctrl-C
	@exec $(BIN)/python -m ncp_mock --port $(PORT)

generate: .venv-codegen/ready ## write generated/ from openapi/
	.venv-codegen/bin/python tools/generate.py

check-generated: .venv-codegen/ready ## regenerate elsewhere and compare: not one line may differ
	.venv-codegen/bin/python tools/generate.py --check

lint: .venv/ready tools/node_modules/.package-lock.json ## check style, import rules and the OpenAPI document
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check
	$(BIN)/lint-imports --no-logo
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true tools/node_modules/.bin/redocly lint

links: .venv/ready ## check the links of all pages, and that the site's navigation has every page
	$(BIN)/pytest -q tests/docs/test_links.py

types: mypy pyright ## check types, also as on Windows and macOS

mypy: .venv/ready
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 $(PACKAGES)
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin $(PACKAGES)

pyright: .venv/ready tools/node_modules/.package-lock.json
	tools/node_modules/.bin/pyright --warnings

format: .venv/ready ## rewrite hand-written Python in the project's style
	$(BIN)/ruff check --quiet --fix
	$(BIN)/ruff format --quiet

setup: ## install everything
	@$(BESIDE) .venv/ready .venv-codegen/ready .venv-ansible/ready mock/node_modules/.package-lock.json tools/node_modules/.package-lock.json

lock: ## pin all dependencies anew, none younger than a week
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip $(PIP_INSTALL) uv==$(UV_VERSION)
	.venv-lock/bin/python tools/lock.py
	cd mock && npm install --package-lock-only
	cd tools && npm install --package-lock-only

ends: mock/node_modules/.package-lock.json ## run tests on the lowest and the newest dependencies, on each Python of this machine, on Node.js 20 and 24
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip $(PIP_INSTALL) uv==$(UV_VERSION)
	.venv-lock/bin/python tools/ends.py

pictures: .venv/ready ## draw every picture of the pages, that of the mock's page by Chromium
	$(BIN)/python tools/architecture.py
	$(BIN)/python tools/picture_of_sizes.py
	$(BIN)/python tools/pictures_of_terminal.py
	$(BIN)/python tools/picture_of_verify.py
	$(BIN)/python tools/picture_of_page.py

docs: .venv-docs/ready tools/node_modules/.package-lock.json ## build the site into site/; a warning or a dead link fails
	.venv-docs/bin/python tools/site_build.py

api-check: .venv/ready ## compare the public API with the last release, fail where a break needs a higher version
	@$(BIN)/python tools/api_check.py

build: .venv-build/ready ## build the wheel and the source distribution of the last commit into dist/, always the same
	@.venv-build/bin/python tools/build_distributions.py

# Only .venv-dist has the packages. The mock's first start installs Prism, as for any user.
test-dist: .venv-dist/ready ## install each file of dist/ and run tests on it: signatures, the client, the command, the mock
	@set -e; export NCP_MOCK_CACHE="$(CURDIR)/.venv-dist/cache"; for file in dist/*; do \
		echo "$$file"; \
		.venv-dist/bin/python -m pip uninstall --quiet --yes ncp-vserver; \
		.venv-dist/bin/python -m pip $(PIP_INSTALL) --no-index --no-build-isolation "$$file[cli,mock,postgresql]"; \
		.venv-dist/bin/python -c "$$(printf 'from ncp_mock import Mock\nwith Mock():\n  pass')"; \
		.venv-dist/bin/pytest -n 2 $(TESTS_OF_DIST); \
	done

clean: ## remove everything that make has made
	rm -rf .venv .venv-ansible .venv-bench .venv-build .venv-codegen .venv-dist .venv-docs .venv-lock .venv-ends mock/node_modules tools/node_modules dist site
	rm -rf .*_cache .coverage* .fuzzing .hypothesis .mutants tests/contract/.hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready: .venv/dependencies pyproject.toml openapi/vserver.yaml # which states the version
	$(BIN)/python -m pip $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dependencies: requirements/dev.txt
	@$(PYTHON) tools/require.py 20
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip $(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

.venv/fuzz: requirements/fuzz.txt .venv/dependencies
	$(BIN)/python -m pip $(PIP_INSTALL) --require-hashes -r requirements/fuzz.txt
	@touch $@

.venv-ansible/ready: requirements/ansible.txt
	$(PYTHON) -m venv --clear .venv-ansible
	.venv-ansible/bin/python -m pip $(PIP_INSTALL) --require-hashes -r requirements/ansible.txt
	@touch $@

.venv-bench/ready: requirements/bench.txt
	$(PYTHON) -m venv --clear .venv-bench
	.venv-bench/bin/python -m pip $(PIP_INSTALL) --require-hashes -r requirements/bench.txt
	@touch $@

.venv-docs/ready: requirements/docs.txt pyproject.toml
	$(PYTHON) -m venv --clear .venv-docs
	.venv-docs/bin/python -m pip $(PIP_INSTALL) --require-hashes -r requirements/docs.txt
	.venv-docs/bin/python -m pip $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv-build/ready: requirements/build.txt
	$(PYTHON) -m venv --clear .venv-build
	.venv-build/bin/python -m pip $(PIP_INSTALL) --require-hashes -r requirements/build.txt
	@touch $@

.venv-dist/ready: requirements/dev.txt
	@$(PYTHON) tools/require.py 20
	$(PYTHON) -m venv --clear .venv-dist
	.venv-dist/bin/python -m pip $(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

.venv-codegen/ready: requirements/codegen.txt
	@$(PYTHON) tools/require.py 20
	$(PYTHON) -m venv --clear .venv-codegen
	.venv-codegen/bin/python -m pip $(PIP_INSTALL) --require-hashes -r requirements/codegen.txt
	@touch $@

mock/node_modules/.package-lock.json: mock/package-lock.json
	@$(PYTHON) tools/require.py 20
	cd mock && $(NPM_CI)
	@touch $@

tools/node_modules/.package-lock.json: tools/package-lock.json
	@$(PYTHON) tools/require.py 20.19  # the OpenAPI linter's
	cd tools && $(NPM_CI)
	@touch $@
