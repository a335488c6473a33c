/** Ports of this machine that one piece of work has for itself. */

export interface PortBlock {
  /** The first of them. */
  readonly base: number;
  readonly count: number;
  /** Gives it back. Safe to be called again. */
  free(): Promise<void>;
}

/** A port: hands out blocks that nobody else has, in this or another conductor. */
export interface PortBlocks {
  /** Throws PORT_IN_USE when there is none left. */
  take(): Promise<PortBlock>;
}

/** How a command learns of its ports. */
export const portEnv = ({ base, count }: Pick<PortBlock, "base" | "count">): Readonly<Record<string, string>> => ({
  PORT: String(base),
  CONDUCTOR_PORT_BASE: String(base),
  CONDUCTOR_PORTS: `${base}-${base + count - 1}`,
});
