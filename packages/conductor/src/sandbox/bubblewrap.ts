/** Level full: bubblewrap. Only named paths, no network, no capability, no process of ours in sight. */
import { randomUUID } from "node:crypto";
import { realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { isRunning, startTimeOf } from "@taskwerk/contract/is-running";
import type { Bind, Command, CommandEnd, Confinement, Running, UseLimits } from "../model/command.ts";
import { startChild } from "./child.ts";
import { type ControlGroups, NOT_GROUPED } from "./control-group.ts";
import { FORWARDER, NOT_STARTED } from "./egress-forwarder.ts";
import { type EgressProxy, openEgress } from "./egress-proxy.ts";
import { type Endpoint, egressRules, isLoopback } from "./egress-rules.ts";
import { COMMAND, environmentOf } from "./environment.ts";
import { findMarked } from "./process-table.ts";
import { ATTEMPT, endAll, endProcess } from "./sweep.ts";
import { isInside, type SystemView } from "./system-view.ts";

export interface BubblewrapOptions {
  /** The absolute path of bwrap. */
  readonly program: string;
  readonly system: SystemView;
  /** Paths that may never be bound, nor anything above them: the home, conductor's own state. */
  readonly hidden: readonly string[];
  /** True when this process is root: then /proc/sys needs a cover of its own. */
  readonly root: boolean;
  /** Forbid further user namespaces inside. Not every system allows saying so. */
  readonly noUserNamespaces: boolean;
  /** What each command may hold; null = no limit. */
  readonly limits: UseLimits | null;
  /** What holds each command to its limits; null = it is watched. */
  readonly groups: ControlGroups | null;
  /** This bubblewrap can be told how large its /tmp may be. */
  readonly sized: boolean;
}

const GRACE = 2000;
const OWN_DIRECTORIES = [".taskwerk", ".conductor"];
const INNER_HOME = "/tmp/home";

export function bubblewrapConfinement(options: BubblewrapOptions): Confinement {
  const start = async (command: Command): Promise<Running> => {
    const id = randomUUID();
    if (!command.argv[0]) return neverStarted("the command line is empty");
    const refusal = await whyNotBound(command.binds, options.hidden);
    if (refusal !== null) return neverStarted(refusal);
    const way = await wayOut(command);
    if (typeof way === "string") return neverStarted(way);
    // Where one cannot be made, this command is watched.
    const group = options.limits === null ? null : await options.groups?.make(options.limits).catch(() => null);
    const defaults = { path: options.system.path, home: INNER_HOME, tmp: "/tmp", id };
    const inside = { ...options.system.env, ...environmentOf(command, defaults) };
    return startChild(command, {
      file: options.program,
      limits: options.limits,
      group: group ?? null,
      args: ["--args", "3", "--", ...(way === null ? [] : throughForwarder(way.endpoints)), ...command.argv],
      cwd: "/",
      // The outer process carries the attempt's mark and no secret; the inner environment goes through a pipe, because
      // arguments are visible to everybody on the machine.
      env: { PATH: "/usr/bin:/bin", [ATTEMPT]: command.marker },
      secretArgs: bubblewrapArgs(command, options, inside, way === null ? [] : showing(way.proxy))
        .map((arg) => `${arg}\0`)
        .join(""),
      end: async (pid) => {
        // Only what runs inside carries the command's own mark, so TERM does not reach bubblewrap, whose end is KILL for all.
        await endAll(async () => (isRunning({ pid }) ? findMarked(COMMAND, id) : []), GRACE);
        await endProcess(pid, startTimeOf(pid), 0);
      },
      // With bubblewrap the first process inside goes, and with that one its whole namespace.
      kill: async (pid) => {
        await endProcess(pid, startTimeOf(pid), 0);
        await endAll(() => findMarked(COMMAND, id), 0);
      },
      tidy: async (_, since) => void (await endAll(() => findMarked(COMMAND, id, since), 0)),
      judge: neverRan,
      ...(way === null ? {} : { cleanUp: () => way.proxy.close() }),
    });
  };
  return { level: "full", start, run: async (command) => (await start(command)).result };
}

interface WayOut {
  readonly proxy: EgressProxy;
  readonly endpoints: readonly Endpoint[];
}

/** Opens the command's proxy when it is to have one; a sentence when its hosts make no sense. */
async function wayOut({ egress, network }: Command): Promise<WayOut | string | null> {
  if (egress === undefined || egress.hosts.length === 0 || network === "host") return null;
  const rules = egressRules(egress.hosts);
  if (rules.kind === "invalid") return `of the hosts that it may reach, ${rules.problem}`;
  const { endpoints } = rules;
  try {
    const proxy = await openEgress({ endpoints, onRefused: egress.onRefused, parent: shortest(tmpdir(), "/tmp") });
    await writeFile(join(proxy.dir, FORWARDER_FILE), FORWARDER, { mode: 0o400 });
    return { proxy, endpoints };
  } catch (error) {
    return `the way to its hosts could not be opened: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A socket's path has about 100 bytes. */
const shortest = (wanted: string, fallback: string): string => (wanted.length < 80 ? wanted : fallback);

/** Where the proxy's socket and the forwarder are, inside. */
const EGRESS = "/run/conductor";
const FORWARDER_FILE = "forwarder.cjs";

/** The forwarder runs on conductor's own node, whatever the command finds in PATH. */
const showing = ({ dir }: EgressProxy): readonly string[] => [
  ...["--ro-bind", dir, `${EGRESS}/egress`],
  ...["--ro-bind", process.execPath, `${EGRESS}/node`],
];

const throughForwarder = (endpoints: readonly Endpoint[]): readonly string[] => [
  ...[`${EGRESS}/node`, `${EGRESS}/egress/${FORWARDER_FILE}`, `${EGRESS}/egress/s`],
  JSON.stringify(endpoints.filter(({ host }) => isLoopback(host)).map(({ host, port }) => [host, port])),
];

/** The arguments of bubblewrap up to the command line. `more` comes after the binds. Throws for a NUL character. Pure. */
export function bubblewrapArgs(
  command: Pick<Command, "binds" | "cwd" | "network">,
  {
    system,
    root,
    noUserNamespaces,
    limits = null,
    sized = false,
  }: Pick<BubblewrapOptions, "system" | "root" | "noUserNamespaces"> &
    Partial<Pick<BubblewrapOptions, "limits" | "sized">>,
  environment: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): readonly string[] {
  const args = [
    "--unshare-all",
    ...(command.network === "host" ? ["--share-net"] : []),
    ...(noUserNamespaces ? ["--unshare-user", "--disable-userns"] : []),
    "--die-with-parent",
    "--new-session",
    "--clearenv",
    "--cap-drop",
    "ALL",
    ...["--hostname", "conductor"],
    ...["--proc", "/proc"],
    // Without capabilities root still owns these files, and one of them (kernel.core_pattern) names a program that the
    // kernel of the machine runs.
    ...(root ? ["sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi"].flatMap(coverProc) : []),
    ...["--dev", "/dev"],
    // Files there are memory, of the machine's and not of any process.
    ...(limits === null || !sized ? [] : ["--size", String(limits.memoryBytes)]),
    ...["--tmpfs", "/tmp", "--dir", INNER_HOME, "--dir", "/var", "--symlink", "../tmp", "/var/tmp"],
    ...system.mounts.flat(),
    ...(command.network === "host" ? HOST_NETWORK.flatMap((path) => ["--ro-bind-try", path, path]) : []),
    ...outerFirst(command.binds).flatMap(({ path, mode }) => [mode === "rw" ? "--bind" : "--ro-bind", path, path]),
    ...more,
    ...["--remount-ro", "/"],
    ...["--chdir", command.cwd],
    ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
  if (args.some((arg) => arg.includes("\0")))
    throw new Error("an argument of a confined command holds a NUL character");
  return args;
}

const HOST_NETWORK = ["/etc/resolv.conf", "/run/systemd/resolve/stub-resolv.conf"];

const coverProc = (name: string): readonly string[] => ["--ro-bind-try", `/proc/${name}`, `/proc/${name}`];

/** A bind inside another must come after it, or it would be covered. */
const outerFirst = (binds: readonly Bind[]): readonly Bind[] =>
  [...binds].sort((a, b) => a.path.length - b.path.length);

async function whyNotBound(binds: readonly Bind[], hidden: readonly string[]): Promise<string | null> {
  const secret = await Promise.all(hidden.map((path) => realpath(path).catch(() => path)));
  for (const { path } of binds) {
    const real = await realpath(path).catch(() => null);
    if (real === null) return `${path} does not exist, and the command needs it`;
    if (OWN_DIRECTORIES.includes(basename(real)) || real === "/" || secret.some((place) => isInside(place, real)))
      return `${path} is never shown to a confined command`;
  }
  return null;
}

function neverStarted(reason: string): Running {
  const result = {
    end: { kind: "spawn-failed", reason },
    stdout: "",
    stderr: "",
    truncated: false,
    durationMs: 0,
  } as const;
  return { pid: 0, startTime: "", result: Promise.resolve(result) };
}

/** bubblewrap, or the forwarder, says on stderr when it could not set things up or found no such program, and exits with 1. */
function neverRan(end: CommandEnd, stderr: string): CommandEnd {
  const prefix = ["bwrap: ", NOT_STARTED, NOT_GROUPED].find((each) => stderr.startsWith(each));
  if (end.kind !== "exited" || end.code !== 1 || prefix === undefined) return end;
  return { kind: "spawn-failed", reason: stderr.split("\n")[0]?.slice(prefix.length, 500) ?? "" };
}
