/** Which files are tests, by their names. Pure. */
import { matchesAny } from "../model/glob.ts";

const TEST_FILES = [
  "**/test/**",
  "**/tests/**",
  "**/__tests__/**",
  "*.test.*",
  "*.spec.*",
  "*-test.*",
  "*_test.*",
  "test.*",
  "test-*.*",
  "test_*.py",
];

/** True for a path that test runners look for, or that lies in a folder of tests. */
export const isTestFile = (path: string): boolean => matchesAny(TEST_FILES, path);
