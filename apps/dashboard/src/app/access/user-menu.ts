import { Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Session } from './session';

/** Shows who is signed in, and signs them out. It shows nothing while nobody needs to sign in. */
@Component({
  selector: 'dw-user-menu',
  imports: [MatButton],
  template: `
    @if (session.user(); as user) {
      <span class="who" role="group" aria-label="Signed in">
        <span class="name" [title]="user.name">{{ user.name }}</span>
        <span class="role">{{ user.role }}</span>
      </span>
      <button matButton type="button" (click)="signOut()">Sign out</button>
      @if (failed()) {
        <span class="failed" role="alert">Signing out did not work; try again.</span>
      }
    }
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: 8px;
      min-width: 0;
    }
    .who {
      display: flex;
      align-items: center;
      gap: 6px;
      min-width: 0;
      font-size: 0.875rem;
    }
    .name {
      overflow: hidden;
      max-width: 14ch;
      font-weight: 600;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .role {
      padding: 1px 8px;
      border-radius: 999px;
      background: var(--dw-quiet-ground);
      color: var(--dw-text-soft);
      font-size: 0.75rem;
    }
    .failed {
      color: var(--dw-alert-text);
      font-size: 0.8125rem;
    }
    button {
      white-space: nowrap;
    }
    @media (max-width: 860px) {
      .who {
        flex: 1;
      }
      .name {
        max-width: none;
      }
    }
  `,
})
export class UserMenu {
  protected readonly session = inject(Session);
  protected readonly failed = signal(false);

  protected async signOut(): Promise<void> {
    this.failed.set(!(await this.session.signOut()));
  }
}
