import type { IncomingMessage } from 'node:http';
import type { AddDataAnswer } from '@drivewatch/contracts';
import type { ApiConfig } from '@drivewatch/config';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { API_CONFIG } from '../config.module';
import { sendProblem } from '../http/problem.filter';
import { toProblem } from '../http/to-problem';
import { bodyFormatOf, MEDIA_TYPES } from './body/body-format';
import { BodyReader } from './body/body-reader';
import { countValues } from './body/dense-text';
import { InFlightBytes } from './body/in-flight-bytes';
import { type ParseJson, parseArray, parseRecord, readRecords, startsArray } from './body/record-body';
import { HELD_AT_ONCE, readSmallBody, smallBodyBytes } from './body/small-body';
import { noBodyAnnounced, nothingAccepted, shuttingDown } from './ingestion-errors';
import { IngestionService } from './ingestion.service';
import { IngestionMetrics } from './ingestion-metrics';
import { RecordQueueService } from './record-queue.service';
import { type Sender, senderOf } from './sender';
import { UploadShares } from './uploads/upload-shares';
import { UploadWork } from './uploads/upload-work';

/** How long uploads may still run when the program ends. */
const UPLOAD_GRACE_MS = 3_000;

/**
 * `POST /addData`, where vehicles send their records; path and field names are those of the original system.
 *
 * It is a route of Fastify rather than a controller, because its bodies are read as they arrive, and only if nothing
 * speaks against the request: for that it has parsers of its own, which no other route sees.
 */
