# Every target prepares the checkout first; what is up to date is skipped.
PYTHON ?= python3
RUN = .venv/bin/python

.PHONY: run studio doctor test test-fast test-slow check format policies bench bootstrap bootstrap-run

run: bootstrap-run      ## Start everything on this machine
	@exec $(RUN) scripts/run.py

studio: bootstrap-run   ## The same, with Supabase Studio beside it on a port of its own
	@STUDIO_PORT=$${STUDIO_PORT:-54323} exec $(RUN) scripts/run.py

doctor: bootstrap-run   ## Try every setting and every service that it names
	@$(RUN) scripts/with_env.py scripts/doctor.py

test: bootstrap         ## Every test, browser included
	@$(RUN) scripts/browser.py
	@$(RUN) scripts/postgres.py
	@$(RUN) scripts/servers.py
	@$(RUN) -m pytest -n 3 --dist worksteal -m "not soak" \
		--reruns 1 --max-suite-reruns 5 --rerun-show-tracebacks

test-slow: bootstrap    ## The faults and loads that take minutes
	@$(RUN) scripts/browser.py
	@$(RUN) scripts/postgres.py
	@$(RUN) scripts/servers.py
	@$(RUN) -m pytest -m soak

check: bootstrap        ## Lint and types
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

test-fast: bootstrap    ## The tests that need no server
	@$(RUN) -m pytest -n auto --maxprocesses 4 tests/unit

format: bootstrap       ## Put the Python code in its usual form
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

policies: bootstrap     ## Turn changes in policies/ into a migration
	@$(RUN) scripts/policies.py make

bench: bootstrap        ## What is fast, against what
	@$(RUN) benchmarks/run.py

bootstrap:              # All that is needed, also by the tests
	@$(PYTHON) scripts/bootstrap.py

bootstrap-run:          # Only what running needs: a few hundred megabytes less
	@$(PYTHON) scripts/bootstrap.py run
