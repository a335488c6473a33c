/** The trailer of a commit that brings landed work elsewhere: it names the commit that had landed. */
export const LANDED_AS = "Landed-as";
