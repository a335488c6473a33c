import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { API_FILE, type ApiFile, type ApiInfo } from "@taskwerk/contract/api-file";
import { WerkError } from "@taskwerk/contract/errors";
import { processStart } from "@taskwerk/contract/process-start";
import type { ApiLimits } from "../core/api-limits.ts";
import { type Alone, infoOf, leaveApiFile, readApiFile, replaceApiFile, takeApiFile } from "./api-file.ts";
import { isSecret, newSecret } from "./bearer.ts";
import { type DoorPolicy, hostsOf } from "./guard.ts";
import type { ApiOperations } from "./make-app.ts";
import { type Doorkeeper, makeServer } from "./make-server.ts";
import { holderOf } from "./port-holder.ts";

/** What is served, where, and by whom. */
export interface ServeOptions {
  /** The store directory. */
  readonly store: string;
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly now: () => Date;
  readonly alone: Alone;
  /** Names beside this machine's own under which it may be called, as they stand in a Host header. */
  readonly hosts: readonly string[];
  readonly limits: ApiLimits;
  readonly tokenOf: Doorkeeper["tokenOf"];
  readonly uidOf: Doorkeeper["uidOf"];
  readonly onAnswer: Doorkeeper["onAnswer"];
}

/** A server that answers. */
export interface RunningApi {
  readonly info: ApiInfo;
  /** Takes no new calls, lets running ones end (8 s at most), removes its file. */
  readonly close: () => Promise<void>;
}

/** Starts serving a store. Throws API_RUNNING when a server has it already, PORT_IN_USE when the port is taken. */
export async function serveApi(operations: ApiOperations, options: ServeOptions): Promise<RunningApi> {
  const { store, pid } = options;
  const other = await readApiFile(store);
  if (other) throw alreadyRunning(other);
  // What changes while it serves: the names it is called by, once it has a port; its token; whether it is to end.
  const token = newSecret();
  const now = { policy: { hosts: new Set(), owns: isSecret(token) } as DoorPolicy, ending: false };
  const keeping = { file: null as ApiFile | null };
  const { server, endStreams } = makeServer(operations, {
    policy: () => now.policy,
    limits: options.limits,
    now: options.now,
    tokenOf: options.tokenOf,
    uidOf: options.uidOf,
    onAnswer: options.onAnswer,
    ending: () => now.ending,
    // One after the other, and what the disk says against it is told as it is of the store.
    rotate: () =>
      options.alone(async () => {
        const file = { ...keeping.file!, token: newSecret() };
        // At once: whoever reads the new one may use it, and from then on the old one is none.
        replaceApiFile(store, file);
        now.policy = { ...now.policy, owns: isSecret(file.token) };
        keeping.file = file;
        return infoOf(file);
      }),
  });
  const port = await listen(server, options);
  now.policy = { ...now.policy, hosts: new Set([...hostsOf(namesOf(options.host), port), ...options.hosts]) };
  const file: ApiFile = {
    v: 1,
    url: `http://${urlHost(options.host)}:${port}`,
    port,
    pid,
    process_start: (await processStart(pid)) ?? "",
    store,
    token_file: join(store, API_FILE),
    started_at: options.now().toISOString(),
    version: options.version,
    token,
  };
  const first = await leaveApiFile(store, file, options.alone).catch((error: unknown) => {
    server.close();
    throw error;
  });
  if (first) {
    server.close();
    throw alreadyRunning(first);
  }
  keeping.file = file;
  return {
    info: infoOf(file),
    close: async () => {
      now.ending = true;
      endStreams();
      await closeServer(server);
      await takeApiFile(store, file);
    },
  };
}

/** The details are all that may be shown of the one that runs, so that whoever wanted a server can use that one. */
const alreadyRunning = ({ url, pid, store, token_file }: ApiInfo): WerkError =>
  new WerkError("API_RUNNING", `this store is served already: ${url} (pid ${pid})`, {
    hint: "See it:  taskwerk api status\nEnd it:  taskwerk api stop",
    details: { url, pid, store, token_file },
  });

function listen(server: Server, { port, host }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      void listenError(error, port, host).then(reject);
    });
    server.listen({ port, host: host === "localhost" ? "127.0.0.1" : host, exclusive: true }, () => {
      server.removeAllListeners("error");
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function listenError(error: NodeJS.ErrnoException, port: number, host: string): Promise<WerkError> {
  switch (error.code) {
    case "EADDRINUSE": {
      const holder = await holderOf(port);
      const who =
        holder === null
          ? "another program"
          : `${holder.name} (pid ${holder.pid}${holder.cwd ? `, in ${holder.cwd}` : ""})`;
      return new WerkError("PORT_IN_USE", `port ${port} is taken by ${who}`, {
        hint: "Any free one:  taskwerk api start --port 0",
        cause: error,
        field: "port",
        given: String(port),
        details: holder === null ? {} : { pid: holder.pid, name: holder.name, cwd: holder.cwd },
      });
    }
    case "EACCES":
      return new WerkError("PORT_IN_USE", `port ${port} may not be used by this user`, {
        hint: "Ports from 1024 on are free to use:  taskwerk api start --port 7777",
        cause: error,
        field: "port",
        given: String(port),
      });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EINVAL":
      return new WerkError("USAGE", `this machine has no address ${host}`, {
        hint: "On this machine alone, which is the default:  --host 127.0.0.1",
        cause: error,
        field: "host",
        given: host,
      });
    default:
      return new WerkError("INTERNAL", `cannot listen on ${host}:${port}: ${error.message}`, {
        hint: "Any port that is free:  taskwerk api start --port 0",
        cause: error,
      });
  }
}

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];
const isLoopback = (host: string): boolean => host === "127.0.0.1" || host === "localhost" || host === "::1";
const urlHost = (host: string): string => {
  if (host === "localhost" || host === "0.0.0.0") return "127.0.0.1";
  return host.includes(":") ? `[${host === "::" ? "::1" : host}]` : host;
};

/** Every name under which this server may be called. */
function namesOf(host: string): readonly string[] {
  if (isLoopback(host)) return LOOPBACK;
  if (host !== "0.0.0.0" && host !== "::") return [...LOOPBACK, urlHost(host)];
  const addresses = Object.values(networkInterfaces()).flatMap(
    (list) => list?.map(({ address }) => urlHost(address)) ?? [],
  );
  return [...LOOPBACK, ...addresses, hostname().toLowerCase()];
}

const GRACE_MS = 8_000;
const LOOK_MS = 50;

/** Takes no new connection; who is being answered gets his answer, who has it is hung up on. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    const idle = setInterval(() => server.closeIdleConnections(), LOOK_MS);
    server.close(() => {
      clearTimeout(force);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}
