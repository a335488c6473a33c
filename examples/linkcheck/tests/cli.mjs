import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { main } from "../src/cli.mjs";
import { EXIT } from "../src/exit-codes.mjs";
import { folder, patient, web } from "./support/folder.mjs";

async function run(t, files, argv, pages = {}) {
  const said = { out: "", err: "" };
  const code = await main(argv, {
    cwd: await folder(t, files),
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    tools: { fetch: web(pages).fetch, sleep: patient },
  });
  return { code, ...said };
}

test("says which links are broken, and where", async (t) => {
  const files = { "a.md": "[b](b.md)\n[c](c.md)", "b.md": "[w](https://example.org/) [x](https://example.org/x)" };
  const ran = await run(t, files, ["a.md", "b.md"], { "https://example.org/": 200 });
  assert.equal(
    ran.out,
    "a.md:2  c.md  no such file\nb.md:1  https://example.org/x  ENOTFOUND\n2 of 4 links are broken.\n",
  );
  assert.equal(ran.code, EXIT.broken);
  assert.equal(ran.err, "");
});

test("is content when nothing is broken", async (t) => {
  assert.deepEqual(await run(t, { "a.md": "[a](a.md)" }, ["."]), {
    code: EXIT.ok,
    out: "None of 1 link is broken.\n",
    err: "",
  });
});

test("lists its options, those of modules too", async (t) => {
  const { out, code } = await run(t, {}, ["--help"]);
  assert.match(out, /--format .*lines/);
  assert.match(out, /--timeout +seconds to wait for a page \(10\)/);
  assert.equal(code, EXIT.ok);
});

test("says what was wrong with the words it was given", async (t) => {
  for (const argv of [[], ["--nonsense"], ["--format", "nonsense", "a.md"], ["gone.md"]]) {
    const { code, out, err } = await run(t, {}, argv);
    assert.equal(code, EXIT.usage);
    assert.equal(out, "");
    assert.match(err, /^linkcheck: .+\nlinkcheck --help lists the options\.\n$/);
  }
});

test("runs as a program", () => {
  const bin = fileURLToPath(new URL("../bin/linkcheck.mjs", import.meta.url));
  assert.match(execFileSync(process.execPath, [bin, "--version"], { encoding: "utf8" }), /^\d+\.\d+\.\d+\n$/);
});
