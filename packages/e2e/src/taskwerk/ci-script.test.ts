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
taskwerk note "$id" - < failure.txt > /dev/null

# drain a queue: 10 is "nothing ready", anything else is a real failure
while :; do
  row=$(taskwerk claim --next tag:ci --as "$JOB" --format tsv \\
        --fields id,token) && rc=0 || rc=$?
  case $rc in 0) ;; 10) break ;; *) exit "$rc" ;; esac
  set -- $row; id=$1 token=$2
  if ./handle "$id"; then taskwerk done "$id" --claim "$token" -q
  else taskwerk release "$id" --claim "$token" -q; exit 0; fi
done
`;

const at = { rig: undefined as unknown as Rig };
beforeAll(async () => {
  at.rig = await makeRig();
});
afterAll(() => at.rig.remove());

it("a script that adds, notes, claims and finishes works as written, twice", async () => {
  const { rig } = at;
  await rig.data("init");
  await writeFile(
    join(rig.dir, "taskwerk"),
    `#!/bin/sh\nexec "${process.execPath}" "${programPath("taskwerk")}" "$@"\n`,
  );
  await writeFile(join(rig.dir, "handle"), '#!/bin/sh\ntest "$1" != TASK-003\n');
  await writeFile(join(rig.dir, "script"), SCRIPT);
  await writeFile(join(rig.dir, "failure.txt"), "expected 1\nreceived 2\n");
  for (const file of ["taskwerk", "handle", "script"]) await chmod(join(rig.dir, file), 0o755);
  await rig.data("add", "second", "-t", "ci");
  await rig.data("add", "not for CI");
  const run = () =>
    ended(
      spawn("./script", [], {
        cwd: rig.dir,
        env: { ...rig.env, PATH: `${rig.dir}:${rig.env.PATH}`, TEST: "login > redirects", JOB: "ci-1" },
      }),
    );
  // The third task is the script's own; its handler fails, so it is given back.
  expect(await run()).toEqual({ code: 0, stdout: "TASK-001\nTASK-003\n", stderr: "" });
  expect(await rig.data("show", "3")).toMatchObject({ status: "todo", claim: null, title: "Flaky: login > redirects" });
  expect(await run()).toEqual({ code: 0, stdout: "TASK-003\n", stderr: "" });
  expect(await rig.data<{ notes: unknown[] }>("show", "3")).toMatchObject({
    notes: [{ text: "expected 1\nreceived 2" }, {}],
  });
}, 60_000);
