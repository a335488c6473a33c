/** How a command of an agent sees its workspace. */
import type { Bind } from "../model/command.ts";
import type { Workspace } from "../model/repository.ts";

/**
 * Runs in the clone, which it may write with its home and its temporary directory, and sees nothing else of the attempt; of the
 * user's repository the objects alone, where the clone borrows them.
 */
export const inWorkspace = ({
  dir,
  home,
  tmp,
  borrows,
}: Workspace): {
  readonly cwd: string;
  readonly binds: readonly Bind[];
  readonly env: Readonly<Record<string, string>>;
} => ({
  cwd: dir,
  binds: [
    ...[dir, home, tmp].map((path) => ({ path, mode: "rw" as const })),
    ...(borrows === null ? [] : [{ path: borrows, mode: "ro" as const }]),
  ],
  env: { HOME: home, TMPDIR: tmp },
});
