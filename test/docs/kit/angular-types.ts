/**
 * What the guide for Angular uses of Angular, which is not installed here: it is 7 MB with 12 MB of RxJS. Templates are compiled by Angular's own
 * compiler only.
 */
export const ANGULAR = `
  declare module '@angular/core' {
    export interface Signal<Value> { (): Value }
    export interface WritableSignal<Value> extends Signal<Value> { set(value: Value): void; asReadonly(): Signal<Value> }
    export function signal<Value>(value: Value): WritableSignal<Value>;
    export class InjectionToken<Value> { constructor(name: string, options?: { providedIn: 'root'; factory: () => Value }); private readonly ofValue: Value }
    export function inject<Value>(token: InjectionToken<Value> | (abstract new (...values: never[]) => Value)): Value;
    export abstract class DestroyRef { onDestroy(run: () => void): () => void }
    export class NgZone { runOutsideAngular<Result>(run: () => Result): Result }
    export function Component(options: { selector: string; template: string }): (type: object) => void;
    export function isDevMode(): boolean;
  }
  declare module '@angular/core/testing' {
    import type { InjectionToken } from '@angular/core';
    interface ComponentFixture { readonly nativeElement: { readonly textContent: string }; whenStable(): Promise<unknown> }
    export const TestBed: {
      configureTestingModule(options: { providers: { provide: InjectionToken<any>; useValue: unknown }[] }): unknown;
      createComponent(component: new () => unknown): ComponentFixture;
    };
  }
`;
