import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Heap } from "../../src/controller/heap.ts";

test("a heap gives its items in order, whatever was taken out of its middle before", () => {
  const step = fc.record({ value: fc.nat(50), remove: fc.option(fc.nat(60), { freq: 2 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
      const heap = new Heap<{ readonly value: number; readonly order: number }>((a, b) =>
        a.value === b.value ? a.order < b.order : a.value < b.value,
      );
      const held: { value: number; order: number }[] = [];
      for (const [order, { value, remove }] of steps.entries()) {
        const item = { value, order };
        heap.push(item);
        held.push(item);
        const [victim] = remove === null ? [] : held.splice(remove % held.length, 1);
        if (!victim) continue;
        heap.remove(victim);
        heap.remove(victim);
        assert.ok(!heap.has(victim));
      }
      assert.equal(heap.size, held.length);
      const sorted = held.sort((a, b) => a.value - b.value || a.order - b.order);
      assert.equal(heap.peek(), sorted[0]);
      assert.deepEqual(
        sorted.map(() => heap.pop()),
        sorted,
      );
      assert.equal(heap.pop(), undefined);
    }),
    { numRuns: 300 },
  );
});
