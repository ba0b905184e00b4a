# What a person does with this project. `make demo` and `make test` set up what is missing first.

PYTHON := .venv/bin/python
export PYTHONPATH :=
# Every start of a program compiles what it imports anew where this is set: two seconds, many times over.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo demo-reset setup test check bench format services lock

help:
	@echo "make demo        run everything on this machine, with two demo firms (PORT, DATA_DIR)"
	@echo "make demo-reset  the same, beginning anew: deletes the demo's data first"
	@echo "make test        check the code and run all tests (TESTS=path, ARGS=pytest's options)"
	@echo "make check       check the code only"
	@echo "make bench       measure the product beside the machine's own floor (ARGS=cell,week for some rows)"
	@echo "make format      format the code"
	@echo "make services    keep a PostgreSQL and a Redis running for work on the code"
	@echo "make lock        resolve the locked requirements anew"

demo:
	@exec tools/demo

demo-reset:
	@tools/setup demo && $(PYTHON) -m tools.demo_directory reset && exec tools/demo

setup:
	@tools/setup test

test:
	@exec tools/test

check:
	@tools/setup test && exec tools/with-services tools/check

bench:
	@exec tools/bench

format:
	@tools/setup test && .venv/bin/ruff check --fix-only . && .venv/bin/ruff format .

services:
	@tools/setup test && exec $(PYTHON) -m tools.services keep

lock:
	@exec tools/lock
