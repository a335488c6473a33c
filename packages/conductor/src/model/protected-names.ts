/** Names of the classes of paths that a person approves before they land; what they hold is policy's. */
export const PROTECTED_NAMES = ["database_migrations", "security_files", "config_changes", "executables"] as const;

/** True for the name of such a class. */
export const isProtectedName = (name: string): boolean => PROTECTED_NAMES.some((one) => one === name);
