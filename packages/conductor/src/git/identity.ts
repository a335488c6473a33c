/** Who commits: the user, as their own git is set up. */
import { type Git, textOf } from "./git.ts";
import { searchPathOf } from "./start-git.ts";

export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** Used when the user's git knows no name. */
export const CONDUCTOR: Identity = { name: "conductor", email: "conductor@localhost" };

/**
 * Name and email from the user's own git configuration in `root` (`git var GIT_AUTHOR_IDENT`); null when none is set.
 * This and finding the repository are the only calls that read that configuration.
 */
export async function readIdentity(
  git: Git,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Identity | null> {
  const answer = await git(["var", "GIT_AUTHOR_IDENT"], {
    cwd: root,
    env: usersConfig(env),
    config: ["user.useConfigOnly=true"],
    answers: [1, 128],
  });
  const found = /^(.*) <([^<>]*)> \d+ [+-]\d{4}$/.exec(textOf(answer));
  return answer.code === 0 && found?.[1] ? { name: found[1], email: found[2] ?? "" } : null;
}

/** The environment in which git reads what the user configured. */
export function usersConfig(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const home = env.HOME ?? "/nonexistent";
  const kept = ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_CONFIG_GLOBAL"].flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    PATH: searchPathOf(env),
    HOME: home,
    XDG_CONFIG_HOME: env.XDG_CONFIG_HOME ?? `${home}/.config`,
    GIT_CONFIG_NOSYSTEM: "0",
    GIT_CONFIG_SYSTEM: "/etc/gitconfig",
    GIT_CONFIG_GLOBAL: `${home}/.gitconfig`,
    ...Object.fromEntries(kept),
  };
}

/** The variables that make a commit this person's. */
export const signedAs = (identity: Identity): Readonly<Record<string, string>> => ({
  GIT_AUTHOR_NAME: identity.name,
  GIT_AUTHOR_EMAIL: identity.email,
  GIT_COMMITTER_NAME: identity.name,
  GIT_COMMITTER_EMAIL: identity.email,
});
