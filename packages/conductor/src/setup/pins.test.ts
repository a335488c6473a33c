import { expect, it } from "vitest";
import { unseenPins } from "./pins.ts";

const lock = (packages: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ lockfileVersion: 3, packages }, null, 2);
const HASH = `sha512-${"A".repeat(86)}==`;
const HEX = "0f".repeat(32);

it("knows what both sides have, wherever npm puts it", () => {
  const ours = lock({ "": { version: "1.0.0" }, "node_modules/a": { version: "1.0.1", integrity: HASH } });
  const theirs = lock({ "": {}, "node_modules/b": { version: "2.0.0" }, "node_modules/c": { version: "1.0.0" } });
  const made = lock({
    "": { version: "1.0.0", dependencies: { a: "^1.0.0", b: "^2.0.0" } },
    "node_modules/a": { version: "1.0.1", integrity: HASH },
    "node_modules/a/node_modules/b": { version: "2.0.0" },
  });
  expect(unseenPins(made, [ours, theirs])).toEqual([]);
});

it.each([
  ["a version of npm's", lock({ "node_modules/a": { version: "1.0.2" } }), "a@1.0.2"],
  ["an alias of npm's", lock({ "node_modules/a": { name: "evil", version: "1.0.1" } }), "evil@1.0.1"],
  ["a hash", `a@1:\n  integrity ${HASH}\n`, HASH],
  ["a place", '  resolved "https://evil.example/a.tgz"\n', "https://evil.example/a.tgz"],
  ["a commit", 'source = "git+https://example.com/a?rev=main#1"\n', "git+https://example.com/a?rev=main#1"],
  ["a checksum", `checksum = "${HEX}"\n`, HEX],
  ["a hash of Python's", `  {file = "a.whl", hash = "sha256:${HEX}"},\n`, `sha256:${HEX}`],
])("finds %s that neither side has", (_, made, pin) => {
  expect(unseenPins(made, [lock({ "node_modules/a": { version: "1.0.1" } })])).toContain(pin);
});

it("does not take the hash of a manifest for a package", () => {
  expect(unseenPins(`[metadata]\ncontent-hash = "${HEX}"\n`, ["", ""])).toEqual([]);
});
