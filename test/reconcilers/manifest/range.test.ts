import assert from "node:assert/strict";
import { test } from "node:test";
import { movedRange } from "../../../src/reconcilers/manifest/range.ts";
import { takes } from "../../../src/reconcilers/release-plan/range.ts";
import { mulberry32 } from "../../support/random.ts";

for (const [range, version, moved] of [
  ["1.2.3", "1.4.0", "1.4.0"],
  ["v1.2.3", "1.4.0", "v1.4.0"],
  ["^1.2.3", "1.4.0", "^1.4.0"],
  ["^1.2.3", "2.0.0-beta.1", "^2.0.0-beta.1"],
  ["^1.2", "1.4.0", "^1.4"],
  ["^1", "1.4.0", "^1"],
  ["^1", "2.0.0", "^2"],
  ["^1", "1.4.0-rc.1", "^1.4.0-rc.1"],
  ["~> 1.2", "1.4.0", "~> 1.4"],
  ["1.x", "1.4.0", "1.x"],
  ["1.x", "2.1.0", "2.x"],
  ["1.2.*", "1.4.0", "1.4.*"],
  ["==1.2.3", "1.2.4", "==1.2.4"],
  ["== 1.2.3rc1", "1.2.3", "== 1.2.3"],
  ["==1.2.3.post1", "1.2.4", "==1.2.4"],
  ["~=1.2", "1.4.0", "~=1.4"],
  [">=1.2", "1.4.0", ">=1.4"],
  [">=1.2,<2", "1.4.0", ">=1.4,<2"],
  [">= 1.2.0, < 2.0.0dev", "2.1.0", ">= 2.1.0, < 3.0.0dev"],
  [">=1.2,<=1.3", "1.4.0", ">=1.4,<=1.4"],
  [">=1.2,<=1", "1.4.0", ">=1.4,<=1"],
  [">=1.2,!=1.3.0,<2", "1.4.0", ">=1.4,!=1.3.0,<2"],
  [">=1.2,<2", "1.0.0", ">=1.0,<2"],
  [">=1.2 <2", "1.4.0", ">=1.4 <2"],
  [">1.2.0", "1.4.0", ">1.2.0"],
  ["1.2 - 2.3", "2.4.0", "2.4 - 2.4"],
  ["^1.2 || ^2.0", "2.4.0", "^1.2 || ^2.4"],
  ["^1.2 || ^2.0", "3.0.0", "^1.2 || ^2.0 || ^3.0"],
  ["[1.2.3]", "1.4.0", "[1.4.0]"],
  ["[1.2,2.0)", "1.4.0", "[1.4,2.0)"],
  ["[1.2,2.0)", "2.1.0", "[2.1,3.0)"],
  ["[1.2,2.0]", "2.0.0", "[2.0,2.0]"],
  ["1.2.3-SNAPSHOT", "1.2.3", "1.2.3"],
  ["=0.3.1", "0.4.0", "=0.4.0"],
] as const) {
  test(`${range} becomes ${moved} for ${version}, and stays so`, () => {
    assert.equal(movedRange(range, version), moved);
    assert.equal(movedRange(moved, version), moved);
  });
}

for (const range of ["", "*", "latest", "workspace:^1.2", "file:../a", "github:acme/auth#v1.2.3", "../auth", "beta"]) {
  test(`${range || "nothing"} is no range that can be moved`, () =>
    assert.equal(movedRange(range, "1.4.0"), undefined));
}

test("what is no version moves nothing", () => assert.equal(movedRange("^1.2", "next"), undefined));

test("whatever the range and the version, the moved one takes the version, and moving it again changes nothing", () => {
  for (let seed = 1; seed <= 3_000; seed++) {
    const random = mulberry32(seed);
    const number = (): number => Math.floor(random() * 5);
    const one = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
    const text = (): string => Array.from({ length: 1 + Math.floor(random() * 3) }, number).join(".");
    const low = (): string => one(["^", "~", ">=", ">= ", "==", "=", "", "v"]) + text();
    const range = one([
      low,
      () => `>=${text()},<${text()}`,
      () => `>=${text()} <=${text()}`,
      () => `${low()} || ${low()}`,
    ])();
    const version = `${1 + number()}.${number()}.${number()}${random() < 0.2 ? "-rc.1" : ""}`;
    const moved = movedRange(range, version);
    assert.ok(moved !== undefined, `seed ${seed}: ${range}`);
    assert.ok(takes(moved, version), `seed ${seed}: ${range} -> ${moved} does not take ${version}`);
    assert.equal(movedRange(moved, version), moved, `seed ${seed}: ${range} -> ${moved}`);
  }
});
