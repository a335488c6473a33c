/** The gates of a Cargo package or workspace. */
import type { Gate } from "../../model/gate.ts";
import { type BaseTree, type DetectOptions, toolGate } from "./base-tree.ts";

/** format (where it is configured) → clippy (likewise) → build → test. Nothing is fetched. Empty without a Cargo.toml. */
export async function cargoGates(tree: BaseTree, options: DetectOptions): Promise<readonly Gate[]> {
  const manifest = await tree.readFile("Cargo.toml");
  if (manifest === null) return [];
  const there = new Set(await tree.listFiles());
  const has = (...names: readonly string[]): boolean => names.some((name) => there.has(name));
  const gate = (id: string, kind: Gate["kind"], run: string, more: Partial<Gate> = {}): Gate =>
    toolGate({ id, kind, run, origin: "Cargo.toml", ...more }, options);
  return [
    ...(has("rustfmt.toml", ".rustfmt.toml") ? [gate("format", "lint", "cargo fmt --check")] : []),
    ...(has("clippy.toml", ".clippy.toml") || manifest.includes("clippy")
      ? [gate("lint", "lint", "cargo clippy --offline --all-targets -- -D warnings")]
      : []),
    gate("build", "build", "cargo build --offline --all-targets"),
    gate("test", "test", "cargo test --offline", { parse: "cargo" }),
  ];
}
