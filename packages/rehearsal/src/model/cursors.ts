/** Finds the turn that answers a request, and remembers how far each lane has come. */
import type { ModelRequest } from "./request.ts";
import type { ComputedTurn, Lane, Match, ModelScript, Turn, TurnContext } from "./script.ts";

/** A turn of the script with its place. */
export interface Picked {
  readonly turn: Turn | ComputedTurn;
  readonly context: TurnContext;
}

export interface Cursors {
  pick(request: ModelRequest): Picked;
  /** Requests so far by `lane` or `lane|key`. */
  counts(): Readonly<Record<string, number>>;
}

const OK: Turn = { text: "OK" };
const found = (pattern: string, text: string): RegExpExecArray | null => new RegExp(pattern, "m").exec(text);

/** Cursors at the start of a script. Throws SyntaxError when a pattern of the script is no regular expression. */
export function cursorsOf(script: ModelScript): Cursors {
  const lanes = script.lanes.map((lane) => ({ ...lane, turns: lane.turns.flatMap(repeated) }));
  for (const lane of lanes) checkPatterns(lane);
  const counts = new Map<string, number>();
  const next = (cursor: string): number => {
    const n = counts.get(cursor) ?? 0;
    counts.set(cursor, n + 1);
    return n;
  };
  const fallback = script.fallback ?? OK;
  return {
    pick(request) {
      const lane = lanes.find(({ match = {} }) => matches(match, request));
      if (lane === undefined) {
        return { turn: fallback, context: { lane: "(fallback)", key: "", n: next("(fallback)"), captures: {} } };
      }
      const key = lane.key === undefined ? "" : (found(lane.key, request.text)?.[1] ?? "");
      const n = next(key === "" ? lane.name : `${lane.name}|${key}`);
      const captures = Object.fromEntries(
        Object.entries(lane.capture ?? {}).map(([name, pattern]) => [name, found(pattern, request.text)?.[1] ?? ""]),
      );
      const at = lane.loop === true && lane.turns.length > 0 ? n % lane.turns.length : n;
      return { turn: lane.turns[at] ?? fallback, context: { lane: lane.name, key, n, captures } };
    },
    counts: () => Object.fromEntries(counts),
  };
}

const repeated = (turn: Turn | ComputedTurn): readonly (Turn | ComputedTurn)[] =>
  typeof turn === "function" ? [turn] : Array<Turn>(turn.times ?? 1).fill(turn);

function checkPatterns({ match = {}, key, capture = {} }: Lane): void {
  const patterns = [...Object.values(match), key, ...Object.values(capture)];
  for (const pattern of patterns) if (typeof pattern === "string") new RegExp(pattern, "m");
}

function matches(match: Match, request: ModelRequest): boolean {
  const holds = (pattern: string | undefined, text: string) => pattern === undefined || found(pattern, text) !== null;
  return (
    holds(match.model, request.model) &&
    holds(match.system, request.system) &&
    holds(match.user, request.users.at(-1) ?? "") &&
    holds(match.text, request.text) &&
    (match.tool === undefined || request.tools.some(({ name }) => holds(match.tool, name))) &&
    (match.noTools !== true || request.tools.length === 0)
  );
}
