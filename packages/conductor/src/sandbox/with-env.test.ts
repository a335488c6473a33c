import { expect, it } from "vitest";
import type { Command, Confinement } from "../model/command.ts";
import { plainConfinement } from "./plain.ts";
import { withEnv } from "./with-env.ts";

it("a boundary with variables gives them to every command that does not bring them itself", async () => {
  const plain: Confinement = plainConfinement({ path: "/usr/bin:/bin", stateDir: "/tmp", limits: null });
  const command: Command = {
    argv: ["sh", "-c", 'echo "$PORT $OWN"'],
    cwd: "/",
    binds: [],
    env: { OWN: "mine" },
    network: "none",
    timeoutMs: 10_000,
    outputLimitBytes: 1_000,
    marker: "test/with-env",
  };
  const given = withEnv(plain, { PORT: "20000", OWN: "given" });
  expect(given.level).toBe("none");
  expect((await given.run(command)).stdout).toBe("20000 mine\n");
  const running = await given.start({ ...command, env: {} });
  expect((await running.result).stdout).toBe("20000 given\n");
});
