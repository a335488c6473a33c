import type { Surroundings } from "@taskwerk/terminal/command/program";
import type { ReviewScreen } from "../plan/review-session.ts";
import type { LiveRow } from "../report/live.ts";
import type { MonitorScreen } from "../report/monitor-session.ts";

/** What is drawn in place while a run goes on. */
export interface LiveFrame {
  readonly title: string;
  readonly subtitle: string;
  readonly rows: readonly LiveRow[];
  readonly news: readonly string[];
  readonly foot: string;
}

export interface LiveScreen {
  update(frame: LiveFrame): void;
  /** Plain lines instead, as many of them as the terminal has room for; the rest is counted. */
  lines(all: readonly string[]): void;
  /** Leaves the last frame where it is and gives the terminal back. */
  end(): void;
}

/** What main gives to the command line. */
export interface World extends Surroundings {
  readonly cwd: string;
  readonly version: string;
  readonly pid: number;
  readonly systemUser: () => string;
  /** taskwerk's command line. */
  readonly taskwerk: readonly string[];
  /** The command line that reads documents in a process of its own. */
  readonly parser: readonly string[];
  /** This program's own command line, for background runs. */
  readonly program: readonly string[];
  /** The file this program was built into: another one with every build. */
  readonly bundle: string;
  /** node itself. */
  readonly nodePath: string;
  /** Where examples/ is; null when it was not shipped. */
  readonly examples: string | null;
  /** The scripted agent of the rehearsal, one plain file. */
  readonly scriptedAgent: string;
  readonly homeDir: string;
  readonly tmpDir: string;
  readonly stdinIsTTY: boolean;
  /** Lines of the terminal; undefined where there is none. */
  readonly rows: () => number | undefined;
  /** One line typed by a person; null at the end of input. */
  readonly ask: (question: string) => Promise<string | null>;
  readonly readStdin: () => Promise<string>;
  /** Aborted at the first Ctrl-C, TERM or hang-up; answers the exit code that belongs to it. */
  readonly interrupted: AbortSignal;
  readonly interruptedCode: () => number;
  readonly newId: () => string;
  readonly random: () => number;
  /** A screen that is drawn in place on this terminal; null where there is none. */
  readonly liveScreen: () => Promise<LiveScreen | null>;
  /** A review of a plan on this terminal; null where there is none. */
  readonly reviewScreen: () => Promise<ReviewScreen | null>;
  /** A screen over a run on this terminal; null where there is none. */
  readonly monitorScreen: () => Promise<MonitorScreen | null>;
  /** Ends this process at once, as kill -9 does. */
  readonly die: () => void;
}
