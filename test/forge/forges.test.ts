import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, test } from "node:test";
import { createForges } from "../../src/forge/forges.ts";
import { hostAddress } from "../../src/forge/host-address.ts";
import { StalledError } from "../../src/reconcilers/errors.ts";
import { FakeClock } from "../support/clock.ts";
import { forgeObject, secretsOf, systemClock } from "../support/github.ts";
import { silent } from "../support/memory-host.ts";
import { ScriptedHost } from "../support/scripted-host.ts";

const { signal } = new AbortController();
const withToken = (url = "https://forge.example/api/v3") => ({ url, credentials: { tokenSecretRef: { name: "bot" } } });
const withApp = (url: string) => ({
  url,
  credentials: { app: { appId: 12, installationId: 34, privateKeySecretRef: { name: "app" } } },
});

function forgesWith(values: Record<string, string>, clock: FakeClock = new FakeClock()) {
  return { clock, values, forges: createForges({ secrets: secretsOf(values), clock, random: () => 0.5, log: silent }) };
}

/** Passes when the forge cannot be had for this reason. */
async function stalls(values: Record<string, string>, spec: object, reason: string, message: RegExp): Promise<void> {
  const { forges } = forgesWith(values);
  await assert.rejects(forges.of(forgeObject(spec), signal), (error) => {
    assert.ok(error instanceof StalledError, String(error));
    assert.equal(error.reason, reason);
    assert.match(error.message, message);
    return true;
  });
  await forges.close();
}

describe("a Forge object's credential", () => {
  test("that is missing is named, with the command that makes it", async () => {
    const command =
      /key "token" of Secret bot is not there: kubectl create secret generic bot --namespace fleet --from-literal=token=TOKEN/;
    await stalls({}, withToken(), "SecretMissing", command);
    await stalls({ "fleet/bot/token": " \n" }, withToken(), "SecretMissing", /is empty/);
    const file = /--from-file=privateKey=APP\.private-key\.pem/;
    await stalls({}, withApp("https://forge.example"), "SecretMissing", file);
  });

  test("in another namespace does not count", async () => {
    await stalls({ "other/bot/token": "x" }, withToken(), "SecretMissing", /Secret bot is not there/);
  });

  test("that cannot be one is refused without being shown", async () => {
    await stalls({ "fleet/bot/token": "two words" }, withToken(), "SecretMalformed", /^(?!.*two words)/);
    const app = { "fleet/app/privateKey": "no key" };
    await stalls(app, withApp("https://forge.example"), "SecretMalformed", /^(?!.*no key).*PEM/);
  });

  test("of a suspended forge is not used", async () => {
    await stalls({ "fleet/bot/token": "x" }, { ...withToken(), suspend: true }, "Suspended", /spec\.suspend/);
  });

  test("gives the same adapter as long as it is the same", async () => {
    const { forges, clock, values } = forgesWith({ "fleet/bot/token": "one" });
    const first = await forges.of(forgeObject(withToken()), signal);
    assert.equal(await forges.of(forgeObject(withToken()), signal), first);
    await clock.advance(60_000);
    assert.equal(await forges.of(forgeObject(withToken()), signal), first);
    values["fleet/bot/token"] = "two";
    await clock.advance(60_000);
    const second = await forges.of(forgeObject(withToken()), signal);
    assert.notEqual(second, first);
    const password = async (forge: typeof first) =>
      (await forge.remote({ owner: "a", name: "b" }).credential(signal))?.password;
    assert.deepEqual([await password(first), await password(second)], ["one", "two"]);
    assert.notEqual(await forges.of(forgeObject(withToken("https://other.example")), signal), second);
    await forges.close();
  });

  test("that two namespaces share has one governor and two sets of mirrors", async () => {
    const host = await ScriptedHost.start(() => ({ status: 429, headers: { "retry-after": "60" } }));
    const { forges } = forgesWith({ "a/bot/token": "one", "b/bot/token": "one", "c/bot/token": "two" });
    const [a, b, c] = await Promise.all(
      ["a", "b", "c"].map((namespace) => forges.of(forgeObject(withToken(host.url), { namespace }), signal)),
    );
    await assert.rejects(a!.identity(signal), { code: "limited" });
    assert.ok(b!.quota().throttledUntil);
    assert.equal(c!.quota().throttledUntil, undefined);
    const at = { owner: "acme", name: "sdk" };
    assert.notEqual(a!.remote(at).id, b!.remote(at).id);
    await forges.close();
    await host.close();
  });
});

describe("a GitHub App", () => {
  test("asks as its installation, and for itself by its key; an expired token is renewed", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2_048,
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    let tokens = 0;
    let good = "token ghs_1";
    const host = await ScriptedHost.start(({ path, headers }) => {
      if (path === "/app/installations/34/access_tokens") {
        const expires_at = new Date(Date.now() + 3_600_000).toISOString();
        return {
          status: 201,
          body: { token: `ghs_${++tokens}`, expires_at, permissions: {}, repository_selection: "all" },
        };
      }
      if (path === "/app")
        return { body: { slug: headers.authorization?.startsWith("bearer ey") ? "mill" : "nobody" } };
      if (headers.authorization !== good) return { status: 401, body: { message: "Bad credentials" } };
      const permissions = { push: true };
      return { body: { html_url: "u", default_branch: "main", name: "sdk", owner: { login: "acme" }, permissions } };
    });
    const secrets = secretsOf({ "fleet/app/privateKey": privateKey });
    const forges = createForges({ secrets, clock: systemClock, random: () => 0.5, log: silent });
    try {
      const forge = await forges.of(forgeObject(withApp(host.url)), signal);
      assert.deepEqual(await forge.identity(signal), { login: "mill[bot]" });
      const at = { owner: "acme", name: "sdk" };
      assert.equal((await forge.repository(at, signal))?.canPush, true);
      await forge.repository(at, signal);
      assert.equal(tokens, 1);
      good = "token ghs_2";
      assert.equal((await forge.repository(at, signal))?.defaultBranch, "main");
      assert.equal(tokens, 2);
      assert.deepEqual(await forge.remote(at).credential(signal), { username: "x-access-token", password: "ghs_2" });
      good = "none";
      await assert.rejects(forge.repository(at, signal), { code: "denied" });
    } finally {
      await forges.close();
      await host.close();
    }
  });
});

test("a host's pages, and where it takes files, are found from its API", () => {
  for (const [url, web, uploads = `${web}/api/uploads`] of [
    ["https://api.github.com", "https://github.com", "https://uploads.github.com"],
    ["https://api.github.com/", "https://github.com", "https://uploads.github.com"],
    ["https://github.example.com/api/v3", "https://github.example.com"],
    ["https://api.octocorp.ghe.com", "https://octocorp.ghe.com", "https://uploads.octocorp.ghe.com"],
    ["http://127.0.0.1:8080/api/v3/", "http://127.0.0.1:8080"],
    ["https://host.example/forge/api/v3", "https://host.example/forge"],
  ] as const) {
    assert.equal(hostAddress(url).web, web, url);
    assert.equal(hostAddress(url).uploads, uploads, url);
  }
});
