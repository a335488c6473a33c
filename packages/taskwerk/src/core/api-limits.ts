/** How much and how long a server waits for whom, from configuration. Milliseconds. */
export interface ApiLimits {
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** The same to the end of its body; an import has `importMs`. */
  readonly requestMs: number;
  readonly importMs: number;
  /** How long a connection stays open that asks for nothing more. */
  readonly keepAliveMs: number;
  /** How often something is said on a stream of events that has nothing to tell. */
  readonly heartbeatMs: number;
  /** How long a reader of one, or of an export, may take nothing. */
  readonly streamMs: number;
  /** Connections at once. One more closes the oldest that has asked for nothing yet. */
  readonly connections: number;
  /** Calls that are being answered or wait for their turn. One more is told to come later. */
  readonly calls: number;
}
