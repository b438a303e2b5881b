import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument, writeDocument } from './read.ts';
import { LeafPaths, leavesIn } from './tree.ts';

const bytes = (text: string, encoding: BufferEncoding = 'utf8'): Buffer => Buffer.from(text, encoding);
const leaves = (document: ReturnType<typeof readDocument>, paths = new LeafPaths()): string[] =>
  document.roots.flatMap((root) => [...leavesIn(root)].map((leaf) => `${paths.of(leaf)} ${document.text.slice(leaf.start, leaf.end)}`));

describe('a document', () => {
  test('is written as it was read, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (raw) => {
        expect(Buffer.from(writeDocument(readDocument(raw)))).toEqual(Buffer.from(raw));
      }),
    );
  });

  test('has a path for each populated leaf, with positions', () => {
    expect(leaves(readDocument(bytes('<a b="1" c=""><!-- x --><p:d/>\n <d>t &amp; u<![CDATA[<v>]]></d><d>  </d></a>')))).toEqual([
      '/a[1]/@b 1',
      '/a[1]/d[1]/text()[1] t &amp; u',
      '/a[1]/d[1]/text()[2] <v>',
    ]);
    expect(leaves(readDocument(bytes('<a><d>x</d><:d>y</:d></a>')))).toEqual(['/a[1]/d[1]/text()[1] x', '/a[1]/d[2]/text()[1] y']);
  });

  test.each([
    ['<a><b></a></b>x', 'Elements are closed in another order than they were opened'],
    ['<a b=1>x</a>', 'A value stands without quotes: it is passed over'],
    ['<a>1 < 2</a>', 'A "<" begins no markup: it is taken as text'],
    ['<!DOCTYPE a [<!ENTITY e "boom">]><a>&e;</a>', 'A DOCTYPE is passed over: entities are not read'],
    ['hello', 'There is no XML element in it: it is kept as it is'],
  ])('that is broken is read all the same: %s', (text, note) => {
    const document = readDocument(bytes(text));
    expect(document.notes.map(({ message }) => message)).toContain(note);
  });

  test.each([
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), bytes('<?xml version="1.0" encoding="UTF-16"?><a>é😀</a>', 'utf16le')]), 'é😀'],
    ['ISO-8859-1', bytes('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9\x93</a>', 'latin1'), 'é“'],
    ['windows-1252', bytes('<?xml version="1.0" encoding="windows-1252"?><a>\x80</a>', 'latin1'), '€'],
    ['UTF-8 with a mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes('<a>é</a>')]), 'é'],
  ])('may be in %s', (_, raw, text) => {
    const document = readDocument(raw);
    expect(leaves(document).at(-1)).toBe(`/a[1]/text()[1] ${text}`);
    expect(document.notes).toEqual([]);
  });

  test('with a byte that its character set has not keeps the text around it', () => {
    const document = readDocument(Buffer.concat([bytes('<a>é'), Buffer.from([0xff]), bytes('é</a>')]));
    expect(document.text).toBe('<a>é\uF7FFé</a>');
    expect(document.notes[0]?.message).toMatch(/not UTF-8/);
  });

  test('that is nested without end is read to a depth, and the rest kept whole', () => {
    const raw = bytes(`${'<a>'.repeat(100_000)}x${'</a>'.repeat(100_000)}`);
    const document = readDocument(raw);
    expect(leaves(document)).toHaveLength(1);
    expect(document.notes[0]?.message).toBe('Elements deeper than 200 are kept as they are');
  });
});
