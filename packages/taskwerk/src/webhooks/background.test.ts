import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processStart } from "@taskwerk/contract/process-start";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DelivererRole, delivererOf, holderOf, leaveRole, takeRole } from "../store/deliverers.ts";
import { deliverInBackground } from "./background.ts";
import { type Hooks, openHooks } from "./test-hooks.ts";
import { openReceiver, type Receiver } from "./test-receiver.ts";
import { deliverDue } from "./webhook-control.ts";

const at = {} as { hooks: Hooks; receiver: Receiver; dir: string };
beforeEach(async () => {
  at.dir = await mkdtemp(join(tmpdir(), "background-"));
  at.hooks = await openHooks();
  at.receiver = await openReceiver();
  await at.hooks.add(at.receiver.url);
  await at.hooks.rig.add("One");
});
afterEach(async () => {
  await at.hooks.close();
  await at.receiver.close();
  await rm(at.dir, { recursive: true });
});

const store = () => at.hooks.rig.store;
const due = () => deliverDue(store(), { now: at.hooks.rig.now, env: {}, pid: process.pid, version: "1.2.3" }, true);
const plant = (role: DelivererRole, holder: string) =>
  store().write(async (tx) => {
    await tx.run("insert into deliverers (role, holder) values (?, ?)", [role, holder]);
    await tx.run("update deliveries set lease = ?, lease_until = '2999-01-01T00:00:00.000Z'", [holder]);
  });
/** Whether a process is left behind: a program of ours that only leaves a trace. */
async function isLeft(): Promise<boolean> {
  const trace = join(at.dir, "trace");
  const script = `require("node:fs").writeFileSync(${JSON.stringify(trace)}, process.argv.slice(1).join(" "))`;
  await deliverInBackground(store(), [process.execPath, "-e", script, "--"], {});
  for (let look = 0; look < 100; look += 1) {
    const left = await readFile(trace, "utf8").catch(() => "");
    if (left !== "") {
      expect(left).toContain(`webhook deliver --alone --json --store ${store().dir}`);
      return true;
    }
    await sleep(20);
  }
  return false;
}

const bootId = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
/** Those who are not there any more, by what they left in the store. */
const STALE: readonly (readonly [string, () => Promise<string>])[] = [
  ["a process that ended", async () => "4194304 long ago"],
  ["a process of another boot, whose number this one has", async () => `${process.pid} other-boot:1`],
  ["a process of another container, whose number this one has", async () => `${process.pid} ${bootId()}:1`],
  ["the first process of another container", async () => `1 ${bootId()}:99999999999`],
  ["a process of which nothing is known but its number", async () => `${process.pid} `],
  ["no process at all", async () => "nonsense"],
  ["nobody", async () => ""],
];

describe.runIf(process.platform === "linux")("a record of who delivers", () => {
  describe.each(["server", "detached"] as const)("as %s", (role) => {
    it.each(STALE)("that is of %s stops nobody", async (_, holder) => {
      await plant(role, await holder());
      expect(await delivererOf(store(), role)).toBeNull();
      expect(await isLeft()).toBe(true);
      expect(await due()).toMatchObject({ ran: true, delivered: 1, pending: 0 });
      expect(at.receiver.received).toHaveLength(1);
      expect(await takeRole(store(), role, "1 me")).toBe(true);
    });

    it("that is of a living process leaves it to that one", async () => {
      await plant(role, await holderOf(process.ppid));
      expect(await delivererOf(store(), role)).not.toBeNull();
      expect(await takeRole(store(), role, "1 me")).toBe(false);
      expect(await isLeft()).toBe(false);
    });
  });

  it("is taken by one of many that find it stale at once", async () => {
    await plant("detached", `${process.pid} other-boot:1`);
    const start = await processStart(process.ppid);
    const took = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        takeRole(store(), "detached", n === 0 ? `${process.ppid} ${start}` : `${n} x`),
      ),
    );
    expect(took.filter(Boolean)).toHaveLength(1);
  });

  it("is no other one's to give back", async () => {
    await plant("detached", await holderOf(process.ppid));
    await leaveRole(store(), "detached", "1 me");
    expect(await delivererOf(store(), "detached")).not.toBeNull();
  });
});
