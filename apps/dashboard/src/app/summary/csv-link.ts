import { Component, computed, DestroyRef, DOCUMENT, inject, input, signal } from '@angular/core';
import { saveFile, UTF8_MARK } from './data/save-file';
import { SummaryFiles } from './data/summary-files';

/**
 * A link to a published CSV file. Its address is that of the file, for programs and for anybody who copies it; when
 * clicked, it saves the file with a byte order mark, by which spreadsheets recognise UTF-8. With Ctrl or the like held,
 * it acts as a plain link.
 */
@Component({
  selector: 'dw-csv-link',
  template: `
    <a [href]="url()" [attr.aria-busy]="isLoading()" download (click)="save($event)"><ng-content /></a>
    <span role="status">{{ isLoading() ? 'Downloading…' : '' }}</span>
    @if (problem(); as text) {
      <span class="problem" role="alert">{{ text }}</span>
    }
  `,
  styles: `
    :host {
      display: flex;
      min-width: 0;
      flex-wrap: wrap;
      font-size: 0.875rem;
    }
    span:not(:empty) {
      margin-inline-start: 8px;
      color: var(--dw-text-soft);
    }
    span.problem:not(:empty) {
      color: var(--dw-alert-text);
      overflow-wrap: anywhere;
    }
  `,
})
export class CsvLink {
  private readonly document = inject(DOCUMENT);
  private readonly files = inject(SummaryFiles);
  private readonly stop = new AbortController();

  readonly url = input.required<string>();

  protected readonly isLoading = signal(false);
  /** Why the file was not saved; `null` while there is nothing to say. */
  protected readonly problem = signal<string | null>(null);
  private readonly name = computed(() => new URL(this.url()).pathname.split('/').at(-1) ?? '');

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.stop.abort();
    });
  }

  protected save(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!this.isLoading()) void this.download();
  }

  private async download(): Promise<void> {
    this.isLoading.set(true);
    this.problem.set(null);
    try {
      const file = await this.files.content(this.url(), this.stop.signal);
      saveFile(this.document, new Blob([UTF8_MARK, file], { type: 'text/csv' }), this.name());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!this.stop.signal.aborted) this.problem.set(`Not downloaded: ${reason}`);
    } finally {
      this.isLoading.set(false);
    }
  }
}
