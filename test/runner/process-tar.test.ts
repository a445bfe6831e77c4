import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { shownPath } from "../../src/runner/byte-path.ts";
import { CutOffError } from "../../src/runner/byte-reader.ts";
import { collect } from "../../src/runner/collect.ts";
import { readTar } from "../../src/runner/tar.ts";
import { TarError } from "../../src/runner/tar-header.ts";
import { unpack } from "../../src/runner/unpack.ts";
import { type GivenFiles, padded, paxHeader, tarEnd, tarEntry, tarHeader, tarOf } from "./tar-writer.ts";

const { signal } = new AbortController();
const top = mkdtempSync(join(tmpdir(), "millrace-tar-"));
after(() => rmSync(top, { recursive: true, force: true }));
const most = { bytes: 1024 * 1024, entries: 100 };

let count = 0;
const empty = (): string => {
  const into = join(top, `${++count}`, "tree");
  mkdirSync(into, { recursive: true });
  return into;
};

async function* inPieces(bytes: Buffer, length: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

const file = (name: string, content = "x"): Buffer => tarEntry(Buffer.from(name), content);
const link = (name: string, content: string): Buffer => tarEntry(Buffer.from(name), { content, mode: "Link" });
const special = (name: string, type: string): Buffer =>
  tarHeader(Buffer.from(name), { type, size: 0, mode: 0o644, target: Buffer.from("a") });

test("a stream is laid out the same, in whatever pieces it comes", async () => {
  const long = `${"directory/".repeat(20)}file`;
  const files: GivenFiles = {
    a: "one",
    "b/run": { content: "#!/bin/sh\n", mode: "Executable" },
    "b/link": { content: "../a", mode: "Link" },
    [long]: "deep",
    large: { content: Buffer.alloc(300_000, 7) },
  };
  const bytes = await bytesOf(tarOf(files));
  for (const length of [100, 511, 512, 513, 100_000]) {
    const into = empty();
    const manifest = await unpack(inPieces(bytes, length), { into, owner: undefined, most, signal });
    assert.equal(readFileSync(join(into, long), "utf8"), "deep");
    assert.equal(readFileSync(join(into, "large")).length, 300_000);
    assert.equal(readlinkSync(join(into, "b/link")), "../a");
    assert.equal(statSync(join(into, "b/run")).mode & 0o777, 0o755);
    assert.equal(manifest.get("a")?.mode, "File");
    assert.deepEqual(await collect({ root: into, before: manifest, most: { bytes: 0, files: 0 }, signal }), {
      is: "files",
      files: [],
    });
  }
});

test("what git and what tar write is read", async () => {
  const source = empty();
  execFileSync("sh", [
    "-c",
    `cd "$0"; mkdir d; echo x > d/f; ln -s d/f l; n=$(printf '%0150d' 1); echo y > $n; ln -s $n$n k`,
    source,
  ]);
  for (const format of ["ustar", "gnu", "pax", "v7"]) {
    const names = format === "ustar" || format === "v7" ? ["d", "l"] : ["."];
    const bytes = execFileSync("tar", ["-C", source, `--format=${format}`, "-cf", "-", ...names]);
    const seen: string[] = [];
    for await (const { name, is, target } of readTar(inPieces(bytes, 10_240))) seen.push(`${is} ${name} ${target}`);
    assert.ok(
      seen.some((each) => /^Link (\.\/)?l d\/f$/.test(each)),
      `${format}: ${seen.join("\n")}`,
    );
    if (names.length === 1)
      assert.ok(
        seen.some((each) => /^Link \.\/k 0{149}10{149}1$/.test(each)),
        seen.join("\n"),
      );
  }
});

for (const [about, blocks, message] of [
  ["an absolute path", [file("/etc/passwd")], /leads out/],
  ["a step upwards", [file("../evil")], /leads out/],
  ["a step upwards in the middle", [file("a/../../evil")], /leads out/],
  ["a git directory", [file("a/.GIT/hooks/pre-commit")], /\.git/],
  ["a name with nothing in it", [file("a//b")], /leads out/],
  ["a path through a link", [link("door", tmpdir()), file("door/evil")], /a file and a directory at once/],
  ["a link in place of a directory", [file("d/a"), link("d", tmpdir())], /is there twice/],
  [
    "a path through a link that a pax header names",
    [link("door", ".."), paxHeader({ path: Buffer.from("door/x") }), file("y")],
    /at once/,
  ],
  ["a file twice", [file("a"), file("a")], /is there twice/],
  ["a hard link", [file("a"), special("b", "1")], /neither file, link nor directory/],
  ["a device", [special("b", "3")], /neither file, link nor directory/],
  ["a fifo", [special("b", "6")], /neither file, link nor directory/],
  ["a header that is none", [Buffer.alloc(512, 65)], /checksum|octal/],
  [
    "a pax record that lies about its length",
    [tarHeader(Buffer.from("p"), { type: "x", size: 12, mode: 0 }), padded(Buffer.from("99 path=abc\n"))],
    /pax/,
  ],
  ["a size that is no number", [paxHeader({ size: Buffer.from("1e9") }), file("a")], /no number/],
  ["more files than are allowed", Array.from({ length: 101 }, (_, index) => file(`f${index}`)), /more than 100 files/],
  ["more bytes than are allowed", [paxHeader({ size: Buffer.from("99999999") }), file("a")], /bytes together/],
] as const) {
  test(`a stream with ${about} is refused, and nothing is written outside`, async () => {
    const into = empty();
    const stream = inPieces(Buffer.concat([...blocks, tarEnd]), 512);
    await assert.rejects(unpack(stream, { into, owner: undefined, most, signal }), (error: Error) => {
      assert.ok(error instanceof TarError, `${error.stack}`);
      assert.match(error.message, message);
      return true;
    });
    assert.deepEqual(readdirSync(join(into, "..")), ["tree"]);
    assert.ok(!existsSync(join(tmpdir(), "evil")));
  });
}

test("a stream that is cut off says so, as the fault of whoever gives it", async () => {
  const bytes = Buffer.concat([file("a", "long enough"), file("b")]);
  const stream = inPieces(bytes.subarray(0, 700), 100);
  await assert.rejects(unpack(stream, { into: empty(), owner: undefined, most, signal }), CutOffError);
});

test("names that are not UTF-8 stay as they are, and are told apart only where they change", async () => {
  const into = empty();
  const name = Buffer.from([0x62, 0xff, 0x64]);
  const stream = inPieces(Buffer.concat([tarEntry(name, "x"), tarEnd]), 4096);
  const before = await unpack(stream, { into, owner: undefined, most, signal });
  const options = { root: into, before, most: { bytes: 10, files: 10 }, signal };
  assert.deepEqual(readdirSync(into, { encoding: "buffer" }), [name]);
  assert.deepEqual(await collect(options), { is: "files", files: [] });
  rmSync(Buffer.concat([Buffer.from(`${into}/`), name]));
  assert.deepEqual(await collect(options), {
    is: "invalid",
    message: 'it changed "b\\xffd", and that name is not UTF-8',
  });
});

test("a name cannot steer the terminal of who reads it", () => {
  assert.equal(shownPath("a\u001b[31mb"), "a\\x1b[31mb");
});
