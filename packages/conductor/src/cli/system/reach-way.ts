import { existsSync } from "node:fs";
import { connect } from "node:net";
import { isAbsolute, join } from "node:path";
import type { Way } from "../../model/notice.ts";

const PATIENCE = 3_000;

/** Why people cannot be told this way; null = nothing speaks against it. Nothing is sent: an address is called and hung up on. */
export function problemOfWay(way: Way, path = "", patienceMs = PATIENCE): Promise<string | null> {
  switch (way.kind) {
    case "post":
      return problemOfAddress(new URL(way.url), patienceMs);
    case "command":
      return Promise.resolve(problemOfProgram(way.argv[0] ?? "", path));
    case "desktop":
      return Promise.resolve(problemOfProgram("notify-send", path));
  }
}

function problemOfProgram(program: string, path: string): string | null {
  const places = program.includes("/") ? [program] : path.split(":").map((dir) => join(dir, program));
  return places.some((place) => isAbsolute(place) && existsSync(place)) ? null : `${program} is not there`;
}

function problemOfAddress({ hostname, port, protocol }: URL, patienceMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, "");
    const socket = connect({ host, port: port === "" ? (protocol === "http:" ? 80 : 443) : Number(port) });
    const end = (problem: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    const timer = setTimeout(() => end(`no answer within ${patienceMs / 1000} seconds`), patienceMs);
    socket.once("connect", () => end(null));
    socket.on("error", ({ code, message }: NodeJS.ErrnoException) => end(WORDS[code ?? ""] ?? message));
  });
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "no such host is known",
  EAI_AGAIN: "its name cannot be looked up now",
};
