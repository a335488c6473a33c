/** Callers who open connections and say nothing, or say it byte by byte. */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { requestOf, sendRaw } from "./raw-http.ts";

/** A crowd that is there until it is sent away. */
export interface Crowd {
  readonly leave: () => void;
}

/** Opens so many; of three one says nothing, one begins a request, one says a byte now and then. */
export async function openCrowd(port: number, count: number): Promise<Crowd> {
  const sockets = new Set<Socket>();
  for (let n = 0; n < count; n += 1) {
    const socket = connect(port, "127.0.0.1");
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    if (n % 3 === 1) socket.write("POST /v1/tasks HTTP/1.1\r\nHost: ");
    if (n % 100 === 99) await sleep(1);
  }
  const drip = setInterval(() => {
    for (const socket of sockets) socket.write("X");
  }, 200);
  return {
    leave() {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Asks so many times on new connections; how long each took, milliseconds, and how many were answered as they should. */
export async function askAmong(port: number, path: string, token: string | null, times: number) {
  const took: number[] = [];
  let answered = 0;
  const headers = [`Host: 127.0.0.1:${port}`, ...(token === null ? [] : [`Authorization: Bearer ${token}`])];
  for (let n = 0; n < times; n += 1) {
    const began = performance.now();
    const { status } = await sendRaw(port, requestOf(`GET ${path} HTTP/1.1`, headers));
    took.push(performance.now() - began);
    if (status === 200) answered += 1;
  }
  took.sort((a, b) => a - b);
  return { answered, median: took[Math.floor(times / 2)]!, worst: took.at(-1)! };
}
