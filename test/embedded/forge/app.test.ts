import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { after, before, test } from "node:test";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { failureOf, startTestForge, type TestForge } from "./fixture.ts";

let world: TestForge;
let appId: number;
let installationId: number;
const now = Date.now();
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();

before(async () => {
  world = await startTestForge({ clock: { now: () => new Date(now) } });
  for (const name of ["apis", "other"]) await world.repository(name);
  await world.forge.createRepository({ owner: "umbrella", name: "secret", private: true, files: { a: "a" } });
  const app = world.forge.createApp({ slug: "mill", owner: "acme", publicKey: pem });
  appId = app.id;
  installationId = world.forge.installApp({ appId, account: "acme", repositories: ["acme/apis"] }).id;
});
after(() => world.close());

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const seconds = Math.floor(now / 1000);
const claims = (change: object = {}) => ({ iat: seconds - 30, exp: seconds + 300, iss: appId, ...change });
const jwt = (payload: object, key: KeyObject = privateKey, header: object = { alg: "RS256", typ: "JWT" }): string => {
  const signed = `${part(header)}.${part(payload)}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
};
const asApp = (token: string): Octokit => world.octokit(token);

test("an app signs in with its key", async () => {
  const { data } = await asApp(jwt(claims())).apps.getAuthenticated();
  assert.equal(data!.slug, "mill");
});

test("a JWT that is expired, too long, of another app or by another key opens nothing", async () => {
  const { privateKey: other } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  for (const [about, token, message] of [
    ["expired", jwt(claims({ exp: seconds - 1 })), /too far in the past/],
    ["too long", jwt(claims({ exp: seconds + 3600 })), /too far in the future/],
    ["from the future", jwt(claims({ iat: seconds + 600 })), /Issued at/],
    ["without an end", jwt({ iss: appId, iat: seconds }), /must be a numeric value/],
    ["another app", jwt(claims({ iss: 4711 })), /Integration not found/],
    ["another key", jwt(claims(), other), /could not be decoded/],
    ["no algorithm", `${part({ alg: "none" })}.${part(claims())}.AA`, /could not be decoded/],
  ] as const) {
    const [status, said] = await failureOf(asApp(token).apps.getAuthenticated());
    assert.equal(status, 401, about);
    assert.match(said, message, about);
  }
});

test("the public key used as a shared secret opens nothing", async () => {
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims())}`;
  const forged = `${signed}.${createHmac("sha256", pem).update(signed).digest("base64url")}`;
  assert.equal((await failureOf(asApp(forged).apps.getAuthenticated()))[0], 401);
});

test("auth-app gets a token by itself, which opens the installation's repositories and no others", async () => {
  const octokit = new Octokit({
    authStrategy: createAppAuth,
    auth: { appId, privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), installationId },
    baseUrl: world.forge.api,
  });
  const { data } = await octokit.apps.listReposAccessibleToInstallation();
  assert.deepEqual(
    data.repositories.map(({ full_name }) => full_name),
    ["acme/apis"],
  );
  const file = { owner: "acme", path: "b", message: "b", content: "Yg==" };
  await octokit.repos.createOrUpdateFileContents({ ...file, repo: "apis" });
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  octokit.log = quiet;
  assert.equal((await failureOf(octokit.repos.createOrUpdateFileContents({ ...file, repo: "other" })))[0], 403);
  assert.equal((await failureOf(octokit.repos.get({ owner: "umbrella", repo: "secret" })))[0], 404);
});

test("a token asks for no more than the installation has", async () => {
  const app = asApp(jwt(claims()));
  const ask = (more: object) => app.apps.createInstallationAccessToken({ installation_id: installationId, ...more });
  assert.equal((await failureOf(ask({ repositories: ["other"] })))[0], 422);
  assert.equal((await failureOf(ask({ permissions: { workflows: "write" } })))[0], 422);
  const { data } = await ask({ permissions: { contents: "read" } });
  const reader = world.octokit(data.token);
  await reader.repos.getContent({ owner: "acme", repo: "apis", path: "README.md" });
  const create = reader.git.createRef({ owner: "acme", repo: "apis", ref: "refs/heads/x", sha: "0".repeat(40) });
  assert.deepEqual(await failureOf(create), [403, "Resource not accessible by integration"]);
});
