/** A connection to taskwerk that is made when it is first needed, and again when the server went away. */
import { type TaskwerkClient, taskwerkClient } from "@taskwerk/contract/client";
import { isWerkError } from "@taskwerk/contract/errors";
import { findServer, namedServer } from "./find-server.ts";
import type { ConnectOptions } from "./taskwerk-program.ts";
import type { Server } from "./taskwerk-server.ts";

/** A connection that can be asked for again after the server went away. */
export interface Connection {
  /** The client of the server that answers now, with this session's name on every write. Throws TASKWERK_UNREACHABLE, STORE_NOT_FOUND. */
  client(session: string | null): Promise<TaskwerkClient>;
  /** The store directory that is served, as the server says. */
  store(): Promise<string>;
  /** Whether another server can take the place of one that no longer answers: not when the user named it. */
  readonly renews: boolean;
  /** Ends the server if this connection started it. */
  close(): Promise<void>;
}

/** Makes a connection; nothing is started before the first call. */
export function connectTaskwerk(options: ConnectOptions): Connection {
  let server: Promise<Server> | null = null;
  const next = async (last: Promise<Server> | null): Promise<Server> => {
    const known = await last?.catch(() => null);
    if (known?.alive()) return known;
    return options.url === null ? findServer(options) : namedServer(options, options.url);
  };
  // Callers queue behind each other, so that one process never starts two servers.
  const running = (): Promise<Server> => {
    server = next(server);
    return server;
  };
  return {
    renews: options.url === null,
    async client(session) {
      const to = await running();
      const withToken = (token: string): TaskwerkClient =>
        taskwerkClient({ url: to.url, token, actor: options.actor, ...(session === null ? {} : { session }) });
      return withNewToken(to, withToken);
    },
    store: async () => (await running()).store,
    async close() {
      await server?.then(
        (one) => one.stop(),
        () => undefined,
      );
      server = null;
    },
  };
}

/** How often in one call the token may turn out to be a newer one. */
const MOST_ROTATIONS = 3;

/**
 * A client that reads the token again where the server refuses the one it has: somebody may have rotated it. What was
 * refused was not done, so any call may be made again. Where no other token is to be had the refusal stands.
 */
function withNewToken(server: Server, withToken: (token: string) => TaskwerkClient): TaskwerkClient {
  return {
    ...withToken(server.token),
    async call(name, input, callOptions) {
      for (let rotations = 0; ; rotations += 1) {
        const { token } = server;
        try {
          return await withToken(token).call(name, input, callOptions);
        } catch (error) {
          if (!isWerkError(error) || error.code !== "UNAUTHORIZED" || rotations === MOST_ROTATIONS) throw error;
          // Another call may have read it meanwhile.
          if (server.token === token) server.token = (await server.reread()) ?? token;
          if (server.token === token) throw error;
        }
      }
    },
  };
}
