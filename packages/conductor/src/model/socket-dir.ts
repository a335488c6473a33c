/** Names of the directories that sockets lie in, beside those of everybody else: whose one is is in its name. Pure. */

/** One process, for good. */
export interface SocketOwner {
  /** Of its pids, as the system numbers them; 0 where it does not say: a container counts its own. */
  readonly namespace: number;
  readonly pid: number;
  /** As /proc has it; "" where there is none. */
  readonly startTime: string;
}

/** `c`: between conductor and an agent; `e`: an agent's way out. */
type SocketKind = "c" | "e";

/** What such a name begins with. Short: a socket's path has about 100 bytes. */
export const socketDirPrefix = (kind: SocketKind, { namespace, pid, startTime }: SocketOwner): string =>
  `${kind}-${[namespace, pid].map((one) => one.toString(36)).join("-")}-${startTime === "" ? "" : Number(startTime).toString(36)}-`;

/** The process that a directory of this name belongs to; null for every other name. */
export function socketOwnerIn(name: string): SocketOwner | null {
  const [, namespace, pid, started] =
    /^[ce]-([0-9a-z]{1,8})-([0-9a-z]{1,6})-([0-9a-z]{0,11})-[A-Za-z0-9]{6}$/.exec(name) ?? [];
  if (namespace === undefined || pid === undefined || started === undefined) return null;
  return {
    namespace: Number.parseInt(namespace, 36),
    pid: Number.parseInt(pid, 36),
    startTime: started === "" ? "" : String(Number.parseInt(started, 36)),
  };
}
