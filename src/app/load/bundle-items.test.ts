import { describe, expect, it } from 'vitest';
import { type Json, readJsonNow } from '../../fhir/json.ts';
import { bundleItems, isMembers } from './bundle-items.ts';
import type { BundleItem, Item, ResourceItem } from './contract.ts';

function itemsOf(text: string, content = 'file'): Item[] {
  const read = readJsonNow(text);
  if (!read.ok || !isMembers(read.value)) throw new Error('not an object');
  return bundleItems(read.value, { file: 'b.json' }, content, (entry) => entry + 1);
}
const only = (items: Item[]): BundleItem => {
  expect(items).toHaveLength(1);
  return items[0] as BundleItem;
};
const textOf = (item: Item | undefined): string => (item as ResourceItem).text;

describe('a transaction Bundle', () => {
  const posting = `{"resourceType":"Bundle","type":"transaction","entry":[
    {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"old"},"request":{"method":"POST","url":"Patient"}},
    {"resource":{"resourceType":"Observation","valueQuantity":{"value":1.10}},"request":{"method":"POST","url":"Observation","ifNoneExist":"code=1"}},
    {"resource":{"resourceType":"Patient","id":"p"},"request":{"method":"PUT","url":"Patient/p"}},
    {"request":{"method":"DELETE","url":"Patient/q"}}]}`;

  it('stays one item, whose creations get ids of their own that are the same each time', () => {
    const first = only(itemsOf(posting));
    expect(only(itemsOf(posting)).text).toBe(first.text);
    expect(only(itemsOf(posting, 'other file')).made).not.toBe(first.made);
    const { entry } = JSON.parse(first.text) as { entry: { resource: { id: string }; request: object; fullUrl: string }[] };
    expect(entry[0]!.request).toEqual({ method: 'PUT', url: first.made, ifNoneMatch: '*' });
    expect(first.made).toBe(`Patient/${entry[0]!.resource.id}`);
    expect(entry[0]!.fullUrl).toBe('urn:uuid:1');
  });

  it('keeps what is conditional, what has an id, what deletes, and every digit', () => {
    const item = only(itemsOf(posting));
    expect(item.text).toContain('"value":1.10');
    expect(item.text).toContain('{"method":"POST","url":"Observation","ifNoneExist":"code=1"}');
    expect(item.text).toContain('{"method":"PUT","url":"Patient/p"}');
    expect(item.text).toContain('{"request":{"method":"DELETE","url":"Patient/q"}}');
    expect(item.keys).toEqual([item.made, 'Patient/p']);
  });

  it('is known to refer by a search', () => {
    expect(only(itemsOf(posting)).conditional).toBe(false);
    const searching = posting.replace('"id":"old"', '"managingOrganization":{"reference":"Organization?identifier=s|1"}');
    expect(only(itemsOf(searching)).conditional).toBe(true);
  });
});

describe('a Bundle that only carries', () => {
  const collection = (entries: string): string => `{"resourceType":"Bundle","type":"collection","entry":[${entries}]}`;

  it('becomes its resources, each a unit of its own', () => {
    const items = itemsOf(collection('{"resource":{"resourceType":"Patient","id":"a"}},{"resource":{"resourceType":"Patient","id":"b"}}'));
    expect(items.map((item) => [item.kind, item.unit, item.place.entry, (item as ResourceItem).id])).toEqual([
      ['resource', 1, 0, 'a'],
      ['resource', 2, 1, 'b'],
    ]);
  });

  it('has its links by fullUrl replaced by the names under which the resources are written', () => {
    const items = itemsOf(
      collection(
        `{"fullUrl":"urn:uuid:7","resource":{"resourceType":"Patient"}},
         {"fullUrl":"http://other/fhir/Observation/o","resource":{"resourceType":"Observation","id":"o","subject":{"reference":"urn:uuid:7"},"valueQuantity":{"value":2.50}}}`,
      ),
    );
    const [patient, observation] = items as ResourceItem[];
    expect(JSON.parse(observation!.text)).toMatchObject({ subject: { reference: `Patient/${patient!.id}` } });
    expect(textOf(observation)).toContain('2.50');
    expect(JSON.parse(patient!.text)).toEqual({ resourceType: 'Patient', id: patient!.id });
  });

  it('leaves out what a search said beside its matches, and reports an entry without a resource', () => {
    const items = itemsOf(
      '{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"OperationOutcome","issue":[]},"search":{"mode":"outcome"}},{"fullUrl":"x"}]}',
    );
    expect(items).toEqual([{ kind: 'unreadable', unit: 2, place: { file: 'b.json', entry: 1 }, reason: 'The entry holds no resource' }]);
  });

  it('of the past or without a type is refused', () => {
    for (const type of ['"history"', '"batch-response"', 'null'])
      expect(itemsOf(`{"resourceType":"Bundle","type":${type},"entry":[]}`)[0]?.kind).toBe('unreadable');
  });

  it('without entries is nothing to do', () => {
    const empty: Json[] = [];
    expect(itemsOf('{"resourceType":"Bundle","type":"transaction"}')).toEqual(empty);
    expect(itemsOf('{"resourceType":"Bundle","type":"collection"}')).toEqual(empty);
  });
});
