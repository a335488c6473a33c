import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { portEnv } from "../model/ports.ts";
import { portBlocks } from "./port-blocks.ts";

let dir: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ports-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
});

/** Far from what other tests and other programs use, and another place in each worker. */
const FROM = 41_000 + Number(process.env.VITEST_POOL_ID ?? 0) * 400;
const blocks = (each = 10, from = FROM) => portBlocks({ from, each, dir });
const portsOf = ({ base, count }: { readonly base: number; readonly count: number }) =>
  Array.from({ length: count }, (_, n) => base + n);

/** A process of its own that takes a block and keeps it. Answers its first port. */
async function another(): Promise<{ readonly base: number; readonly child: ChildProcess }> {
  const program = join(dir, "..", `${basename(dir)}.mjs`);
  await build({
    stdin: {
      contents: `import { portBlocks } from "./port-blocks.ts";
        const { base } = await portBlocks(JSON.parse(process.argv[2])).take();
        console.log(base); setInterval(() => {}, 1000);`,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    ...{ bundle: true, platform: "node", format: "esm", outfile: program, logLevel: "error" },
  });
  const child = spawn(process.execPath, [program, JSON.stringify({ from: FROM, each: 10, dir })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [text] = (await once(child.stdout!, "data")) as [Buffer];
  rmSync(program);
  return { base: Number(String(text)), child };
}

describe("blocks of ports", () => {
  it("are never handed out twice at once, however many ask at the same time", async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => blocks().take()));
    const ports = made.flatMap(portsOf);
    expect(new Set(ports).size).toBe(120);
    for (const one of made) await one.free();
  });
  it("of other sizes and beginnings do not overlap", async () => {
    const made = await Promise.all([
      blocks(10).take(),
      blocks(25, FROM + 3).take(),
      blocks(1).take(),
      blocks(7, FROM + 5).take(),
    ]);
    const ports = made.flatMap(portsOf);
    expect(new Set(ports).size).toBe(ports.length);
  });
  it("can be had again once they are given back, and giving back twice takes them from nobody", async () => {
    const first = await blocks().take();
    await first.free();
    const second = await blocks().take();
    expect(second.base).toBe(first.base);
    await first.free();
    expect((await blocks().take()).base).not.toBe(first.base);
  });
  it("leave one file for each ten ports, however often they are taken", async () => {
    for (let n = 0; n < 20; n += 1) await (await blocks().take()).free();
    expect(readdirSync(dir)).toHaveLength(1);
  });
  it("clear away what a killed process left half written", async () => {
    await (await blocks().take()).free();
    writeFileSync(join(dir, `${FROM}.1.killed.part`), "");
    await (await blocks().take()).free();
    expect(readdirSync(dir)).toEqual([`${FROM}.2`]);
  });
  it("are passed over where somebody listens who has never asked", async () => {
    const server = createServer().listen(FROM + 4, "127.0.0.1");
    await once(server, "listening");
    expect((await blocks().take()).base).toBe(FROM + 10);
    server.close();
  });
  it("end with the last port, with what to type", async () => {
    const last = portBlocks({ from: 65_530, each: 6, dir });
    await last.take();
    await expect(last.take()).rejects.toMatchObject({ code: "PORT_IN_USE", field: "orchestration.ports.from" });
  });
  it("of another process are not taken while it lives, and are once it was killed", async () => {
    const one = await another();
    const two = await another();
    expect(one.base).toBe(FROM);
    expect(two.base).toBe(FROM + 10);
    const mine = await blocks().take();
    expect(mine.base).toBe(FROM + 20);
    one.child.kill("SIGKILL");
    await once(one.child, "exit");
    expect((await blocks().take()).base).toBe(FROM);
  });
  it("of a dead process go to one alone of many that ask", async () => {
    const one = await another();
    one.child.kill("SIGKILL");
    await once(one.child, "exit");
    const made = await Promise.all(Array.from({ length: 8 }, () => blocks().take()));
    expect(new Set(made.map(({ base }) => base)).size).toBe(8);
  });
  it("are told to commands as a first port and a range", () => {
    expect(portEnv({ base: 20_000, count: 10 })).toEqual({
      PORT: "20000",
      CONDUCTOR_PORT_BASE: "20000",
      CONDUCTOR_PORTS: "20000-20009",
    });
  });
});
