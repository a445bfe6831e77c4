import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { RunChange } from "../../schema/change.ts";
import type { RunFolder } from "./run-folder.ts";

export interface ViewOptions {
  readonly folder: RunFolder;
  readonly network: RunChange["network"];
  /** Search path of the command: its directories are to be seen. */
  readonly path: string;
  /** Directories that are never to be seen, whatever they are below of. */
  readonly hidden: readonly string[];
}

/** Where the command finds things in its view. */
export const places = { files: "/work", home: "/home", temporary: "/tmp" } as const;

/** Directories of programs and libraries. */
const systems = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix", "/gnu"];
/** What programs want of /etc: no secret among them. */
const settings = [
  ...["nsswitch.conf", "ld.so.cache", "ld.so.conf", "localtime", "protocols", "services", "mime.types", "os-release"],
  ...["ssl", "ca-certificates", "pki", "alternatives", "ld.so.conf.d", "fonts", "java-11-openjdk", "java-17-openjdk"],
  ...["java-21-openjdk", "python3", "perl", "npmrc"],
];
const devices = ["null", "zero", "full", "random", "urandom"];
const ownFiles: Readonly<Record<string, string>> = {
  passwd: "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  group: "root:x:0:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost\n::1 localhost\n",
};

/**
 * Makes the skeleton of the root of the file system that a command sees, and gives the steps that fill it (see `script.ts`):
 * programs and libraries to read, its own directories to write, and nothing else of this machine.
 */
export function makeView(
  options: ViewOptions,
  user: { readonly uid: number; readonly gid: number },
): readonly string[] {
  const { folder, network, hidden } = options;
  const view = (path: string): string => join(folder.view, path);
  for (const path of ["/proc", "/dev/shm", "/run", "/var", "/etc", "/.old", ...Object.values(places)])
    mkdirSync(view(path), { recursive: true });
  symlinkSync("/tmp", view("/var/tmp"));
  symlinkSync("/run", view("/var/run"));
  for (const [name, target] of Object.entries({ fd: "", stdin: "/0", stdout: "/1", stderr: "/2" }))
    symlinkSync(`/proc/self/fd${target}`, view(`/dev/${name}`));
  const names = { passwd: `run:x:${user.uid}:${user.gid}::${places.home}:/bin/sh\n`, group: `run:x:${user.gid}:\n` };
  for (const [name, text] of Object.entries(ownFiles))
    writeFileSync(view(`/etc/${name}`), text + (names[name as keyof typeof names] ?? ""));
  const etc = [...settings, ...(network === "Open" ? ["resolv.conf"] : [])].map((name) => `/etc/${name}`);
  return [
    ...[...systems, ...etc].flatMap((path) => shown(path, options)),
    ...beyond(options.path).flatMap((path) => shown(path, options)),
    ...devices.flatMap((name) => bound(`/dev/${name}`, `/dev/${name}`, folder)),
    ...[
      "bind",
      folder.files,
      places.files,
      "bind",
      folder.home,
      places.home,
      "bind",
      folder.temporary,
      places.temporary,
    ],
    ...["tmpfs", "/dev/shm", "mode=1777,size=64m,nosuid,nodev", "proc", "/proc"],
    ...hidden.filter((path) => isVisible(path, options)).flatMap((path) => ["tmpfs", path, "mode=0555,size=4k,ro"]),
  ];
}

/** Steps that show something as it is on this machine, to be read only. Nothing where there is no such thing. */
function shown(path: string, { folder }: ViewOptions): readonly string[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  const view = join(folder.view, path);
  if (!stats || lstatSync(view, { throwIfNoEntry: false })) return [];
  mkdirSync(dirname(view), { recursive: true });
  const real = stats.isSymbolicLink() && path.startsWith("/etc/") ? statSync(path, { throwIfNoEntry: false }) : stats;
  if (real?.isFile()) copyFileSync(path, view);
  else if (stats.isSymbolicLink()) symlinkSync(readlinkSync(path), view);
  else if (stats.isDirectory())
    return [...bound(path, path, folder), "seal", path, ...mountsBelow(path).flatMap((below) => ["seal", below])];
  return [];
}

function bound(source: string, target: string, { view }: RunFolder): readonly string[] {
  const stats = statSync(source, { throwIfNoEntry: false });
  if (!stats) return [];
  if (stats.isDirectory()) mkdirSync(join(view, target), { recursive: true });
  else writeFileSync(join(view, target), "");
  return ["bind", source, target];
}

/** Directories of a search path that are not below a system's, with the libraries that stand beside a `bin`. */
const beyond = (path: string): readonly string[] =>
  path
    .split(":")
    .filter((each) => each.startsWith("/") && each !== "/")
    .map((each) => resolve(each))
    .filter((each) => !isBelow(each, systems))
    .flatMap((each) =>
      each.endsWith("/bin") ? [each, ...["lib", "libexec"].map((name) => join(dirname(each), name))] : [each],
    );

const isVisible = (path: string, options: ViewOptions): boolean => isBelow(path, [...systems, ...beyond(options.path)]);

const isBelow = (path: string, directories: readonly string[]): boolean =>
  directories.some((each) => path === each || path.startsWith(`${each}/`));

/** Mount points below a directory of this machine, the outer ones first. */
function mountsBelow(path: string): readonly string[] {
  const points = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .flatMap((line) => line.split(" ")[4] ?? [])
    .map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
  return [...new Set(points)].filter((point) => point.startsWith(`${path}/`)).sort();
}
