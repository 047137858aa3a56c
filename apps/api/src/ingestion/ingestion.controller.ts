import type { AcceptedAnswer } from '@drivewatch/contracts';
import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { IngestionService } from './ingestion.service';

/** Where vehicles send their records; path and field names are those of the original system. */
@Controller('addData')
export class IngestionController {
  constructor(private readonly ingestion: IngestionService) {}

  /**
   * Takes one driving record (JSON, see `createWireRecordSchema`).
   * 202: the queue holds it durably; it is stored a moment later. 400: names every wrong field. 413, 415: body too
   * large, or not JSON. 503 with `Retry-After`: not accepted, send it again.
   */
  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  async accept(@Body() body: unknown): Promise<AcceptedAnswer> {
    return { accepted: 1, ids: [await this.ingestion.accept(body)] };
  }
}
