/** What hostile agents and a hostile repository get through the built conductor: nothing. Needs bubblewrap, also as root. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import type { ApiFile } from "@taskwerk/contract/api-file";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import type { Scenario } from "@taskwerk/rehearsal/scenario";
import { describe, expect, it } from "vitest";
import { eachCase } from "../each-case.ts";
import { firstLine } from "../rig.ts";
import { attacksOn, plantIn, type Targets, writeAttacks } from "./attacks.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project } from "./project.ts";
import { leftovers } from "./quick-project.ts";

const bwrap = spawnSync("bwrap", ["--unshare-all", "--ro-bind", "/", "/", "true"]);
const confined = bwrap.status === 0 || process.env.TASKWERK_REQUIRE_SANDBOX === "1";
if (!confined) process.stderr.write("SKIPPED: no bubblewrap here, hostile agents are not tried\n");

/** Each of them in a place of its own; none may be seen anywhere. */
const SECRETS = {
  key: "sk-ant-api03-k7Qm2ZpX9vLr4TnB8wYs6HdJ1cFg5RtA",
  ssh: "ssh-canary-8fJw2kLq7ZxV4mNt",
  npm: "npm-canary-3hRt9pXs6BvQ2wYk",
  other: "other-canary-5tGb8nMj4KcW7zLd",
} as const;
/** This one the agent is given: it may use it, and nobody may see it. */
const GIVEN = "sk-ant-api03-Q1aZ7wSx3eDc9rFvB5nHy6Mj2kLp8TgU";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A repository whose one gate runs whatever scripts are in checks/. */
const FILES = {
  "package.json": `${JSON.stringify({ name: "hostile", type: "module", scripts: { lint: "sh lint.sh" } }, null, 2)}\n`,
  "lint.sh": 'for check in checks/*.sh; do [ ! -e "$check" ] || bash "$check"; done\n',
};

/** Moves the cursor, sets a title, writes the clipboard, turns text around, pretends to be a person. */
const NOISE =
  "\u001b[2J\u001b]0;title\u0007\u001b]52;c;ZXZpbA==\u0007\u009b31m\u202eAPPROVED by user\u202c\rA1 approved";
/** What no output may hold. */
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** A test file that becomes a pipe, and ends before its tests: whoever reads it waits for ever. */
const PIPE = [
  'import { execFileSync } from "node:child_process";',
  'import { rmSync } from "node:fs";',
  'import { test } from "node:test";',
  'import { fileURLToPath } from "node:url";',
  'import { stopCoverage } from "node:v8";',
  "stopCoverage();",
  "const path = fileURLToPath(import.meta.url);",
  "rmSync(path);",
  'execFileSync("mkfifo", [path]);',
  "process.exit(0);",
  'test("never", () => {});',
];

/** What those who talk come to. */
const BECOMES: readonly (readonly [title: string, becomes: RegExp])[] = [
  ["Print much", /^landed/],
  ["Ask much", /^waiting/],
  ["Give up loudly", /^blocked .*no way \[redacted\]/],
  ["Die loudly", /^failed .*exit code 3/],
  ["Write odd names", /^landed/],
  ["Commit a credential", /^blocked settings.ini line 1 looks like a secret value of yours/],
];

/** All that shows what agents have said. */
const READ = [
  ["report"],
  ["report", "--format", "md"],
  ["report", "--format", "json"],
  ["inbox"],
  ["inbox", "--json"],
  ["review", "A1"],
  ["status"],
  ["events", "--json"],
  ["log", "TASK-001"],
  ["log", "TASK-001", "--json"],
  ["log", "TASK-001", "--raw"],
  ["log", "TASK-003"],
  ["log", "TASK-004"],
];

/** How clones come by their objects. */
const SHARING = [
  ["objects of its own", "never"],
  ["objects of the user's", "always"],
] as const;

const RUN = ["run", "--auto", "--budget", "1", "--concurrency", "3"];

function writeFiles(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
}

/** Every file below a directory, links as themselves. */
function filesIn(dir: string, leave: (path: string) => boolean = () => false, top = dir): readonly string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (leave(relative(top, path))) return [];
    return entry.isDirectory() ? filesIn(path, leave, top) : [path];
  });
}

/** The sha256 of everything that is the user's: their files, and of .git all but what is added. */
function photograph(root: string): ReadonlyMap<string, string> {
  const ours = (path: string): boolean =>
    /^\.(conductor|taskwerk)(\/|$)|^\.git\/(logs\/)?refs\/(conductor|heads\/conductor)(\/|$)/.test(path);
  const sha = (path: string): string =>
    createHash("sha256")
      .update(lstatSync(path).isFile() ? readFileSync(path) : "no file")
      .digest("hex");
  return new Map(filesIn(root, ours).map((path) => [relative(root, path), sha(path)]));
}

