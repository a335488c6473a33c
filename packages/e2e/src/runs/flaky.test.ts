/** A test that does not say the same twice: one more run of the same tree, written down everywhere; twice red is red. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { afterEach, describe, expect, it } from "vitest";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

/** A test of its own, and no script that runs it: the gate is the user's. */
const FILES = { ...QUICK, "base.test.js": 'import { test } from "node:test";\ntest("base", () => {});\n' };
const REACH = 'export const reach = async (port) => (await fetch(new URL("/", "http://127.0.0.1:" + port))).status;\n';
const RUN = ["orchestrate", "run", "--auto", "--allow-unsandboxed", "--budget", "1", "--json"];

interface Report {
  readonly tasks: readonly {
    readonly state: string;
    readonly landed: {
      readonly receipts: readonly { readonly result: string; readonly flaky?: readonly string[] }[];
    } | null;
  }[];
  readonly needs: readonly { readonly kind: string; readonly text: string }[];
}

describe("a test that asks a service which is not always well", () => {
  const keep = keepProjects();
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  /** The service is down for the first so many requests. */
  const serve = async (down: number): Promise<{ readonly port: number; readonly asked: () => number }> => {
    let asked = 0;
    const server = createServer((_, answer) => {
      asked += 1;
      answer.writeHead(asked > down ? 200 : 503).end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { port: (server.address() as AddressInfo).port, asked: () => asked };
  };
  /** Its one gate may use the network, because the user's own configuration says so. */
  const start = async (port: number): Promise<Project> => {
    const test = [
      'import assert from "node:assert";',
      'import { test } from "node:test";',
      'import { reach } from "./reach.js";',
      `test("the service answers", async () => assert.equal(await reach(${port}), 200));`,
      "",
    ].join("\n");
    const script = agentScript("Reach it").writes("reach.js", REACH).writes("reach.test.js", test).finishes();
    const project = keep(await makeProject(FILES, scenarioOf([script])));
    const config = join(project.env.HOME!, ".config/conductor/config.yml");
    const gate = { id: "test", run: "node --test", network: true, parse: "tap" };
    writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, "utf8")), gates: [gate] }));
    await project.conductor("config", "set", "orchestration.safety.max_attempts", "1");
    await addTasks(project.rig, ["Reach it"]);
    return project;
  };
  const reportOf = async ({ conductor }: Project): Promise<Report> =>
    dataOf<Report>(await conductor("report", "--json"));

  it("is run once more when it fails; it lands, and receipt, journal and report say that it was flaky", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const { port, asked } = await serve(1);
    const project = await start(port);
    const ran = await project.conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(asked()).toBe(2);
    const log = (await project.conductor("log", "TASK-001")).stdout;
    expect(log).toMatch(/gate TASK-001 gate=test phase=pre result=pass failed=0 of=2 flaky="the service answers"/);
    const report = await reportOf(project);
    expect(report.tasks).toMatchObject([{ state: "landed", landed: {} }]);
    expect(report.tasks[0]!.landed!.receipts.map(({ result }) => result)).toEqual(["pass", "pass"]);
    expect(report.tasks[0]!.landed!.receipts).toContainEqual(
      expect.objectContaining({ gate: "test", flaky: ["the service answers"] }),
    );
    expect(report.needs).toContainEqual(
      expect.objectContaining({
        kind: "doubt",
        text: expect.stringContaining("the service answers failed at first and passed in a second run"),
      }),
    );
    const words = (await project.conductor("report")).stdout.replace(/\s+/g, " ");
    expect(words).toContain("landed, but the service answers failed at first and passed in a second run");
  });

  it("does not land when it fails twice", async () => {
    const { port, asked } = await serve(Number.POSITIVE_INFINITY);
    const project = await start(port);
    const ran = await project.conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    expect(asked()).toBe(2);
    expect(project.git("rev-list", "--count", "main..conductor/main")).toBe("0");
    const log = (await project.conductor("log", "TASK-001")).stdout;
    expect(log).toContain("gate=test phase=pre result=fail failed=1 of=2");
    expect(log).not.toContain("flaky=");
    expect((await reportOf(project)).tasks).toMatchObject([{ state: "failed", landed: null }]);
  }, 400_000);
});
