/** Runs the setup command once for each set of lockfiles, keeps what it made, and copies that into other checkouts. */
import { randomUUID } from "node:crypto";
import { lstat, mkdir, mkdtemp, readdir, rename, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { execa } from "execa";
import type { CommandEnd, Confinement } from "../model/command.ts";
import type { Provisions } from "../model/provisions.ts";
import { redact } from "../model/redact.ts";
import type { Repository } from "../model/repository.ts";
import { setupFiles, setupKey } from "./setup-key.ts";

export interface SetupOptions {
  /** A shell command line, run at the top of a checkout, e.g. "npm ci". */
  readonly command: string;
  /** It may use this machine's network. */
  readonly network: boolean;
  /** What it is given of the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Where what it made is kept, outside the repository. */
  readonly dir: string;
  readonly repository: Pick<Repository, "checkout" | "listFiles" | "readFile" | "left">;
  readonly confinement: Confinement;
  /** Values that must never be written anywhere. */
  readonly secrets: readonly string[];
  /** Deletes a directory, whatever the command has left in it. */
  readonly remove: (dir: string) => Promise<void>;
}

/** So many sets are kept for one repository; the one that was used longest ago goes first. */
const KEPT = 4;
const OUTPUT = 256 * 1024;
const MAKING = "making-";
/** What the last setup that failed has said. */
const FAILED = "failed.log";

/** Makes the provisions of one repository. Nothing runs before the first checkout asks. */
export function makeProvisions(options: SetupOptions): Provisions {
  // Several checkouts of one tree at once wait for one run of the command.
  const making = new Map<string, Promise<Made>>();
  // A tree never changes, and each is asked for several times: for its clone and for every checkout that is judged.
  const keys = new Map<string, string>();
  const make = async (tree: string, signal: AbortSignal): Promise<Made> => {
    const key = keys.get(tree) ?? (await keyOf(options, tree));
    keys.set(tree, key);
    const running = making.get(key);
    if (running !== undefined) {
      const made = await running.catch((error: unknown) => {
        // Whoever began it was stopped; that is nothing to those who wait.
        if (isWerkError(error) && error.code === "INTERRUPTED" && !signal.aborted) return null;
        throw error;
      });
      return made ?? make(tree, signal);
    }
    const one = findOrMake(options, tree, key, signal).finally(() => making.delete(key));
    making.set(key, one);
    return one;
  };
  return {
    async make(tree, signal) {
      const began = performance.now();
      const { kept, files } = await make(tree, signal);
      const durationMs = Math.round(performance.now() - began);
      return { command: options.command, kept, durationMs, bytes: await bytesOf(files) };
    },
    async provide(tree, dir, signal) {
      const { files } = await make(tree, signal);
      await copyInto(files, dir);
    },
  };
}

interface Made {
  /** The directory that holds what was made, laid out as in a checkout. */
  readonly files: string;
  readonly kept: boolean;
}

async function keyOf({ repository, command, network }: SetupOptions, tree: string): Promise<string> {
  const paths = setupFiles(await repository.listFiles(tree));
  const files = await Promise.all(
    paths.map(async (path) => ({ path, bytes: (await repository.readFile(tree, path)) ?? new Uint8Array() })),
  );
  return setupKey({ command, network, runtime: `${process.platform} ${process.arch} node ${process.version}`, files });
}

async function findOrMake(options: SetupOptions, tree: string, key: string, signal: AbortSignal): Promise<Made> {
  const place = join(options.dir, key);
  const now = new Date();
  // A whole set gets its name last, so what is there by that name is whole.
  const kept = await utimes(place, now, now).then(
    () => true,
    () => false,
  );
  if (kept) return { files: place, kept };
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const top = await mkdtemp(join(options.dir, MAKING));
  try {
    const [checkout, files] = [join(top, "tree"), join(top, "files")];
    for (const path of [checkout, files, join(top, "home")]) await mkdir(path, { mode: 0o700 });
    await options.repository.checkout(tree, checkout);
    await runSetup(options, top, signal);
    await takeOut(options, tree, checkout, files);
    await rename(files, place).catch(async (error: NodeJS.ErrnoException) => {
      // Another conductor was first, with the same.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await options.remove(top);
  }
  await forgetOldest(options);
  return { files: place, kept: false };
}

async function runSetup(options: SetupOptions, top: string, signal: AbortSignal): Promise<void> {
  const { command, network, env, timeoutMs, confinement } = options;
  const result = await confinement.run({
    argv: ["/bin/sh", "-c", command],
    cwd: join(top, "tree"),
    binds: [{ path: top, mode: "rw" }],
    env: { CI: "true", ...env, HOME: join(top, "home") },
    network: network ? "host" : "none",
    timeoutMs,
    outputLimitBytes: OUTPUT,
    signal,
    marker: `setup-${randomUUID()}`,
  });
  if (result.end.kind === "exited" && result.end.code === 0) return;
  if (signal.aborted) throw new WerkError("INTERRUPTED", "interrupted during the setup");
  const said = redact(`${result.stdout}\n${result.stderr}`.trim(), options.secrets);
  const log = join(options.dir, FAILED);
  await writeFile(log, `${said}\n`, { mode: 0o600 });
  throw failed(options, result.end, said, log);
}

function failed({ command, network }: SetupOptions, end: CommandEnd, said: string, log: string): WerkError {
  const lines = said.split("\n").slice(-12).join("\n");
  const how =
    end.kind === "exited"
      ? `ended with ${end.code}`
      : end.kind === "timed-out"
        ? "took too long"
        : end.kind === "over-limit"
          ? `was ended, because ${end.reason}`
          : `was ${end.kind}`;
  const offline = network ? "" : "\nIt had no network. If it needs one:  conductor config set setup.network true";
  return new WerkError("SETUP_FAILED", `the setup ${how}: ${command}\n${lines}`, {
    // Its home is not the user's: what an ~/.npmrc says is not known there.
    hint: `All it said:  ${log}\nTry it by hand in a fresh clone:  HOME=$(mktemp -d) ${command}${offline}`,
    details: { command, end: { ...end } },
  });
}

/** Moves what was made out of the checkout. Only what git ignores: anything else would be taken for the agent's work. */
async function takeOut(
  { repository, command }: SetupOptions,
  tree: string,
  checkout: string,
  files: string,
): Promise<void> {
  const { ignored, others } = await repository.left(tree, checkout);
  if (others.length > 0)
    throw new WerkError(
      "SETUP_FAILED",
      `the setup (${command}) makes files that git does not ignore: ${others.slice(0, 5).join(", ")}`,
      { hint: "They would be taken for an agent's work. Name them in .gitignore and commit it." },
    );
  for (const path of ignored) {
    await mkdir(dirname(join(files, path)), { recursive: true });
    await rename(join(checkout, path), join(files, path));
  }
}

/** What a directory takes on the disk. */
async function bytesOf(dir: string): Promise<number> {
  const { stdout } = await execa("du", ["-sk", dir]);
  return Number.parseInt(stdout, 10) * 1024;
}

/** Copies every file, so that whoever writes into one writes into their own. */
async function copyInto(files: string, dir: string): Promise<void> {
  for (const path of await topsOf(files, dir, "")) {
    const quick = process.platform === "linux" ? ["--reflink=auto"] : [];
    const made = await execa("cp", ["-a", ...quick, "--", join(files, path), dirname(join(dir, path))], {
      reject: false,
    });
    if (made.exitCode === 0) continue;
    const full = /No space left|quota exceeded/i.test(made.stderr);
    throw new WerkError(
      full ? "STORE_FULL" : "SETUP_FAILED",
      full
        ? "there is no room left on the disk for what the setup makes"
        : `what the setup makes could not be copied: ${made.stderr}`,
      {
        hint: full
          ? "Make room, then go on:  conductor resume"
          : "Try it again, or look at the files:  conductor doctor",
      },
    );
  }
}

/**
 * The highest paths under `files` that are not there in `dir` yet. Throws when something is there that is no directory: what
 * a tree brings itself is neither replaced nor followed.
 */
async function topsOf(files: string, dir: string, under: string): Promise<readonly string[]> {
  const tops: string[] = [];
  for (const entry of await readdir(join(files, under), { withFileTypes: true })) {
    const path = join(under, entry.name);
    const there = await lstat(join(dir, path)).catch(() => null);
    if (there === null) tops.push(path);
    else if (there.isDirectory() && entry.isDirectory()) tops.push(...(await topsOf(files, dir, path)));
    else
      throw new WerkError("SETUP_FAILED", `the tree brings ${path}, which the setup makes too`, {
        hint: `Take it out of git:  git rm -r --cached ${path}`,
      });
  }
  return tops;
}

/** Sets beyond the last few, and what was begun and never finished. */
async function forgetOldest({ dir, remove, timeoutMs }: SetupOptions): Promise<void> {
  const there = await Promise.all(
    (await readdir(dir)).map(async (name) => ({ name, usedAt: (await lstat(join(dir, name))).mtimeMs })),
  );
  const sets = there.filter(({ name }) => /^[0-9a-f]{64}$/.test(name));
  const old = sets.toSorted((a, b) => b.usedAt - a.usedAt).slice(KEPT);
  const dead = there.filter(({ name, usedAt }) => name.startsWith(MAKING) && usedAt < Date.now() - 2 * timeoutMs);
  for (const { name } of [...old, ...dead]) await remove(join(dir, name));
}
