/** No pipe, no second command, no redirection, nothing put in, one line. */
const PLAIN = /^[^|;&<>$`\p{Cc}]{1,300}$/u;
/** What fetches, reaches elsewhere, becomes somebody else or erases shows nothing about a task. */
const OTHER_ENDS =
  /:\/\/|(?:^|[\s/])(?:curl|wget|nc|ncat|ssh|scp|rsync|sudo|su|doas|rm|dd|mkfs|eval|chmod|chown)(?:\s|$)/i;

/**
 * True for what may be told to an agent as the proof of a task: the name of a test, or one plain command. Where it comes from is a
 * document that anybody can have written.
 */
export const isPlainProof = (proof: string): boolean => PLAIN.test(proof) && !OTHER_ENDS.test(proof);
