/** Everything that is found out before anything is spent: the repository, the sandbox, the agent, and the gates on the base. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { type Integration, lookAtIntegration } from "../git/integration.ts";
import { removeAll } from "../git/remove-all.ts";
import { openRepository, type UserRepository } from "../git/repository.ts";
import type { AgentAdapter, AgentInfo } from "../model/agent.ts";
import { branchOf } from "../model/branch-of.ts";
import type { Confinement, UseLimits } from "../model/command.ts";
import type { MakeLockfiles } from "../model/conflict.ts";
import { counted } from "../model/counted.ts";
import { type Gate, newestByGate, type Receipt } from "../model/gate.ts";
import { type PortBlocks, portEnv } from "../model/ports.ts";
import { NO_PROVISIONS, type Provided, type Provisions } from "../model/provisions.ts";
import type { PolicySettings } from "../policy/decide.ts";
import { type Detected, detectConfinement } from "../sandbox/confinement.ts";
import { type PortOptions, portBlocks } from "../sandbox/port-blocks.ts";
import { withEnv } from "../sandbox/with-env.ts";
import { findIncluded, type Included, withIncluded } from "../setup/included.ts";
import { makeLockfiles } from "../setup/make-lockfiles.ts";
import { makeProvisions, type SetupOptions } from "../setup/provisions.ts";
import { type MayRun, refuseDenied } from "./command-rules.ts";
import { type GateSet, type GateSetOptions, type GateSets, knowingRed, makeGateSets } from "./gate-set.ts";
import { judgeTree } from "./judge-tree.ts";
import { type Room, refuseCramped, roomFor, withInstalled } from "./room.ts";
import { type Sharing, type SharingWish, sharingOf } from "./sharing.ts";
import { treeReader } from "./tree-reader.ts";
import { type Unprovided, unprovided } from "./unprovided.ts";

export interface PreflightWish {
  /** As {@link openForRun} opened it. */
  readonly repository: UserRepository;
  /** Conductor's directory for it. */
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly agent: AgentAdapter;
  /** What it says of itself: that it is ready. */
  readonly agentInfo: AgentInfo;
  readonly minCoverage: number | null;
  readonly minChangedCoverage: number;
  readonly requireTests: boolean;
  /** Failing tests on the base are a reason to refuse. */
  readonly requireGreenBase: boolean;
  readonly gateTimeoutMs: number;
  readonly configured: GateSetOptions["configured"];
  /** What makes a clone ready to run in; null = nothing. */
  readonly setup: Pick<SetupOptions, "command" | "network" | "env" | "timeoutMs"> | null;
  /** A gate whose command line it denies is not run. */
  readonly policy: PolicySettings;
  /** Of the command lines of the start's gates and of the setup, which are run here and later. */
  readonly mayRun: MayRun;
  readonly secrets: readonly string[];
  /** The ignored files that may be copied into clones where the repository names them. */
  readonly mayInclude: readonly string[];
  /** How many agents work at once. */
  readonly concurrency: number;
  /** From which port on blocks of so many are handed out, and where it is written who has which. */
  readonly ports: PortOptions;
  /** What each command may hold. */
  readonly limits: UseLimits;
  /** Whether clones borrow the repository's objects. */
  readonly share: SharingWish;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface Preflight {
  readonly repository: UserRepository;
  readonly target: string;
  /** Where the run starts and where landings go. Nothing has been moved yet. */
  readonly place: Extract<Integration, { readonly start: string }>;
  readonly room: Room;
  readonly sharing: Sharing;
  readonly sandbox: Detected;
  readonly ports: PortBlocks;
  readonly agent: AgentAdapter;
  readonly agentInfo: AgentInfo;
  readonly gateSets: GateSets;
  /** Those of the start. */
  readonly gates: readonly Gate[];
  readonly provisions: Provisions;
  readonly makeLockfiles: MakeLockfiles;
  /** How the setup went; null = none is configured. */
  readonly setup: Provided | null;
  /** Ignored files that the repository names for clones. */
  readonly included: Included;
  /** All that must be written nowhere. */
  readonly secrets: readonly string[];
  /** What the start asks for and no clone will have. Null when a setup installs it, or nothing is asked for. */
  readonly unprovided: Unprovided | null;
  /** What the gates say of the start: the last word of each gate is its newest receipt. Empty when the base brings no gate. */
  readonly baseline: readonly Receipt[];
  /** Tests that fail on the start already, by name: only other failures count. */
  readonly redBefore: readonly string[];
}

