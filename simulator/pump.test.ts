import { expect, it } from 'vitest';
import { pumpOf } from './pump.ts';

it('infuses by its rate, stops where the line is blocked, and ends when all is through', () => {
  const pump = pumpOf({ drug: 'dopamine', rateMlPerH: 60, volumeMl: 100 });
  const said = () => Object.fromEntries(pump.report().components.map(({ code, value }) => [code, value]));
  pump.advance(10);
  expect([pump.report().value, said()['157993']]).toEqual(['pump-status-standby', 0]);
  pump.start();
  pump.advance(30);
  expect(said()).toMatchObject({ '157784': 60, '157993': 30, '157872': 70, '184330': 'dopamine' });
  pump.occlude();
  pump.advance(30);
  expect(said()).toMatchObject({ '157784': 0, '157993': 30, '68481': 'occlusion' });
  pump.start();
  pump.set(600);
  pump.advance(60);
  expect([pump.state, said()['157993'], said()['157872'], said()['68481']]).toEqual(['ended', 100, 0, undefined]);
  pump.start();
  expect(pump.state).toBe('ended');
});
