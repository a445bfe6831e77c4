import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type ApiServer, startApiServer } from "../../../src/embedded/apiserver/server.ts";
import { assets, type ControlPlane, missingAssets, startControlPlane } from "../../support/control-plane.ts";
import { differences } from "./differences.ts";
import { type Place, run, type Transcript } from "./runner.ts";
import { bad } from "./script/bad.ts";
import { change } from "./script/change.ts";
import { remove } from "./script/delete.ts";
import { more } from "./script/more.ts";
import { read } from "./script/read.ts";
import { serverSide } from "./script/server-side.ts";
import { setup } from "./script/setup.ts";
import type { Step } from "./step.ts";

const script: readonly Step[] = [...setup, ...read, ...more, ...change, ...serverSide, ...bad, ...remove];
const programs = [
  ["the control plane's kubectl", join(assets() ?? "", "kubectl")],
  ["the machine's kubectl", "/usr/bin/kubectl"],
] as const;

for (const [title, program] of programs) {
  const skip = missingAssets() || (!existsSync(program) && `there is no ${program}`);
  describe(`${title} sees no difference between the embedded server and a real one`, { skip }, () => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-kubectl-"));
    const place = (name: string, kubeconfig: string): Place => ({
      kubectl: program,
      kubeconfig,
      home: join(folder, name),
    });
    const transcripts = { real: [] as Transcript[], embedded: [] as Transcript[] };
    let plane: ControlPlane;
    let server: ApiServer;
    let places: { readonly real: Place; readonly embedded: Place };

    before(async () => {
      plane = await startControlPlane();
      server = await startApiServer({ clock: { now: () => new Date() } });
      const kubeconfig = join(folder, "kubeconfig");
      writeFileSync(kubeconfig, server.kubeconfig, { mode: 0o600 });
      places = { real: place("real", plane.kubeconfig), embedded: place("embedded", kubeconfig) };
    });
    after(async () => {
      await server?.close();
      await plane?.close();
      if (process.env["MILLRACE_RECORD"] && transcripts.real.length > 0) {
        writeFileSync(join(tmpdir(), "millrace-kubectl-transcripts.json"), JSON.stringify(transcripts, null, 1));
      }
      rmSync(folder, { recursive: true, force: true });
    });

    for (const step of script) {
      test(step.name, async () => {
        const [real, embedded] = await Promise.all([run(places.real, step), run(places.embedded, step)]);
        transcripts.real.push(...real);
        transcripts.embedded.push(...embedded);
        if (differences[step.name] === undefined) assert.deepEqual(embedded, real);
        else assert.notDeepEqual(embedded, real, "there is no difference any more: take it out of the table");
      });
    }
  });
}

test("every difference in the table belongs to a step", () => {
  const names = new Set(script.map(({ name }) => name));
  assert.equal(names.size, script.length, "two steps have one name");
  for (const name of Object.keys(differences)) assert.ok(names.has(name), name);
});
