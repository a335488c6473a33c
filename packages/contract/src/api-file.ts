/** What lies in a store's directory, and what a running server leaves there for programs of the same user. Types and names only. */

/** What a store directory is called, wherever nobody names another one. */
export const STORE_DIRECTORY = ".taskwerk";

/** The database's name inside the store directory. */
export const STORE_FILE = "taskwerk.db";

/** The file's name inside the store directory; mode 0600. */
export const API_FILE = "api.json";

/** A running server, as everybody may see it. */
export interface ApiInfo {
  /** Base address, e.g. http://127.0.0.1:7777 */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The store directory it serves. */
  readonly store: string;
  /** Where this file lies. */
  readonly token_file: string;
  readonly started_at: string;
  readonly version: string;
}

/** The file: what programs of the same user need to call that server. */
export interface ApiFile extends ApiInfo {
  readonly v: 1;
  /** When the process began, as the system counts it: a pid alone may be another program's by now. */
  readonly process_start: string;
  /** The bearer token: never printed, never in a URL, new with every start. */
  readonly token: string;
}
