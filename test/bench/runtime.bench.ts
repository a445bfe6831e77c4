/**
 * What the controller runtime costs, with 10,000 Repositories of 2 kB: promise G8.
 *
 *     node --import tsx test/bench/runtime.bench.ts [--count 10000] [--reps 3] [--only sync,latency]
 *
 * First against the embedded server, then against a real kube-apiserver ($KUBEBUILDER_ASSETS), there side by side with
 * controller-runtime ($MILLRACE_SHARED/peers, needs Go) and with client-node's informer. What is missing is skipped.
 *
 * Everybody runs in a process of their own, in turn, against the same server with the same objects, over TLS, with no
 * limit on the client's side. A cell is minimum / **median** / maximum. Reconciles per second are mostly the server's
 * figure on a machine of two cores: compare the CPU of the controllers. All other CPU is the noise: where it is not
 * near 0, somebody else was at work, and the run says little. After each write of its own, the peer gets a second
 * call, as kubebuilder scaffolds it; our predicates drop that echo.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { missingAssets } from "../support/control-plane.ts";
import { onEmbedded, onKubernetes } from "./runtime/courses.ts";
import { buildPeer } from "./runtime/peer.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { count: text, reps: text, only: text, on: text } });
const only = values.only?.split(",");
const plan = {
  count: Number(values.count ?? 10_000),
  reps: Number(values.reps ?? 3),
  wants: (section: string) => only === undefined || only.includes(section),
};

console.log(`# The runtime, measured\n\nNode ${process.version}, ${plan.count} objects, load before: ${load()}`);
if (values.on !== "kubernetes") await onEmbedded(plan);
const missing = missingAssets();
if (values.on === "embedded" || missing)
  console.log(`\nNot measured against a real kube-apiserver: ${missing || "as asked"}.`);
else {
  const peer = await buildPeer();
  if (typeof peer === "string") console.log(`\nNot measured beside controller-runtime: ${peer}.`);
  try {
    await onKubernetes(plan, typeof peer === "string" ? undefined : peer);
  } finally {
    if (typeof peer !== "string") peer.remove();
  }
}
console.log(`\nLoad after: ${load()}`);

function load(): string {
  return loadavg()
    .map((each) => each.toFixed(2))
    .join(" ");
}
