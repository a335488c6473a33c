/** Keeps the machine from going to sleep, as long as this process lives and no longer. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";

export interface Awake {
  /** Why the machine may sleep all the same; null = it is held awake. */
  readonly problem: string | null;
  /** Lets it sleep again. Safe to be called again. */
  release(): Promise<void>;
}

export interface AwakeOptions {
  /** Where the programs are found. */
  readonly path: string | undefined;
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  /** D-Bus is found with these. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How long the system may take to agree. */
const PATIENCE = 5_000;
const HELD = "held";
const BUS = ["DBUS_SYSTEM_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME"];

/** Asks the system: systemd-inhibit on Linux, caffeinate on macOS. Never throws. */
export async function holdAwake({ path, platform, pid, env }: AwakeOptions): Promise<Awake> {
  const way = wayOf(platform, pid);
  if (way === null) return { problem: `nothing is known to keep ${platform} awake`, release: async () => undefined };
  const [program, ...args] = way.argv as readonly [string, ...string[]];
  const child = spawn(program, args, {
    // What it is tied to: its end of this pipe is closed when this process ends, however that happens.
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: path,
      ...Object.fromEntries(BUS.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
    },
  });
  child.stdin.on("error", () => undefined);
  // A run that is over does not wait for it.
  for (const one of [child, child.stdin as Socket, child.stdout as Socket, child.stderr as Socket]) one.unref();
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const release = async (): Promise<void> => {
    child.ref();
    child.stdin.destroy();
    child.kill("SIGTERM");
    await ended;
  };
  const problem = await whyNot(child, program, way.says);
  if (problem !== null) await release();
  return { problem, release };
}

/** `says`: it says that it holds; where it does not, it holds once it has not ended at once. */
function wayOf(
  platform: NodeJS.Platform,
  pid: number,
): { readonly argv: readonly string[]; readonly says: boolean } | null {
  if (platform === "darwin") return { argv: ["caffeinate", "-i", "-w", String(pid)], says: false };
  if (platform !== "linux") return null;
  const why = ["--what=idle:sleep", "--who=conductor", "--why=a run goes on", "--mode=block"];
  // It starts its command only once the system has agreed, and lets go when that ends.
  return { argv: ["systemd-inhibit", ...why, "sh", "-c", `echo ${HELD}; exec cat >/dev/null`], says: true };
}

function whyNot(child: ChildProcess, program: string, says: boolean): Promise<string | null> {
  return new Promise((resolve) => {
    let [out, said] = ["", ""];
    const over = setTimeout(() => resolve(says ? `${program} does not answer` : null), says ? PATIENCE : 300);
    const end = (problem: string | null): void => {
      clearTimeout(over);
      resolve(problem);
    };
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      if (says && out.startsWith(`${HELD}\n`)) end(null);
    });
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      said += text.slice(0, 500);
    });
    child.once("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "ENOENT" ? `${program} is not there` : error.message),
    );
    child.once("close", () => end(`${program}: ${said.trim().split("\n")[0] || "it ended at once"}`));
  });
}
