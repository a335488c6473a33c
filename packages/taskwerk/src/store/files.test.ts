import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STORE_FILE } from "@taskwerk/contract/api-file";
import { openDatabase } from "@taskwerk/sqlite/database";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newUid } from "../core/uid.ts";
import { callOperation } from "../operations/call.ts";
import { backUpStore, migrateStore, restoreStore, vacuumStore } from "./files.ts";
import { first } from "./migrations/0001-first.ts";
import { createStore, openStore } from "./open.ts";

const NOW = new Date("2027-03-01T12:00:00Z");
let dir: string;
beforeEach(async () => {
  dir = join(mkdtempSync(join(tmpdir(), "taskwerk-")), ".taskwerk");
  await createStore(dir, { prefix: "TASK" });
});
afterEach(() => rmSync(join(dir, ".."), { recursive: true, force: true }));

type Open = Awaited<ReturnType<typeof openStore>>;
const add = (store: Open, title: string, now = NOW) =>
  callOperation({ actor: "t", session: null, idempotencyKey: null, store, now: () => now, newUid }, "task.add", {
    title,
  });
async function withStore<T>(work: (store: Open) => Promise<T>, options = {}): Promise<T> {
  const store = await openStore(dir, options);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
const titles = () =>
  withStore((store) =>
    store.read((reader) => reader.all<{ title: string }>("select title from tasks order by seq")),
  ).then((rows) => rows.map(({ title }) => title));

describe("a backup", () => {
  it("is whole, for its owner only, taken while the store is open, and never replaces a file", async () => {
    const file = join(dir, "..", "copy.db");
    await withStore(async (store) => {
      await add(store, "A");
      expect(await backUpStore(dir, file, NOW)).toEqual({ file, size: statSync(file).size });
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(backUpStore(dir, file, NOW)).rejects.toMatchObject({ code: "USAGE" });
    const own = await backUpStore(dir, null, NOW);
    expect((await backUpStore(dir, null, NOW)).file).toBe(own.file.replace(".db", "-2.db"));
    expect(own.file).toBe(join(dir, "backups", "taskwerk-20270301T120000Z.db"));
    expect(readdirSync(join(dir, "backups"))).toHaveLength(2);
  });

  it("touches no file beside it that somebody else has", async () => {
    const file = join(dir, "..", "copy.db");
    writeFileSync(`${file}.partial`, "half of a download");
    await backUpStore(dir, file, NOW);
    expect(readFileSync(`${file}.partial`, "utf8")).toBe("half of a download");
    expect(readdirSync(join(dir, "..")).sort()).toEqual([".taskwerk", "copy.db", "copy.db.partial"]);
  });

  it("brings along what lies beside the file in its write-ahead log", async () => {
    const other = join(dir, "..", "other");
    await createStore(other, { prefix: "TASK" });
    const open = await openStore(other);
    await add(open, "only in the log");
    expect(statSync(join(other, `${STORE_FILE}-wal`)).size).toBeGreaterThan(0);
    expect(await restoreStore(dir, join(other, STORE_FILE), NOW)).toMatchObject({ tasks: 1 });
    await open.close();
    expect(await titles()).toEqual(["only in the log"]);
  });

  it("takes the store's place, and what was there is kept beside", async () => {
    const file = join(dir, "..", "copy.db");
    await withStore((store) => add(store, "A"));
    await backUpStore(dir, file, NOW);
    await withStore((store) => add(store, "B"));
    const { kept, tasks } = await restoreStore(dir, file, NOW);
    expect(tasks).toBe(1);
    expect(await titles()).toEqual(["A"]);
    const store = await openDatabase(kept!, { migrations: [first], readonly: true });
    expect(await store.read((reader) => reader.all("select title from tasks order by seq"))).toEqual([
      { title: "A" },
      { title: "B" },
    ]);
    await store.close();
    expect(readdirSync(dir).filter((name) => name.includes("restoring"))).toEqual([]);
    // Twice in one second: each old one stays.
    const again = await restoreStore(dir, kept!, NOW);
    expect(again.kept).toBe(`${kept}-2`);
    expect(existsSync(kept!)).toBe(true);
  });

  it("gives no number again that the store before it gave: no cursor, no fence, no seq of a webhook", async () => {
    const call = (store: Open, name: Parameters<typeof callOperation>[1], input: unknown) =>
      callOperation(
        { actor: "t", session: null, idempotencyKey: null, store, now: () => NOW, newUid },
        name,
        input as never,
      );
    const file = join(dir, "..", "copy.db");
    const claim = async (store: Open, who: string): Promise<string> => {
      const { data } = await call(store, "claim.take", { as: who });
      return (data as { claim: { token: string } }).claim.token;
    };
    await withStore(async (store) => {
      await add(store, "A");
      await call(store, "webhook.add", { url: "https://example.com/" });
    });
    await backUpStore(dir, file, NOW);
    const before = await withStore(async (store) => {
      const token = await claim(store, "ann");
      for (let n = 0; n < 5; n += 1) await add(store, `B${n}`);
      await call(store, "task.add", { title: "Part", parent: "TASK-001" });
      return { token, cursor: (await call(store, "event.list", { limit: 1 })).meta.cursor! };
    });
    const seq = () =>
      withStore((store) => store.read((reader) => reader.get<{ n: number }>("select last_seq as n from webhooks")));
    const seqBefore = (await seq())!.n;
    await restoreStore(dir, file, NOW);
    await withStore(async (store) => {
      expect(await claim(store, "bob")).not.toBe(before.token);
      await expect(call(store, "claim.heartbeat", { token: before.token })).rejects.toMatchObject({
        code: "CLAIM_LOST",
      });
      const { data, meta } = (await call(store, "event.list", { since: 0 })) as unknown as {
        data: { cursor: number; type: string }[];
        meta: { cursor: number };
      };
      expect(data.map(({ cursor }) => cursor).filter((cursor) => cursor > 2)).toEqual([before.cursor + 2]);
      // Whoever was in the other history is told so, wherever he was; and who was before it goes on.
      for (const since of [4, before.cursor]) {
        await expect(call(store, "event.list", { since })).rejects.toMatchObject({ code: "INVALID_QUERY" });
      }
      expect((await call(store, "event.list", { since: 2 })).data).toHaveLength(1);
      expect((await call(store, "event.list", { since: meta.cursor - 1 })).data).toHaveLength(1);
      expect((await call(store, "db.check", {})).data).toMatchObject({ ok: true });
    });
    expect((await seq())!.n).toBeGreaterThan(seqBefore);
    // Ids stand in branches, commits and what other programs wrote down: B4 was TASK-006, and A had a part.
    await withStore(async (store) => {
      const ids = [await add(store, "C"), await call(store, "task.add", { title: "Part", parent: "TASK-001" })];
      expect(ids.map((one) => (one.data as unknown as { changed: { id: string }[] }).changed[0]!.id)).toEqual([
        "TASK-007",
        "TASK-001.2",
      ]);
    });
  });

  it("takes the place of a store that is damaged, byte for byte kept", async () => {
    const file = join(dir, "..", "copy.db");
    await withStore((store) => add(store, "A"));
    await backUpStore(dir, file, NOW);
    const rubbish = Buffer.alloc(8_192, 7);
    writeFileSync(join(dir, STORE_FILE), rubbish);
    const { kept } = await restoreStore(dir, file, NOW);
    expect(readFileSync(kept!)).toEqual(rubbish);
    expect(await titles()).toEqual(["A"]);
  });

  it("is refused when it is damaged, no store, or not there, and nothing is changed", async () => {
    await withStore((store) => add(store, "A"));
    const bad = join(dir, "..", "bad.db");
    writeFileSync(bad, "no database at all");
    await expect(restoreStore(dir, bad, NOW)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
    await expect(restoreStore(dir, join(dir, "none"), NOW)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    await expect(restoreStore(dir, join(dir, STORE_FILE), NOW)).rejects.toMatchObject({ code: "USAGE" });
    const newer = join(dir, "..", "newer.db");
    await backUpStore(dir, newer, NOW);
    const other = await openDatabase(newer, { migrations: [first] });
    await other.write((tx) => tx.run("update settings set value = '9.0' where key = 'schema_version'"));
    await other.close();
    await expect(restoreStore(dir, newer, NOW)).rejects.toMatchObject({ code: "SCHEMA_TOO_NEW" });
    expect(await titles()).toEqual(["A"]);
    expect(readdirSync(dir).sort()).toEqual([".gitignore", STORE_FILE]);
  });
});

describe("an older store", () => {
  it("is brought up to date, with a copy before, and only once", async () => {
    rmSync(join(dir, STORE_FILE));
    const old = await openDatabase(join(dir, STORE_FILE), { migrations: [first] });
    await old.write((tx) => tx.run("insert into settings (key, value) values ('prefix', 'OLD')"));
    await old.close();
    const migrated = await migrateStore(dir);
    expect(migrated).toMatchObject({ from: "1.0", to: "1.4", backup: expect.stringContaining(".before-1.4-") });
    expect(existsSync(migrated.backup!)).toBe(true);
    expect(await migrateStore(dir)).toEqual({ from: "1.4", to: "1.4", backup: null });
    await withStore((store) => add(store, "A"));
    expect(await titles()).toEqual(["A"]);
  });
});

describe("vacuum", () => {
  it("gives back the room that nothing uses", async () => {
    await withStore(async (store) => {
      await store.write((tx) => tx.run("insert into settings (key, value) values ('big', ?)", ["x".repeat(2_000_000)]));
      await store.write((tx) => tx.run("delete from settings where key = 'big'"));
    });
    const { before, after } = await vacuumStore(dir);
    expect(after).toBeLessThan(before - 1_500_000);
  });
});

describe("the first write of a day", () => {
  const day = (n: number) => new Date(NOW.getTime() + n * 86_400_000);
  const backups = () => (existsSync(join(dir, "backups")) ? readdirSync(join(dir, "backups")) : []);

  it("copies what was there before, once a day, and seven days are kept", async () => {
    utimesSync(join(dir, STORE_FILE), day(-1), day(-1));
    const clock = { now: day(0) };
    // Made when the clock was wrong.
    mkdirSync(join(dir, "backups"));
    writeFileSync(join(dir, "backups", "daily-2099-01-01.db"), "");
    await withStore(
      async (store) => {
        for (let n = 0; n < 10; n += 1) {
          clock.now = day(n);
          for (const title of ["a", "b"]) await add(store, `${title}${n}`, clock.now);
        }
      },
      { daily: () => clock.now },
    );
    expect(backups()).toEqual([4, 5, 6, 7, 8, 9, 10].map((n) => `daily-2027-03-${String(n).padStart(2, "0")}.db`));
    const copy = await openDatabase(join(dir, "backups", "daily-2027-03-10.db"), {
      migrations: [first],
      readonly: true,
    });
    expect(await copy.read((reader) => reader.get("select count(*) as n from tasks"))).toEqual({ n: 18 });
    await copy.close();
  });

  it("copies nothing where somebody wrote today already, nor for a read", async () => {
    const today = new Date();
    await withStore((store) => add(store, "A", today), { daily: () => today });
    expect(backups()).toEqual([]);
    utimesSync(join(dir, STORE_FILE), day(-1), day(-1));
    await withStore((store) => store.read((reader) => reader.get("select 1")), { readonly: true, daily: () => NOW });
    expect(backups()).toEqual([]);
  });

  it("is one whole copy where several begin the day at once, and none of them hears of a failure", async () => {
    await withStore((store) => add(store, "A"));
    utimesSync(join(dir, STORE_FILE), day(-1), day(-1));
    const stores = await Promise.all([1, 2, 3].map(() => openStore(dir, { daily: () => NOW })));
    const answers = await Promise.all(stores.map((store, n) => add(store, `at once ${n}`)));
    await Promise.all(stores.map((store) => store.close()));
    expect(answers.flatMap(({ warnings }) => warnings)).toEqual([]);
    expect(backups()).toEqual(["daily-2027-03-01.db"]);
    expect(readdirSync(join(dir, "backups"))).toEqual(backups());
  });

  it("is not kept from writing by a copy that fails, and says so", async () => {
    writeFileSync(join(dir, "backups"), "in the way");
    utimesSync(join(dir, STORE_FILE), day(-1), day(-1));
    const { warnings } = await withStore((store) => add(store, "A"), { daily: () => NOW });
    expect(warnings).toEqual([expect.stringContaining("the daily backup failed")]);
    expect(await titles()).toEqual(["A"]);
  });
});
