import { Component, type ElementRef, inject, input, signal, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { Session } from './session';

/** Where people sign in; the page that they wanted comes afterwards. */
@Component({
  selector: 'dw-sign-in-page',
  imports: [MatButton, MatFormField, MatInput, MatLabel],
  template: `
    <form aria-labelledby="sign-in-heading" [attr.aria-busy]="isBusy()" (submit)="submit($event)">
      <h1 id="sign-in-heading">Sign in</h1>
      <mat-form-field appearance="outline">
        <mat-label>Name</mat-label>
        <!-- Browsers count UTF-16 units, two in some characters; the server allows half as many characters. -->
        <input
          #name
          matInput
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          maxlength="128"
          [attr.aria-describedby]="problem() ? 'sign-in-problem' : null"
        />
      </mat-form-field>
      <mat-form-field appearance="outline">
        <mat-label>Password</mat-label>
        <input
          #password
          matInput
          type="password"
          name="password"
          autocomplete="current-password"
          required
          maxlength="2048"
          [attr.aria-describedby]="problem() ? 'sign-in-problem' : null"
        />
      </mat-form-field>
      @if (problem(); as text) {
        <p id="sign-in-problem" class="problem" role="alert">{{ text }}</p>
      }
      <button matButton="filled" type="submit" [disabled]="isBusy()">
        {{ isBusy() ? 'Signing in…' : 'Sign in' }}
      </button>
    </form>
  `,
  styleUrl: './sign-in-page.scss',
})
export class SignInPage {
  private readonly session = inject(Session);
  private readonly name = viewChild.required<ElementRef<HTMLInputElement>>('name');
  private readonly password = viewChild.required<ElementRef<HTMLInputElement>>('password');

  /** The page that comes afterwards, taken from the address. */
  readonly from = input<string>();

  protected readonly isBusy = signal(false);
  protected readonly problem = signal<string | null>(null);

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.isBusy()) return;
    const [name, password] = [this.name().nativeElement, this.password().nativeElement];
    this.isBusy.set(true);
    this.problem.set(null);
    const problem = await this.session.signIn({ name: name.value.trim(), password: password.value });
    if (problem === null) {
      this.session.goOn(this.from());
      return;
    }
    this.isBusy.set(false);
    this.problem.set(problem);
    password.select();
    password.focus();
  }
}
