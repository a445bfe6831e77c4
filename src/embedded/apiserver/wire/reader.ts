/** Reads protobuf's wire format. Throws a RangeError where the bytes end too early. */
export class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  more(): boolean {
    return this.#at < this.#bytes.length;
  }

  tag(): { number: number; wire: number } {
    const tag = Number(this.varint());
    return { number: Math.floor(tag / 8), wire: tag % 8 };
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes.readUInt8(this.#at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("a number has more than ten bytes");
  }

  bytes(): Buffer {
    const length = Number(this.varint());
    const end = this.#at + length;
    if (end > this.#bytes.length)
      throw new RangeError(`${length} bytes are announced, ${this.#bytes.length - this.#at} are there`);
    const found = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return found;
  }

  text(): string {
    return this.bytes().toString("utf8");
  }

  skip(wire: number): void {
    if (wire === 0) this.varint();
    else if (wire === 2) this.bytes();
    else if (wire === 1 || wire === 5) this.#at += wire === 1 ? 8 : 4;
    else throw new RangeError(`wire type ${wire} is not used by Kubernetes`);
  }

  /** The numbers and texts of a small message by their field. */
  #fields(): Map<number, bigint | Buffer> {
    const fields = new Map<number, bigint | Buffer>();
    while (this.more()) {
      const { number, wire } = this.tag();
      if (wire === 0) fields.set(number, this.varint());
      else if (wire === 2) fields.set(number, this.bytes());
      else this.skip(wire);
    }
    return fields;
  }

  /** Seconds and nanoseconds as RFC 3339 with so many digits after the point; undefined for the zero time. */
  time(digits: 0 | 6): string | undefined {
    const fields = this.#fields();
    const seconds = fields.get(1);
    if (typeof seconds !== "bigint") return undefined;
    const whole = new Date(Number(BigInt.asIntN(64, seconds)) * 1_000).toISOString().slice(0, 19);
    const nanos = fields.get(2);
    if (digits === 0) return `${whole}Z`;
    const micros = Math.floor(Number(typeof nanos === "bigint" ? nanos : 0n) / 1_000);
    return `${whole}.${String(micros).padStart(6, "0")}Z`;
  }

  /** The text in field 1, as a Quantity has it. */
  firstText(): string {
    const text = this.#fields().get(1);
    return Buffer.isBuffer(text) ? text.toString("utf8") : "";
  }

  /** Field 1 says which, 2 is the number, 3 the text. */
  intOrString(): number | string {
    const fields = this.#fields();
    const text = fields.get(3);
    if (fields.get(1) === 1n) return Buffer.isBuffer(text) ? text.toString("utf8") : "";
    const number = fields.get(2);
    return typeof number === "bigint" ? Number(BigInt.asIntN(64, number)) : 0;
  }

  /** Every text in field 1. */
  texts(): string[] {
    const texts: string[] = [];
    while (this.more()) {
      const { number, wire } = this.tag();
      if (number === 1 && wire === 2) texts.push(this.text());
      else this.skip(wire);
    }
    return texts;
  }
}
