import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  Check,
  Column,
  Entity,
  ForeignKey,
  Index,
  type MigrationInterface,
  PrimaryColumn,
  type QueryRunner,
} from 'typeorm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDataSource, migrate, type Migration, revertMigration } from '@gatehouse/database';
import { FeatureModule } from '@gatehouse/modules';
import { createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import { generateMigrations } from './generate-migrations.js';

@Entity('owners')
class Owner {
  @PrimaryColumn('integer')
  id: number;
}

@Entity('houses')
@Index('houses_name_key', { synchronize: false })
@Check('houses_name_check', `name IN ('Red', 'Blue')`)
@Check('houses_colour_check', `colour <> name`)
@Check('houses_id_check', 'id BETWEEN 0 AND 1000')
class House {
  @PrimaryColumn('integer')
  id: number;

  @Column('text')
  name: string;

  @Column('integer')
  @ForeignKey(() => Owner, { name: 'houses_owner_id_fkey' })
  ownerId: number;

  @Column('text', { default: 'new `${1}"' })
  colour: string;
}

class CreateHouses1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE owners (id integer CONSTRAINT owners_pkey PRIMARY KEY);
      CREATE TABLE houses (
        id integer CONSTRAINT houses_pkey PRIMARY KEY,
        name text NOT NULL CONSTRAINT houses_name_check CHECK (name = 'Red'),
        owner_id integer NOT NULL CONSTRAINT houses_owner_id_fkey REFERENCES owners,
        CONSTRAINT houses_colour_check CHECK (name <> 'Grey'),
        CONSTRAINT houses_id_check CHECK (id >= 0 AND id <= 1000)
      );
      INSERT INTO owners VALUES (1);
      INSERT INTO houses VALUES (1, 'Red', 1);
      CREATE UNIQUE INDEX houses_name_key ON houses (lower(name));
      CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
      CREATE TRIGGER houses_shout BEFORE INSERT ON houses FOR EACH ROW EXECUTE FUNCTION shout()`);
  }
  async down(): Promise<void> {}
}

const declare = (root: string, entities: (typeof Owner | typeof House)[]) =>
  FeatureModule({ root, tag: root, description: root, entities }, {});

@declare('owners', [Owner])
class OwnersModule {}

@declare('houses', [House])
class HousesModule {}

const MODULE = `import { FeatureModule } from '@gatehouse/modules';
import { House } from './house.entity.js';

@FeatureModule({ root: 'houses', entities: [House] }, {})
export class HousesModule {}
`;

let database: TestDatabase;
let workspace: string;
let module: string;

beforeEach(async () => {
  database = await createTestDatabase();
  await migrate({ url: database.url, migrations: [CreateHouses1700000000001] });
  workspace = mkdtempSync(join(tmpdir(), 'generate-'));
  mkdirSync(join(workspace, 'libs/features/houses/src'), { recursive: true });
  module = join(workspace, 'libs/features/houses/src/houses.module.ts');
  writeFileSync(module, MODULE);
});
afterEach(async () => {
  rmSync(workspace, { recursive: true });
  await database.drop();
});

const generate = () =>
  generateMigrations({
    name: 'add-colour',
    database: { url: database.url, entities: [Owner, House] },
    features: [OwnersModule, HousesModule],
    workspace,
  });

const load = async (file: string): Promise<Migration> => {
  const source = stripTypeScriptTypes(readFileSync(join(workspace, file), 'utf8'));
  return Object.values(await import(`data:text/javascript,${encodeURIComponent(source)}`))[0] as Migration;
};

const objects = async (): Promise<string[]> => {
  const dataSource = await createDataSource({ url: database.url }).initialize();
  const rows: { name: string }[] = await dataSource.query(`
    SELECT indexname AS name FROM pg_indexes WHERE tablename = 'houses'
    UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT conname FROM pg_constraint WHERE conrelid = 'houses'::regclass AND contype = 'f'
    UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'houses'::regclass AND contype = 'c'
    UNION ALL SELECT column_name FROM information_schema.columns WHERE table_name = 'houses' ORDER BY 1`);
  await dataSource.destroy();
  return rows.map(({ name }) => name);
};

it('writes a reversible migration that brings the tables up to date with the entities', async () => {
  const before = await objects();
  const [file, ...more] = await generate();
  expect(more).toEqual([]);
  const AddColour = await load(file!);
  const options = { url: database.url, migrations: [CreateHouses1700000000001, AddColour] };
  expect(await migrate(options)).toEqual([AddColour.name]);
  const after = await objects();
  expect(after.filter((each) => !before.includes(each)).toSorted()).toEqual([
    expect.stringContaining('colour <> name'),
    expect.stringContaining('Blue'),
    'colour',
  ]);
  expect(before.filter((each) => !after.includes(each)).toSorted()).toEqual([
    expect.stringContaining('Grey'),
    expect.stringContaining('= '),
  ]);
  expect(await generate()).toEqual([]);
  await revertMigration(options);
  expect(await objects()).toEqual(before);
});

it('adds it to the module of the feature that owns the entity', async () => {
  const [first] = await generate();
  expect(basename(first!)).toMatch(/^\d{13}-add-colour\.ts$/);
  const { name } = await load(first!);
  const text = readFileSync(module, 'utf8');
  expect(text).toContain(`import { ${name} } from "./migrations/${basename(first!, '.ts')}.js";`);
  expect(text).toContain(`migrations: [${name}]`);

  const [second] = await generate();
  const added = await load(second!);
  expect(readFileSync(module, 'utf8').replace(/\s+/g, ' ')).toContain(`migrations: [${name}, ${added.name}]`);
});

it('creates the table of an entity that is new, with its checks', async () => {
  const empty = await createTestDatabase();
  try {
    const options = { url: empty.url, entities: [Owner, House] };
    const written = await generateMigrations({
      name: 'create-houses',
      database: options,
      features: [HousesModule],
      workspace,
    });
    expect(written).toHaveLength(1);
    expect(readFileSync(join(workspace, written[0]!), 'utf8')).toContain('houses_name_check');
  } finally {
    await empty.drop();
  }
});
