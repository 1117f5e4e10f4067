# Each target adds one need: build wants Go, site and run want Node and npm too,
# test installs what it needs (see tools/deps.sh); golden, train and bench want Python.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help build site run deps vet test test-all test-go test-gpu test-dawn test-chromium test-page bench venv golden train train-faces clean

# The programs are built without this machine's paths, the tests too: Go compiles every
# package again where flags differ.
export GOFLAGS += -trimpath

GO       := go
WASM     := GOOS=js GOARCH=wasm
PYTHON   := .venv/bin/python
DAWN     := $(CURDIR)/tools/testing/dawn
CHROMIUM := $(CURDIR)/tools/testing/chromium
GPU_PKGS := ./model/gpu/...
REFERENCE := tools/bench/cache/cases.json

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

build: ## Build bin/unnoise (CPU) and bin/unnoise-gpu (Node and Dawn)
	$(GO) build -trimpath -o bin/unnoise ./tools/unnoise
	$(WASM) $(GO) build -trimpath -ldflags '-s -w' -o bin/unnoise.wasm ./tools/unnoise
	cp "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" bin/
	install -m 755 tools/testing/unnoise-gpu bin/unnoise-gpu
	test -d tools/testing/node_modules/webgpu || npm ci --prefix tools/testing --no-audit --no-fund --ignore-scripts

site: ## Build the static site into site/
	node tools/site/build.mjs

run: site ## Build the site and serve it on http://127.0.0.1:8080
	$(GO) build -trimpath -o bin/unnoise ./tools/unnoise
	bin/unnoise serve --dir site

deps: ## Install what the tests need beside Go and Node (root or sudo)
	tools/deps.sh

vet: ## Check the form of the Go code
	@unformatted=$$(gofmt -l model shaders tools wasm); \
	if [ -n "$$unformatted" ]; then echo "gofmt these: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(WASM) $(GO) vet ./model/... ./shaders/... ./wasm/... ./tools/unnoise/...

test: deps vet test-go test-gpu build site test-page ## Run every test, in under 15 minutes on 2 cores

# vet has looked at all of it once; each test binary would have it look again.
test-go: ## Go tests on this machine's CPU
	$(GO) test -vet=off ./...

# Both adapters at once: each is one program that computes on one thread for the most part.
test-gpu: ## GPU tests on Dawn and in Chromium
	$(MAKE) --no-print-directory -j2 test-dawn test-chromium

test-dawn: ## GPU tests on Node and Dawn with lavapipe
	UNNOISE_ADAPTER=lavapipe $(WASM) $(GO) test -vet=off -exec $(DAWN) $(GPU_PKGS) ./tools/unnoise ./wasm/client/... ./wasm/message/... ./wasm/wire

test-chromium: ## GPU tests in headless Chromium with SwiftShader
	$(WASM) $(GO) test -vet=off -short -exec $(CHROMIUM) $(GPU_PKGS)

