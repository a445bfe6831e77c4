/**
 * Names the one image of an OCI layout (`buildah push IMAGE oci:FOLDER`) both by its tag and by its digest, so that an import of
 * the folder's archive can run it as a tag and as what a command needs: `name-image.ts FOLDER IMAGE`. Prints the name by digest.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, image] = process.argv.slice(2);
if (!folder || !image) throw new Error("usage: name-image.ts FOLDER IMAGE");
const path = join(folder, "index.json");
const index = JSON.parse(readFileSync(path, "utf8")) as { manifests: { digest: string }[] };
const [manifest, ...more] = index.manifests;
if (!manifest || more.length > 0) throw new Error(`${path}: ${index.manifests.length} images, and one is needed`);
const byDigest = `${image.replace(/:[^:/]*$/, "")}@${manifest.digest}`;
// The annotation that containerd's import takes names from.
const manifests = [image, byDigest].map((name) => ({ ...manifest, annotations: { "io.containerd.image.name": name } }));
writeFileSync(path, JSON.stringify({ ...index, manifests }));
console.log(byDigest);
