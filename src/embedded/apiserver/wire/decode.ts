import { badRequest } from "../http/status.ts";
import { type Field, type Message, messages } from "./message.ts";
import { Reader } from "./reader.ts";

const magic = Buffer.from("k8s\0");

/** An object of a built-in kind from Kubernetes' protobuf, as JSON would have it. Throws 400. */
export function decodeProtobuf(body: Buffer): unknown {
  if (!body.subarray(0, 4).equals(magic)) throw badRequest("the body does not start like a Kubernetes protobuf object");
  try {
    return decodeUnknown(body.subarray(4));
  } catch (error) {
    if (error instanceof RangeError) throw badRequest(`the protobuf body is cut short: ${error.message}`);
    throw error;
  }
}

/** `runtime.Unknown`: the kind, and the object's bytes. */
function decodeUnknown(bytes: Buffer): unknown {
  const reader = new Reader(bytes);
  let apiVersion = "";
  let kind = "";
  let raw = Buffer.alloc(0) as Buffer;
  while (reader.more()) {
    const { number, wire } = reader.tag();
    if (number === 1) ({ apiVersion, kind } = decodeType(reader.bytes()));
    else if (number === 2) raw = reader.bytes();
    else reader.skip(wire);
  }
  const message = messages.get(apiVersion.startsWith("events.k8s.io/") ? "RegardingEvent" : kind);
  if (!message)
    throw badRequest(`${kind} in version ${JSON.stringify(apiVersion)} is not known in protobuf: send JSON`);
  return { apiVersion, kind, ...decodeMessage(raw, message) };
}

function decodeType(bytes: Buffer): { apiVersion: string; kind: string } {
  const reader = new Reader(bytes);
  const type = { apiVersion: "", kind: "" };
  while (reader.more()) {
    const { number, wire } = reader.tag();
    if (number === 1) type.apiVersion = reader.text();
    else if (number === 2) type.kind = reader.text();
    else reader.skip(wire);
  }
  return type;
}

/** The JSON of one message. Zero values of fields that are no pointers are left out, as Go's encoder leaves them out. */
export function decodeMessage(bytes: Buffer, message: Message): Record<string, unknown> {
  const fields = new Map(message.fields.map((field) => [field.number, field]));
  const reader = new Reader(bytes);
  const result: Record<string, unknown> = {};
  while (reader.more()) {
    const { number, wire } = reader.tag();
    const field = fields.get(number);
    if (!field || (wire !== 2 && wire !== 0)) reader.skip(wire);
    else if (wire === 2) put(result, field, reader.bytes());
    else putNumber(result, field, reader.varint());
  }
  return result;
}

function put(result: Record<string, unknown>, field: Field, bytes: Buffer): void {
  if (field.shape === "map") {
    const [key, value] = mapEntry(bytes, field);
    result[field.name] = { ...(result[field.name] as object | undefined), [key]: value };
  } else if (field.shape === "list") {
    result[field.name] = [...((result[field.name] as unknown[] | undefined) ?? []), readValue(bytes, field.type)];
  } else if (field.inline) {
    Object.assign(result, readValue(bytes, field.type));
  } else {
    const value = readValue(bytes, field.type);
    if (value === undefined || (value === "" && !field.pointer)) return;
    result[field.name] = value;
  }
}

function putNumber(result: Record<string, unknown>, field: Field, value: bigint): void {
  if (value === 0n && !field.pointer && field.shape === "one") return;
  const json = field.type === "bool" ? value !== 0n : Number(BigInt.asIntN(64, value));
  if (field.shape === "list") {
    result[field.name] = [...((result[field.name] as unknown[] | undefined) ?? []), json];
  } else result[field.name] = json;
}

function mapEntry(bytes: Buffer, field: Field): [string, unknown] {
  const reader = new Reader(bytes);
  let key = "";
  let value: unknown = readValue(Buffer.alloc(0), field.type) ?? "";
  while (reader.more()) {
    const { number, wire } = reader.tag();
    if (number === 1) key = reader.text();
    else if (number === 2) value = readValue(reader.bytes(), field.type);
    else reader.skip(wire);
  }
  return [key, value];
}

/** The JSON of a length-delimited value; undefined for a time that is not set. */
function readValue(bytes: Buffer, type: string): unknown {
  switch (type) {
    case "string":
      return bytes.toString("utf8");
    case "bytes":
      return bytes.toString("base64");
    case "Time":
    case "MicroTime":
    case "NullTime":
      return new Reader(bytes).time(type === "Time" ? 0 : 6);
    case "Quantity":
      return new Reader(bytes).firstText();
    case "IntOrString":
      return new Reader(bytes).intOrString();
    case "strings":
      return new Reader(bytes).texts();
    case "Any":
      // Not described, so it cannot be read; kubectl and controllers do not send such fields in protobuf.
      return undefined;
    default:
      return decodeMessage(bytes, messages.get(type)!);
  }
}
