import { type Environment, EvaluationError } from "@marcbachmann/cel-js";
import { approximately, parseQuantity, quantityOf, wholeOf } from "../quantity.ts";
import { compareVersions, parseSemanticVersion, type SemanticVersion } from "../semantic-version.ts";

class Quantity {
  readonly amount: bigint;

  constructor(amount: bigint) {
    this.amount = amount;
  }
}

class Semver {
  readonly version: SemanticVersion;

  constructor(version: SemanticVersion) {
    this.version = version;
  }
}

const sign = (value: bigint): bigint => (value > 0n ? 1n : value < 0n ? -1n : 0n);

function quantity(text: string): Quantity {
  const amount = parseQuantity(text);
  if (amount !== undefined) return new Quantity(amount);
  throw new EvaluationError(
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  );
}

function asInteger({ amount }: Quantity): bigint {
  const whole = wholeOf(amount);
  if (whole === undefined) throw new EvaluationError("cannot convert value to integer");
  return whole;
}

/** Kubernetes' quantities: `quantity('2Gi').isGreaterThan(quantity('1Gi'))`. */
export function registerQuantities(environment: Environment): void {
  environment
    .registerType("Quantity", { ctor: Quantity, fields: {} })
    .registerFunction("quantity(string): Quantity", quantity)
    .registerFunction("isQuantity(string): bool", (text) => parseQuantity(text) !== undefined)
    .registerFunction("sign(Quantity): int", ({ amount }: Quantity) => sign(amount))
    .registerFunction("Quantity.isInteger(): bool", ({ amount }: Quantity) => wholeOf(amount) !== undefined)
    .registerFunction("Quantity.asInteger(): int", asInteger)
    .registerFunction("Quantity.asApproximateFloat(): double", ({ amount }: Quantity) => approximately(amount))
    .registerFunction(
      "Quantity.isGreaterThan(Quantity): bool",
      (one: Quantity, other: Quantity) => one.amount > other.amount,
    )
    .registerFunction(
      "Quantity.isLessThan(Quantity): bool",
      (one: Quantity, other: Quantity) => one.amount < other.amount,
    )
    .registerFunction("Quantity.compareTo(Quantity): int", (one: Quantity, other: Quantity) =>
      sign(one.amount - other.amount),
    )
    .registerFunction(
      "Quantity.add(Quantity): Quantity",
      (one: Quantity, other: Quantity) => new Quantity(one.amount + other.amount),
    )
    .registerFunction(
      "Quantity.add(int): Quantity",
      (one: Quantity, whole: bigint) => new Quantity(one.amount + quantityOf(whole)),
    )
    .registerFunction(
      "Quantity.sub(Quantity): Quantity",
      (one: Quantity, other: Quantity) => new Quantity(one.amount - other.amount),
    )
    .registerFunction(
      "Quantity.sub(int): Quantity",
      (one: Quantity, whole: bigint) => new Quantity(one.amount - quantityOf(whole)),
    )
    .registerOperator("Quantity == Quantity", (one: Quantity, other: Quantity) => one.amount === other.amount);
}

function semver(text: string, lenient = false): Semver {
  const version = parseSemanticVersion(text, lenient);
  if (version) return new Semver(version);
  throw new EvaluationError(`${JSON.stringify(text)} is not a semantic version`);
}

/** Kubernetes' semantic versions: `semver('1.2.3').isLessThan(semver('1.3.0'))`. */
export function registerVersions(environment: Environment): void {
  const compare = (one: Semver, other: Semver): number => compareVersions(one.version, other.version);
  environment
    .registerType("Semver", { ctor: Semver, fields: {} })
    .registerFunction("semver(string): Semver", (text) => semver(text))
    .registerFunction("semver(string, bool): Semver", semver)
    .registerFunction("isSemver(string): bool", (text) => parseSemanticVersion(text) !== undefined)
    .registerFunction(
      "isSemver(string, bool): bool",
      (text, lenient) => parseSemanticVersion(text, lenient) !== undefined,
    )
    .registerFunction("Semver.major(): int", ({ version }: Semver) => version.numbers[0])
    .registerFunction("Semver.minor(): int", ({ version }: Semver) => version.numbers[1])
    .registerFunction("Semver.patch(): int", ({ version }: Semver) => version.numbers[2])
    .registerFunction("Semver.isGreaterThan(Semver): bool", (one, other) => compare(one, other) > 0)
    .registerFunction("Semver.isLessThan(Semver): bool", (one, other) => compare(one, other) < 0)
    .registerFunction("Semver.compareTo(Semver): int", (one, other) => BigInt(compare(one, other)))
    .registerOperator("Semver == Semver", (one, other) => compare(one, other) === 0);
}
