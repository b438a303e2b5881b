// Which ways into the body one product serves, by the names that orders are read with.

/** Ordered route → further routes of products that serve it. */
const served: Record<string, readonly string[]> = {
  'enteral-tube': ['oral'],
  intravenous: ['intraosseous', 'intramuscular', 'subcutaneous', 'intra-arterial'],
  intraosseous: ['intravenous'],
  intramuscular: ['intravenous', 'subcutaneous'],
  subcutaneous: ['intravenous', 'intramuscular'],
  intradermal: ['subcutaneous', 'intramuscular'],
  epidural: ['intravenous', 'perineural'],
  perineural: ['epidural', 'intravenous'],
  oromucosal: ['oral', 'topical', 'buccal'],
  buccal: ['sublingual', 'oromucosal'],
  sublingual: ['buccal'],
};

/** What is not known hinders nothing here. A solution for injection says little of the way; a tablet says much. */
export const routesFit = (product: string | undefined, ordered: string | undefined): boolean =>
  product === undefined ||
  ordered === undefined ||
  product === ordered ||
  (Object.hasOwn(served, ordered) && served[ordered]!.includes(product));
