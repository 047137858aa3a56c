import { DestroyRef, Directive, ElementRef, inject, output, signal } from '@angular/core';

/** Drawing starts this long before an element is scrolled into view, so that no empty box is seen. */
const MARGIN = '400px';

/** Knows whether its element is in view or nearly so; with hundreds of drivers only those cards draw a chart. */
@Directive({ selector: '[dwInView]', exportAs: 'dwInView' })
export class InView {
  private readonly inViewState = signal(false);
  readonly inView = this.inViewState.asReadonly();
  readonly inViewChange = output<boolean>();

  constructor() {
    const observer = new IntersectionObserver(
      (entries) => {
        const newest = entries.at(-1);
        if (!newest) return;
        this.inViewState.set(newest.isIntersecting);
        this.inViewChange.emit(newest.isIntersecting);
      },
      { rootMargin: MARGIN },
    );
    observer.observe(inject<ElementRef<Element>>(ElementRef).nativeElement);
    inject(DestroyRef).onDestroy(() => {
      observer.disconnect();
    });
  }
}