@Injectable()
export class RecordRoute {
  private readonly inFlight: InFlightBytes;
  private readonly shares: UploadShares;
  private readonly uploads = new Set<UploadWork>();

  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    private readonly ingestion: IngestionService,
    private readonly queue: RecordQueueService,
    private readonly metrics: IngestionMetrics,
  ) {
    this.inFlight = new InFlightBytes(config.MAX_IN_FLIGHT_BYTES);
    this.shares = new UploadShares(config);
  }

  /**
   * Takes driving records: one as a JSON object, or many as a JSON array, NDJSON or CSV, each plain or gzip.
   *
   * 202: the queue holds what was accepted durably; it is stored a moment later (`AddDataAnswer`).
   * Anything else is a problem; `PROBLEMS` says of each code what is kept and when to send again. A problem with
   * `nextIndex` came midway.
   */
  register(server: FastifyInstance): void {
    void server.register((scope, _, done) => {
      const parseJson = parserOf(scope);
      scope.removeAllContentTypeParsers();
      // The named media types are listed only so that Fastify caches them; bodyFormatOf decides what is accepted.
      scope.addContentTypeParser([...MEDIA_TYPES, '*'], (_request, _payload, parsed) => parsed(null));
      scope.setErrorHandler((error, request, reply) => {
        sendProblem(this.ownRefusal(error, request), request, reply);
      });
      scope.post('/addData', { config: { access: 'device' } }, async (request, reply) => {
        try {
          const answer = await this.take(request, parseJson);
          if (answer.accepted === 0) throw nothingAccepted(answer);
          // The answer is not sent here: awaiting a reply means waiting for all of it to be written, which costs as
          // much as the rest.
          void reply.status(202);
          return answer;
        } finally {
          request.arrivingBody?.forgetWhenComplete();
        }
      });
      done();
    });
  }

  /** Ends uploads when the program ends, because it does not wait for the minutes that an upload may take. */
  endUploads(): void {
    setTimeout(() => {
      for (const work of this.uploads) work.stop(shuttingDown());
    }, UPLOAD_GRACE_MS).unref();
  }

  /** Fastify refuses a Content-Type that is no media type before the route sees it, without knowing what is allowed. */
  private ownRefusal(error: unknown, { headers }: FastifyRequest): unknown {
    if ((Object(error) as { code?: unknown }).code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return error;
    try {
      bodyFormatOf(headers);
      return error;
    } catch (refusal) {
      this.metrics.countRejected(toProblem(refusal).code, 1);
      return refusal;
    }
  }

  private async take(request: FastifyRequest, parseJson: ParseJson): Promise<AddDataAnswer> {
    try {
      const sender = senderOf(request);
      const { format, isGzip } = bodyFormatOf(request.headers);
      this.queue.refuseWhenFull();
      this.inFlight.refuseWhenFull();
      const bytes = smallBodyBytes(request.raw.headers, this.config.MAX_RECORD_BYTES);
      return format === 'json' && !isGzip && bytes !== null
        ? await this.takeSmall(request, bytes, parseJson, sender)
        : await this.takeStream(request, { format, isGzip }, parseJson, sender);
    } catch (error) {
      this.metrics.countRejected(toProblem(error).code, 1);
      throw error;
    }
  }

  private async takeSmall(
    { raw, arrivingBody }: FastifyRequest,
    bytes: number,
    parseJson: ParseJson,
    sender: Sender,
  ): Promise<AddDataAnswer> {
    const held = this.inFlight.of(sender.reporterId);
    held.take(bytes);
    try {
      arrivingBody?.invite();
      const whole = await readSmallBody(raw, (fail) => {
        if (arrivingBody !== null) arrivingBody.onCut = fail;
      });
      if (startsArray(whole) === true) return await this.takeSmallArray(raw, whole, parseJson, sender);
      return await this.ingestion.accept(parseRecord(whole, parseJson), sender);
    } finally {
      held.give(bytes);
    }
  }

  private async takeSmallArray(
    raw: IncomingMessage,
    whole: Buffer,
    parseJson: ParseJson,
    sender: Sender,
  ): Promise<AddDataAnswer> {
    const work = new UploadWork(this.shares, sender.reporterId, raw.socket);
    this.uploads.add(work);
    try {
      const { MAX_RECORD_BYTES: maxRecordBytes } = this.config;
      const options = { parseJson, maxRecordBytes, work };
      const batches = await parseArray([whole], countValues(whole), options);
      return await this.ingestion.acceptAll(batches, HELD_AT_ONCE, work, sender);
    } finally {
      this.uploads.delete(work);
      work.close();
    }
  }

  private async takeStream(
    { raw, arrivingBody }: FastifyRequest,
    { format, isGzip }: ReturnType<typeof bodyFormatOf>,
    parseJson: ParseJson,
    sender: Sender,
  ): Promise<AddDataAnswer> {
    const { MAX_BODY_BYTES: maxBytes, MAX_RECORD_BYTES: maxRecordBytes } = this.config;
    if (format === 'json' && arrivingBody === null && raw.headers['content-length'] === undefined)
      throw noBodyAnnounced();
    // It refuses a body that is declared to be too long.
    const reader = new BodyReader(raw, { isGzip, maxBytes, inFlight: this.inFlight.of(sender.reporterId) });
    const work = new UploadWork(this.shares, sender.reporterId, raw.socket, (error) => reader.fail(error));
    if (arrivingBody !== null) arrivingBody.onCut = (error, isOver) => reader.cut(error, isOver);
    arrivingBody?.invite();
    const onUpload = (): void => {
      this.uploads.add(work);
      if (arrivingBody !== null) arrivingBody.isUpload = true;
    };
    try {
      const body = await readRecords(format, reader, { parseJson, maxRecordBytes, work, onUpload });
      if (body.isSingle) return await this.ingestion.accept(body.record, sender);
      return await this.ingestion.acceptAll(body.batches, reader, work, sender);
    } finally {
      this.uploads.delete(work);
      work.close();
      reader.close();
    }
  }
}

/** Returns Fastify's own JSON parser, which refuses text that would set a prototype. */
function parserOf(server: FastifyInstance): ParseJson {
  const parse = server.getDefaultJsonParser('error', 'error');
  return (text) => {
    let result: unknown;
    void parse(NO_REQUEST, text, (error, value) => {
      if (error) throw error;
      result = value;
    });
    return result;
  };
}
/** The parser's type demands a request, but the parser does not look at it. */
const NO_REQUEST = {} as FastifyRequest;
