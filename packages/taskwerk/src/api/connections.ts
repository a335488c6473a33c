import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Who is connected, and who of them is being answered. */
export interface Connections {
  /** A request of this connection is complete enough to be answered; it is not closed for others until `rest`. */
  readonly work: (socket: Socket) => void;
  /** It has its answer. */
  readonly rest: (socket: Socket) => void;
}

/**
 * Keeps a server's connections to `most`. One more closes the one that has asked for nothing for longest: whoever opens
 * thousands and says nothing, or says it byte by byte, only loses his own. Where all of them are being answered, the new
 * one is closed.
 */
export function limitConnections(server: Server, most: number): Connections {
  // In the order in which they came to rest: the first has been silent for longest.
  const resting = new Set<Socket>();
  const working = new Map<Socket, number>();
  server.on("connection", (socket: Socket) => {
    if (resting.size + working.size >= most) {
      const [oldest] = resting;
      if (!oldest) {
        socket.destroy();
        return;
      }
      resting.delete(oldest);
      oldest.destroy();
    }
    resting.add(socket);
    socket.once("close", () => {
      resting.delete(socket);
      working.delete(socket);
    });
  });
  return {
    work(socket) {
      resting.delete(socket);
      working.set(socket, (working.get(socket) ?? 0) + 1);
    },
    rest(socket) {
      const left = (working.get(socket) ?? 0) - 1;
      if (left > 0) working.set(socket, left);
      else if (working.delete(socket) && !socket.destroyed) resting.add(socket);
    },
  };
}
