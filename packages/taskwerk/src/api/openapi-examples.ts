import type { MORE_ROUTES } from "@taskwerk/contract/more-routes";
import type { OperationName } from "@taskwerk/contract/routes";

/** A body that does something useful, for each address that takes one. */
export const BODY_EXAMPLES: Readonly<Partial<Record<OperationName | keyof typeof MORE_ROUTES, object>>> = {
  "task.add": { title: "Fix the login", priority: "high", tags: ["web"], acceptance: ["A wrong password is told"] },
  "task.children.add": { title: "Find out why it fails" },
  "task.update": { where: "tag:web is:open", expect: 3, tags_add: ["release-2"] },
  "task.patch": { priority: "critical", due_at: "fri" },
  "task.transition": { ids: ["TASK-1", "TASK-2"], to: "done", evidence: { commit: "3f9c2d1" } },
  "task.transition.one": { to: "blocked", reason: "no access to the registry" },
  "task.import": {
    tasks: [
      { ref: "a", title: "Crawl" },
      { title: "Report", depends_on: ["a"] },
    ],
    on_conflict: "skip",
  },
  "task.note": { text: "The queue is in place", type: "progress" },
  "task.deps": { add: ["TASK-2"] },
  "task.move": { ids: ["TASK-4"], parent: "TASK-2" },
  "task.split": { titles: ["Read it", "Write it"] },
  "task.criteria": { add: ["It is fast"], check: [1], evidence: "a test" },
  "task.link": { add: [{ type: "commit", target: "3f9c2d1" }] },
  "task.delete": { ids: ["TASK-6"] },
  "task.archive": { ids: ["TASK-5"] },
  "task.restore": { ids: ["TASK-5"] },
  "task.purge": { ids: ["TASK-6"], dry_run: true },
  "tag.rename": { from: "web", to: "http" },
  batch: {
    operations: [
      { op: "add", ref: "a", title: "Crawl" },
      { op: "note", id: "@a", text: "robots.txt first" },
    ],
  },
  "op.undo": { dry_run: true },
  "session.start": { session: "release-2" },
  "session.end": {},
  "session.undo": { dry_run: true },
  "webhook.add": { url: "https://ci.example/hooks", events: ["task.completed"], where: "tag:release" },
  "webhook.update": { active: false },
  "webhook.secret": {},
  "webhook.test": {},
  "webhook.rotate": { keep_seconds: 3600 },
  "webhook.replay": { failed: true },
  "webhook.deliver": {},
  "token.add": { scope: "task", task: "TASK-1", name: "agent-1", expires_in_s: 28_800 },
  "token.revoke": {},
  "claim.take": { as: "agent-1", query: "tag:web" },
  "claim.heartbeat": { lease_s: 600 },
  "claim.release": { reason: "it needs a database" },
  "claim.revoke": { reason: "its holder is gone" },
};
