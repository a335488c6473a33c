import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import type { ModelServer } from "@taskwerk/rehearsal/model-server";
import { projectFiles } from "@taskwerk/rehearsal/seeded/project-files";
import { makeRepository } from "../../git/make-repository.ts";
import { cloneThrowAway, commitFiles, standingOf } from "../../git/throw-away.ts";
import { type App, makeApp } from "../app.ts";
import { digestOf, REPOSITORY_FILE, readLayers, textOf } from "../read-config.ts";
import type { World } from "../world.ts";
import { copiedBy, type FoundScenario } from "./find-scenario.ts";
import { disownPlace, ownPlace } from "./place-owner.ts";
import { rehearsalConfig } from "./rehearsal-config.ts";
import { PLACE_PREFIX } from "./sweep-places.ts";

/** Where a rehearsal takes place. Nothing of it lies outside `base`. */
export interface Place {
  readonly base: string;
  /** The throw-away repository. */
  readonly dir: string;
  /** conductor as it works in there. */
  readonly app: App;
  /** The user's repository; null = an example project was made. */
  readonly from: {
    readonly root: string;
    readonly branch: string;
    readonly commit: string;
    readonly changed: number;
    /** How it stood before anything began. */
    readonly standing: string;
  } | null;
  /** Whether the user's repository is as it was; null where there is none. */
  untouched(): Promise<boolean | null>;
  /** It stays, whatever becomes of this process. */
  keep(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Clones what is committed in the user's repository, or makes an example where there is none, with a configuration, a store and a
 * journal of its own. Throws as a run does for a repository that cannot be worked in; then nothing is left.
 */
export async function makePlace(outer: App, found: FoundScenario, model: ModelServer | null): Promise<Place> {
  const { world } = outer;
  const root = repositoryOf(outer);
  const base = await realpath(await mkdtemp(join(world.tmpDir, PLACE_PREFIX)));
  try {
    await ownPlace(base, world.pid);
    const dir = join(base, root === null ? "example" : basename(root) || "repository");
    const standing = root === null ? null : await standingWith(root, world);
    const cloned = root === null ? null : await cloneThrowAway({ from: root, to: dir, env: world.env });
    if (root === null) await makeExample(dir, world);
    // What was committed of a store of theirs has nothing to do with this one.
    for (const name of [".taskwerk", ".conductor"]) await rm(join(dir, name), { recursive: true, force: true });
    const { scenario } = found;
    await commitFiles(dir, linesJoined(scenario.files ?? {}), world.env, `chore: what ${scenario.name} needs`);
    const play = await layOut(base, found);
    const config = join(base, "config");
    await mkdir(join(config, "conductor"), { recursive: true });
    const [own] = (await readLayers(outer.configPlaces)).layers;
    await writeFile(
      join(config, "conductor", "config.yml"),
      rehearsalConfig(scenario, own?.values ?? {}, {
        argv: [world.nodePath, world.scriptedAgent, play],
        binds: [dirname(play)],
        modelUrl: model?.url ?? null,
      }),
    );
    const trustConfig = await agreedIn(outer, dir, root);
    const { C: _C, useTaskwerk: _useTaskwerk, trustConfig: _trust, ...globals } = outer.globals;
    // Short: sockets lie in it, and their paths may not be long.
    const tmp = join(base, "t");
    await mkdir(tmp);
    const places = { XDG_CONFIG_HOME: config, XDG_STATE_HOME: join(base, "state") };
    const env = {
      ...passedOn(world.env),
      ...places,
      TMPDIR: tmp,
      ...(model === null ? {} : { ANTHROPIC_API_KEY: "sk-rehearsal" }),
    };
    await writeFile(
      join(base, "env"),
      `export ${Object.entries(places)
        .map(([name, path]) => `${name}='${path}'`)
        .join(" ")}
`,
    );
    const app = makeApp({ ...world, cwd: dir, env }, outer.output, {
      ...globals,
      ...(trustConfig === null ? {} : { trustConfig }),
    });
    return {
      base,
      dir,
      app,
      from: cloned === null || root === null ? null : { root, ...cloned, standing: standing! },
      untouched: async () => (root === null ? null : (await standingWith(root, world)) === standing),
      keep: () => disownPlace(base),
      remove: () => rm(base, { recursive: true, force: true, maxRetries: 5 }),
    };
  } catch (error) {
    await rm(base, { recursive: true, force: true });
    throw error;
  }
}

/** The top of the user's repository; null where they stand in none. A bare one is refused as anywhere. */
function repositoryOf(outer: App): string | null {
  try {
    return outer.repositoryRoot();
  } catch (error) {
    if (error instanceof WerkError && error.code === "GIT_NOT_A_REPOSITORY" && !/bare repository/.test(error.message))
      return null;
    throw error;
  }
}

/** The repository as git sees it, and the places of both programs in it. */
async function standingWith(root: string, world: World): Promise<string> {
  const { journalFile } = await import("../../journal/directory.ts");
  const { stat } = await import("node:fs/promises");
  const files = [journalFile(root), join(root, ".taskwerk", "taskwerk.db"), join(root, ".taskwerk", "taskwerk.db-wal")];
  const seen = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size, mtimeMs }) => `${size}@${mtimeMs}`,
        () => "none",
      ),
    ),
  );
  return `${await standingOf(root, world.env)} ${seen.join(" ")}`;
}

async function makeExample(dir: string, world: World): Promise<void> {
  for (const [path, text] of Object.entries(projectFiles("example"))) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  await makeRepository({
    dir,
    message: "chore: an example",
    env: world.env,
  });
}

/** The scenario as the scripted agent reads it, with the files that it copies beside it. */
async function layOut(base: string, { scenario, file }: FoundScenario): Promise<string> {
  const play = join(base, "play");
  await mkdir(play, { recursive: true });
  for (const path of copiedBy(scenario)) await cp(join(dirname(file), path), join(play, path));
  await writeFile(join(play, "scenario.json"), JSON.stringify(scenario));
  return join(play, "scenario.json");
}

const linesJoined = (files: Readonly<Record<string, string | readonly string[]>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, typeof text === "string" ? text : `${text.join("\n")}\n`]),
  );

/** The sha256 of the repository's configuration as it is committed, which the user has agreed to; null where there is none. */
async function agreedIn(outer: App, dir: string, root: string | null): Promise<string | null> {
  const text = root === null ? null : await textOf(join(dir, REPOSITORY_FILE));
  if (text === null) return null;
  const digest = digestOf(text);
  const { pinFile, trusting } = outer.configPlaces;
  if ((trusting ?? (await textOf(pinFile))?.trim()) === digest) return digest;
  throw new WerkError("CONFIG_UNTRUSTED", `${REPOSITORY_FILE}, as it is committed, has not been agreed to`, {
    hint: `See it, and agree:  conductor trust     Just this once:  conductor rehearse --trust-config ${digest}`,
    details: { file: join(root!, REPOSITORY_FILE) },
  });
}

/** What of the environment reaches a rehearsal: nothing that names a store, an agent, an account or a place of the user's. */
const PASSED =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|LANG|LC_\w+|TZ|TMPDIR|CI|CONDUCTOR_TASKWERK)$/;
const passedOn = (env: World["env"]): World["env"] =>
  Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.test(name)));

/** Throws FILE_NOT_FOUND where the scripted agent was not installed with the program. */
export function requireAgent({ scriptedAgent }: World): void {
  if (existsSync(scriptedAgent)) return;
  throw new WerkError("FILE_NOT_FOUND", "this installation came without the scripted agent that rehearsals need", {
    hint: "Install it again:  npm install -g taskwerk taskwerk-conductor",
  });
}
