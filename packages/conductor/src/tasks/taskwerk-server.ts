/** A server of taskwerk that runs, and the file in which it says how it is reached. */
import { promises } from "node:fs";
import { join } from "node:path";
import { API_FILE, type ApiFile } from "@taskwerk/contract/api-file";
import { isRunning } from "@taskwerk/contract/is-running";

/** One that answers now. */
export interface Server {
  readonly url: string;
  /** The newest that is known: it may be rotated while the server runs. */
  token: string;
  /** The token that lies in the server's file now; null where there is none to be read. */
  readonly reread: () => Promise<string | null>;
  readonly store: string;
  readonly stop: () => Promise<void>;
  readonly alive: () => boolean;
}

/** The token in the store's runtime file, as long as that is of the same server. */
export const tokenIn = async (store: string, url: string): Promise<string | null> => {
  const file = await readApiFile(join(store, API_FILE));
  return file !== null && file.url === url ? file.token : null;
};

/** The runtime file at a path; null where there is none that can be read. */
export async function readApiFile(path: string): Promise<ApiFile | null> {
  try {
    return JSON.parse(await promises.readFile(path, "utf8")) as ApiFile;
  } catch {
    return null;
  }
}

/** One that somebody else has started, and ends. */
export const borrowed = ({ url, token, store, pid }: ApiFile): Server => ({
  url,
  token,
  store,
  reread: () => tokenIn(store, url),
  stop: async () => undefined,
  alive: () => isRunning({ pid }),
});
