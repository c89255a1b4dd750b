import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settingNames } from '@gatehouse/config';
import { settingsOf } from '@gatehouse/modules';
import { features } from './features.js';

it('docs/configuration.md names every variable, and no other', () => {
  const docs = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  const rows = docs.split('\n').filter((line) => line.startsWith('|'));
  const named = rows.flatMap((row) =>
    [...row.split('|')[1]!.matchAll(/`([A-Z0-9_]+)`/g)].map(([, name]) => name!),
  );
  expect(named.toSorted()).toEqual([...settingNames(settingsOf(features))].toSorted());
});
