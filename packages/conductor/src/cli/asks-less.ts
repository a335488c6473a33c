import type { Layer } from "@taskwerk/config/layers";
import type { ConfigValue, ConfigValues } from "@taskwerk/config/schema";
import { CONFIG_KEYS } from "./config-keys.ts";

const KEY = "orchestration.safety.require_approval_for";

/**
 * Protected classes that would ask by the user's own file, or where nobody says anything, and do not because the repository's
 * file says so. The user has agreed to that file; that it asks for less is told all the same.
 */
export function asksLess(layers: readonly Layer[]): readonly string[] {
  const said = (foreign: boolean): readonly string[] | null =>
    layers.reduce<readonly string[] | null>(
      (last, layer) => ((layer.foreign ?? false) === foreign ? (namesIn(layer.values) ?? last) : last),
      null,
    );
  const theirs = said(true);
  return theirs === null ? [] : (said(false) ?? CONFIG_KEYS[KEY].default).filter((name) => !theirs.includes(name));
}

function namesIn(values: ConfigValues): readonly string[] | null {
  const value: ConfigValue | undefined = values[KEY];
  return Array.isArray(value) ? (value as readonly string[]) : null;
}
