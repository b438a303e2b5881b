// The same record once more as a client sees it: a sample of what was acknowledged, by version, by id and by search.
import { type Chance, whole } from './chance.ts';
import type { Acknowledged, Ledger } from './ledger.ts';

const sampled = 12;

export async function readBackFaults(address: string, token: string, ledger: Ledger, random: Chance): Promise<string[]> {
  const all = ledger.acknowledged;
  const recent = all.slice(-60);
  const sample = Array.from({ length: Math.min(sampled, all.length) }, (_, i) => {
    const from = i % 2 === 0 ? recent : all;
    return from[whole(random, from.length)]!;
  });
  const found = await Promise.all(sample.map((one) => faultOf(one, address, token)));
  return found.filter((fault) => fault !== undefined);
}

async function faultOf({ type, id, version, marker }: Acknowledged, address: string, token: string): Promise<string | undefined> {
  const get = async (path: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${address}/fhir/${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, text: await response.text() };
  };
  const name = `${type}/${id}/_history/${version}`;
  const byVersion = await get(name);
  if (marker === undefined) return byVersion.status === 410 ? undefined : `${name} was deleted, and reads as ${byVersion.status}`;
  if (byVersion.status !== 200 || !byVersion.text.includes(marker))
    return `${name} reads as ${byVersion.status} ${byVersion.text.slice(0, 200)}`;
  const now = await get(`${type}/${id}`);
  const current = now.status === 200 && now.text.includes(marker);
  // Found by its marker exactly where the current version carries it.
  const search = await get(`${type}?_id=${id}&identifier=urn:test:marker|${marker}`);
  const hits = (JSON.parse(search.text) as { entry?: unknown[] }).entry?.length ?? 0;
  return hits === (current ? 1 : 0) ? undefined : `${type}/${id} by ${marker}: ${hits} found, current ${now.status}, ${current}`;
}
