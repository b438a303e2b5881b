// What is mutated before it is laid: made-up messages, and those of a folder where one is named.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { made } from '../../src/formats/ccda/document.fixture.ts';
import { mutated as mutatedX12 } from '../../src/formats/x12/fuzz.ts';
import { hl7Fixtures } from './messages.ts';

const largest = 400_000;

export function samplesOf(folder: string | undefined): Record<'hl7v2' | 'ccda' | 'x12', Buffer[]> {
  const samples = {
    hl7v2: [...hl7Fixtures],
    ccda: [Buffer.from(made)],
    x12: Array.from({ length: 20 }, (_, seed) => Buffer.from(mutatedX12(seed))),
  };
  if (folder === undefined) return samples;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  for (const { parentPath, name } of files) {
    if (!/\.(hl7|txt|x12|edi|dat|xml)$/i.test(name)) continue;
    const raw = readFileSync(join(parentPath, name));
    if (raw.length > largest) continue;
    const text = raw.toString('latin1');
    if (text.startsWith('ISA')) samples.x12.push(raw);
    else if (/<ClinicalDocument\b/.test(text)) samples.ccda.push(raw);
    else
      for (const one of text.replace(/\r?\n/g, '\r').split(/(?=MSH\|)/))
        if (one.startsWith('MSH|')) samples.hl7v2.push(Buffer.from(`${one.trim()}\r`, 'latin1'));
  }
  return samples;
}
