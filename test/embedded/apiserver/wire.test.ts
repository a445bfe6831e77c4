import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeProtobuf } from "../../../src/embedded/apiserver/wire/decode.ts";
import { messages } from "../../../src/embedded/apiserver/wire/message.ts";
import { inlineSchema } from "../../../src/embedded/apiserver/wire/schema.ts";
import { start } from "./harness.ts";

// What Go's encoder would write, by hand: every scalar that is no pointer is there, even when it is zero.
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
const bytes = (number: number, content: Buffer): Buffer =>
  Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
const text = (number: number, value: string): Buffer => bytes(number, Buffer.from(value));
const integer = (number: number, value: number): Buffer => Buffer.concat([varint(number * 8), varint(value)]);
const message = (number: number, ...fields: Buffer[]): Buffer => bytes(number, Buffer.concat(fields));
const entry = (number: number, key: string, value: string): Buffer => message(number, text(1, key), text(2, value));

const metadata = (name: string, ...more: Buffer[]): Buffer =>
  message(
    1,
    text(1, name),
    text(2, ""),
    text(3, ""),
    text(4, ""),
    text(5, ""),
    text(6, ""),
    integer(7, 0),
    message(8),
    ...more,
  );

function envelope(apiVersion: string, kind: string, ...fields: Buffer[]): Buffer {
  const type = message(1, text(1, apiVersion), text(2, kind));
  return Buffer.concat([Buffer.from("k8s\0"), type, bytes(2, Buffer.concat(fields)), text(3, ""), text(4, "")]);
}

test("a secret is read from protobuf with its bytes as base64", () => {
  const secret = envelope(
    "v1",
    "Secret",
    metadata("s", entry(11, "a", "b")),
    entry(2, "token", "abc"),
    text(3, "Opaque"),
  );
  assert.deepEqual(decodeProtobuf(secret), {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", labels: { a: "b" } },
    data: { token: "YWJj" },
    type: "Opaque",
  });
});

test("a job is read from protobuf with its zero pointers and without its zero values", () => {
  const port = message(6, text(1, ""), integer(2, 0), integer(3, 8080), text(4, ""));
  const limits = message(8, message(1, text(1, "cpu"), message(2, text(1, "100m"))));
  const probe = message(
    10,
    message(1, message(2, text(1, "/ok"), message(2, integer(1, 1), integer(2, 0), text(3, "http")))),
    integer(2, 0),
  );
  const container = message(
    2,
    text(1, "c"),
    text(2, "busybox"),
    text(3, "sh"),
    text(3, "-c"),
    port,
    limits,
    probe,
    integer(16, 0),
  );
  const volume = message(1, text(1, "tmp"), message(2, message(2, text(1, ""))));
  const spec = message(2, volume, container, text(3, "Never"), integer(11, 0));
  const job = envelope(
    "batch/v1",
    "Job",
    metadata("j"),
    message(2, integer(7, 0), message(6, message(1), spec)),
    message(3, integer(4, 0)),
  );
  assert.deepEqual(decodeProtobuf(job), {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "j" },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: {},
        spec: {
          volumes: [{ name: "tmp", emptyDir: {} }],
          containers: [
            {
              name: "c",
              image: "busybox",
              command: ["sh", "-c"],
              ports: [{ containerPort: 8080 }],
              resources: { limits: { cpu: "100m" } },
              livenessProbe: { httpGet: { path: "/ok", port: "http" } },
            },
          ],
          restartPolicy: "Never",
        },
      },
    },
    status: {},
  });
});

test("times, negative numbers and unknown fields are read", () => {
  const lease = envelope(
    "coordination.k8s.io/v1",
    "Lease",
    metadata("l"),
    message(
      2,
      text(1, "me"),
      integer(2, -1),
      message(4, integer(1, 1_767_323_045), integer(2, 5_000)),
      text(99, "later"),
    ),
  );
  assert.deepEqual((decodeProtobuf(lease) as { spec: object }).spec, {
    holderIdentity: "me",
    leaseDurationSeconds: -1,
    renewTime: "2026-01-02T03:04:05.000005Z",
  });
});

test("a body that is not protobuf, or is cut short, or of a strange kind is a 400", () => {
  const secret = envelope("v1", "Secret", metadata("s"));
  for (const body of [Buffer.from("{}"), secret.subarray(0, -5), envelope("v1", "Unknown", metadata("x"))]) {
    assert.throws(() => decodeProtobuf(body), { code: 400 });
  }
});

test("an object can be created from protobuf", async (context) => {
  const client = await start(context);
  const body = envelope("v1", "ConfigMap", metadata("c"), entry(2, "a", "b"));
  const type = "application/vnd.kubernetes.protobuf";
  const accept = { Accept: "application/vnd.kubernetes.protobuf,application/json" };
  const answer = await client.post("/api/v1/namespaces/default/configmaps", body, { type, headers: accept });
  assert.deepEqual([answer.code, answer.body.data], [201, { a: "b" }]);
});

test("every type that a message names exists, and every number stands once", () => {
  const special = new Set([
    "string",
    "int32",
    "int64",
    "bool",
    "bytes",
    "Time",
    "MicroTime",
    "NullTime",
    "IntOrString",
    "strings",
    "Quantity",
    "Any",
  ]);
  for (const { name, fields } of messages.values()) {
    const numbers = fields.map((field) => field.number);
    assert.equal(new Set(numbers).size, numbers.length, name);
    for (const { type } of fields) assert.ok(special.has(type) || messages.has(type), `${name} holds a ${type}`);
  }
  const schema = inlineSchema(messages.get("Deployment")!) as { properties: { spec: { required: string[] } } };
  assert.deepEqual(schema.properties.spec.required, ["selector", "template"]);
});
