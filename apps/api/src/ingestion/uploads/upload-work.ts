import type { Socket } from 'node:net';
import { connectionLost, senderLeft } from '../ingestion-errors';
import type { Places } from './places';
import type { DoneWork } from './record-pace';
import type { UploadShares } from './upload-shares';

/**
 * How long an upload is worked on without a break; a single record of another device waits no longer than this for it.
 */
const SLICE_MS = 2;
/**
 * How long an upload is worked on whose sender has ended its side of the connection. Most such senders have gone, but some
 * end their side as soon as they have sent all, and wait.
 */
const AFTER_END_MS = 2_000;

/**
 * The work on the records of one request with several. Decides when it may begin and when it has to let others go
 * first, and ends it when nobody waits for its answer any more. Whoever creates one closes it.
 */
export class UploadWork {
  private readonly stopped = new AbortController();
  private readonly own: Places;
  private hasOwnPlace = false;
  private hasPlace = false;
  private sliceEndMs = 0;
  private endTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly shares: UploadShares,
    private readonly keyId: string,
    private readonly socket: Socket,
    /** Receives the error that the work is stopped with. */
    private readonly onStop: (error: Error) => void = () => undefined,
  ) {
    this.own = shares.placesOf(keyId);
    socket.once('close', this.onGone);
    if (socket.readableEnded) this.onEnded();
    else socket.once('end', this.onEnded);
  }

  /**
   * Waits until text that has arrived may be worked on; call it before the text is parsed.
   *
   * @throws the error that the work was stopped with
   */
  async begin(): Promise<void> {
    try {
      if (!this.hasOwnPlace) {
        await this.own.take(this.stopped.signal);
        this.hasOwnPlace = true;
      }
      await this.enter();
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Ends what {@link begin} began; does nothing if nothing was begun. */
  end(): void {
    this.leave();
    if (this.hasOwnPlace) this.own.give();
    this.hasOwnPlace = false;
  }

  /** Waits until the key is within its share of records. @throws the error that the work was stopped with */
  async payDebt(): Promise<void> {
    if (!this.shares.isInDebt(this.keyId)) return;
    const wasIn = this.hasPlace;
    // The upload keeps its place among those of its own key only, so that it blocks no other key.
    this.leave();
    if (wasIn) await this.enter();
    else await this.shares.debtIsPaid(this.keyId, this.stopped.signal);
  }

  /** Whether {@link pause} is due. */
  get isPauseDue(): boolean {
    return performance.now() >= this.sliceEndMs;
  }

  /** Lets everything else go first. @throws the error that the work was stopped with */
  async pause(): Promise<void> {
    await this.shares.turns.next();
    this.throwIfStopped();
    this.sliceEndMs = performance.now() + SLICE_MS;
  }

  /** Counts work for the key; if that exceeds its share, its next text waits. */
  charge(work: DoneWork): void {
    this.shares.charge(this.keyId, work);
  }

  /** Stops the work with this error at its next step. */
  stop(error: Error): void {
    this.stopped.abort(error);
    this.onStop(error);
  }

  close(): void {
    this.socket.off('close', this.onGone);
    this.socket.off('end', this.onEnded);
    clearTimeout(this.endTimer);
    this.end();
    // A `begin` that still waits for its place gives it back.
    this.stopped.abort(connectionLost());
  }

  throwIfStopped(): void {
    this.stopped.signal.throwIfAborted();
  }

  private async enter(): Promise<void> {
    await this.shares.debtIsPaid(this.keyId, this.stopped.signal);
    if (!this.hasPlace) {
      await this.shares.places.take(this.stopped.signal);
      this.hasPlace = true;
    }
    this.throwIfStopped();
    // What arrives while the last turn lasts may go on in it.
    if (this.isPauseDue) await this.pause();
  }

  private leave(): void {
    if (this.hasPlace) this.shares.places.give();
    this.hasPlace = false;
  }

  private readonly onEnded = (): void => {
    this.endTimer = setTimeout(() => this.stop(senderLeft(AFTER_END_MS)), AFTER_END_MS).unref();
  };
  private readonly onGone = (): void => this.stop(connectionLost());
}
