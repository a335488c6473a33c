import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Who is connected, and who of them is being answered. */
export interface Connections {
  /** A request of this connection is complete enough to be answered; it is not closed for others until `rest`. */
  readonly work: (socket: Socket, answer: ServerResponse) => void;
  /** It has its answer. */
  readonly rest: (socket: Socket, answer: ServerResponse) => void;
}

/**
 * Keeps a server's connections to `most`. One more closes the one that has asked for nothing for longest: whoever opens
 * thousands and says nothing, or says it byte by byte, only loses his own. Where all of them are being answered, the new
 * one is closed.
 *
 * When a connection closes, the answers that wait there behind another one are over too, and say so.
 */
export function limitConnections(server: Server, most: number): Connections {
  // In the order in which they came to rest: the first has been silent for longest.
  const resting = new Set<Socket>();
  const working = new Map<Socket, Set<ServerResponse>>();
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
      const answers = working.get(socket) ?? [];
      working.delete(socket);
      for (const answer of answers) closeWaiting(answer);
    });
  });
  return {
    work(socket, answer) {
      resting.delete(socket);
      working.set(socket, (working.get(socket) ?? new Set()).add(answer));
    },
    rest(socket, answer) {
      const answers = working.get(socket);
      if (!answers?.delete(answer) || answers.size > 0) return;
      working.delete(socket);
      if (!socket.destroyed) resting.add(socket);
    },
  };
}

/** Node tells the end of a connection only to the answer whose turn it is. The others would wait for theirs for ever. */
function closeWaiting(answer: ServerResponse): void {
  if (answer.socket || answer.closed) return;
  answer.destroy();
  answer.emit("close");
}
