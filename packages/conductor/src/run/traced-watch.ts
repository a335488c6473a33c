/** A watch that writes down all it is told, so that what it saw can be looked at, and replayed, afterwards. */
import { join } from "node:path";
import type { Transcript } from "../agents/transcript.ts";
import type { AgentEvent } from "../model/agent.ts";
import type { Watch } from "../policy/watch/watch.ts";

/** Where the trace of one conversation lies. `round`: which conversation of the attempt, from 1. */
export const tracePlace = ({ stateDir }: { readonly stateDir: string }, attempt: string, round: number): string =>
  join(stateDir, "traces", `${attempt.replace(/\W+/g, "-")}-${round}.jsonl`);

/** What a watch was told, and when: milliseconds since the conversation began. */
export type Told =
  | { readonly ms: number; readonly event: AgentEvent }
  | { readonly ms: number; readonly tree: string }
  | { readonly ms: number; readonly quiet: true; readonly busy: boolean }
  | { readonly ms: number; readonly human: true };

/** So much of an output is kept, from its end, where runners sum up. */
const KEPT = 1_500;

/** The same watch. `began`: what its times count from. */
export function tracedWatch(watch: Watch, trace: Transcript, began: number): Watch {
  const add = (told: Told): void => trace.add("watch", told);
  const since = (at: number): number => Math.round(at - began);
  let known: string | null = null;
  return {
    observe(event, at) {
      add({ ms: since(at), event: shortened(event) });
      return watch.observe(event, at);
    },
    tree(hash, at) {
      if (hash !== known) add({ ms: since(at), tree: hash });
      known = hash;
      return watch.tree(hash, at);
    },
    overdue: (at) => watch.overdue(at),
    quiet(at, busy) {
      add({ ms: since(at), quiet: true, busy });
      return watch.quiet(at, busy);
    },
    humanSpoke(at) {
      add({ ms: at === undefined ? -1 : since(at), human: true });
      watch.humanSpoke(at);
    },
    get checkpoint() {
      return watch.checkpoint;
    },
  };
}

const shortened = (event: AgentEvent): AgentEvent => {
  switch (event.type) {
    case "tool":
      return { ...event, input: event.input.slice(0, 300), output: event.output.slice(-KEPT).toWellFormed() };
    case "text":
    case "note":
      return { ...event, text: event.text.slice(0, 300).toWellFormed() };
    default:
      return event;
  }
};
