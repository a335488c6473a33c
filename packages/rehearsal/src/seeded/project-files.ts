/** The files of a made-up repository before any feature is there. Pure. */

const LINT = `// Every module parses, and no line ends in a space.
import { readdirSync, readFileSync } from "node:fs";
import { SourceTextModule } from "node:vm";

const files = ["src", "tests", "scripts"].flatMap((folder) => readdirSync(folder).map((name) => \`\${folder}/\${name}\`));
let problems = 0;
for (const file of files) {
  const text = readFileSync(file, "utf8");
  const spaces = text.split("\\n").findIndex((line) => /\\s$/.test(line));
  if (spaces >= 0) console.error(\`\${file}:\${spaces + 1}: space at the end of the line\`);
  if (spaces >= 0) problems += 1;
  try {
    new SourceTextModule(text, { identifier: file });
  } catch (error) {
    console.error(\`\${file}: \${error.message}\`);
    problems += 1;
  }
}
console.log(\`\${files.length} files, \${problems} problems\`);
process.exitCode = problems === 0 ? 0 : 1;
`;

const BUILD = `// Copies src to dist and loads every module from there.
import { cpSync, readdirSync, rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
cpSync("src", "dist", { recursive: true });
for (const name of readdirSync("dist")) await import(new URL(\`../dist/\${name}\`, import.meta.url).href);
`;

const TEST = `// \`node --test\` runs this file; it runs all of tests/ in one process.
import { readdir } from "node:fs/promises";

const folder = new URL("tests/", import.meta.url);
for (const name of (await readdir(folder)).sort()) await import(new URL(name, folder).href);
`;

/** A package without dependencies, with lint, build and tests that are green. */
export function projectFiles(name: string): Readonly<Record<string, string>> {
  const manifest = {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    scripts: {
      lint: "node --experimental-vm-modules --no-warnings scripts/lint.mjs",
      build: "node scripts/build.mjs",
      test: "node --test",
    },
  };
  return {
    "package.json": `${JSON.stringify(manifest, null, 2)}\n`,
    ".gitignore": "dist/\nnode_modules/\n",
    "README.md": `# ${name}\n\nFunctions that change a text. Each has a module in src and a test in tests.\n`,
    "test.mjs": TEST,
    "scripts/lint.mjs": LINT,
    "scripts/build.mjs": BUILD,
    "src/same.mjs": "/** The text itself. */\nexport const same = (text) => text;\n",
    "tests/same.mjs":
      'import assert from "node:assert/strict";\nimport { test } from "node:test";\nimport { same } from "../src/same.mjs";\n\n' +
      'test("same changes nothing", () => {\n  assert.equal(same("a B"), "a B");\n});\n',
  };
}
