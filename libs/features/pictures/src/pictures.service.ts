import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Injectable, type StreamableFile } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  Between,
  type EntityManager,
  type FindOptionsWhere,
  MoreThanOrEqual,
  Raw,
  type Repository,
} from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { representationTag, responseSerializer } from '@gatehouse/gate';
import { found, type Precondition, Problem } from '@gatehouse/http';
import { Jobs } from '@gatehouse/jobs';
import { answerWithObject, Orphans, Storage } from '@gatehouse/storage';
import type { UploadedFile } from '@gatehouse/validation';
import { type EncodedImage, encodeAnew, encodeVariants } from './image.js';
import { PictureDto } from './picture.dto.js';
import { type Owner, Picture } from './picture.entity.js';

const MAKE_VARIANTS = 'pictures.make-variants';
/** Pixels. */
const WIDTHS = [64, 256, 1_024];

const serialize = responseSerializer(PictureDto);

type NewPicture = Pick<Picture, 'id' | 'contentType' | 'width' | 'size'>;

/** Runs in the transaction that changes a picture, before the change; locks the owner. */
type Work = (manager: EntityManager) => Promise<void>;

/** The pictures of books and users. Contents are stored before their rows and removed after them. */
@Injectable()
export class Pictures {
  constructor(
    @InjectRepository(Picture) private readonly pictures: Repository<Picture>,
    private readonly storage: Storage,
    private readonly jobs: Jobs,
    private readonly orphans: Orphans,
  ) {
    orphans.keep(async (first, last) => {
      const rows = await pictures.find({ select: { id: true }, where: { id: Between(first, last) } });
      return rows.map(({ id }) => id);
    });
    jobs.define<{ pictureId: string }>({ name: MAKE_VARIANTS }, ({ payload }) =>
      this.makeVariants(payload.pictureId),
    );
  }

  /**
   * Makes an uploaded image the picture of its owner. The upload itself is not kept.
   * @throws {ValidationProblem} when it is not an image that can be decoded
   */
  async replace(owner: Owner, upload: UploadedFile, ifMatch: Precondition, work: Work): Promise<void> {
    const picture = await this.store(await this.read(upload));
    try {
      await this.orphans.release(
        await this.pictures.manager.transaction(async (manager) => {
          await work(manager);
          const old = await this.take(owner, ifMatch, manager);
          await manager.insert(Picture, { ...picture, ...owner });
          await this.jobs.enqueue(MAKE_VARIANTS, { pictureId: picture.id }, { manager });
          return old;
        }),
      );
    } catch (error) {
      // When it is unknown whether the transaction was committed, the job decides.
      if (error instanceof Problem) await this.orphans.release([picture.id]);
      throw error;
    }
  }

  /** @param name e.g. `Cover of book 17` @throws {NotFoundProblem} */
  async remove(owner: Owner, name: string, ifMatch: Precondition, work: Work): Promise<void> {
    await this.orphans.release(
      await this.pictures.manager.transaction(async (manager) => {
        await work(manager);
        const old = await this.take(owner, ifMatch, manager);
        found(old[0], name);
        return old;
      }),
    );
  }

  /**
   * Answers with the smallest variant of at least this width, or else with the picture itself.
   * @param name e.g. `Cover of book 17`
   * @throws {NotFoundProblem}
   */
  async open(
    owner: Owner,
    name: string,
    width: number | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StreamableFile> {
    const picture = found(await this.pictures.findOneBy(whereOf(owner)), name);
    const variant = width === undefined ? null : await this.variant(picture.id, width);
    const shown = variant ?? picture;
    const object = { ...shown, tag: tagOf(shown), disposition: 'inline' };
    return found(await answerWithObject(this.storage, object, request, reply), name);
  }

  /** Removes the rows of the owner. @returns the keys of their contents, that of the picture first */
  private async take(owner: Owner, ifMatch: Precondition, manager: EntityManager): Promise<string[]> {
    const picture = await manager.findOneBy(Picture, owner);
    await ifMatch.require(() => picture ?? undefined);
    if (!picture) return [];
    const variants = await manager.findBy(Picture, { variantOf: picture.id });
    await manager.delete(Picture, picture.id);
    return [picture, ...variants].map(({ id }) => id);
  }

  private async read({ id }: UploadedFile): Promise<EncodedImage> {
    try {
      return await encodeAnew(await this.contentOf(id));
    } finally {
      await this.orphans.release([id]);
    }
  }

  private async store({ content, contentType, width }: EncodedImage): Promise<NewPicture> {
    const id = uuidv7();
    await this.storage.put(id, Readable.from([content]));
    return { id, contentType, width, size: content.length };
  }

  /** Of a picture that has been replaced in the meantime, it makes none. */
  private async makeVariants(id: string): Promise<void> {
    const picture = await this.pictures.findOneBy({ id });
    if (!picture) return;
    const widths = WIDTHS.filter((width) => width < picture.width);
    const images = await encodeVariants(await this.contentOf(id), widths);
    const variants: NewPicture[] = [];
    for (const image of images) variants.push(await this.store(image));
    const isWanted = await this.pictures.manager.transaction(async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const isThere = await manager.findOne(Picture, { where: { id }, lock });
      if (!isThere || (await manager.existsBy(Picture, { variantOf: id }))) return false;
      await manager.insert(
        Picture,
        variants.map((variant) => ({ ...variant, variantOf: id })),
      );
      return true;
    });
    if (!isWanted) await this.orphans.release(variants.map((variant) => variant.id));
  }

  private variant(id: string, width: number): Promise<Picture | null> {
    return this.pictures.findOne({
      where: { variantOf: id, width: MoreThanOrEqual(width) },
      order: { width: 'ASC' },
    });
  }

  private async contentOf(id: string): Promise<Buffer> {
    const content = await this.storage.get(id);
    if (!content) throw new Error(`The content of the picture ${id} is missing`);
    return buffer(content);
  }
}

/** Compares ids of books as bigint, so that one too large for the integer column is simply not found. */
function whereOf(owner: Owner): FindOptionsWhere<Picture> {
  return 'bookId' in owner ? { bookId: Raw((id) => `${id} = CAST(:bookId AS bigint)`, owner) } : owner;
}

function tagOf({ id }: Pick<Picture, 'id'>): string {
  return representationTag({ id }, serialize({ id }));
}
