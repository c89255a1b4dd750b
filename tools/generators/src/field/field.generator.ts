import { formatFiles, type GeneratorCallback, type Tree } from '@nx/devkit';
import { columnOf } from '../feature/columns.js';
import { readFields } from '../feature/fields.js';
import { findResource } from '../feature/resources.js';
import { pascalCase, singularOf, snakeCase } from '../words.js';
import { runnerIn } from '../workspace.js';

export interface FieldOptions {
  /** Folder of the feature, which is the plural name of its resource. */
  name: string;
  /** See {@link readFields}. */
  field: string;
  /** Singular name of the resource, when it does not follow from the plural. */
  singular?: string;
}

/**
 * Adds a nullable field to the resource of a feature. A field that exists is left as it is.
 * @returns what completes it once the files are written: migration and snapshots
 */
export default async function addField(
  tree: Tree,
  { name, field: text, singular = singularOf(name) }: FieldOptions,
): Promise<GeneratorCallback> {
  const [field, ...more] = readFields(text);
  if (!field || more.length > 0) throw new Error('Add one field at a time');
  if (!field.isNullable)
    throw new Error(`Rows that exist have no value for it: make it nullable, as in "${text}?"`);
  const source = `libs/features/${name}/src`;
  const table = snakeCase(name);
  const column = columnOf(field, table, (of) => findResource(tree, of));
  const { property, type, check, reference } = column;
  const completion = () => complete(tree, name, property);

  const entity = readSource(tree, `${source}/${singular}.entity.ts`);
  if (new RegExp(`^  ${property}[?!]?: `, 'm').test(entity.text)) {
    console.log(`${property} exists already: nothing is changed`);
    return completion;
  }
  const key = reference && `@Index('${reference.key.replace(/_fkey$/, '_idx')}', ['${property}'])\n`;
  entity.insertBefore(`export class ${pascalCase(singular)} {`, `${key ?? ''}${check ? `${check}\n` : ''}`);
  entity.insertBefore('  @CreateDateColumn', `  ${column.column}\n  ${property}: ${type} = null;\n\n`);
  entity.importFrom('typeorm', [...(check ? ['Check'] : []), ...(reference ? ['ForeignKey', 'Index'] : [])]);

  const dto = readSource(tree, `${source}/${singular}.dto.ts`);
  const [fields] =
    new RegExp(`class (${pascalCase(singular)}Fields|Replace${pascalCase(singular)}Dto) \\{`).exec(
      dto.text,
    ) ?? [];
  if (!fields) throw new Error(`${dto.path} has no class ${pascalCase(singular)}Fields`);
  dto.insertBefore('\n}\n', `\n\n  ${column.field}\n  ${property}: ${type};`, fields);
  dto.importFrom(/[^']*\/validation/.source, column.imports);

  for (const each of [entity, dto]) tree.write(each.path, each.text);
  await formatFiles(tree);
  return completion;
}

function readSource(tree: Tree, path: string) {
  if (!tree.exists(path)) throw new Error(`${path} does not exist`);
  return {
    path,
    text: tree.read(path, 'utf-8')!,
    /** Inserts before the first occurrence of a text, after the start that is given. */
    insertBefore(text: string, inserted: string, start = '') {
      const at = this.text.indexOf(text, this.text.indexOf(start));
      if (at < 0) throw new Error(`${path} does not contain "${text.trim()}"`);
      this.text = this.text.slice(0, at) + inserted + this.text.slice(at);
    },
    /** Adds names to the import of a module. */
    importFrom(module: string, names: string[]) {
      const pattern = new RegExp(`import \\{([^}]*)\\} from '(${module})';`);
      this.text = this.text.replace(pattern, (_, present: string, from: string) => {
        const all = new Set([...present.split(',').map((each) => each.trim()), ...names].filter(Boolean));
        return `import { ${[...all].join(', ')} } from '${from}';`;
      });
    },
  };
}

function complete(tree: Tree, name: string, property: string): void {
  const run = runnerIn(tree);
  run('npm', 'run', 'db:generate', '--', `add-${snakeCase(property).replaceAll('_', '-')}-to-${name}`);
  run('npm', 'run', 'snapshots');
}
