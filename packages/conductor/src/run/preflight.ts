/** Everything that is found out before anything is spent: the repository, the sandbox, the agent, and the gates on the base. */
import { mkdir } from "node:fs/promises";
import { WerkError } from "@taskwerk/contract/errors";
import { detectGates } from "../gates/detect.ts";
import { gateFileDigests } from "../gates/gate-files.ts";
import { ensureIntegration, integrationRefOf } from "../git/integration.ts";
import { openRepository, type UserRepository } from "../git/repository.ts";
import type { AgentAdapter, AgentInfo } from "../model/agent.ts";
import type { Gate, Receipt } from "../model/gate.ts";
import { type Detected, detectConfinement } from "../sandbox/confinement.ts";
import { judgeTree } from "./judge-tree.ts";
import { treeReader } from "./tree-reader.ts";

export interface PreflightWish {
  /** The top of the user's repository. */
  readonly root: string;
  /** Conductor's directory for it. */
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly agent: AgentAdapter;
  readonly minCoverage: number | null;
  readonly requireTests: boolean;
  readonly gateTimeoutMs: number;
  readonly secrets: readonly string[];
  readonly newId: () => string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface Preflight {
  readonly repository: UserRepository;
  readonly target: string;
  readonly targetCommit: string;
  readonly integration: string;
  readonly startCommit: string;
  readonly sandbox: Detected;
  readonly agent: AgentAdapter;
  readonly agentInfo: AgentInfo;
  readonly gates: readonly Gate[];
  readonly gateFiles: Readonly<Record<string, string>>;
  /** What the gates say of the start, one receipt each. */
  readonly baseline: readonly Receipt[];
}

/** Throws what stands in the way of a run: GIT_*, AGENT_UNAVAILABLE, CREDENTIAL_MISSING, POLICY_UNMET. */
export async function preflight(wish: PreflightWish): Promise<Preflight> {
  await mkdir(wish.stateDir, { recursive: true, mode: 0o700 });
  const repository = await openRepository(wish.root, { env: wish.env, storeDir: `${wish.stateDir}/git` });
  const target = targetOf(repository);
  const agentInfo = await readyAgent(wish.agent);
  const sandbox = await detectConfinement({ env: wish.env, stateDir: wish.stateDir, hidden: [repository.root] });

  const place = await ensureIntegration(repository, target);
  if (place.kind === "diverged")
    throw new WerkError(
      "GIT_CONFLICT",
      `${shortRef(place.ref)} and ${shortRef(target)} have each moved on without the other`,
      {
        hint: `Take what has landed first:  git merge ${shortRef(place.ref)}`,
      },
    );
  const reader = treeReader(repository, place.commit);
  await refusePlanted(repository, place.commit);
  const gates = await detectGates(reader, {
    minCoverage: wish.minCoverage,
    requireTests: wish.requireTests,
    timeoutMs: wish.gateTimeoutMs,
  });
  const gateFiles = await gateFileDigests(reader);
  checkGates(gates, wish);
  wish.onProgress(`measuring ${gates.length} gates on ${shortRef(target)}`);
  const { receipts } = await judgeTree(
    {
      repository,
      confinement: sandbox.confinement,
      stateDir: wish.stateDir,
      gates,
      gateFiles,
      secrets: wish.secrets,
      newId: wish.newId,
      now: wish.now,
    },
    {
      tree: await repository.treeOf(place.commit),
      phase: "baseline",
      changed: [],
      marker: `preflight-${wish.newId()}`,
      signal: wish.signal,
      known: [],
      onReceipt: async ({ gate, result }) => wish.onProgress(`${gate} ${result}`),
    },
  );
  const red = receipts.filter((receipt) => receipt.required && receipt.result !== "pass");
  if (red.length > 0)
    throw new WerkError(
      "POLICY_UNMET",
      `${shortRef(target)} does not pass its own gates: ${red.map((one) => `${one.gate} (${one.reason ?? one.result})`).join(", ")}`,
      { hint: `Fix that first, then run again. The log:  ${red[0]!.logPath}`, details: { receipts: red } },
    );
  return {
    repository,
    target,
    targetCommit: place.targetCommit,
    integration: integrationRefOf(target),
    startCommit: place.commit,
    sandbox,
    agent: wish.agent,
    agentInfo,
    gates,
    gateFiles,
    baseline: receipts,
  };
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

/** Throws what is wrong with the repository at first sight: GIT_*. Changes nothing in it. */
export async function checkRepository(wish: Pick<PreflightWish, "root" | "stateDir" | "env">): Promise<void> {
  targetOf(await openRepository(wish.root, { env: wish.env, storeDir: `${wish.stateDir}/git` }));
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
      `${shortRef(head)} is checked out, and conductor never moves what is checked out`,
      {
        hint: `Go to your own branch:  git switch ${head.slice("refs/heads/conductor/".length)}`,
      },
    );
  return head;
}

const shortRef = (ref: string): string => ref.replace(/^refs\/heads\//, "");

function checkGates(gates: readonly Gate[], { requireTests, root }: PreflightWish): void {
  if (!gates.some((gate) => gate.required))
    throw new WerkError(
      "POLICY_UNMET",
      `nothing in ${root} would prove the work: package.json has no test, lint or build script`,
      {
        hint: 'Add one, e.g. "test": "node --test", and commit it.',
      },
    );
  if (requireTests && !gates.some((gate) => gate.kind === "test"))
    throw new WerkError("POLICY_UNMET", "tests are required, and package.json has no test script", {
      hint: 'Add one, e.g. "test": "node --test", and commit it.',
    });
}