/** So long a lockfile may take; every other landing waits for it. */
const LOCKFILES_MS = 2 * 60_000;

/** Throws what stands in the way of a run: GIT_*, AGENT_UNAVAILABLE, CREDENTIAL_MISSING, POLICY_UNMET. Moves no ref. */
export async function preflight(wish: PreflightWish): Promise<Preflight> {
  await mkdir(wish.stateDir, { recursive: true, mode: 0o700 });
  const { repository } = wish;
  const target = targetOf(repository);
  const { agentInfo, env, stateDir, limits } = wish;
  const [sandbox, place] = await Promise.all([
    detectConfinement({ env, stateDir, hidden: [repository.root], limits }),
    lookAtIntegration(repository, target),
  ]);
  if (place.kind === "conflict")
    throw new WerkError(
      "GIT_CONFLICT",
      `${branchOf(place.ref)} and ${branchOf(target)} have each moved on, and they conflict in ${place.paths.slice(0, 5).join(", ")}`,
      {
        hint: `Take what has landed first:  git merge ${branchOf(place.ref)}`,
        details: { paths: place.paths },
      },
    );
  await refusePlanted(repository, place.start);
  if (repository.signs) await trySigning(repository, place.start);
  const { files, objects } = await repository.bytesOf(place.start);
  const about = { level: sandbox.level, objectsDir: repository.objectsDir, objectsBytes: objects };
  const sharing = await sharingOf(wish.share, about);
  const bare = await roomFor({ files, objects: sharing.shares ? 0 : objects }, stateDir);
  refuseCramped(bare, wish.concurrency, stateDir);
  const gateSets = makeGateSets(repository, {
    minCoverage: wish.minCoverage,
    minChangedCoverage: wish.minChangedCoverage,
    requireTests: wish.requireTests,
    timeoutMs: wish.gateTimeoutMs,
    configured: wish.configured,
  });
  await refuseUncommitted(wish.configured, repository, place.targetCommit);
  const set = await gateSets(place.start);
  checkGates(set.gates, wish);
  await wish.mayRun([...(wish.setup === null ? [] : [wish.setup.command]), ...set.gates.map(({ run }) => run)]);
  const included = await findIncluded(repository, place.start, wish.mayInclude);
  const secrets = [...wish.secrets, ...included.secrets];
  const made = await provideStart({ ...wish, secrets }, repository, sandbox.confinement, place.start);
  const room = withInstalled(bare, made.setup?.bytes ?? 0);
  refuseCramped(room, wish.concurrency, stateDir);
  const provisions = withIncluded(made.provisions, repository.root, included.paths);
  if (set.gates.length > 0) wish.onProgress(`measuring ${counted(set.gates.length, "gate")} on ${branchOf(target)}`);
  const ports = portBlocks(wish.ports);
  const baseline = await judgeBase(
    { ...wish, secrets },
    {
      ...{ repository, sandbox, ports, set, provisions },
      tree: await repository.treeOf(place.start),
    },
  );
  const name = place.kind === "merged" ? branchOf(place.ref) : branchOf(target);
  refuseRed(baseline, { name, requireGreen: wish.requireGreenBase, included });
  return {
    repository,
    target,
    place,
    room,
    sharing,
    sandbox,
    ports,
    agent: wish.agent,
    agentInfo,
    gateSets,
    gates: set.gates,
    provisions,
    makeLockfiles: makeLockfiles({
      network: wish.setup?.network ?? false,
      env: wish.setup?.env ?? {},
      timeoutMs: LOCKFILES_MS,
      dir: join(stateDir, "checkouts"),
      repository,
      confinement: sandbox.confinement,
      secrets,
      remove: removeAll,
    }),
    setup: made.setup,
    included,
    secrets,
    unprovided: wish.setup === null ? await unprovided(repository, place.start) : null,
    baseline,
    redBefore: [...new Set(baseline.filter(({ kind }) => kind === "test").flatMap(({ failures }) => failures))].sort(),
  };
}

