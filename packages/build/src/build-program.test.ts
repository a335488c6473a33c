import { execFile, spawn } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildProgram } from "./build-program.mjs";
import { ROOT, readProgram } from "./programs.mjs";

const execute = promisify(execFile);
let dir: string;

/** Lays out a small program that has what ours have: commands behind `import()`, SQLite, a screen. */
function source(path: string, text: string): void {
  mkdirSync(join(dir, path, ".."), { recursive: true });
  writeFileSync(join(dir, path), text);
}

const build = () => buildProgram(readProgram("sample", dir), join(dir, "dist"));
const run = async (...args: string[]) =>
  (await execute(process.execPath, [join(dir, "dist/sample.cjs"), ...args])).stdout;
const parts = () => readdirSync(join(dir, "dist/parts"));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "build-"));
  symlinkSync(join(ROOT, "node_modules"), join(dir, "node_modules"));
  source("hot.json", JSON.stringify({ inline: ["src/hot.ts"], warm: [["hot"]] }));
  source("src/count.ts", "let n = 0; export const next = (): number => ++n;");
  source("src/hot.ts", `import { next } from "./count.ts"; export const run = (): string => "hot " + next();`);
  source(
    "src/cold.ts",
    `import Database from "better-sqlite3"; import { next } from "./count.ts";
     export const run = async (): Promise<string> => {
       const { one } = new Database(":memory:").prepare("select 1 as one").get();
       return "cold " + next() + " " + one + " " + Database.SqliteError.name + " " + (await import("./hot.ts")).run();
     };`,
  );
  source(
    "src/tui/screen.tsx",
    `import { Text, renderToString } from "ink"; import { createElement } from "react";
     export const run = (): string => typeof Text + " " + createElement(Text, null, "x").props.children;`,
  );
  source(
    "src/main.ts",
    `import { next } from "./count.ts"; next();
     const verbs: Record<string, () => Promise<{ run(): string | Promise<string> }>> = {
       hot: () => import("./hot.ts"), cold: () => import("./cold.ts"), screen: () => import("./tui/screen.tsx"),
     };
     const late = process.argv[3] === "late" ? new Promise<void>((done) => process.stdin.once("data", () => done())) : undefined;
     void (async () => {
       if (late) console.log("started");
       await late;
       console.log(await (await verbs[process.argv[2] ?? "hot"]!()).run());
       process.stdin.destroy();
     })();`,
  );
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("buildProgram", () => {
  it("keeps what hot.json names in the hot bundle and the rest in parts, each module once", async () => {
    expect(await build()).toMatch(/^built sample: \d+ KB hot/);
    expect(parts().some((part) => part.startsWith("hot-") && part.endsWith(".cjs"))).toBe(true);
    expect(parts().some((part) => part.startsWith("cold-"))).toBe(true);
    expect(await run("hot")).toBe("hot 2\n");
    // main, the cold part and the hot module count with the same counter
    expect(await run("cold")).toBe("cold 2 1 SqliteError hot 3\n");
  });

  it("makes no object for a part before it is asked for from outside", async () => {
    await build();
    const text = readFileSync(join(dir, "dist/parts", parts().find((part) => /^hot-.*\.cjs$/.test(part))!), "utf8");
    // In one scope they need none to reach each other.
    expect(text).toContain("get next(){return next}");
    expect(text).not.toContain("next:()=>next");
    // What the text itself asks for with `import()` is made at once.
    expect(text).toContain("run:()=>run");
  });

  it("builds what lies under tui/ as an ES module that may await at top level", async () => {
    source("src/tui/screen.tsx", `const text = await Promise.resolve("shown"); export const run = (): string => text;`);
    await build();
    expect(await run("screen")).toBe("shown\n");
  });

  it("leaves Node's own modules, and modules named at run time, to Node", async () => {
    source("data.mjs", "export const text = 'data';");
    source(
      "src/cold.ts",
      `export const run = async (): Promise<string> => {
         const { basename } = await import("node:path");
         const { text } = await import(String(new URL("../data.mjs", import.meta.url)));
         return [text, basename(import.meta.filename), basename(import.meta.dirname)].join(" ");
       };`,
    );
    await build();
    expect(await run("cold")).toBe("data sample.cjs dist\n");
    source("src/hot.ts", `export const run = async (): Promise<string> => typeof (await import("node:os")).constants;`);
    await build();
    expect(await run("hot")).toBe("object\n");
  });

  it("bundles ink", async () => {
    await build();
    expect(await run("screen")).toBe("function x\n");
  });

  it("leaves a code cache that V8 accepts beside each part that was warmed up", async () => {
    await build();
    const cache = parts().find((part) => part.endsWith(".cache"));
    expect(cache).toMatch(/^hot-.*\.cache$/);
    const check = `const vm = require("node:vm"); const fs = require("node:fs");
      const [source, cache] = process.argv.slice(1);
      const script = new vm.Script(fs.readFileSync(source, "utf8"), { filename: source, cachedData: fs.readFileSync(cache) });
      process.stdout.write(String(script.cachedDataRejected));`;
    const at = (part: string) => join(dir, "dist/parts", part);
    const text = at((cache ?? "").replace(/\.cjs\..*/, ".cjs"));
    const { stdout } = await execute(process.execPath, ["-e", check, text, at(cache ?? "")]);
    expect(stdout).toBe("false");
  });

  it("never runs an older text of the same length from its code cache", async () => {
    source("src/hot.ts", `export const run = (): string => "one";`);
    await build();
    source("src/hot.ts", `export const run = (): string => "two";`);
    await build();
    expect(await run("hot")).toBe("two\n");
  });

  it("does not disturb a program that runs while it is built again", async () => {
    await build();
    const old = spawn(process.execPath, [join(dir, "dist/sample.cjs"), "cold", "late"]);
    let output = "";
    old.stdout.on("data", (chunk) => (output += chunk));
    await new Promise((started) => old.stdout.once("data", started));
    source("src/cold.ts", `export const run = (): string => "new";`);
    await build();
    old.stdin.write("go\n");
    await new Promise((ended) => old.once("close", ended));
    expect(output).toBe("started\ncold 2 1 SqliteError hot 3\n");
    expect(await run("cold")).toBe("new\n");
  });

  it("drops a part a day after the last build that needed it", async () => {
    await build();
    const old = parts().find((part) => part.startsWith("cold-")) ?? "";
    source("src/cold.ts", `export const run = (): string => "new";`);
    await build();
    expect(parts()).toContain(old);
    source("dist/superseded.json", JSON.stringify({ [old]: Date.now() - 25 * 60 * 60 * 1000 }));
    await build();
    expect(parts()).not.toContain(old);
    expect(await run("cold")).toBe("new\n");
  });

  it("may run twice at once", async () => {
    await Promise.all([build(), build()]);
    expect(await run("cold")).toBe("cold 2 1 SqliteError hot 3\n");
    expect(parts().filter((part) => part.endsWith(".tmp"))).toEqual([]);
  });

  it("says which import is missing, and leaves the last build in place", async () => {
    await build();
    source("src/cold.ts", `import "./nowhere.ts";`);
    await expect(build()).rejects.toThrow(/Could not resolve "\.\/nowhere\.ts"/);
    expect(await run("hot")).toBe("hot 2\n");
  });

  it("makes what hot.json calls standalone one plain file that runs with nothing beside it", async () => {
    source(
      "src/helper.ts",
      `import { count } from "./counted.ts"; import { marked } from "marked"; void marked; process.stdout.write(\`alone \${count}\\n\`);`,
    );
    source("src/counted.ts", "export const count: number = 7;");
    source("hot.json", JSON.stringify({ standalone: { "helper.cjs": "src/helper.ts" } }));
    await build();
    const away = mkdtempSync(join(tmpdir(), "standalone-"));
    copyFileSync(join(dir, "dist/helper.cjs"), join(away, "helper.cjs"));
    const { stdout } = await execute(process.execPath, [join(away, "helper.cjs")], { cwd: away });
    rmSync(away, { recursive: true });
    expect(stdout).toBe("alone 7\n");
    // Whose code travels in it is named beside it.
    expect(readFileSync(join(dir, "dist/THIRD-PARTY.txt"), "utf8")).toContain("== marked ");
  });

  it("names what hot.json lists in vain", async () => {
    source("hot.json", JSON.stringify({ inline: ["src/gone.ts"], warm: [] }));
    expect(await build()).toMatch(/hot\.json names .*src\/gone\.ts/);
  });
});
