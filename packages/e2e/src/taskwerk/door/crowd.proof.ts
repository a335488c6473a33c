import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { askAmong, openCrowd } from "./slow-sockets.ts";
import { openStage } from "./stage.ts";

const COUNT = Number(process.env.PROOF_COUNT ?? 2_000);

const rssOf = async (pid: number): Promise<number> =>
  Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""))?.[1] ?? 0) / 1024;

it(`${COUNT} connections that say nothing or little keep nobody out`, async () => {
  const stage = await openStage([]);
  try {
    const { port, token, pid } = stage.file;
    const [quietHealth, quietList] = [
      await askAmong(port, "/healthz", null, 50),
      await askAmong(port, "/v1/tasks", token, 50),
    ];
    const before = await rssOf(pid);
    const crowd = await openCrowd(port, COUNT);
    const health = await askAmong(port, "/healthz", null, 100);
    const list = await askAmong(port, "/v1/tasks", token, 100);
    const after = await rssOf(pid);
    crowd.leave();
    const ms = ({ median, worst }: typeof health): string =>
      `median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`;
    process.stdout.write(
      [
        `health alone: ${ms(quietHealth)}; among ${COUNT}: ${ms(health)}`,
        `list alone: ${ms(quietList)}; among ${COUNT}: ${ms(list)}`,
        `resident memory: ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after`,
        "",
      ].join("\n"),
    );
    expect(health.answered).toBe(100);
    expect(list.answered).toBe(100);
  } finally {
    await stage.close();
  }
});
