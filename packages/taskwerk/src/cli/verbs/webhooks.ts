import type { VerbEntry } from "../verb.ts";

/** Telling other programs of what happens. */
export const WEBHOOK_VERBS: readonly VerbEntry[] = [
  {
    name: "webhook list",
    group: "Webhooks",
    usage: "webhook list",
    summary: "Where what happens is told",
    load: () => import("../webhook/list.ts").then((m) => m.webhookListVerb),
  },
  {
    name: "webhook add",
    group: "Webhooks",
    usage: "webhook add URL",
    summary: "Tell an address of what happens",
    load: () => import("../webhook/add.ts").then((m) => m.webhookAddVerb),
  },
  {
    name: "webhook update",
    group: "Webhooks",
    usage: "webhook update ID",
    summary: "Another address or filter; off and on",
    load: () => import("../webhook/update.ts").then((m) => m.webhookUpdateVerb),
  },
  {
    name: "webhook rm",
    aliases: ["webhook remove"],
    group: "Webhooks",
    usage: "webhook rm ID",
    summary: "Tell it no more",
    load: () => import("../webhook/rm.ts").then((m) => m.webhookRmVerb),
  },
  {
    name: "webhook rotate",
    group: "Webhooks",
    usage: "webhook rotate ID",
    summary: "A new secret",
    load: () => import("../webhook/secret.ts").then((m) => m.webhookRotateVerb),
  },
  {
    name: "webhook secret",
    group: "Webhooks",
    usage: "webhook secret ID",
    summary: "The secret of one of the configuration",
    load: () => import("../webhook/secret.ts").then((m) => m.webhookSecretVerb),
  },
  {
    name: "webhook test",
    group: "Webhooks",
    usage: "webhook test ID",
    summary: "Send it a test",
    load: () => import("../webhook/test.ts").then((m) => m.webhookTestVerb),
  },
  {
    name: "webhook deliveries",
    group: "Webhooks",
    usage: "webhook deliveries [ID]",
    summary: "What was sent, and what came of it",
    load: () => import("../webhook/deliveries.ts").then((m) => m.webhookDeliveriesVerb),
  },
  {
    name: "webhook replay",
    group: "Webhooks",
    usage: "webhook replay ID",
    summary: "Send it once more",
    load: () => import("../webhook/replay.ts").then((m) => m.webhookReplayVerb),
  },
  {
    name: "webhook deliver",
    group: "Webhooks",
    usage: "webhook deliver",
    summary: "Send what is due now",
    load: () => import("../webhook/deliver.ts").then((m) => m.webhookDeliverVerb),
  },
];
