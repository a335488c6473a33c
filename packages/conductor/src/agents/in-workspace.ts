/** How a command of an agent sees its workspace. */
import type { Bind } from "../model/command.ts";
import type { Workspace } from "../model/repository.ts";

/** Runs in the clone, which it may write with its home and its temporary directory, and sees nothing else of the attempt. */
export const inWorkspace = ({
  dir,
  home,
  tmp,
}: Workspace): {
  readonly cwd: string;
  readonly binds: readonly Bind[];
  readonly env: Readonly<Record<string, string>>;
} => ({
  cwd: dir,
  binds: [dir, home, tmp].map((path) => ({ path, mode: "rw" })),
  env: { HOME: home, TMPDIR: tmp },
});
