// Places of a channel's file and the lines they stand in, as they are told to whoever mends it.
import { expect, test } from 'vitest';
import { lineOf, linesOf } from './json-lines.ts';

const text = `{
  "name": "a",
  "source": {
    "mllp": {
      "port": 1, "host": "x:{[\\"y"
    }
  },
  "routes": [
    { "to": "b" },
    {
      "to": "c"
    }
  ],
  "pauses": [1,
    2],
  "constants": { "Observation(weight).status": "final" }
}`;

test.each([
  ['', 1],
  ['name', 2],
  ['source.mllp.port', 5],
  ['source.mllp.host', 5],
  ['routes', 8],
  ['routes[0].to', 9],
  ['routes[1]', 10],
  ['routes[1].to', 11],
  ['pauses[1]', 15],
  ['constants.Observation(weight).status', 16],
  ['source.mllp.tls.key', 4],
  ['routes[1].filter[0].path', 10],
  ['missing', 1],
])('%s stands in line %i', (place, line) => {
  expect(lineOf(linesOf(text), place)).toBe(line);
});
