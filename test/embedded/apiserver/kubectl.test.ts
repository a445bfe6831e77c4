import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, mill, millDefinition, start } from "./harness.ts";
import { has, type Outcome, shell } from "./process.ts";

const skip = (await has("kubectl")) ? false : "kubectl is not on the PATH";
const clock = { now: () => new Date() };

/** The lines of an output, with runs of blanks made one. */
const lines = ({ stdout }: Outcome): string[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().replace(/\s+/g, " "));
const withoutAge = (line: string): string => line.replace(/ \d+m?s$/, " AGE");
const yaml = (value: unknown): string => JSON.stringify(value);

test("kubectl applies a definition and at once an object of it", { skip }, async (context) => {
  const { server } = await start(context, { clock });
  const { run, file } = shell(context, server);
  const kubectl = (...args: string[]): Promise<Outcome> => run("kubectl", args);
  const definition = await kubectl("apply", "-f", file("definition.json", yaml(millDefinition)));
  assert.deepEqual(
    lines(definition),
    ["customresourcedefinition.apiextensions.k8s.io/mills.test.dev created"],
    definition.stderr,
  );
  assert.equal((await kubectl("wait", "--for=condition=Established", "crd/mills.test.dev", "--timeout=10s")).code, 0);
  const path = file("mill.json", yaml(mill("one", { river: "Kern" }, { labels: { a: "b" } })));
  assert.deepEqual(lines(await kubectl("apply", "-f", path)), ["mill.test.dev/one created"]);
  assert.deepEqual(lines(await kubectl("apply", "-f", path)), ["mill.test.dev/one unchanged"]);
  assert.deepEqual(lines(await kubectl("get", "ml")).map(withoutAge), ["NAME RIVER READY AGE", "one Kern AGE"]);
  assert.deepEqual(lines(await kubectl("get", "water", "-o", "name")), ["mill.test.dev/one"]);
  assert.deepEqual(lines(await kubectl("get", "mill", "one", "-o", "jsonpath={.spec.wheels}")), ["1"]);
  const changed = file("changed.json", yaml(mill("one", { river: "Elbe" }, { labels: { a: "b" } })));
  const diff = await kubectl("diff", "-f", changed);
  assert.equal(diff.code, 1);
  assert.match(diff.stdout, /-\s+river: Kern\n\+\s+river: Elbe/);
  assert.deepEqual(lines(await kubectl("apply", "-f", changed)), ["mill.test.dev/one configured"]);
  assert.match((await kubectl("describe", "mill", "one")).stdout, /Spec:\n\s+River:\s+Elbe\n\s+Wheels:\s+1\n/);
  assert.match(
    (await kubectl("explain", "mill.spec.river")).stdout,
    /FIELD: river <string>[\s\S]*The river that drives it\./,
  );
  assert.deepEqual(
    lines(await kubectl("delete", "mill", "one")).map((line) => line.slice(0, 27)),
    ['mill.test.dev "one" deleted'],
  );
});

test("kubectl says what the server refuses, in its words", { skip }, async (context) => {
  const { server } = await start(context, { clock, preload: [millDefinition] });
  const { run, file } = shell(context, server);
  const kubectl = (...args: string[]): Promise<Outcome> => run("kubectl", args);
  const strict = await kubectl("apply", "-f", file("a.json", yaml(mill("a", { river: "Kern", sails: 1 }))));
  assert.match(strict.stderr, /strict decoding error: unknown field "spec.sails"/);
  const invalid = await kubectl("create", "-f", file("b.json", yaml(mill("b", { river: "", wheels: 12 }))));
  assert.match(invalid.stderr, /^The Mill "b" is invalid:/);
  assert.match(invalid.stderr, /spec\.river: Invalid value: "": spec\.river in body should be at least 1 chars long/);
  await kubectl("create", "-f", file("c.json", yaml(mill("c"))));
  assert.match(
    (await kubectl("create", "-f", file("c.json", yaml(mill("c"))))).stderr,
    /mills\.test\.dev "c" already exists/,
  );
  assert.match(
    (await kubectl("get", "mill", "none")).stderr,
    /^Error from server \(NotFound\): mills\.test\.dev "none" not found/,
  );
  assert.match(
    (await kubectl("patch", "mill", "c", "-p", "{}")).stderr,
    /the body of the request was in an unknown format/,
  );
});

