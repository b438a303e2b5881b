// Whose a publication is, and which channel takes it.
import { expect, test } from 'vitest';
import { addressOf, mayPublish, topicRule } from './topic.ts';

const rules = [
  topicRule('icu', { topic: 'icu/+/vitals' }),
  topicRule('bed', { topic: 'lamplight/devices/north:bed-1/observations', device: 3 }),
  topicRule('all', { topic: 'site/+/+/#', device: 3 }),
];

test.each([
  ['icu/monitor-4/vitals', { channel: 'icu', device: 'monitor-4' }],
  ['icu/monitor-4/alarms', undefined],
  ['icu//vitals', undefined],
  ['icu/a/vitals/more', undefined],
  ['lamplight/devices/north:bed-1/observations', { channel: 'bed', device: 'north:bed-1' }],
  ['lamplight/devices/north:bed-2/observations', { channel: 'devices', device: 'north:bed-2' }],
  ['site/a/scale/x/y', { channel: 'all', device: 'scale' }],
  ['elsewhere', undefined],
])('%s', (topic, address) => {
  expect(addressOf(topic, rules)).toEqual(address);
});

test('an account speaks for its own devices, on whatever topic', () => {
  expect(mayPublish('north', { channel: 'icu', device: 'north:bed-1' }).ok).toBe(true);
  expect(mayPublish('north', { channel: 'icu', device: 'south' }).ok).toBe(false);
  expect(mayPublish('north', { channel: 'icu', device: 'northern' }).ok).toBe(false);
});
