/** One git process that answers one question after the other about objects and names, for as long as it is asked. */
import type { ChildProcess } from "node:child_process";
import { WerkError } from "@taskwerk/contract/errors";
import type { GitPlace, StartGit } from "./start-git.ts";

export interface ObjectFacts {
  readonly id: string;
  readonly type: string;
  readonly bytes: number;
}

export interface ObjectReader {
  /**
   * What a name is (an id, a ref, with ^{…} steps); null when it names nothing. Names hold no white space. Refs are read anew each time.
   * Throws GIT_FAILED when git cannot read what it names.
   */
  about(name: string): Promise<ObjectFacts | null>;
  /** The same with the contents, which must fit into memory. */
  read(name: string): Promise<(ObjectFacts & { readonly contents: Buffer }) | null>;
}

interface Question {
  readonly words: string;
  readonly withContents: boolean;
  readonly resolve: (answer: (ObjectFacts & { readonly contents: Buffer }) | null) => void;
  readonly reject: (error: unknown) => void;
}

/** How long git may think about one question. */
const PATIENCE = 60_000;
/** How long it is kept when nobody asks. */
const IDLE = 10_000;

/** `place`: whose objects and refs. Nothing is started before the first question, and nothing keeps this process alive between two. */
export function openReader(start: StartGit, place: GitPlace): ObjectReader {
  let current: Conversation | null = null;
  const ask = (words: string, withContents: boolean): ReturnType<ObjectReader["read"]> =>
    new Promise((resolve, reject) => {
      if (/\s/.test(words.slice(words.indexOf(" ") + 1))) throw new Error(`no name of an object: ${words}`);
      if (current === null || current.over) current = converse(start, place);
      current.ask({ words, withContents, resolve, reject });
    });
  return {
    about: (name) => ask(`info ${name}`, false),
    read: (name) => ask(`contents ${name}`, true),
  };
}

interface Conversation {
  ask(question: Question): void;
  /** It has ended; another one is needed. */
  readonly over: boolean;
}

function converse(start: StartGit, place: GitPlace): Conversation {
  const waiting: Question[] = [];
  let over = false;
  let said = "";
  const child = start(["cat-file", "--batch-command"], place);
  const incoming = reassemble(waiting, () => settle());
  const give = (why: string): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    child.kill("SIGKILL");
    const reason = said.split("\n").find((line) => line.trim() !== "");
    for (const { reject, words } of waiting.splice(0))
      reject(
        new WerkError("GIT_FAILED", `git cat-file ${words}: ${reason?.slice(0, 300) ?? why}`, {
          hint: "conductor doctor looks at git and the repository.",
          details: { stderr: said.slice(0, 2000) },
        }),
      );
  };
  let timer = setTimeout(() => undefined, 0);
  const settle = (): void => {
    clearTimeout(timer);
    const busy = waiting.length > 0;
    hold(child, busy);
    timer = setTimeout(() => give("took too long"), busy ? PATIENCE : IDLE);
    if (!busy) timer.unref();
  };
  child.stdin?.on("error", () => undefined);
  child.stdout?.on("data", (chunk: Buffer) => {
    if (!incoming(chunk)) give("said something that was not asked for");
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-4000);
  });
  child.once("error", (error: NodeJS.ErrnoException) =>
    give(error.code === "ENOENT" ? "git was not found on PATH" : error.message),
  );
  child.once("close", () => give("ended"));
  return {
    ask(question) {
      waiting.push(question);
      child.stdin?.write(`${question.words}\n`);
      settle();
    },
    get over() {
      return over;
    },
  };
}

/** While nothing is asked, neither the process nor its pipes keep this program from ending. */
function hold(child: ChildProcess, busy: boolean): void {
  for (const one of [child, child.stdin, child.stdout, child.stderr] as readonly Partial<Holding>[])
    if (busy) one?.ref?.();
    else one?.unref?.();
}

interface Holding {
  ref(): void;
  unref(): void;
}

/** Puts answers together from what comes in pieces, and gives each to the question that is first in line. False: nobody asked. */
function reassemble(waiting: Question[], onAnswer: () => void): (chunk: Buffer) => boolean {
  let pieces: Buffer[] = [];
  let held = 0;
  let wanted = 0;
  const take = (): boolean => {
    let bytes = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    for (;;) {
      const eol = bytes.indexOf(10);
      if (eol < 0) break;
      const question = waiting[0];
      if (question === undefined) return false;
      const facts = factsIn(bytes.toString("latin1", 0, eol));
      const end = facts === null || !question.withContents ? eol + 1 : eol + 1 + facts.bytes + 1;
      wanted = end;
      if (bytes.length < end) break;
      waiting.shift();
      // A copy: the rest of what came may be large, and answers are kept.
      question.resolve(
        facts && { ...facts, contents: Buffer.from(bytes.subarray(eol + 1, Math.max(eol + 1, end - 1))) },
      );
      bytes = bytes.subarray(end);
      wanted = 0;
      onAnswer();
    }
    pieces = bytes.length === 0 ? [] : [bytes];
    held = bytes.length;
    return true;
  };
  return (chunk) => {
    pieces.push(chunk);
    held += chunk.length;
    return held < wanted || take();
  };
}

/** The first line of an answer: null where there is no such object, or more than one. */
function factsIn(line: string): ObjectFacts | null {
  const found = /^([0-9a-f]{40}|[0-9a-f]{64}) (blob|tree|commit|tag) (\d+)$/.exec(line);
  return found === null ? null : { id: found[1]!, type: found[2]!, bytes: Number(found[3]) };
}
