import 'reflect-metadata';
import { declarationsOf, moduleTable } from '@gatehouse/modules';
import { features } from '../features.js';
import { say } from '../say.js';

/** `npm run modules`: prints what each feature declares. Needs no database. */
say(moduleTable(declarationsOf(features)).trimEnd());
