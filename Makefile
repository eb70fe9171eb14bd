# make demo   the main job on this machine, from nothing but Python (INVOICES=1000, PACE=0, KEEP=1 for its page)
# make test   lint, types, security, engine, conformance and sandbox, from nothing but Python
# make test-pythons   make demo and make test with every Python on this machine (PYTHONS="3.10 3.14")
# make audit   known vulnerabilities in the packages that are installed; asks a service on the network
# make test-bench   everything that needs a bench with ERPNext
# make test-outages   MariaDB, Redis and the socket server stopped in the middle, and a soak, on such a bench
# make test-16   the same app on a second bench, with version 16: inside its site, the main job, a part of Desk
# make test-desk   Desk in a real browser, on a bench with ERPNext

PYTHON ?= python3
ENVIRONMENT ?= .venv
INVOICES ?= 150
KEEP ?=
## Milliseconds that the demo gives an invoice, so that it can be followed. ERPNext took 21 to 28 by pattern, 178 by its
## controllers and 424 the ordinary way, see benchmarks/against_the_ordinary_way.md.
PACE ?= 80
RUN := $(ENVIRONMENT)/bin/python
TESTS ?=
PYTHONS ?=

export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help demo test test-pythons lint audit test-bench test-outages test-16 test-desk development clean

help:
	@sed -n 's/^# //p' Makefile

demo:
	@$(PYTHON) sandbox/bootstrap.py $(ENVIRONMENT) sandbox
	@BULK_RECONCILIATION_PACE=$(PACE) $(RUN) -m sandbox.demo --invoices $(INVOICES) $(if $(filter-out 0,$(KEEP)),--keep)

development:
	@$(PYTHON) sandbox/bootstrap.py $(ENVIRONMENT) sandbox development

lint: development
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

test: lint
	$(RUN) -m pytest -m "not bench and not desk" $(TESTS)

test-pythons:
	@$(PYTHON) -m tests.pythons $(PYTHONS)

audit: development
	@$(RUN) -m tests.security.vulnerabilities

test-bench: development
	$(RUN) -m tests.bench $(TESTS)

test-outages: development
	$(RUN) -m pytest -m disruptive tests/bench $(TESTS)

test-16: development
	$(RUN) -m tests.bench.version_16 $(TESTS)

test-desk: development
	$(RUN) -m tests.desk $(TESTS)

clean:
	rm -rf $(ENVIRONMENT) .mypy_cache .pytest_cache .ruff_cache .hypothesis
