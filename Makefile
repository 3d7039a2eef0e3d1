# Two commands for a newcomer: `make run` and `make test`. Everything else is listed by `make help`.

PORT ?= 8000
HOST ?= 127.0.0.1
PROVINCE ?= ninh-binh
SCHOOLS ?=
VENV ?= .venv
ARGS ?=
ONLY ?=

PY := $(VENV)/bin/python
# A stamp bears the checksum of what it installed: another branch's requirements install themselves.
BASE_STAMP := $(VENV)/.base-$(shell cat requirements/base.txt 2>/dev/null | cksum | cut -d' ' -f1)
DEV_STAMP := $(VENV)/.dev-$(shell cat requirements/base.txt requirements/dev.txt 2>/dev/null | cksum | cut -d' ' -f1)
PIP := $(PY) -m pip install --require-hashes --no-input --disable-pip-version-check --no-deps

export PROVINCE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint format messages bench chaos compose-check lock clean

help: ## Danh sách lệnh · this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(BASE_STAMP) ## Môi trường chạy trong .venv · what `run` needs

setup-dev: $(DEV_STAMP) ## Thêm công cụ kiểm thử · what `test` and `lint` need

run: $(BASE_STAMP) ## Chạy cổng (PORT, PROVINCE, SCHOOLS) · the portal with its demo province
	@$(PY) manage.py serve --host $(HOST) --port $(PORT) $(if $(SCHOOLS),--schools $(SCHOOLS))

test: $(DEV_STAMP) ## Kiểm thử trên SQLite, rồi PostgreSQL và Redis nếu có (ARGS) · all tests
	@$(PY) -m tests.homes $(ARGS)

lint: $(DEV_STAMP) ## Kiểu, lớp, định dạng, bản dịch, migration · style, types, layers
	@echo "== ruff"; $(PY) -m ruff check . && $(PY) -m ruff format --check .
	@echo "== mypy"; $(PY) -m mypy
	@echo "== layers"; $(PY) $(VENV)/bin/lint-imports
	@echo "== migrations, catalogues"; $(PY) -m tests.homes --only sqlite -q tests/test_project.py

format: $(DEV_STAMP) ## Định dạng lại mã · rewrite the code's layout
	$(PY) -m ruff check --fix . ; $(PY) -m ruff format .

messages: $(DEV_STAMP) ## Gom câu cần dịch và biên dịch (cần gettext) · collect and compile translations
	$(PY) manage.py makemessages --locale en --no-wrap --no-location --ignore '$(VENV)' --ignore var --ignore tests
	$(PY) manage.py compilemessages --locale en --ignore '$(VENV)'

bench: $(DEV_STAMP) ## Đo và so với mức cần đạt (ONLY) · measures, to var/bench.json
	@$(PY) -m tests.bench $(if $(ONLY),--only $(ONLY))

chaos: $(DEV_STAMP) ## Gây sự cố và kiểm tra (ONLY) · faults, to var/chaos.json
	@$(PY) -m tests.chaos $(if $(ONLY),--only $(ONLY))

compose-check: $(DEV_STAMP) ## Kiểm tra docker-compose.yml, không cần Docker · no daemon needed
	@$(PY) -m tests.compose

lock: ## Khóa lại phiên bản (cần uv) · lock the requirements with hashes
	uv pip compile --universal --python-version 3.11 --generate-hashes pyproject.toml -o requirements/base.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --extra dev pyproject.toml \
		-c requirements/base.txt -o requirements/dev.txt

clean: ## Xóa môi trường và tệp tạm, giữ dữ liệu trong var/ · keeps the data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/test var/bench

$(PY):
	@py=; for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then py=$$name; break; fi; \
	done; \
	if [ -z "$$py" ]; then echo "Cần Python từ 3.11 trở lên. · Python 3.11 or newer is needed."; exit 1; fi; \
	echo "Tạo môi trường $(VENV) bằng $$($$py --version)…"; \
	if "$$py" -c 'import ensurepip' 2>/dev/null; then "$$py" -m venv --clear $(VENV); \
	else "$$py" -m venv --clear --without-pip $(VENV) && "$$py" -m pip --python $(PY) install pip; fi

$(BASE_STAMP): | $(PY)
	@echo "Cài gói để chạy (lần đầu khoảng một phút)… · installing what runs"
	@$(PIP) -r requirements/base.txt
	@rm -f $(VENV)/.base-*; touch $@

# dev.txt holds all of base.txt at the same versions.
$(DEV_STAMP): | $(PY)
	@echo "Cài gói để chạy và kiểm thử (lần đầu một đến hai phút)… · installing what runs and tests"
	@$(PIP) -r requirements/dev.txt
	@rm -f $(VENV)/.dev-* $(VENV)/.base-*; touch $@ $(BASE_STAMP)
