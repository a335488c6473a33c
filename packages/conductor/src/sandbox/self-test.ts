/** Proves that a confinement confines: tries to get out, and expects every try to fail and one honest task to work. */
import { randomUUID } from "node:crypto";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandResult, Confinement } from "../model/command.ts";

export interface SelfTest {
  readonly passed: boolean;
  /** What went wrong, in words; empty when it passed. */
  readonly failures: readonly string[];
  readonly durationMs: number;
}

export interface SelfTestPlaces {
  /** A directory that is bound for the test, and one beside it that is not. */
  readonly stateDir: string;
  /** The user's home: a canary is put there for a moment, if it can be. */
  readonly home: string | undefined;
}

/**
 * Every line is one try. What it reports is not believed: this side looks whether the file is there, the listener was reached,
 * the secret came out. Where only the inside can know, saying "open" is enough to fail.
 */
const ATTACK = `
secret=$1 outside=$2 port=$3 inside=$4
cat "$secret" 2>/dev/null
: > "$outside" 2>/dev/null
: > "/usr/.conductor-self-test" 2>/dev/null && echo open:usr
mount -o remount,rw /usr 2>/dev/null && echo open:remount
mount -o remount,rw / 2>/dev/null && echo open:remount
mount -t tmpfs none /usr 2>/dev/null && echo open:mount
pattern=$(cat /proc/sys/kernel/core_pattern 2>/dev/null)
[ -n "$pattern" ] && (printf '%s\\n' "$pattern" > /proc/sys/kernel/core_pattern) 2>/dev/null && echo open:proc-sys
(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && echo open:loopback
cat /etc/shadow 2>/dev/null | grep -q . && echo open:shadow
grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status || echo open:capabilities
printf 'done' > "$inside"
`;

/** Runs the tries in one command. */
export async function selfTest(confinement: Confinement, { stateDir, home }: SelfTestPlaces): Promise<SelfTest> {
  const began = performance.now();
  const word = randomUUID();
  const bound = await mkdtemp(join(stateDir, "self-test-"));
  const hidden = await mkdtemp(join(stateDir, "canary-"));
  const place = home === undefined ? hidden : await mkdtemp(join(home, ".conductor-self-test-")).catch(() => hidden);
  const inTmp = await mkdtemp(join(tmpdir(), "conductor-self-test-"));
  const listener = await listen();
  try {
    await writeFile(join(place, "canary"), word, { mode: 0o600 });
    const outside = join(inTmp, "outside");
    const inside = join(bound, "inside");
    const args = [join(place, "canary"), outside, String(listener.port), inside];
    const result = await confinement.run({
      argv: ["/bin/bash", "-c", ATTACK, "bash", ...args],
      cwd: bound,
      binds: [{ path: bound, mode: "rw" }],
      env: {},
      network: "none",
      timeoutMs: 10_000,
      outputLimitBytes: 64 * 1024,
      marker: `self-test/${word}`,
    });
    const failures = [
      ...(result.stdout.includes(word) ? ["a file in the home could be read"] : []),
      ...((await exists(outside)) ? ["a file outside could be written"] : []),
      ...(listener.reached() ? ["a listener on loopback could be reached"] : []),
      ...opened(result.stdout),
      ...((await readFile(inside, "utf8").catch(() => "")) === "done" ? [] : [whyNot(result)]),
    ];
    return { passed: failures.length === 0, failures, durationMs: performance.now() - began };
  } finally {
    listener.close();
    await rm("/usr/.conductor-self-test", { force: true }).catch(() => undefined);
    for (const dir of [bound, hidden, place, inTmp]) await rm(dir, { recursive: true, force: true });
  }
}

const opened = (stdout: string): readonly string[] => [
  ...new Set([...stdout.matchAll(/^open:(\S+)$/gm)].map((found) => `it was open: ${found[1]}`)),
];

const whyNot = ({ end, stderr }: CommandResult): string =>
  end.kind === "spawn-failed"
    ? `nothing can be run in it: ${end.reason}`
    : `an ordinary command did not work in it (${end.kind}${stderr ? `, ${stderr.slice(0, 200)}` : ""})`;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function listen(): Promise<{ readonly port: number; reached(): boolean; close(): void }> {
  let count = 0;
  const server: Server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    reached: () => count > 0,
    close: () => void server.close(),
  };
}
