// With what downtime bundles are signed: an Ed25519 key (RFC 8032) of this database, made where there is none. Only its public half
// leaves. What a ward brings back is believed only as far as the bundle that it was given says so.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { Database } from '../../database/contract.ts';

export interface DowntimeKey {
  /** base64 of the signature over the text as UTF-8. */
  sign(text: string): string;
  verify(text: string, signature: string): boolean;
  /** SPKI, base64: whoever has it can check a bundle without us. */
  public: string;
}

export async function openDowntimeKey(database: Database): Promise<DowntimeKey> {
  const made = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' });
  await database.query({ text: 'insert into downtime_key (key) values ($1) on conflict do nothing', values: [made] });
  const { rows } = await database.query<{ key: Buffer }>({ text: 'select key from downtime_key' });
  return keyOf(createPrivateKey({ key: rows[0]!.key, type: 'pkcs8', format: 'der' }));
}

export function keyOf(key: KeyObject): DowntimeKey {
  const open = createPublicKey(key);
  return {
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
    verify: (text, signature) => verify(null, Buffer.from(text), open, Buffer.from(signature, 'base64')),
    public: open.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}
