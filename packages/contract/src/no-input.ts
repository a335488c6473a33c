/** For operations that are told nothing. */
import { z } from "zod";

/** The input of an operation that takes none. */
export const NoInput = z.strictObject({});
