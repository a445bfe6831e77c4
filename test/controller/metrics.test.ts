import assert from "node:assert/strict";
import { test } from "node:test";
import { Registry } from "../../src/controller/metrics.ts";

test("prints counters, gauges and histograms as Prometheus reads them", () => {
  const registry = new Registry();
  const requests = registry.counter({ name: "requests_total", help: "Requests\nanswered.", labels: ["code", "path"] });
  requests({ code: "200", path: 'a"b\\c\nd' }).inc();
  requests({ code: "200", path: 'a"b\\c\nd' }).inc(2);
  requests({ code: "500" }).inc();
  registry.gauge({ name: "depth", help: "Depth." })().set(-1.5);
  const took = registry.histogram({ name: "took_seconds", help: "Time.", labels: ["who"], buckets: [0.1, 1] });
  for (const value of [0.05, 0.1, 0.5, 3]) took({ who: "x" }).observe(value);
  assert.equal(
    registry.text(),
    [
      "# HELP depth Depth.",
      "# TYPE depth gauge",
      "depth -1.5",
      "# HELP requests_total Requests\\nanswered.",
      "# TYPE requests_total counter",
      'requests_total{code="200",path="a\\"b\\\\c\\nd"} 3',
      'requests_total{code="500",path=""} 1',
      "# HELP took_seconds Time.",
      "# TYPE took_seconds histogram",
      'took_seconds_bucket{who="x",le="0.1"} 2',
      'took_seconds_bucket{who="x",le="1"} 3',
      'took_seconds_bucket{who="x",le="+Inf"} 4',
      'took_seconds_sum{who="x"} 3.65',
      'took_seconds_count{who="x"} 4',
      "",
    ].join("\n"),
  );
});

test("a metric without labels is there before anything happened", () => {
  const registry = new Registry();
  registry.counter({ name: "errors_total", help: "Errors." });
  assert.match(registry.text(), /^errors_total 0$/m);
});

test("labels cannot eat the memory: what is too much is counted together", () => {
  const registry = new Registry({ maxSeries: 10 });
  const seen = registry.counter({ name: "seen_total", help: "Seen.", labels: ["name"] });
  for (let index = 0; index < 100; index++) seen({ name: `n${index}` }).inc();
  const lines = registry.text().match(/^seen_total\{.*$/gm) ?? [];
  assert.equal(lines.length, 11);
  assert.ok(lines.includes('seen_total{name="other"} 90'));
});

test("gauges that are looked up are looked up at each reading", () => {
  const registry = new Registry();
  let value = 0;
  const gauge = registry.gauge({ name: "now", help: "Now." })();
  registry.onCollect(() => gauge.set(++value));
  assert.match(registry.text(), /^now 1$/m);
  assert.match(registry.text(), /^now 2$/m);
});

test("the same declaration gives the same metric, a different one is refused", () => {
  const registry = new Registry();
  registry.counter({ name: "a_total", help: "A." })().inc();
  registry.counter({ name: "a_total", help: "A." })().inc();
  assert.match(registry.text(), /^a_total 2$/m);
  assert.throws(() => registry.gauge({ name: "a_total", help: "A." }), /a_total is declared already, as a counter/);
  assert.throws(() => registry.counter({ name: "a_total", help: "A." })({ who: "x" }), /a_total has no label who/);
  assert.throws(() => registry.counter({ name: "a_total", help: "A." })().inc(-1), RangeError);
});