test("kubectl meets other owners in a server-side apply", { skip }, async (context) => {
  const { server } = await start(context, { clock, preload: [millDefinition] });
  const { run, file } = shell(context, server);
  const apply = (path: string, ...more: string[]): Promise<Outcome> =>
    run("kubectl", ["apply", "--server-side", "-f", path, ...more]);
  const path = file("a.json", yaml(mill("a")));
  assert.equal((await apply(path, "--field-manager=ada")).code, 0);
  const clash = await apply(file("b.json", yaml(mill("a", { river: "Elbe" }))), "--field-manager=bob");
  assert.match(clash.stderr, /^error: Apply failed with 1 conflict: conflict with "ada": \.spec\.river/);
  assert.equal(
    (await apply(file("b.json", yaml(mill("a", { river: "Elbe" }))), "--field-manager=bob", "--force-conflicts")).code,
    0,
  );
});

test("kubectl makes built-in objects, as protobuf or as JSON", { skip }, async (context) => {
  const { server } = await start(context, { clock });
  const { run } = shell(context, server);
  for (const command of [
    "create namespace team",
    "create configmap c --from-literal=a=b",
    "create secret generic s --from-literal=token=abc",
    "create serviceaccount robot",
    "create job j --image=busybox -- true",
    "create role reader --verb=get --resource=pods",
    "create rolebinding readers --role=reader --serviceaccount=default:robot",
    "create deployment d --image=nginx",
    "create token robot",
    "auth can-i get pods",
    "auth whoami",
    "auth can-i --list",
  ]) {
    const { code, stderr } = await run("kubectl", command.split(" "));
    assert.equal(code, 0, `${command}: ${stderr}`);
  }
  const secret = await run("kubectl", ["get", "secret", "s", "-o", "jsonpath={.data.token}"]);
  assert.equal(secret.stdout, Buffer.from("abc").toString("base64"));
  const patched = await run("kubectl", ["patch", "cm", "c", "-p", '{"data":{"c":"d"}}']);
  assert.deepEqual(lines(patched), ["configmap/c patched"]);
  assert.deepEqual(lines(await run("kubectl", ["get", "cm", "c"])).map(withoutAge), ["NAME DATA AGE", "c 2 AGE"]);
});

test("kubectl watches, waits and deletes", { skip }, async (context) => {
  const client: Client = await start(context, { clock, preload: [millDefinition] });
  const { run, follow } = shell(context, client.server);
  const mills = "/apis/test.dev/v1/namespaces/default/mills";
  await client.post(mills, mill("one", { river: "Kern" }, { finalizers: ["test.dev/hold"] }));
  const waiting = run("kubectl", ["wait", "--for=condition=Ready", "mill/one", "--timeout=20s"]);
  const watching = follow("kubectl", ["get", "mill", "-w", "--no-headers"], 2);
  // Both have asked for a watch by the time that the server has counted two.
  while ((client.server.counts()["watch mills.test.dev"] ?? 0) < 2)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await client.merge(`${mills}/one/status`, { status: { conditions: [{ type: "Ready", status: "True" }] } });
  assert.deepEqual(lines(await waiting), ["mill.test.dev/one condition met"]);
  const seen = (await watching).map((line) => withoutAge(line.trim().replace(/\s+/g, " ")));
  assert.deepEqual(seen, ["one Kern AGE", "one Kern True AGE"]);
  const deleting = run("kubectl", ["delete", "mill", "one", "--timeout=20s"]);
  while ((client.server.counts()["watch mills.test.dev"] ?? 0) < 3)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await client.merge(`${mills}/one`, { metadata: { finalizers: [] } });
  assert.equal((await deleting).code, 0);
});

test("helm installs, upgrades, rolls back and uninstalls a chart", {
  skip: (await has("helm")) ? false : "helm is not on the PATH",
}, async (context) => {
  const { server } = await start(context, { clock });
  const { run } = shell(context, server);
  const { stdout } = await run("sh", ["-c", "echo $HOME"]);
  const chart = `${stdout.trim()}/web`;
  for (const command of [
    `create ${chart}`,
    `install web ${chart}`,
    `upgrade web ${chart} --set replicaCount=3`,
    "rollback web 1",
    "status web",
    "uninstall web",
  ]) {
    const { code, stderr } = await run("helm", command.split(" "));
    assert.equal(code, 0, `helm ${command}: ${stderr}`);
  }
});