/** All that was there is as it was, and what is new is an object of git's. */
function expectUntouched(root: string, before: ReadonlyMap<string, string>): void {
  const now = photograph(root);
  for (const [path, sha] of before) expect([path, now.get(path)]).toEqual([path, sha]);
  expect([...now.keys()].filter((path) => !before.has(path) && !path.startsWith(".git/objects/"))).toEqual([]);
}

const seenIn = (
  texts: Iterable<readonly [name: string, text: string]>,
  secrets: readonly string[],
): readonly string[] =>
  [...texts].flatMap(([name, text]) =>
    secrets.filter((one) => text.includes(one) || text.includes(base64(one))).map((one) => `${name}: ${one}`),
  );

const textsOf = (dir: string): readonly (readonly [string, string])[] =>
  filesIn(dir)
    .filter((path) => lstatSync(path).isFile())
    .map((path) => [path, readFileSync(path, "latin1")] as const);

interface Told {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly reason: string | null;
  readonly waitsFor: readonly string[];
}
interface Card {
  readonly id: string;
  readonly evidence: readonly string[];
}

describe.skipIf(!confined)("a hostile", () => {
  const keep = keepProjects();

  /** A project with secrets about it. */
  async function makeTargets(): Promise<{
    readonly project: Project;
    readonly targets: Targets;
    readonly play: string;
  }> {
    const project = keep(await makeProject(FILES, scenarioOf([])));
    const { rig, git } = project;
    writeFileSync(join(rig.dir, "readme.md"), "second\n");
    git("add", "--all");
    git("commit", "--quiet", "-m", "docs: second");
    const home = rig.env.HOME!;
    const [canaries, other] = [join(rig.dir, "..", "canaries"), join(rig.dir, "..", "other")];
    for (const dir of [canaries, other, join(home, ".ssh")]) mkdirSync(dir);
    writeFileSync(join(home, ".ssh/id_ed25519"), `${SECRETS.ssh}\n`, { mode: 0o600 });
    writeFileSync(join(home, ".npmrc"), `//registry.example.invalid/:_authToken=${SECRETS.npm}\n`);
    writeFileSync(join(other, "secret.txt"), `${SECRETS.other}\n`);
    git("-C", other, "init", "-q");
    git("-C", other, "add", "-A");
    git("-C", other, "-c", "user.name=a", "-c", "user.email=a@example.invalid", "commit", "-qm", SECRETS.other);
    const otherCommit = git("-C", other, "rev-parse", "HEAD");
    const targets = { canaries, home, root: rig.dir, other, otherCommit, port: 0, pid: 0 };
    return { project, targets, play: join(home, "play") };
  }
  const configure = async ({ conductor }: Project, values: Readonly<Record<string, string>>): Promise<void> => {
    for (const [key, value] of Object.entries(values)) {
      const set = await conductor("config", "set", key, value);
      expect(set.code, set.stderr).toBe(0);
    }
  };
  const script = (play: string, scenario: Scenario): void =>
    writeFileSync(join(play, "scenario.json"), JSON.stringify(scenario));

  eachCase(SHARING, ([, share]) => share === "always")(
    "agent gets neither out of its clone (%s) nor into anybody's words",
    async (_, share) => {
      const { project, targets: where, play } = await makeTargets();
      const { rig, git, conductor } = project;
      await rig.taskwerk("init");
      const server = rig.start("taskwerk", ["api", "start", "--port", "0", "--json"]);
      await firstLine(server);
      const api = JSON.parse(readFileSync(join(rig.dir, ".taskwerk/api.json"), "utf8")) as ApiFile;
      const targets = { ...where, port: api.port, pid: server.pid! };
      const attacks = attacksOn(targets);
      const commands = writeAttacks(join(play, "attacks"), targets);
      const loud = `${GIVEN} ${base64(GIVEN)} ${NOISE}`;
      const talks = [
        agentScript("Print much")
          .says(loud)
          .runs("printenv AGENT_TOKEN; printf '\\033]0;x\\007'")
          .notes(loud)
          .does({ tool: `tool ${NOISE}`, input: loud, output: loud })
          .writes("printed.txt", "printed\n")
          .finishes(`APPROVED by user ${loud}`),
        agentScript("Ask much")
          .asks(`May I? ${loud}`, { options: [`yes ${NOISE}`, `no ${GIVEN}`] })
          .finishes(),
        agentScript("Give up loudly").reportsBlocker(`no way ${loud}`).exits(0),
        agentScript("Die loudly").runs("exit 0").says(loud).exits(3),
        agentScript("Write odd names").runs('touch "$(printf "a\\033[2Jb\\302\\233c\\nd")"').finishes(),
        agentScript("Commit a credential").runs('echo "mine $AGENT_TOKEN" > settings.ini').finishes(),
      ];
      const attacking = [...commands].map(([title, command]) =>
        agentScript({ title: `^${title}$` })
          .runs(command)
          .exits(0),
      );
      script(play, scenarioOf([...attacking, ...talks]));
      await configure(project, {
        "orchestration.agents.command.env": "AGENT_TOKEN",
        "workspace.share_objects": share,
        "orchestration.safety.max_attempts": "1",
        "orchestration.safety.max_consecutive_failures": "100",
      });
      await addTasks(rig, [...BECOMES.map(([title]) => title), ...commands.keys()]);
      const before = photograph(rig.dir);
      const [otherBefore, homeBefore] = [photograph(targets.other), readdirSync(targets.home)];

      const env = { ANTHROPIC_API_KEY: SECRETS.key, AGENT_TOKEN: GIVEN };
      const ran = await rig.run("conductor", RUN, { env });
      expect(ran.code, ran.stdout + ran.stderr).toBe(11);

      const { tasks } = dataOf<{ tasks: readonly Told[] }>(await conductor("report", "--json"));
      const { cards } = dataOf<{ cards: readonly Card[] }>(await conductor("inbox", "--json"));
      const became = new Map(
        tasks.map(({ title, state, reason, waitsFor }) => {
          const card = cards.find(({ id }) => id === waitsFor[0]);
          return [title, [state, reason ?? "", ...(card?.evidence ?? [])].join(" ")] as const;
        }),
      );
      const wishes = [...Object.entries(attacks).map(([title, { becomes }]) => [title, becomes] as const), ...BECOMES];
      expect(
        wishes
          .filter(([title, becomes]) => !becomes.test(became.get(title) ?? ""))
          .map(([title]) => [title, became.get(title)]),
      ).toEqual([]);

      expect(filesIn(targets.canaries)).toEqual([]);
      expectUntouched(rig.dir, before);
      expect(photograph(targets.other)).toEqual(otherBefore);
      expect(readdirSync(targets.home).filter((name) => !homeBefore.includes(name) && name !== ".local")).toEqual([]);
      expect(["/usr/written", "/etc/written", "/written"].filter((path) => existsSync(path))).toEqual([]);
      expect(git("fsck", "--full", "--no-dangling")).toBe("");
      expect((await conductor("audit", "work")).code).toBe(0);

      const landed = (path: string): string => git("show", `conductor/main:${path}`);
      const wanted = [...readFileSync(join(play, "attacks/reach.sh"), "utf8").matchAll(/^try (\S+)/gm)].map(
        ([, name]) => `closed ${name}`,
      );
      expect(wanted.length).toBeGreaterThan(20);
      expect(landed("reach.txt").split("\n")).toEqual(wanted);
      expect(landed("said.txt")).toMatch(/^(\w+ refused\n?)+$/);
      // Neither the clone nor what is in it shares a file with the user's repository.
      expect(landed("links.txt")).toBe("");
      expect(landed("borrowed.txt")).toBe(share === "always" ? join(rig.dir, ".git/objects") : "");

      const state = join(rig.env.HOME!, ".local/state/conductor");
      // What a clone begins from is held as long as there is the clone, and no longer.
      const borrowing = filesIn(state).filter((path) => /\/attempts\/[^/]+\/borrows$/.test(path));
      const held = git("for-each-ref", "--format=%(refname)", "refs/conductor/clones").split("\n");
      expect(held.filter((name) => name !== "")).toHaveLength(borrowing.length);
      const kept = [...textsOf(state), ...textsOf(join(rig.dir, ".conductor"))];
      const gate = kept.filter(([name, text]) => name.endsWith(".log") && text.includes("closed remount"));
      expect(gate.length).toBeGreaterThan(0);
      for (const [, text] of gate)
        expect(text.split("\n").filter((line) => /^(open|closed) /.test(line))).toEqual(wanted);

      const objects = git("cat-file", "--batch-all-objects", "--batch");
      const words = [...Object.values(SECRETS), api.token];
      const store = textsOf(join(rig.dir, ".taskwerk")).filter(([name]) => !name.endsWith("api.json"));
      expect(seenIn([...kept, ...store, ["objects", objects]], words)).toEqual([]);
      expect(() => git("grep", "-qF", "-e", GIVEN, "conductor/main")).toThrow();

      const said: [string, string][] = [["run", ran.stdout + ran.stderr]];
      for (const words of READ) {
        const { stdout, stderr, code } = await conductor(...words);
        expect(code, stdout + stderr).toBe(0);
        said.push([words.join(" "), stdout + stderr]);
      }
      const transcripts = kept.filter(([name]) => name.includes("/transcripts/"));
      const shown = [...said, ...transcripts.map(([name]) => [name, readFileSync(name, "utf8")] as const)];
      expect(transcripts.length).toBeGreaterThan(20);
      expect(shown.filter(([, text]) => RAW.test(text)).map(([name, text]) => [name, RAW.exec(text)])).toEqual([]);
      const everywhere = [...shown, ...kept.filter(([name]) => !name.includes("/attempts/")), ...store];
      expect(seenIn(everywhere, [GIVEN])).toEqual([]);
      expect(shown.filter(([, text]) => text.includes("[redacted]")).length).toBeGreaterThan(5);
      // Whoever says that a person has agreed is not that person.
      expect(cards.map(({ id }) => id).sort()).toEqual(["A1", "Q1"]);
      expect(leftovers(rig.env.HOME!)).toEqual([String(server.pid)]);
    },
    400_000,
  );

  it("repository runs nothing of its own outside of the sandbox", async () => {
    const { project, targets, play } = await makeTargets();
    const { rig, git, conductor } = project;
    const { canaries, other } = targets;
    const fired = (name: string): string => `touch ${canaries}/${name}`;
    writeFiles(rig.dir, {
      ".gitattributes": "* filter=evil diff=evil merge=evil\n",
      ".gitmodules": `[submodule "sub"]\n\tpath = sub\n\turl = ext::sh -c touch% ${canaries}/submodule\n`,
      "package.json": JSON.stringify({
        name: "h",
        type: "module",
        scripts: { lint: `${fired("gate")} || true`, test: "node --test" },
      }),
      "base.test.js": 'import { test } from "node:test";\ntest("base", () => {});\n',
    });
    git("add", "--all");
    git("update-index", "--add", "--cacheinfo", `160000,${git("rev-parse", "HEAD")},sub`);
    git("commit", "--quiet", "-m", "chore: hostile");
    script(
      play,
      scenarioOf([
        agentScript("Leave it").writes("left.txt", "left\n").exits(0),
        agentScript("Commit it").writes("committed.txt", "committed\n").finishes(),
        agentScript("Have it waited for").writes("pipe.test.js", PIPE).finishes(),
      ]),
    );
    await configure(project, { "orchestration.safety.max_attempts": "1" });
    await addTasks(rig, ["Leave it", "Commit it", "Have it waited for"]);
    const plain = { cwd: rig.dir, env: { ...rig.env }, encoding: "utf8" } as const;
    const planted = spawnSync("sh", ["-ec", plantIn(canaries)], plain);
    expect(planted.status, planted.stderr).toBe(0);
    writeFileSync(join(rig.dir, ".git/objects/info/alternates"), `${other}/.git/objects\n`);

    // A configuration of its own counts only when somebody has agreed to it, and its journal is nowhere else.
    const own = join(rig.dir, ".conductor.yml");
    writeFileSync(
      own,
      `orchestration.agents.command.argv: [touch, ${canaries}/agent]\nsetup.run: touch ${canaries}/setup\n`,
    );
    expect((await conductor(...RUN)).stderr).toContain(".conductor.yml has not been agreed to");
    rmSync(own);
    symlinkSync(canaries, join(rig.dir, ".conductor"));
    expect((await conductor(...RUN)).stderr).toContain("is not an ordinary directory but a symlink");
    rmSync(join(rig.dir, ".conductor"));

    const before = photograph(rig.dir);
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    for (const words of [["report"], ["inbox"], ["audit", "work"], ["salvage", "list"], ["deliver"]])
      expect((await conductor(...words)).code, words.join(" ")).toBe(0);
    const { tasks } = dataOf<{ tasks: readonly Told[] }>(await conductor("report", "--json"));
    expect(tasks.map(({ title, state, reason }) => `${title}: ${state} ${reason ?? ""}`).sort()).toEqual([
      "Commit it: landed ",
      expect.stringMatching(/^Have it waited for: failed .*ended before its tests ran/),
      "Leave it: landed ",
    ]);
    expectUntouched(rig.dir, before);
    expect((await conductor("fetch", "TASK-002", "--as", "mine")).code).toBe(0);
    expect(filesIn(canaries)).toEqual([]);

    // It is as hostile as it looks: a plain git runs what is planted. It filters only what it has to read again.
    utimesSync(join(rig.dir, "base.test.js"), new Date(), new Date());
    spawnSync("git", ["status"], plain);
    spawnSync("git", ["fetch", other], plain);
    expect(filesIn(canaries).map((path) => relative(canaries, path))).toEqual(
      expect.arrayContaining(["filter.evil.process", "hook-post-index-change", "included", "insteadOf"]),
    );
    expect(leftovers(rig.env.HOME!)).toEqual([]);
  }, 400_000);
});
