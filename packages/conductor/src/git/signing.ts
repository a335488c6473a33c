/** Signs commits as the user signs theirs. */
import { fieldsOf, type Git } from "./git.ts";
import { usersConfig } from "./identity.ts";

/** What git is told to sign with. */
export interface Signing {
  /** Settings, each `name=value`. */
  readonly config: readonly string[];
  /** Where the signing program finds its keys and its agent. */
  readonly env: Readonly<Record<string, string>>;
}

const SETTINGS = "^(commit\\.gpgsign|user\\.signingkey|gpg\\..+)$";
const VARIABLES = ["HOME", "GNUPGHOME", "GPG_TTY", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR"];

/**
 * How the user signs every commit (`commit.gpgsign` and what belongs to it), or null when they do not. Only what they have
 * set for all their repositories counts: a repository's own configuration is somebody else's text, and names programs.
 */
export async function readSigning(
  git: Git,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Signing | null> {
  const answer = await git(["config", "--global", "--includes", "-z", "--get-regexp", SETTINGS], {
    cwd: "/",
    env: usersConfig(env),
    answers: [1],
  });
  const settings = new Map(
    fieldsOf(answer).map((entry) => {
      const [name = "", ...value] = entry.split("\n");
      // A name alone means true.
      return [name, value.length === 0 ? "true" : value.join("\n")] as const;
    }),
  );
  if (!/^(true|yes|on|1)$/i.test(settings.get("commit.gpgsign") ?? "")) return null;
  return {
    config: [...settings].filter(([name]) => name !== "commit.gpgsign").map(([name, value]) => `${name}=${value}`),
    env: Object.fromEntries(VARIABLES.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
  };
}
