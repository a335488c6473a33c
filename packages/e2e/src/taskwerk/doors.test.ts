/**
 * What one door does, every door does: the same operation, asked for at each of them, answers with the same data. Tools of
 * `taskwerk mcp` answer in a form of their own: see doors-mcp.test.ts.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApiFile } from "@taskwerk/contract/api-file";
import { type TaskwerkClient, taskwerkClient } from "@taskwerk/contract/client";
import type { OperationName } from "@taskwerk/contract/routes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRig, type Rig } from "../rig.ts";

/** One thing to do, as it is said at each door. A door that has no word for it is left out. */
interface Deed {
  readonly name: OperationName;
  readonly cli: readonly string[];
  readonly api: object;
}

const DEEDS: readonly Deed[] = [
  {
    name: "task.add",
    cli: ["add", "Crawl", "-t", "net", "-p", "high", "--ac", "It ends"],
    api: { title: "Crawl", tags: ["net"], priority: "high", acceptance: ["It ends"] },
  },
  {
    name: "task.add",
    cli: ["add", "Report", "--after", "1", "--estimate", "4h"],
    api: { title: "Report", depends_on: ["1"], estimate_minutes: 240 },
  },
  { name: "task.list", cli: ["list", "--all"], api: { all: true } },
  { name: "task.list", cli: ["list", "tag:net"], api: { query: "tag:net" } },
  { name: "task.ready", cli: ["ready"], api: {} },
  { name: "task.show", cli: ["show", "1"], api: { id: "1" } },
  { name: "task.note", cli: ["note", "1", "seen"], api: { id: "1", text: "seen" } },
  { name: "task.search", cli: ["search", "crawl"], api: { text: "crawl" } },
  {
    name: "task.update",
    cli: ["update", "2", "-p", "low", "--tag", "+web"],
    api: { ids: ["2"], priority: "low", tags_add: ["web"] },
  },
  { name: "task.why", cli: ["why", "2"], api: { id: "2" } },
  { name: "task.context", cli: ["context", "2", "--budget", "500"], api: { id: "2", budget: 500 } },
  { name: "claim.take", cli: ["claim", "1", "--as", "ann"], api: { id: "1", as: "ann" } },
  { name: "claim.revoke", cli: ["release", "1", "--force"], api: { id: "1" } },
  { name: "task.transition", cli: ["done", "1"], api: { ids: ["1"], to: "done" } },
  { name: "op.undo", cli: ["undo"], api: { op: "last" } },
  { name: "task.stats", cli: ["stats"], api: {} },
  { name: "event.list", cli: ["events", "list"], api: {} },
];

/** A door of a store of its own: does a deed and gives its data. */
interface Door {
  readonly rig: Rig;
  readonly ask: (deed: Deed) => Promise<unknown>;
}

const ME = "tester";
const MAKERS = {
  async cli(rig: Rig): Promise<Door> {
    return { rig, ask: ({ cli }) => rig.data(...cli) };
  },
  async api(rig: Rig): Promise<Door> {
    await rig.data("api", "start", "--port", "0", "--detach");
    const { url, token } = JSON.parse(await readFile(join(rig.dir, ".taskwerk/api.json"), "utf8")) as ApiFile;
    const client: TaskwerkClient = taskwerkClient({ url, token, actor: ME });
    return { rig, ask: async ({ name, api }) => (await client.call(name, api as never)).data };
  },
} as const;

const doors = new Map<string, Door>();
beforeAll(async () => {
  for (const [name, make] of Object.entries(MAKERS)) {
    const rig = await makeRig();
    await rig.data("init");
    doors.set(name, await make(rig));
  }
});
afterAll(async () => {
  for (const { rig } of doors.values()) {
    await rig.taskwerk("api", "stop");
    await rig.remove();
  }
});

/** What differs from store to store: identities and moments. */
const plain = (data: unknown): unknown =>
  JSON.parse(
    JSON.stringify(data)
      .replace(/[0-7][0-9A-HJKMNP-TV-Z]{25}/g, "ULID")
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
      .replace(/"(\w+_minutes|active_ms)":[\d.]+/g, '"$1":0'),
  );

describe("every door", () => {
  it.each(DEEDS.map((deed) => [deed.cli.join(" "), deed] as const))("answers alike: %s", async (_, deed) => {
    const answers = await Promise.all(
      [...doors].map(async ([name, { ask }]) => [name, plain(await ask(deed))] as const),
    );
    const [[, first], ...others] = answers as [(typeof answers)[0], ...typeof answers];
    for (const [name, data] of others) expect([name, data]).toEqual([name, first]);
  });
});
