import { finished } from 'node:stream';
import type { Multipart, MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import {
  MalformedRequestProblem,
  PayloadTooLargeProblem,
  Problem,
  sendContinue,
  UnavailableProblem,
} from '@gatehouse/http';
import type { Storage } from '@gatehouse/storage';
import { discard } from '../body/discard.js';
import type { FileRules } from '../fields/file.fields.js';
import { BodyWatch } from './body-watch.js';
import { displayName } from './display-name.js';
import { Upload } from './upload.js';
import { UploadedFile } from './uploaded-file.js';

/** Bytes of all texts of a form, and of its boundaries and headers. */
export const TEXT_BYTES = 64 * 1024;
const MAX_PARTS = 1_000;
const RETRY_SECONDS = 5;

/** Forms with files that a process reads at the same time, in total and per caller. */
const MAX_FORMS = 200;
const MAX_PER_CALLER = 10;

const running = new Map<string, number>();
let total = 0;

/** A form that has been read. */
export interface Form {
  /** Texts and {@link UploadedFile}s by name; a repeated field is an array. */
  fields: Record<string, unknown>;
  files: readonly UploadedFile[];
}

type Fields = Form['fields'];
type Parts = AsyncIterator<Multipart>;

/** Reads `multipart/form-data`. Contents of files are streamed to the storage, and never in memory as a whole. */
export class FormReader {
  /**
   * @param rules fields that are files
   * @param limit maximum bytes of the body
   */
  constructor(
    private readonly rules: ReadonlyMap<string, FileRules>,
    private readonly limit: number,
    private readonly storage: Storage,
  ) {}

  /**
   * Stores the files of the fields that are files. Surplus files, and files of other fields, are skipped and appear as
   * `null`.
   * @throws Problem 400, 408, 413, 415 or 503; then nothing is stored
   */
  async read(request: FastifyRequest): Promise<Form> {
    const leave = enter(request);
    const files: UploadedFile[] = [];
    try {
      const fields = await this.readParts(request, files);
      return { fields, files };
    } catch (error) {
      await this.remove(files);
      throw error;
    } finally {
      discard(request.raw);
      leave();
    }
  }

  /** Removes stored files that are not wanted after all. What cannot be removed is left to the owner of the storage. */
  async remove(files: readonly UploadedFile[]): Promise<void> {
    await Promise.allSettled(files.map(({ id }) => this.storage.remove(id)));
  }

  private async readParts(request: FastifyRequest, files: UploadedFile[]): Promise<Fields> {
    const { raw } = request;
    if (raw.destroyed) throw malformed();
    sendContinue(raw);
    const fields = Object.create(null) as Fields;
    const limits = { parts: MAX_PARTS, fieldSize: TEXT_BYTES, fileSize: Infinity };
    const parts = request.parts({ preservePath: true, limits });
    let next = nextOf(parts);
    const watch = new BodyWatch(raw, this.limit);
    let textBytes = 0;
    try {
      for (;;) {
        const part = await Promise.race([next, watch.failed]);
        if (!part) return fields;
        if (part.type === 'file') await this.takeFile(part, fields, files, watch);
        else add(fields, nameOf(part), part.value);
        textBytes += textBytesOf(part);
        if (textBytes > TEXT_BYTES) throw new PayloadTooLargeProblem(TEXT_BYTES);
        next = nextOf(parts);
      }
    } finally {
      watch.stop();
    }
  }

  private async takeFile(
    part: MultipartFile,
    fields: Fields,
    files: UploadedFile[],
    watch: BodyWatch,
  ): Promise<void> {
    const { filename, file } = part;
    const name = nameOf(part);
    // Browsers send a nameless file for a field in which none was chosen.
    const isChosen = filename !== '';
    const rules = this.rules.get(name);
    if (rules && isChosen && [fields[name] ?? []].flat().length < rules.maxFiles) {
      const stored = await this.store(part, rules, watch);
      files.push(stored);
      add(fields, name, stored);
      return;
    }
    file.resume();
    if (isChosen) add(fields, name, null);
  }

  private async store(
    { file, filename, mimetype }: MultipartFile,
    rules: FileRules,
    watch: BodyWatch,
  ): Promise<UploadedFile> {
    const upload = new Upload(rules, mimetype);
    // The storage listens for errors once it is ready to read.
    upload.on('error', () => undefined);
    finished(file, (error) => error && upload.destroy(malformed(error)));
    watch.failed.catch((problem: Problem) => upload.destroy(problem));
    const id = uuidv7();
    await this.storage.put(id, file.pipe(upload));
    const { contentType, size } = upload;
    return Object.assign(new UploadedFile(), {
      id,
      filename: displayName(filename),
      contentType,
      size,
      sha256: upload.digest(),
    });
  }
}

/** Counts a form. @returns ends the count */
function enter({ gate, raw }: FastifyRequest): () => void {
  const caller = gate.principal?.id ?? gate.address;
  const count = running.get(caller) ?? 0;
  if (count >= MAX_PER_CALLER || total >= MAX_FORMS) {
    discard(raw);
    throw new UnavailableProblem('Too many uploads are running', RETRY_SECONDS);
  }
  running.set(caller, count + 1);
  total++;
  return () => {
    total--;
    const left = running.get(caller)! - 1;
    if (left > 0) running.set(caller, left);
    else running.delete(caller);
  };
}

/** The next part; `undefined` after the last one. */
function nextOf(parts: Parts): Promise<Multipart | undefined> {
  const next = parts.next().then(
    ({ done, value }) => (done ? undefined : value),
    (error: { code?: string }) => {
      throw malformed(error);
    },
  );
  // When the watch has failed, nobody waits for the next part.
  next.catch(() => undefined);
  return next;
}

function malformed(cause?: unknown): Problem {
  const { code } = (cause ?? {}) as { code?: string };
  const detail =
    code === 'FST_PARTS_LIMIT'
      ? `The form has more than ${MAX_PARTS} parts`
      : 'The form is broken or incomplete';
  return new MalformedRequestProblem(detail, { cause });
}

function textBytesOf(part: MultipartFile | MultipartValue): number {
  return nameOf(part).length + (part.type === 'field' ? JSON.stringify(part.value).length : 0);
}

/** The parser gives none for a part without a name. */
function nameOf({ fieldname }: MultipartFile | MultipartValue): string {
  return (fieldname as string | undefined) ?? '';
}

function add(fields: Fields, name: string, value: unknown): void {
  fields[name] = name in fields ? [fields[name], value].flat() : value;
}
