// Headers of notifications hold secrets of the receiver. Their values are sealed before the Subscription is stored (AES-256-GCM), so
// that no read, search, history or export shows them; who reads a Subscription, changes something else and writes it back keeps them.
// A seal holds for the origin of the endpoint and the name of the header: copied into a Subscription that sends elsewhere it is worthless.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Database } from '../../database/contract.ts';

const mark = 'sealed:1:';

export interface Sealer {
  /** `Name: value` with the value sealed; what is sealed already stays. */
  seal(header: string, origin: string): string;
  /** undefined: it was sealed elsewhere, or for another origin. */
  open(header: string, origin: string): { name: string; value: string } | undefined;
}

export const isSealed = (header: string): boolean => split(header).value.startsWith(mark);

/** Name and value of a header line. */
export function split(header: string): { name: string; value: string } {
  const at = header.indexOf(':');
  return { name: header.slice(0, Math.max(0, at)).trim(), value: header.slice(at + 1).trim() };
}

/** With the key of this database; it is made where there is none. */
export async function openSealer(database: Database): Promise<Sealer> {
  await database.query({
    text: 'insert into subscription_key (key) values ($1) on conflict do nothing',
    values: [randomBytes(32)],
  });
  const { rows } = await database.query<{ key: Buffer }>({ text: 'select key from subscription_key' });
  return sealerOf(rows[0]!.key);
}

export function sealerOf(key: Buffer): Sealer {
  const bound = (origin: string, name: string): Buffer => Buffer.from(`${origin}\n${name.toLowerCase()}`);
  return {
    seal(header, origin) {
      const { name, value } = split(header);
      if (value.startsWith(mark)) return header;
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bound(origin, name));
      const sealed = Buffer.concat([iv, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${name}: ${mark}${sealed.toString('base64url')}`;
    },
    open(header, origin) {
      const { name, value } = split(header);
      if (!value.startsWith(mark)) return undefined;
      const sealed = Buffer.from(value.slice(mark.length), 'base64url');
      if (sealed.length < 28) return undefined;
      try {
        const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(bound(origin, name));
        cipher.setAuthTag(sealed.subarray(-16));
        return { name, value: Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]).toString('utf8') };
      } catch {
        return undefined;
      }
    },
  };
}
