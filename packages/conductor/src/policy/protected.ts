/** Classes of paths that a person approves before they land. Pure; the user's own rules add to them. */

import { matchesAny } from "../model/glob.ts";
import type { PROTECTED_NAMES } from "../model/protected-names.ts";
import type { ChangedPath } from "../model/repository.ts";

/** One class: the globs of its paths, and why a person should look. */
export interface ProtectedClass {
  readonly globs: readonly string[];
  /** Paths that match a glob and yet are harmless. */
  readonly except: readonly string[];
  readonly why: string;
}

export type ProtectedClasses = Readonly<Record<string, ProtectedClass>>;

/** What the names in `safety.require_approval_for` mean when the user says nothing else. */
export const PROTECTED_CLASSES: Readonly<Record<(typeof PROTECTED_NAMES)[number], ProtectedClass>> = {
  database_migrations: {
    why: "undoing it needs a migration back, not just a revert",
    globs: [
      "**/migrations/**",
      "**/migration/**",
      "**/migrate/**",
      "**/alembic/versions/**",
      "**/flyway/**",
      "**/liquibase/**",
      "**/db/schema.*",
      "**/db/structure.sql",
      "schema.prisma",
      "*.migration.*",
    ],
    except: ["**/*.test.*", "**/*.spec.*", "*.md"],
  },
  security_files: {
    why: "it decides who may do what, or holds keys",
    globs: [
      ".env*",
      "*.{pem,key,p12,pfx,jks,keystore,crt,cer}",
      "**/auth/**",
      "**/authn/**",
      "**/authz/**",
      "**/security/**",
      "**/secrets/**",
      "**/credentials/**",
      "**/permissions/**",
      "{auth,authn,authz,authentication,authorization,permissions,security}.*",
      ".htpasswd",
      ".htaccess",
      ".netrc",
      ".npmrc",
      ".yarnrc*",
      ".pypirc",
      "authorized_keys",
      "known_hosts",
      "CODEOWNERS",
      ".gitmodules",
      ".gitattributes",
      "*.rules",
      "**/.ssh/**",
      "**/.gnupg/**",
      "**/iam/**",
    ],
    except: ["*.md"],
  },
  config_changes: {
    why: "it changes how everything is built, checked, run or shipped",
    globs: [
      ".github/**",
      ".gitlab-ci.yml",
      ".gitlab/**",
      ".circleci/**",
      ".buildkite/**",
      ".woodpecker*",
      ".drone.yml",
      ".travis.yml",
      "azure-pipelines.yml",
      "bitbucket-pipelines.yml",
      "Jenkinsfile",
      ".ci/**",
      ".husky/**",
      ".githooks/**",
      ".pre-commit-config.yaml",
      "lefthook.y*ml",
      "Dockerfile*",
      "*.dockerfile",
      ".dockerignore",
      "docker-compose*.y*ml",
      "compose*.y*ml",
      "*.{tf,tfvars,hcl}",
      "**/{k8s,kubernetes,helm,terraform,ansible,deploy,deployment,infra}/**",
      "Procfile",
      "fly.toml",
      "vercel.json",
      "netlify.toml",
      "wrangler.toml",
      "serverless.y*ml",
      "*.{service,timer,socket}",
      "nginx*.conf",
      "config/**",
      "*.config.{js,cjs,mjs,ts,cts,mts,json}",
      "tsconfig*.json",
      "biome.json*",
      ".eslintrc*",
      ".prettierrc*",
      "renovate.json*",
      ".renovaterc*",
      "dependabot.yml",
      ".conductor.yml",
      ".conductor/**",
      ".taskwerk/**",
      ".claude/**",
      ".cursor/**",
      ".mcp.json",
      "AGENTS.md",
      "CLAUDE.md",
      ".tool-versions",
      ".nvmrc",
      ".node-version",
    ],
    except: [".github/**/*.md", "config/**/*.md"],
  },
  executables: {
    why: "it can be run as a program from now on",
    globs: [],
    except: [],
  },
};

/** The classes that ask when the user says nothing else. */
export const DEFAULT_APPROVAL_FOR: readonly string[] = ["database_migrations", "security_files", "config_changes"];

/** A changed path that falls into a class. */
export interface ProtectedHit {
  readonly class: string;
  readonly path: string;
  readonly why: string;
}

/** The changed paths that fall into one of the classes named, each once a class, sorted. A class nobody defined hits every path. */
export function protectedHits(
  changed: readonly ChangedPath[],
  names: readonly string[],
  classes: ProtectedClasses = PROTECTED_CLASSES,
): readonly ProtectedHit[] {
  return names.flatMap((name) => {
    const known = Object.hasOwn(classes, name) ? classes[name]! : null;
    return changed
      .filter((change) => known === null || isIn(name, known, change))
      .map(({ path }) => ({ class: name, path, why: known?.why ?? "its class is not defined in the config" }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  });
}

function isIn(name: string, known: ProtectedClass, change: ChangedPath): boolean {
  if (name === "executables" && change.newMode === "100755" && change.oldMode !== "100755") return true;
  // Letters' case decides nothing on some file systems, so it decides nothing here.
  const path = change.path.toLowerCase();
  const lower = (globs: readonly string[]) => globs.map((glob) => glob.toLowerCase());
  return matchesAny(lower(known.globs), path) && !matchesAny(lower(known.except), path);
}
