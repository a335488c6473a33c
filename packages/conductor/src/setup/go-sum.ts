/** The go.sum of two: every line of both, in go's order. Pure. */

/** The union, or in words why there is none: two hashes for one module, or lines that are none of go.sum. */
export function unionOfGoSums(ours: string, theirs: string): { readonly text: string } | { readonly problem: string } {
  const hashes = new Map<string, string>();
  for (const line of `${ours}\n${theirs}`.split("\n").map((one) => one.trim())) {
    if (line === "") continue;
    const [, key, hash] = /^(\S+ v\S+) (h1:[A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
    if (key === undefined || hash === undefined) return { problem: `"${line.slice(0, 80)}" is no line of a go.sum` };
    const known = hashes.get(key);
    if (known !== undefined && known !== hash) return { problem: `there are two hashes for ${key}` };
    hashes.set(key, hash);
  }
  const lines = [...hashes].sort(([a], [b]) => order(a, b)).map(([key, hash]) => `${key} ${hash}\n`);
  return { text: lines.join("") };
}

/** By module, then by version as semver has it, then the module before its go.mod: as `go mod tidy` writes it. */
function order(a: string, b: string): number {
  const [moduleA = "", fullA = ""] = a.split(" ");
  const [moduleB = "", fullB = ""] = b.split(" ");
  if (moduleA !== moduleB) return moduleA < moduleB ? -1 : 1;
  const [versionA = "", restA = ""] = fullA.split("/");
  const [versionB = "", restB = ""] = fullB.split("/");
  return byVersion(versionA, versionB) || (restA < restB ? -1 : restA > restB ? 1 : 0);
}

function byVersion(a: string, b: string): number {
  const [coreA = "", preA] = parts(a);
  const [coreB = "", preB] = parts(b);
  const core = byIdentifiers(coreA, coreB);
  if (core !== 0) return core;
  // A release comes after what was released before it.
  if (preA === undefined || preB === undefined) return preA === preB ? 0 : preA === undefined ? 1 : -1;
  return byIdentifiers(preA, preB);
}

function parts(version: string): readonly [core: string, pre?: string] {
  const plain = version.replace(/^v/, "").replace(/\+.*$/, "");
  const dash = plain.indexOf("-");
  return dash < 0 ? [plain] : [plain.slice(0, dash), plain.slice(dash + 1)];
}

function byIdentifiers(a: string, b: string): number {
  const [listA, listB] = [a.split("."), b.split(".")];
  for (let i = 0; i < Math.min(listA.length, listB.length); i += 1) {
    const [one = "", other = ""] = [listA[i], listB[i]];
    if (one === other) continue;
    const numbers = [one, other].map((text) => (/^\d+$/.test(text) ? Number(text) : null));
    if (numbers[0] !== null && numbers[1] !== null) return numbers[0]! - numbers[1]!;
    if (numbers[0] !== null) return -1;
    if (numbers[1] !== null) return 1;
    return one < other ? -1 : 1;
  }
  return listA.length - listB.length;
}
