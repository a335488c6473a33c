/** What a run may spend, in words: `$5.00`, `2000000 tokens`; empty where nothing limits it. */
export const limitWords = ({
  budgetUsd,
  budgetTokens = null,
}: {
  readonly budgetUsd: number | null;
  readonly budgetTokens?: number | null;
}): readonly string[] => [
  ...(budgetUsd === null ? [] : [`$${budgetUsd.toFixed(2)}`]),
  ...(budgetTokens === null ? [] : [`${budgetTokens} tokens`]),
];
