import { CannotRead } from "../block.ts";

/** What the library gives; where it gives up, `what` is damaged. */
export async function damaged<T>(what: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw new CannotRead(`${what} is damaged (${(error as Error).message.replace(/\.$/, "")})`);
  }
}
