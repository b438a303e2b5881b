// Parse, read six fields, write again: our tree beside Medplum's and node-hl7-client's, in turns in one run.
import { Hl7Message } from '@medplum/core';
import { Message } from 'node-hl7-client';
import { readMessage } from '../../src/formats/hl7v2/tree/message.ts';
import { adt, oru } from './messages.ts';

const fields = ['MSH-9.1', 'PID-3.1', 'PID-5.1', 'PID-5.2', 'PID-7', 'PV1-3.1'] as const;

const ways: [name: string, work: (text: string, bytes: Buffer) => number][] = [
  [
    'Lamplight',
    (_text, bytes) => {
      const message = readMessage(bytes);
      let length = 0;
      for (const field of fields) length += message.get(field).length;
      return length + message.write().length;
    },
  ],
  [
    '@medplum/core 4.5.2',
    (text) => {
      const message = Hl7Message.parse(text);
      let length = 0;
      for (const [name, field, component] of [
        ['MSH', 9, 1],
        ['PID', 3, 1],
        ['PID', 5, 1],
        ['PID', 5, 2],
        ['PID', 7, 1],
        ['PV1', 3, 1],
      ] as const)
        length += message.getSegment(name)?.getField(field)?.getComponent(component).length ?? 0;
      return length + Buffer.from(message.toString()).length;
    },
  ],
  [
    'node-hl7-client 3.2.0',
    (text) => {
      const message = new Message({ text });
      let length = 0;
      for (const path of ['MSH.9.1', 'PID.3.1', 'PID.5.1', 'PID.5.2', 'PID.7', 'PV1.3.1']) length += message.get(path).toString().length;
      return length + Buffer.from(message.toString()).length;
    },
  ],
];

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export function measureTree(rounds: number): void {
  const texts = Array.from({ length: 200 }, (_, number) => (number % 5 < 3 ? adt(number, number) : oru(number, number, 6)));
  const bytes = texts.map((text) => Buffer.from(text));
  const rates = new Map<string, number[]>(ways.map(([name]) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const [name, work] of ways) {
      const started = process.cpuUsage();
      let done = 0;
      const until = performance.now() + 400;
      while (performance.now() < until) {
        for (const [index, text] of texts.entries()) work(text, bytes[index]!);
        done += texts.length;
      }
      const used = process.cpuUsage(started);
      // The first round warms up.
      if (round > 0) rates.get(name)?.push(done / ((used.user + used.system) / 1_000_000));
    }
  const ours = rates.get('Lamplight') ?? [];
  console.log(`\n| parse, read six fields, write | messages a CPU second | Lamplight ÷ this (bar ≥ 20) |\n| --- | --- | --- |`);
  for (const [name] of ways) {
    const own = rates.get(name) ?? [];
    console.log(`| ${name} | ${Math.round(median(own))} | ${median(ours.map((rate, index) => rate / (own[index] ?? 1))).toFixed(1)} |`);
  }
}
