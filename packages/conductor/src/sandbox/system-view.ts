/** What of this machine a confined command sees: the system, read-only, and the tools that PATH finds elsewhere. */
import { lstat, mkdir, readlink, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative } from "node:path";

/** One argument group of bubblewrap. */
export type Mount = readonly ["--ro-bind" | "--bind" | "--symlink", string, string];

export interface SystemView {
  readonly mounts: readonly Mount[];
  /** The PATH inside. */
  readonly path: string;
  /** What tools outside the system need to know besides. */
  readonly env: Readonly<Record<string, string>>;
}

const TOP = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
/** Of /etc only what programs need to run and nothing that says who lives here. */
const ETC = [
  "alternatives",
  "ca-certificates",
  "debian_version",
  "fonts",
  "java",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "localtime",
  "mime.types",
  "os-release",
  "pki/tls/certs",
  "pki/ca-trust",
  "protocols",
  "python3",
  "services",
  "ssl/certs",
  "ssl/openssl.cnf",
  "timezone",
];
const SYSTEM_PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
const TOOLS = ["node", "npm", "npx", "git", "pnpm", "yarn", "bun", "deno", "python3", "python", "go", "cargo", "make"];

/** Looks at this machine. `stateDir` receives the few files that stand in for /etc/passwd and its like. */
export async function viewSystem(
  env: Readonly<Record<string, string | undefined>>,
  stateDir: string,
): Promise<SystemView> {
  const tools = await toolRoots(env);
  const rust = await rustupOf(env);
  return {
    mounts: [
      ["--ro-bind", "/usr", "/usr"],
      ...(await topMounts()),
      ...(await etcMounts(stateDir)),
      ...tools.mounts,
      ...rust.mounts,
    ],
    env: rust.env,
    // In the order of the user's own, so that a name means the same program.
    path: [...new Set([...tools.path, ...SYSTEM_PATH])].join(":"),
  };
}

async function topMounts(): Promise<readonly Mount[]> {
  const found = await Promise.all(
    TOP.map(async (path): Promise<Mount | null> => {
      const facts = await lstat(path).catch(() => null);
      if (facts?.isSymbolicLink()) return ["--symlink", await readlink(path), path];
      return facts?.isDirectory() ? ["--ro-bind", path, path] : null;
    }),
  );
  return found.filter((mount) => mount !== null);
}

async function etcMounts(stateDir: string): Promise<readonly Mount[]> {
  const own = join(stateDir, "etc");
  await mkdir(own, { recursive: true, mode: 0o700 });
  const uid = process.getuid?.() ?? 1000;
  const gid = process.getgid?.() ?? 1000;
  const files = {
    passwd: `conductor:x:${uid}:${gid}::/tmp:/bin/sh\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n`,
    group: `conductor:x:${gid}:\nnogroup:x:65534:\n`,
    hosts: "127.0.0.1 localhost\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  };
  const mounts: Mount[] = [];
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(own, name), text, { mode: 0o644 });
    mounts.push(["--ro-bind", join(own, name), `/etc/${name}`]);
  }
  for (const name of ETC) {
    const path = await realpath(`/etc/${name}`).catch(() => null);
    if (path !== null) mounts.push(["--ro-bind", path, `/etc/${name}`]);
  }
  return mounts;
}

/** Directories outside the system that hold node, git and the like, as narrow as they can be and still work. */
async function toolRoots(
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly mounts: readonly Mount[]; readonly path: readonly string[] }> {
  const home = env.HOME === undefined ? null : await realpath(env.HOME).catch(() => null);
  const roots = new Set<string>();
  const path: string[] = [];
  for (const dir of new Set((env.PATH ?? "").split(":").filter((entry) => isAbsolute(entry)))) {
    if (SYSTEM_PATH.includes(dir)) path.push(dir);
    if (SYSTEM_PATH.includes(dir) || dir.startsWith("/usr/")) continue;
    const tools = await Promise.all(TOOLS.map((tool) => toolAt(join(dir, tool))));
    const found = tools.filter((tool) => tool !== null);
    if (found.length === 0) continue;
    roots.add(narrowRoot(dir, home));
    for (const real of found) if (!real.startsWith("/usr/")) roots.add(narrowRoot(dirname(real), home));
    path.push(dir);
  }
  const outer = [...roots].filter((root) => ![...roots].some((other) => other !== root && isInside(root, other)));
  return { mounts: outer.map((root) => ["--ro-bind", root, root] as const), path };
}

/** rustup's programs only pass on to toolchains that are elsewhere, below the real home. */
async function rustupOf(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Pick<SystemView, "mounts" | "env">> {
  const dir = env.RUSTUP_HOME ?? (env.HOME === undefined ? null : join(env.HOME, ".rustup"));
  const real = dir === null || !isAbsolute(dir) ? null : await realpath(join(dir, "toolchains")).catch(() => null);
  if (dir === null || real === null) return { mounts: [], env: {} };
  return { mounts: [["--ro-bind", dir, dir]], env: { RUSTUP_HOME: dir } };
}

async function toolAt(path: string): Promise<string | null> {
  const facts = await stat(path).catch(() => null);
  return facts?.isFile() && (facts.mode & 0o111) !== 0 ? await realpath(path) : null;
}

/** `<root>/bin` gives `<root>`, unless that would show the home, a directory above it, or one of its own drawers (~/.local, ~/.cargo). */
function narrowRoot(bin: string, home: string | null): string {
  // Shims (pyenv, rbenv) pass on to what lies beside them.
  if (bin.endsWith("/shims")) return dirname(bin);
  const root = bin.endsWith("/bin") ? dirname(bin) : bin;
  if (root === "/" || root.split("/").length < 3) return bin;
  if (home === null) return root;
  return isInside(home, root) || dirname(root) === home ? bin : root;
}

/** True when `path` is `dir` or is in it. */
export function isInside(path: string, dir: string): boolean {
  const between = relative(dir, path);
  return between === "" || !(between === ".." || between.startsWith("../") || isAbsolute(between));
}
