// AD → Address, TEL → ContactPoint (CDA R2 data types 2.13, 2.14).

import type { Converter } from '../mapping/conversion.ts';
import { lookUp } from '../mapping/look-up.ts';
import { childOf, childrenOf, elementsOf, leafOf, textsOf } from '../tree/tree.ts';
import { coded } from './code.ts';
import { plain } from './text.ts';
import { period } from './time.ts';

const addressUse = coded(
  { H: 'home', HP: 'home', HV: 'home', WP: 'work', DIR: 'work', PUB: 'work', TMP: 'temp', BAD: 'old', OLD: 'old' },
  'use',
);

const parts: Record<string, string> = {
  streetAddressLine: 'line[]',
  deliveryAddressLine: 'line[]',
  additionalLocator: 'line[]',
  houseNumber: 'line[]',
  streetName: 'line[]',
  unitID: 'line[]',
  postBox: 'line[]',
  careOf: 'line[]',
  city: 'city',
  county: 'district',
  state: 'state',
  postalCode: 'postalCode',
  country: 'country',
};

export const address: Converter = (from, at, cx) => {
  addressUse(from, at.at('use'), cx);
  for (const part of elementsOf(from)) {
    const element = lookUp(parts, part.name);
    if (element !== undefined) plain(part, at.at(element), cx);
  }
  if (textsOf(from).length > 0) plain(from, at.at('text'), cx);
  const period_ = childOf(from, 'useablePeriod');
  if (period_ !== undefined) period(period_, at.at('period'), cx);
  if (at.value !== undefined && Object.keys(at.value as object).join() === 'use') at.draft.drop(at.keys);
};

const telecomUse: Record<string, string> = {
  H: 'home',
  HP: 'home',
  HV: 'home',
  WP: 'work',
  DIR: 'work',
  PUB: 'work',
  TMP: 'temp',
  BAD: 'old',
  MC: 'mobile',
};
const systems: Record<string, string> = {
  tel: 'phone',
  fax: 'fax',
  mailto: 'email',
  http: 'url',
  https: 'url',
  ftp: 'url',
  sms: 'sms',
  pager: 'pager',
};
const schemes: Record<string, string> = { phone: 'tel:', fax: 'fax:', email: 'mailto:', sms: 'sms:', pager: 'pager:' };
const webSchemes = new Set(['http', 'https', 'ftp']);

/** The scheme is the system; a web address keeps its scheme in the value. */
export const telecom: Converter = (from, at, cx) => {
  const leaf = leafOf(from, 'value');
  const text = cx.value(from, 'value');
  if (leaf === undefined || text === undefined) return;
  const scheme = /^([A-Za-z]+):/.exec(text)?.[1]?.toLowerCase();
  const system = lookUp(systems, scheme);
  const web = scheme !== undefined && webSchemes.has(scheme);
  const start = system === undefined || web ? '' : text.slice(0, scheme!.length + 1);
  // cpt-2: a value has a system.
  at.at('system').say(leaf, system ?? (scheme === undefined ? 'phone' : 'other'), (now, was) => {
    if (typeof now !== 'string' || now === (system ?? 'other')) return was;
    return (lookUp(schemes, now) ?? '') + was.replace(/^[A-Za-z]+:/, '');
  });
  const value = text.slice(start.length).trim();
  if (value === '') {
    at.draft.drop(at.keys);
    return;
  }
  at.at('value').say(leaf, value, (now, was) =>
    typeof now === 'string' ? (/^(tel|fax|mailto|sms|pager):/i.exec(was)?.[0] ?? '') + now : '',
  );
  const uses = (cx.value(from, 'use') ?? '').split(/\s+/);
  const use = uses.find((one) => Object.hasOwn(telecomUse, one));
  if (use !== undefined)
    at.at('use').say(leafOf(from, 'use'), telecomUse[use]!, (now) =>
      typeof now === 'string' ? Object.keys(telecomUse).find((one) => telecomUse[one] === now && one.length === 2) : '',
    );
  const period_ = childrenOf(from, 'useablePeriod')[0];
  if (period_ !== undefined) period(period_, at.at('period'), cx);
};
