import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packProgram } from "./pack.mjs";
import { ROOT, readProgram } from "./programs.mjs";

let dir: string;
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
};
const manifest = {
  name: "sample",
  version: "1.2.3",
  type: "module",
  bin: { sample: "bin/sample.cjs" },
  dependencies: {},
  devDependencies: { commander: "*" },
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "pack-test-"));
  symlinkSync(join(ROOT, "node_modules"), join(dir, "node_modules"));
  put("package.json", JSON.stringify({ ...manifest, files: ["bin", "dist", "examples", "LICENSE", "README.md"] }));
  put("README.md", "# sample\n");
  put("examples/project/.gitignore", "dist/\n");
  put("examples/project/.github/workflows/ci.yml", "on: push\n");
  put("examples/project/node_modules/dep/index.js", "");
  put("bin/sample.cjs", `#!/usr/bin/env node\nrequire("../dist/sample.cjs");\n`);
  put("src/main.ts", `import { Command } from "commander"; console.log(new Command("packed").name());`);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("packProgram", () => {
  it("makes a tarball that runs by itself and holds the licences of what it bundles", async () => {
    const tarball = await packProgram(readProgram("sample", dir), join(dir, "out"));
    expect(tarball).toBe(join(dir, "out/sample-1.2.3.tgz"));
    execFileSync("tar", ["-xzf", tarball, "-C", join(dir, "out")]);
    const at = (path: string) => join(dir, "out/package", path);
    const run = (file: string, ...args: string[]) => execFileSync(file, args, { encoding: "utf8" });
    expect(run(process.execPath, at("bin/sample.cjs"))).toBe("packed\n");
    expect(run("cat", at("dist/THIRD-PARTY.txt"))).toMatch(/^== commander \S+ \(MIT\)\n\n\(The MIT License\)/);
    expect(run("cat", at("LICENSE"))).toContain("MIT License");
    expect(JSON.parse(run("cat", at("package.json")))).not.toHaveProperty("devDependencies");
    expect(statSync(at("README.md")).size).toBeGreaterThan(0);
  });

  it("keeps an example's dotfiles, and its .gitignore without the dot, for npm would drop it", async () => {
    const tarball = await packProgram(readProgram("sample", dir), join(dir, "out"));
    const files = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).split("\n").sort();
    expect(files.filter((file) => file.includes("examples/"))).toEqual([
      "package/examples/project/.github/workflows/ci.yml",
      "package/examples/project/gitignore",
    ]);
  });

  it("refuses a file that is nowhere", async () => {
    put("package.json", JSON.stringify({ ...manifest, files: ["gone"] }));
    await expect(packProgram(readProgram("sample", dir), dir)).rejects.toThrow(/"gone"/);
  });
});
