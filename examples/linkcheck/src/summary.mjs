/** How many links are broken, in a sentence. */
export function summary(results) {
  const broken = results.filter(({ problem }) => problem !== null).length;
  const links = results.length === 1 ? "link" : "links";
  const verb = broken === 1 || results.length === 1 ? "is" : "are";
  return `${broken === 0 ? "None" : broken} of ${results.length} ${links} ${verb} broken.`;
}
