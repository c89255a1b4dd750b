import { expect, it } from 'vitest';
import { Metrics } from './metrics.js';

it('labelled gauges show the last values read, and nothing when reading fails', async () => {
  const metrics = new Metrics();
  let read = async () => [
    { labels: { queue: 'a' }, value: 1 },
    { labels: { queue: 'b' }, value: 2 },
  ];
  metrics.registerGauges('things', 'Things.', ['queue'], () => read());
  const series = async () =>
    (await metrics.render()).split('\n').filter((line) => line.startsWith('things{'));
  expect(await series()).toEqual(['things{queue="a"} 1', 'things{queue="b"} 2']);
  read = async () => [{ labels: { queue: 'b' }, value: 3 }];
  expect(await series()).toEqual(['things{queue="b"} 3']);
  read = () => Promise.reject(new Error('away'));
  expect(await series()).toEqual([]);
});
