import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openRepository } from "./repository.ts";
import { makeTestRepository, type TestRepository } from "./test-repository.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
beforeEach(() => {
  user = makeTestRepository();
});
afterEach(() => user.remove());

/** The signature of a commit made now, as git keeps it. */
async function signatureOfOne(sign: boolean): Promise<string | undefined> {
  const repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store"), sign });
  const base = user.git("rev-parse", "HEAD");
  const commit = await repository.commitTree({ tree: await repository.treeOf(base), parents: [base], message: "x\n" });
  return /^gpgsig (.*)$/m.exec(user.git("cat-file", "commit", commit))?.[1];
}

it("signs as the user signs every commit, and as no repository says", async () => {
  const key = join(user.top, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const settings = [
    ["commit.gpgsign", "true"],
    ["gpg.format", "ssh"],
    ["user.signingkey", `${key}.pub`],
  ] as const;
  for (const [name, value] of settings) user.git("config", name, value);
  expect(await signatureOfOne(true)).toBeUndefined();
  const canary = join(user.top, "canary");
  writeFileSync(join(user.top, "sign.sh"), `#!/bin/sh\ntouch ${canary}\nexit 1\n`, { mode: 0o755 });
  user.git("config", "gpg.ssh.program", join(user.top, "sign.sh"));
  const config = join(user.env.HOME!, ".gitconfig");
  for (const [name, value] of settings) execFileSync("git", ["config", "--file", config, name, value]);
  expect(await signatureOfOne(true)).toBe("-----BEGIN SSH SIGNATURE-----");
  expect(await signatureOfOne(false)).toBeUndefined();
  expect(() => execFileSync("ls", [canary], { stdio: "pipe" })).toThrow();
});