# Two files at a time, since a page waits more than it computes; those that hold the page
# to a time, or measure kernels, have the machine to themselves.
PAGE_ALONE := $(patsubst %,tools/testing/page/%.test.mjs,bench engine_tuning smooth)
PAGE_TESTS := $(filter-out $(PAGE_ALONE),$(wildcard tools/testing/page/*.test.mjs)) $(wildcard tools/bench/*.test.mjs)
test-page: ## The page end to end in headless Chromium, and the benchmark's tables
	node --test --test-concurrency=2 $(PAGE_TESTS)
	node --test --test-concurrency=1 $(PAGE_ALONE)

# What the tuner could choose, one configuration after the other. A run that was ended goes
# on where it was; ALL=lavapipe or ALL=only=tall,flat runs a part.
test-all: deps ## Force every kernel configuration over the table of operations, in under an hour
	node tools/testing/all.mjs $(ALL)

bench: deps site $(REFERENCE) ## Measure the speed of a step on every adapter here, beside other engines (20 minutes)
	node tools/bench/first_frame.mjs
	node tools/bench/bench.mjs

$(REFERENCE): tools/bench/reference_unet.py tools/bench/requirements.txt model/bench/reference.json
	python3 -m venv .venv
	$(PYTHON) -m pip install --quiet -r tools/requirements.txt -r tools/bench/requirements.txt
	$(PYTHON) tools/bench/reference_unet.py

venv: ## Make the Python environment of golden and train
	python3 -m venv .venv
	$(PYTHON) -m pip install --quiet -r tools/requirements.txt

# Large blocks stay with the process: giving them back after every layer takes glibc
# a third of the time.
train: export MALLOC_MMAP_THRESHOLD_ = 33554432
train: export MALLOC_TRIM_THRESHOLD_ = 8589934592
train: export MALLOC_TOP_PAD_ = 268435456
train: venv ## Train the page's model, measure it and put it into web/models (hours)
	$(PYTHON) tools/train/train.py tools/train/configs/fashion.json --out runs/fashion
	$(PYTHON) tools/train/classifier.py --out runs/classifier
	$(GO) build -o bin/unnoise ./tools/unnoise
	$(PYTHON) tools/train/calibrate.py --checkpoint runs/fashion/ema --out runs/fashion/calibrated
	$(PYTHON) tools/train/publish.py --checkpoint runs/fashion/ema --calibrated runs/fashion/calibrated --files runs/fashion/gguf
	$(PYTHON) tools/train/quality.py --checkpoint runs/fashion/ema --classifier runs/classifier --gguf runs/fashion/gguf/*.gguf --out runs/quality
	$(PYTHON) tools/train/publish.py --checkpoint runs/fashion/ema --files runs/fashion/gguf --quality runs/quality/quality.json --log runs/fashion/log.csv
	$(PYTHON) tools/train/gallery.py --gguf web/models/fashion.gguf --out tools/readme

train-faces: export MALLOC_MMAP_THRESHOLD_ = 33554432
train-faces: export MALLOC_TRIM_THRESHOLD_ = 8589934592
train-faces: export MALLOC_TOP_PAD_ = 268435456
train-faces: CONFIG := --config tools/train/configs/faces.json
train-faces: venv ## Draw the faces, train their model, measure it and put it into web/models (two hours)
	npm ci --prefix tools/data/faces
	node tools/data/faces/build.mjs runs/data/faces
	$(PYTHON) tools/train/classifier.py $(CONFIG) --epochs 8 --out runs/faces-classifier
	$(PYTHON) tools/train/train.py tools/train/configs/faces.json --out runs/faces --images 308608 --decay-images 70000
	$(GO) build -o bin/unnoise ./tools/unnoise
	$(PYTHON) tools/train/calibrate.py $(CONFIG) --checkpoint runs/faces/ema --type q8_0 --out runs/faces/calibrated
	$(PYTHON) tools/train/publish.py $(CONFIG) --checkpoint runs/faces/ema --calibrated runs/faces/calibrated --files runs/faces/gguf
	$(PYTHON) tools/train/quality.py $(CONFIG) --checkpoint runs/faces/ema --classifier runs/faces-classifier --gguf runs/faces/gguf/faces.gguf --out runs/faces/quality --guided 500 --plain 1000 --plain-steps 20
	$(PYTHON) tools/train/publish.py $(CONFIG) --checkpoint runs/faces/ema --files runs/faces/gguf --quality runs/faces/quality/quality.json --log runs/faces/log.csv --training "make train-faces"
	$(PYTHON) tools/train/gallery.py --samples runs/faces/quality/Q8_0-s2-n500-steps50.npy --name faces --out tools/readme

golden: ## Make the golden files again (needs make venv)
	for script in tools/golden/*.py; do $(PYTHON) $$script; done

clean: ## Remove what was built
	rm -rf bin site
