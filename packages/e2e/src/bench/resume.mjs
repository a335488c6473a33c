// @ts-check
// How soon a run goes on after its death.
import { median } from "./measure.mjs";
import { agentThatCommits, apart, eventsOf, landedEvents, makeProject, runWith } from "./project.mjs";
import { print, seconds } from "./table.mjs";

const [ROUNDS, TASKS] = [3, 5];

/** @param {string} base */
export async function benchResume(base) {
  /** @type {{ readonly word: number, readonly step: number }[]} */
  const seen = [];
  for (let round = 0; round < ROUNDS; round += 1) seen.push(await once(base, `resume-${round}`));
  const of = (/** @type {"word" | "step"} */ part) => seconds(median(seen.map((one) => one[part])));
  print("resume after kill -9: until the journal goes on", "wall", "2 s", of("word"));
  print("resume after kill -9: until an attempt starts", "wall", "2 s", of("step"));
}

/**
 * @param {string} base
 * @param {string} name
 */
async function once(base, name) {
  const project = makeProject(base, name, { agent: agentThatCommits("sleep 1"), tasks: apart(TASKS) });
  await killedAtWork(project);
  const last = eventsOf(project).at(-1).seq;
  const began = Date.now();
  project.conductor("resume", "--allow-unsandboxed", "--budget", "1");
  const after = landedEvents(project, TASKS).filter(({ seq }) => seq > last);
  const step = after.find(({ type }) => type === "attempt.started");
  return { word: Date.parse(after[0].at) - began, step: Date.parse(step.at) - began };
}

/**
 * A run that is killed when one task has landed and the next agents are at work.
 * @param {import("./project.mjs").Project} project
 */
async function killedAtWork(project) {
  const child = project.start(...runWith(2));
  await new Promise((resolve, reject) => {
    let said = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      said += text;
      if (/landed TASK-\d+[\s\S]*running TASK-\d+/.test(said)) child.kill("SIGKILL");
    });
    child.once("close", (_, signal) => (signal === "SIGKILL" ? resolve(null) : reject(new Error(`it ended: ${said}`))));
  });
}
