/** A registry on this machine: `npm ci` gets from it what is installed in this checkout, with npm's own hands and without the internet. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../../../..");

interface Locked {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export interface LocalRegistry {
  /** A package.json, with a package-lock.json that leads here, for a project that is developed with these packages. */
  readonly manifests: (
    manifest: { readonly name: string } & Readonly<Record<string, unknown>>,
    packages: readonly string[],
  ) => Readonly<Record<"package.json" | "package-lock.json", string>>;
  readonly close: () => Promise<void>;
}

/** Opens it on a free port of loopback. */
export async function openLocalRegistry(): Promise<LocalRegistry> {
  const all = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages as Record<string, Locked>;
  const server = createServer(({ url }, response) => {
    const place = decodeURIComponent(url ?? "").replace(/^\/|\.tgz$/g, "");
    if (all[place] === undefined || !existsSync(join(ROOT, place))) return void response.writeHead(404).end();
    const words = ["--use-compress-program=gzip -1", "--transform=s,^\\.,package,", "--exclude=./node_modules", "."];
    const tar = spawn("tar", ["-c", "-C", join(ROOT, place), ...words], { stdio: ["ignore", "pipe", "inherit"] });
    tar.stdout.pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const lockOf = (place: string): object => {
    const { integrity: _, ...rest } = { integrity: null, ...all[place]! };
    return { ...rest, resolved: `http://127.0.0.1:${port}/${place}.tgz` };
  };
  return {
    manifests(manifest, packages) {
      const devDependencies = Object.fromEntries(packages.map((name) => [name, all[`node_modules/${name}`]!.version]));
      const whole = { ...manifest, private: true, devDependencies };
      const entries = placesOf(all, packages).map((place) => [place, lockOf(place)]);
      const lock = {
        ...{ name: manifest.name, lockfileVersion: 3, requires: true },
        packages: { "": { name: manifest.name, devDependencies }, ...Object.fromEntries(entries) },
      };
      return { "package.json": inJson(whole), "package-lock.json": inJson(lock) };
    },
    close: () => new Promise((done) => void server.close(() => done())),
  };
}

const inJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Where the lockfile has these packages and all that they need, sorted. */
function placesOf(all: Readonly<Record<string, Locked>>, packages: readonly string[]): readonly string[] {
  const places = new Set<string>();
  const add = (name: string, from: string): void => {
    const place = placeOf(all, name, from);
    if (place === null || places.has(place)) return;
    places.add(place);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = all[place]!;
    const peers = Object.keys(peerDependencies ?? {}).filter((peer) => peerDependenciesMeta?.[peer]?.optional !== true);
    const needed = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
    for (const one of needed) add(one, place);
  };
  for (const name of packages) add(name, "");
  return [...places].sort();
}

/** The nearest one, as Node looks for it. Null where none is locked: an optional one of another system. */
function placeOf(all: Readonly<Record<string, Locked>>, name: string, from: string): string | null {
  for (let at = from; ; at = dirname(at)) {
    const place = at === "" || at === "." ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (all[place] !== undefined) return place;
    if (at === "" || at === ".") return null;
  }
}
