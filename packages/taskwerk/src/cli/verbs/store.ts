import type { VerbEntry } from "../verb.ts";

/** What is done to a store as a whole. */
export const STORE_VERBS: readonly VerbEntry[] = [
  {
    name: "init",
    group: "Store",
    usage: "init",
    summary: "Make a store for this repository",
    load: () => import("../store/init.ts").then((m) => m.initVerb),
  },
  {
    name: "status",
    group: "Store",
    usage: "status",
    summary: "How many tasks there are, and which store it is",
    load: () => import("../store/status.ts").then((m) => m.statusVerb),
  },
  {
    name: "where",
    group: "Store",
    usage: "where",
    summary: "The directory of the store",
    load: () => import("../store/where.ts").then((m) => m.whereVerb),
  },
  {
    name: "instructions",
    group: "Store",
    usage: "instructions",
    summary: "What to tell a coding agent; installs nothing",
    load: () => import("../help/instructions.ts").then((m) => m.instructionsVerb),
  },
  {
    name: "events list",
    group: "Store",
    usage: "events list",
    summary: "What happened, in order",
    load: () => import("../event/list.ts").then((m) => m.eventListVerb),
  },
  {
    name: "events tail",
    group: "Store",
    usage: "events tail",
    summary: "What happens, as it happens",
    load: () => import("../event/tail.ts").then((m) => m.eventTailVerb),
  },
  {
    name: "db check",
    group: "Store",
    usage: "db check",
    summary: "Look for damage and tampering",
    load: () => import("../db/check.ts").then((m) => m.dbCheckVerb),
  },
  {
    name: "db backup",
    group: "Store",
    usage: "db backup [FILE]",
    summary: "A copy of the database, whole",
    load: () => import("../db/backup.ts").then((m) => m.dbBackupVerb),
  },
  {
    name: "db restore",
    group: "Store",
    usage: "db restore FILE",
    summary: "Put a backup in its place",
    load: () => import("../db/restore.ts").then((m) => m.dbRestoreVerb),
  },
  {
    name: "db migrate",
    group: "Store",
    usage: "db migrate",
    summary: "Bring an older store up to date",
    load: () => import("../db/migrate.ts").then((m) => m.dbMigrateVerb),
  },
  {
    name: "db vacuum",
    group: "Store",
    usage: "db vacuum",
    summary: "Give unused space back to the disk",
    load: () => import("../db/vacuum.ts").then((m) => m.dbVacuumVerb),
  },
];