/** A key that is locked is said before anything is spent. Throws POLICY_UNMET. */
async function trySigning(repository: UserRepository, start: string): Promise<void> {
  const trial = {
    tree: await repository.treeOf(start),
    parents: [start],
    message: "chore: a trial that no ref keeps\n",
  };
  await repository.commitTree(trial).catch((error: unknown) => {
    throw new WerkError("POLICY_UNMET", `your commits are signed, and signing fails: ${wordsOf(error)}`, {
      hint: "Unlock the key, or:  conductor config set commits.sign never",
      cause: error,
    });
  });
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A setup that fails is said before anything is spent. */
async function provideStart(
  { setup, secrets, stateDir, onProgress, signal }: PreflightWish,
  repository: UserRepository,
  confinement: Confinement,
  start: string,
): Promise<{ readonly provisions: Provisions; readonly setup: Provided | null }> {
  if (setup === null) return { provisions: NO_PROVISIONS, setup };
  const provisions = makeProvisions({
    ...setup,
    repository,
    confinement,
    secrets,
    dir: `${stateDir}/setup`,
    remove: removeAll,
  });
  onProgress(`setup: ${setup.command}`);
  return { provisions, setup: await provisions.make(await repository.treeOf(start), signal) };
}

/** Every gate on the start. Where tests fail by name, what they have in common with other gates is measured again knowing that. */
async function judgeBase(
  wish: PreflightWish,
  {
    repository,
    sandbox,
    ports,
    set,
    provisions,
    tree,
  }: {
    readonly repository: UserRepository;
    readonly sandbox: Detected;
    readonly ports: PortBlocks;
    readonly set: GateSet;
    readonly provisions: Provisions;
    readonly tree: string;
  },
): Promise<readonly Receipt[]> {
  const judge = async (gates: GateSet, confinement: Confinement): Promise<readonly Receipt[]> => {
    const { receipts } = await judgeTree(
      { ...wish, repository, provisions, confinement },
      {
        tree,
        set: gates,
        phase: "baseline",
        changed: [],
        marker: `preflight-${wish.newId()}`,
        signal: wish.signal,
        // Who is to be asked has been.
        mayRun: refuseDenied(wish.policy),
        known: [],
        onReceipt: async ({ gate, result }) => wish.onProgress(`${gate} ${result}`),
      },
    );
    return receipts;
  };
  if (set.gates.length === 0) return [];
  const block = await ports.take();
  try {
    const confinement = withEnv(sandbox.confinement, portEnv(block));
    const first = await judge(set, confinement);
    const { gates } = knowingRed(set, first);
    const again = gates.filter(({ redBefore }) => redBefore !== undefined);
    if (again.length === 0) return first;
    return [...first, ...(await judge({ ...set, gates: again }, confinement))];
  } finally {
    await block.free();
  }
}

/** Throws POLICY_UNMET when it could not be told which failures are new, or when a green base was asked for. */
function refuseRed(
  baseline: readonly Receipt[],
  {
    name,
    requireGreen,
    included,
  }: { readonly name: string; readonly requireGreen: boolean; readonly included: Included },
): void {
  const red = newestByGate(baseline).filter(
    ({ required, result, failures, kind }) =>
      required && (result !== "pass" || (requireGreen && kind === "test" && failures.length > 0)),
  );
  if (red.length === 0) return;
  throw new WerkError(
    "POLICY_UNMET",
    `${name} does not pass its own gates: ${red.map((one) => `${one.gate} (${one.reason ?? `${one.failures.length} ${one.failures.length === 1 ? "test fails" : "tests fail"}`})`).join(", ")}`,
    {
      hint: [
        `Fix that first, then run again. The log:  ${red[0]!.logPath}`,
        ...(red.some(({ result }) => result === "error")
          ? [
              "If it needs longer, or more:  conductor config set gates.timeout 30m  (or limits.processes, limits.memory)",
            ]
          : []),
        ...(included.refused.length === 0
          ? []
          : [
              `If they need what .worktreeinclude names:  conductor config set setup.include ${included.refused.join(",")}`,
            ]),
      ].join("\n"),
      details: { receipts: red },
    },
  );
}

/**
 * Gates are those of the commit that work begins from: what only lies in the user's files would be left out in silence.
 * `commit`: of the branch that is checked out. Throws POLICY_UNMET.
 */
export async function refuseUncommitted(
  configured: PreflightWish["configured"],
  repository: UserRepository,
  commit: string,
): Promise<void> {
  const name = branchOf(targetOf(repository));
  const here = { readFile: (path: string) => readFile(join(repository.root, path), "utf8").catch(() => null) };
  const committed = await configured(treeReader(repository, commit)).catch((error: unknown) => {
    // Where the user's file is in order by now, the one that is committed is the older one.
    if (isWerkError(error) && error.code === "CONFIG_INVALID") return null;
    throw error;
  });
  if (isDeepStrictEqual(committed, await configured(here))) return;
  throw new WerkError("POLICY_UNMET", `the gates in .conductor.yml are not those that ${name} is committed with`, {
    hint: "Gates count as they are committed:  git add .conductor.yml && git commit",
  });
}

/** A repository that brings its own journal could bring approvals in it. */
async function refusePlanted(repository: UserRepository, commit: string): Promise<void> {
  for (const path of [".conductor/conductor.db", ".taskwerk/taskwerk.db", ".taskwerk/api.json"]) {
    if ((await repository.readFile(commit, path)) !== null)
      throw new WerkError(
        "POLICY_UNMET",
        `${path} is committed in ${repository.root}, and what it says cannot be trusted`,
        {
          hint: `Take it out of git, but keep the file:  git rm --cached ${path}`,
        },
      );
  }
}

export interface OpenWish extends Pick<PreflightWish, "stateDir" | "env"> {
  /** The top of the user's repository. */
  readonly root: string;
  /** Whose commits land (null: the user's), and whether they are signed as the user's are. */
  readonly commits: { readonly identity: UserRepository["identity"] | null; readonly sign: boolean };
  /** Branches of the user's that may be made. */
  readonly mayMove?: readonly string[];
}

/** Opens it for a run. Throws what is wrong with it at first sight: GIT_*. Changes nothing in it. */
export async function openForRun({ root, stateDir, env, commits, mayMove = [] }: OpenWish): Promise<UserRepository> {
  const { identity, sign } = commits;
  const repository = await openRepository(root, {
    env,
    storeDir: `${stateDir}/git`,
    sign,
    mayMove,
    ...(identity === null ? {} : { identity }),
  });
  targetOf(repository);
  return repository;
}

/** What an agent says of itself. Throws AGENT_UNAVAILABLE when it is not ready to work. */
export async function readyAgent(agent: AgentAdapter): Promise<AgentInfo> {
  const info = await agent.probe();
  if (info.ready) return info;
  throw new WerkError("AGENT_UNAVAILABLE", `the agent ${info.id} is not ready: ${info.problem ?? "unknown"}`, {
    hint: "See all agents:  conductor doctor",
  });
}

/** The branch the user works on, which is never moved. */
export function targetOf(repository: Pick<UserRepository, "head" | "root">): string {
  const { head, root } = repository;
  if (head === null)
    throw new WerkError(
      "GIT_REF_NOT_FOUND",
      `${root} is on no branch (detached HEAD), so there is nothing to land beside`,
      {
        hint: "Go to a branch:  git switch main",
      },
    );
  if (head.startsWith("refs/heads/conductor/"))
    throw new WerkError(
      "GIT_CONFLICT",
      `${branchOf(head)} is checked out, and conductor never moves what is checked out`,
      {
        hint: `Go to your own branch:  git switch ${head.slice("refs/heads/conductor/".length)}`,
      },
    );
  return head;
}

/** A base without any gate is fine: a task may bring them. */
function checkGates(gates: readonly Gate[], { requireTests }: PreflightWish): void {
  if (gates.length > 0 && requireTests && !gates.some((gate) => gate.kind === "test"))
    throw new WerkError(
      "POLICY_UNMET",
      `tests are required, and no gate here runs any: there is ${gates.map(({ id }) => id).join(", ")}`,
      { hint: 'Add one and commit it, e.g. a "test" script in package.json\nWhat is found here:  conductor doctor' },
    );
}
