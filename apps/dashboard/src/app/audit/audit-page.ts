import { AUDIT_KINDS } from '@drivewatch/contracts';
import { Component, computed, type OnDestroy, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatIcon } from '@angular/material/icon';
import { MatInput } from '@angular/material/input';
import { MatProgressBar } from '@angular/material/progress-bar';
import { LiveFeed } from '../feed/live-feed';
import { AuditEvents, detailText, KIND_CHOICES, kindText } from './audit-events';

/** Who did what, for admins. */
@Component({
  selector: 'dw-audit-page',
  imports: [MatButton, MatFormField, MatIcon, MatInput, MatLabel, MatProgressBar],
  providers: [AuditEvents],
  templateUrl: './audit-page.html',
  styleUrl: './audit-page.scss',
})
export class AuditPage implements OnDestroy {
  protected readonly feed = inject(LiveFeed);
  protected readonly log = inject(AuditEvents);
  protected readonly choices = KIND_CHOICES;
  protected readonly rows = computed(() => {
    const format = this.feed.timeFormat();
    return this.log.events().map((event) => ({
      id: event.id,
      what: kindText(event.kind),
      address: event.address,
      time: format.dateTime(Date.parse(event.occurredAt)),
      instant: event.occurredAt,
      actor: event.actor,
      subject: event.subject,
      more: detailText(event),
      isWarning: event.kind === 'sign-in.failed' || event.kind === 'sign-in.refused',
    }));
  });

  constructor() {
    void this.log.begin(null);
  }

  ngOnDestroy(): void {
    this.log.stop();
  }

  protected choose(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    void this.log.begin(AUDIT_KINDS.find((kind) => kind === value) ?? null);
  }

  protected showMore(): void {
    void this.log.loadMore();
  }
}
