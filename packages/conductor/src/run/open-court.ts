/** What judging needs where no agent works: the sandbox, the setup, ports. */
import { mkdir } from "node:fs/promises";
import { removeAll } from "../git/remove-all.ts";
import type { UserRepository } from "../git/repository.ts";
import { portEnv } from "../model/ports.ts";
import { NO_PROVISIONS } from "../model/provisions.ts";
import { type Detected, detectConfinement } from "../sandbox/confinement.ts";
import { portBlocks } from "../sandbox/port-blocks.ts";
import { withEnv } from "../sandbox/with-env.ts";
import { findIncluded, withIncluded } from "../setup/included.ts";
import { makeProvisions } from "../setup/provisions.ts";
import { type GateSetOptions, type GateSets, makeGateSets } from "./gate-set.ts";
import type { Court } from "./judge-tree.ts";
import type { PreflightWish } from "./preflight.ts";

export type CourtWish = Pick<
  PreflightWish,
  "stateDir" | "env" | "setup" | "secrets" | "mayInclude" | "ports" | "limits" | "newId" | "now"
> & { readonly repository: UserRepository; readonly gates: GateSetOptions };

export interface OpenCourt {
  readonly court: Court;
  readonly gateSets: GateSets;
  readonly sandbox: Detected;
  /** Gives the ports back. */
  readonly close: () => Promise<void>;
}

/** Where commands of this repository run. */
export async function makeRepositoryConfinement({
  env,
  stateDir,
  repository,
  limits,
}: Pick<CourtWish, "env" | "stateDir" | "limits"> & Pick<CourtWish, "repository">): Promise<Detected["confinement"]> {
  return (await detectConfinement({ env, stateDir, hidden: [repository.root], limits })).confinement;
}

/** `base`: the commit whose `.worktreeinclude` counts. */
export async function openCourt(wish: CourtWish, base: string): Promise<OpenCourt> {
  const { repository, stateDir, env, limits, setup } = wish;
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const sandbox = await detectConfinement({ env, stateDir, hidden: [repository.root], limits });
  const included = await findIncluded(repository, base, wish.mayInclude);
  const secrets = [...wish.secrets, ...included.secrets];
  const { confinement } = sandbox;
  const made =
    setup === null
      ? NO_PROVISIONS
      : makeProvisions({ ...setup, repository, confinement, secrets, dir: `${stateDir}/setup`, remove: removeAll });
  const block = await portBlocks(wish.ports).take();
  return {
    sandbox,
    gateSets: makeGateSets(repository, wish.gates),
    court: {
      ...wish,
      secrets,
      confinement: withEnv(confinement, portEnv(block)),
      provisions: withIncluded(made, repository.root, included.paths),
    },
    close: () => block.free(),
  };
}
