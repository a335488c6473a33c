/** Gates that somebody has written down, beside those that are found. Pure. */
import {
  COVERAGE_PARSERS,
  type ConfiguredGate,
  type Gate,
  type GateKind,
  type GateParser,
  TEST_PARSERS,
} from "../model/gate.ts";
import { asked, type DetectOptions, toolGate } from "./detect/base-tree.ts";

/** In this order gates run. */
const ORDER: readonly GateKind[] = ["scope", "secrets", "lint", "types", "build", "test", "coverage", "custom"];
/** What a gate is that speaks by its exit code, where its name says so. */
const KINDS: Readonly<Record<string, GateKind>> = {
  ...{ format: "lint", lint: "lint", types: "types", typecheck: "types", build: "build" },
  ...{ test: "test", tests: "test", coverage: "coverage" },
};

/** Those that were found, with configured ones in the place of others of the same id and among the rest by their kind. */
export function withConfigured(
  found: readonly Gate[],
  configured: readonly ConfiguredGate[],
  options: DetectOptions,
): readonly Gate[] {
  if (configured.length === 0) return found;
  const own = configured.map((one) => gateOf(one, options));
  const byId = new Map(own.map((gate) => [gate.id, gate]));
  const all = [...found.map((gate) => byId.get(gate.id) ?? gate), ...own];
  return [...new Set(all)].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

function gateOf({ timeoutMs, report, ...gate }: ConfiguredGate, options: DetectOptions): Gate {
  const kind = kindOf(gate);
  return toolGate(
    {
      ...gate,
      kind,
      ...(timeoutMs === null ? {} : { timeoutMs }),
      ...(report === null ? {} : { report }),
      ...(kind === "coverage" && gate.parse !== "exit" ? asked(options) : {}),
    },
    options,
  );
}

function kindOf({ id, parse }: Pick<ConfiguredGate, "id" | "parse">): GateKind {
  if (is(TEST_PARSERS, parse)) return "test";
  if (is(COVERAGE_PARSERS, parse)) return "coverage";
  return parse === "sarif" ? "lint" : (KINDS[id.split(":").at(-1)!] ?? "custom");
}

const is = (parsers: readonly GateParser[], parse: GateParser): boolean => parsers.includes(parse);
