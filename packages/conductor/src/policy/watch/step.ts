/** What rules see of a conversation: what the agent did since it last got nearer. Types, and what a step is. */
import type { AgentEvent } from "../../model/agent.ts";
import { fingerprintText } from "../../model/fingerprint.ts";

export type Action = Extract<AgentEvent, { readonly type: "tool" }>;

/** One use of a tool. */
export interface Step {
  /** Equal for the same step again. */
  readonly print: string;
  readonly action: Action;
  /** It waits for something that others do, so it is done again and again by right. */
  readonly polls: boolean;
  /** Milliseconds, of any clock that only goes on. */
  readonly at: number;
}

/** Newest last. Nothing in it is from before the last progress. */
export interface Seen {
  readonly steps: readonly Step[];
  /** The steps of each finished turn that had any. */
  readonly turns: readonly (readonly Step[])[];
}

/** Words that wait, as commands or as names of tools. */
const POLLS =
  /\b(?:sleep|wait(?:-for|-on)?|poll|watch|curl|wget|tail|pgrep|nc -z|kubectl (?:get|rollout)|docker (?:ps|inspect)|gh (?:run|pr checks))\b/i;
const POLLING_TOOLS = /^(?:BashOutput|TaskOutput|.*(?:wait|poll).*)$/i;

/** An action with where the agent stood after it. */
export const stepOf = (
  action: Action,
  where: { readonly tree: string | null; readonly failing: string | null; readonly gates: string; readonly at: number },
): Step => ({
  print: fingerprintText({ action: action.hash, result: action.resultHash, ...where }),
  action,
  polls: POLLING_TOOLS.test(action.name) || POLLS.test(action.input.slice(0, 2_000)),
  at: where.at,
});
