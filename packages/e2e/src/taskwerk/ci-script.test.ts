import { spawn } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ended, makeRig, programPath, type Rig } from "../rig.ts";

/** A script as people write them: POSIX sh, exit codes only, no JSON. */
const SCRIPT = `#!/bin/sh
set -eu
# one task per failing test, however often this runs
id=$(taskwerk add -q --key "flaky:$TEST" --if-absent "Flaky: $TEST" -t ci)
taskwerk note "$id" - < failure.txt

# drain a queue: 10 is "nothing ready", anything else is a real failure
while :; do
  row=$(taskwerk claim --next tag:ci --as "$JOB" --format tsv \\
        --fields id,token) && rc=0 || rc=$?
  case $rc in 0) ;; 10) break ;; *) exit "$rc" ;; esac
  set -- $row; id=$1 token=$2
  if ./handle "$id"; then taskwerk done "$id" --claim "$token" -q
  else taskwerk release "$id" --claim "$token" -q; fi
done

# wait for the others: 0 reached, 15 time is up, 14 can no longer be reached
taskwerk wait "session:$SESSION" --until done --timeout 30m
`;
/** Fails the first time that it gets the third task. */
const HANDLER = `#!/bin/sh
test "$1" != TASK-003 || test -e tried || { touch tried; exit 1; }
`;

const at = { rig: undefined as unknown as Rig };
beforeAll(async () => {
  at.rig = await makeRig();
});
afterAll(() => at.rig.remove());

it("a script that adds, notes, claims, finishes and waits works as written, twice", async () => {
  const { rig } = at;
  await rig.data("init");
  const program = `#!/bin/sh\nexec "${process.execPath}" "${programPath("taskwerk")}" "$@"\n`;
  for (const [file, text] of [
    ["taskwerk", program],
    ["handle", HANDLER],
    ["script", SCRIPT],
  ] as const) {
    await writeFile(join(rig.dir, file), text);
    await chmod(join(rig.dir, file), 0o755);
  }
  await writeFile(join(rig.dir, "failure.txt"), "expected 1\nreceived 2\n");
  await rig.data("add", "second", "-t", "ci", "--session", "nightly");
  await rig.data("add", "somebody else's", "--session", "nightly");
  const run = () => {
    const env = { TEST: "login > redirects", JOB: "ci-1", SESSION: "nightly" };
    const child = spawn("./script", [], {
      cwd: rig.dir,
      env: { ...rig.env, PATH: `${rig.dir}:${rig.env.PATH}`, ...env },
    });
    const out = { text: "" };
    child.stdout.on("data", (chunk) => {
      out.text += String(chunk);
    });
    return { ran: ended(child), out };
  };
  const first = run();
  // The script's own task is handled at the second try; then it waits for what another does.
  await expect.poll(() => first.out.text, { timeout: 40_000 }).toContain("TASK-003\nTASK-003\n");
  await rig.data("done", "2");
  expect(await first.ran).toEqual({
    code: 0,
    stdout: [
      "TASK-003\tcomment\texpected 1 received 2\n",
      "TASK-001\nTASK-003\nTASK-003\n",
      "TASK-001\tdone\tsecond\nTASK-002\tdone\tsomebody else's\n",
    ].join(""),
    stderr: "error NOTHING_READY: nothing is ready of tag:ci.\n  See what waits:  taskwerk list\n",
  });
  const second = await run().ran;
  expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining("TASK-001\tdone\tsecond\n") });
  expect(await rig.data<{ notes: unknown[] }>("show", "3")).toMatchObject({
    status: "done",
    claim: null,
    title: "Flaky: login > redirects",
    notes: [{ text: "expected 1\nreceived 2" }, {}],
  });
}, 120_000);
