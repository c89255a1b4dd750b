import 'reflect-metadata';
import { declarationsOf, moduleTable } from '@gatehouse/modules';
import { features } from '../features.js';

/** `npm run modules`: prints what each feature declares. Needs no database. */
process.stdout.write(moduleTable(declarationsOf(features)));
