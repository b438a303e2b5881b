// For tests: archives as releases are published in, made from texts; also wrong ones.
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface ZipWish {
  path: string;
  content: string | Buffer;
  /** What the archive says of its size, where it lies. */
  says?: number;
}

/** https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16 */
export function makeZip(entries: readonly ZipWish[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { path, content, says } of entries) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(says ?? plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, packed]);
    const central = Buffer.alloc(16);
    central.writeUInt32LE(at, 12);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common.subarray(0, 24), Buffer.alloc(2), central.subarray(2), name]),
    );
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

export function makePackage(files: Record<string, unknown>): Buffer {
  const blocks: Buffer[] = [];
  for (const [path, content] of Object.entries(files)) {
    const body = Buffer.from(JSON.stringify(content));
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write('0000644\0', 100);
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\0', 257);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    blocks.push(header, body, Buffer.alloc((512 - (body.length % 512)) % 512));
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** Lines of fields. */
export const table = (separator: string, ...rows: (readonly string[])[]): string =>
  `${rows.map((row) => row.join(separator)).join('\r\n')}\r\n`;

const names = {
  concept: 'id effectiveTime active moduleId definitionStatusId',
  description: 'id effectiveTime active moduleId conceptId languageCode typeId term caseSignificanceId',
  relationship: 'id effectiveTime active moduleId sourceId destinationId relationshipGroup typeId characteristicTypeId modifierId',
  language: 'id effectiveTime active moduleId refsetId referencedComponentId acceptabilityId',
};

export interface MadeConcept {
  code: string;
  terms: string[];
  parents: string[];
  inactive?: boolean;
}

/** A release in the format RF2 with made-up codes. */
export function makeRf2(concepts: readonly MadeConcept[], date = '20260101'): Record<string, string> {
  const time = [date, '1', '11000000001'];
  const rows = { concept: [] as string[][], description: [] as string[][], relationship: [] as string[][], language: [] as string[][] };
  for (const { code, terms, parents, inactive } of concepts) {
    rows.concept.push([code, date, inactive === true ? '0' : '1', '11000000001', '900000000000074008']);
    terms.forEach((term, i) => {
      const id = `${code}${i}11`;
      const type = i === 0 ? '900000000000003001' : '900000000000013009';
      rows.description.push([id, ...time, code, 'en', type, term, '900000000000448009']);
      const best = i <= 1 ? '900000000000548007' : '900000000000549004';
      rows.language.push([`made-${id}`, ...time, '900000000000509007', id, best]);
    });
    for (const parent of parents)
      rows.relationship.push([`${code}29`, ...time, code, parent, '0', '116680003', '900000000000011006', '900000000000451002']);
  }
  const text = (kind: keyof typeof names): string =>
    `${names[kind].replaceAll(' ', '\t')}\r\n${rows[kind].map((row) => row.join('\t')).join('\r\n')}\r\n`;
  const folder = `SnomedCT_Made_${date}/Snapshot`;
  return {
    [`${folder}/Terminology/sct2_Concept_Snapshot_INT_${date}.txt`]: text('concept'),
    [`${folder}/Terminology/sct2_Description_Snapshot-en_INT_${date}.txt`]: text('description'),
    [`${folder}/Terminology/sct2_Relationship_Snapshot_INT_${date}.txt`]: text('relationship'),
    [`${folder}/Refset/Language/der2_cRefset_LanguageSnapshot-en_INT_${date}.txt`]: text('language'),
  };
}

export const zipOf = (files: Record<string, string>): Buffer =>
  makeZip(Object.entries(files).map(([path, content]) => ({ path, content })));
