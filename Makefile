# Everything that a person or CI runs. Needs Node.js >= 20.19, git and make; the targets say what else they want.
.DEFAULT_GOAL := help
.PHONY: help demo up check types lint unit integration test test-cluster test-e2e bench proofs generate format build smoke image clean

# Quick: the behaviour in one process, beside it the arithmetic in another and the shell. The rest of what needs no cluster runs real git, kubectl,
# processes and servers.
behaviour_tests = test/scenarios test/properties
arithmetic_tests = test/reconcilers test/sequencer $$(find test/*.test.ts)
run_together = node --import tsx --test-reporter=spec scripts/test-together.ts
shell_tests = $$(find test/controller -name '*.test.ts' | sort)
integration_tests = $$(find test/cli test/contract test/embedded test/forge test/gateway test/git test/runner -name '*.test.ts' | sort)
# Node by itself leaves a core idle.
run_tests = node --import tsx --test --test-reporter=spec --test-concurrency=$$(getconf _NPROCESSORS_ONLN)
run_tests_alone = node --import tsx --test --test-reporter=spec --test-concurrency=1

help: ## What there is to do
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | awk -F'|' '{ printf "  make %-14s %s\n", $$1, $$2 }'

node_modules: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch node_modules

dist/millrace.js: node_modules $(shell find src -name '*.ts' 2>/dev/null) scripts/build.ts
	@node --import tsx scripts/build.ts

demo: dist/millrace.js ## A fleet, a push, three pull requests, and a plan that releases it all: on this machine, in a minute
	@node dist/millrace.js demo

up: dist/millrace.js ## The same, and it stays: forge, control plane and controller with state in .millrace/
	@node dist/millrace.js up

types: node_modules ## Check the types
	node_modules/.bin/tsc

lint: node_modules ## Check format and lint
	node_modules/.bin/biome check .

unit: node_modules ## The quick tests
	$(run_together) $(behaviour_tests) & behaviour=$$!; \
	$(run_together) $(arithmetic_tests) && $(run_tests) $(shell_tests); rest=$$?; \
	wait $$behaviour && exit $$rest

integration: node_modules ## Real git, real kubectl where there is one, and the servers that come along
	$(run_tests) $(integration_tests)

check: types lint unit ## Types, lint and the quick tests: under a minute

test: check integration ## Everything that needs no cluster

test-cluster: dist/millrace.js ## The same behaviour against a real kube-apiserver (KUBEBUILDER_ASSETS)
	$(run_tests_alone) $$(find test/cluster -name '*.test.ts' | sort)

test-e2e: dist/millrace.js ## Image, chart and the demo's scenario on a real cluster (KUBECONFIG, IMAGE)
	$(run_tests_alone) $$(find test/e2e -name '*.test.ts' | sort)

bench: dist/millrace.js ## Measure; beside real Kubernetes where KUBEBUILDER_ASSETS is set
	@for each in $$(find test/bench -name '*.bench.ts' | sort); do echo "== $$each"; node --expose-gc --import tsx $$each || exit 1; done

proofs: dist/millrace.js ## The long versions of the property and fault suites
	$(run_tests_alone) $$(find test/proofs -name '*.test.ts' | sort)

generate: node_modules ## Write crds/, docs/reference/ and the chart's copy from src/schema
	node --import tsx scripts/generate.ts

format: node_modules ## Format
	node_modules/.bin/biome check --write .

build: dist/millrace.js ## Bundle dist/millrace.js

smoke: dist/millrace.js ## The bundle on Node.js 24, got from the registry
	bash scripts/smoke.sh 24

IMAGE ?= millrace:dev
BUILDER ?= docker
image: dist/millrace.js ## Build the image: IMAGE, BUILDER (docker, podman or buildah) and BUILD_ARGS
	$(BUILDER) build $(BUILD_ARGS) -t $(IMAGE) .

clean: ## Remove what was built, and the state of `millrace up`
	rm -rf dist node_modules .millrace
