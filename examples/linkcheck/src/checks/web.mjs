/** Links to the web: the page must answer, and not with an error. */
export async function check(link, { requester }) {
  if (!/^https?:\/\//i.test(link.target)) return null;
  const { status, error } = await requester.request(link.target.split("#")[0]);
  if (error !== null) return error;
  return status >= 400 ? `answers ${status}` : null;
}
