// II → Identifier (CDA R2 data types 2.15): root and extension, or a root that identifies by itself.
import type { Converter } from '../mapping/conversion.ts';
import type { Back } from '../mapping/draft.ts';
import { leafOf } from '../tree/tree.ts';
import { isOid, isUuid, oidOf, uriOf } from './systems.ts';

const uriSystem = 'urn:ietf:rfc:3986';
const toOid: Back = (now) => (typeof now === 'string' ? (oidOf(now) ?? now) : '');
const toRoot: Back = (now) => (typeof now === 'string' ? now.replace(/^urn:(oid|uuid):/, '') : '');

export const identifier: Converter = (from, at, cx) => {
  const root = cx.value(from, 'root');
  const extension = cx.value(from, 'extension');
  const assigner = cx.value(from, 'assigningAuthorityName');
  if (extension !== undefined) {
    const uri = root === undefined ? undefined : uriOf(root);
    if (uri !== undefined) at.at('system').say(leafOf(from, 'root'), uri, toOid);
    at.at('value').say(leafOf(from, 'extension'), extension);
  } else if (root !== undefined && (isOid(root) || isUuid(root))) {
    at.at('system').set(uriSystem);
    at.at('value').say(leafOf(from, 'root'), `urn:${isOid(root) ? 'oid' : 'uuid'}:${root}`, toRoot);
  } else return;
  if (assigner !== undefined) at.at('assigner.display').say(leafOf(from, 'assigningAuthorityName'), assigner);
};
