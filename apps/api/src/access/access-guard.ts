import { hash, timingSafeEqual } from 'node:crypto';
import { type ApiConfig, authenticationOf } from '@drivewatch/config';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_CONFIG } from '../config.module';
import { sendProblem } from '../http/problem.filter';
import { ProblemError } from '../http/problem-error';
import { forbidden } from './access-errors';
import { CountedCallers } from './counted-callers';
import { DeviceKeyRing } from './device-key-ring';
import { isAllowedOrigin } from './origin';
import type { Reporter } from './reporter';
import { METRICS_CALLER, RequestLimits } from './request-limits';
import { bearerOf, HOW_TO_SHOW, KEY_REFUSALS, keyOf, ShownKeys } from './shown-keys';

/**
 * Who may use a route:
 * - `public`: everybody.
 * - `device`: whoever shows a key for records; a key for the live feed opens the socket alone.
 * - `viewer`: whoever is signed in. `admin`: whoever is signed in as an admin.
 * - `metrics`: whoever shows `METRICS_TOKEN`, and admins.
 */
export type Access = 'public' | 'device' | 'viewer' | 'admin' | 'metrics';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Only admins may use a route that does not set this. */
    access?: Access;
  }
  interface FastifyRequest {
    /** The name of the signed-in user, on routes for people; absent while nobody needs to sign in. */
    userName?: string;
  }
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * The one place that decides who may use a route. It is an `onRequest` hook of Fastify's root, so it runs for whatever
 * route the router has found, Nest's own and any plugin's, however its address was spelled.
 */
@Injectable()
export class AccessGuard {
  private readonly isOn: boolean;
  private readonly metricsHash: Buffer | null;

  constructor(
    private readonly keys: DeviceKeyRing,
    private readonly shown: ShownKeys,
    private readonly callers: CountedCallers,
    private readonly limits: RequestLimits,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
  ) {
    this.isOn = authenticationOf(config) === 'on';
    this.metricsHash = config.METRICS_TOKEN === undefined ? null : sha256(config.METRICS_TOKEN);
  }

  readonly onRequest = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    if (!this.isOn) {
      // Nobody shows a credential here, so another site's page could change things as easily as the dashboard could.
      if (this.isForeignChange(request)) sendProblem(foreignPage(), request, reply);
      else done();
      return;
    }
    const refuse = (error: unknown): void => {
      if (isPageWithoutSession(error, request)) {
        void reply.redirect(`/sign-in?from=${encodeURIComponent(request.url)}`, 303);
        return;
      }
      sendProblem(error, request, reply);
    };
    const reporter = this.reporterOf(request);
    if (reporter === null) {
      this.check(request).then(() => {
        done();
      }, refuse);
      return;
    }
    request.reporter = reporter;
    // A known device is counted by its key alone, because many devices share the address of a mobile carrier. This is
    // synchronous: what arrives of the body during a wait has to be buffered, which costs a fifth of all the work of a
    // record.
    const refusal = this.limits.takeKey(reporter.id);
    if (refusal === null) done();
    else refuse(refusal);
  };

  /**
   * Returns the owner of the valid key that the request shows, on routes that ask for keys; synchronous, because every
   * record passes here.
   */
  private reporterOf(request: FastifyRequest): Reporter | null {
    if (accessOf(request) !== 'device') return null;
    const key = keyOf(request.headers);
    const reporter = key === undefined ? 'unknown' : this.keys.check(key, request.raw.socket, Date.now());
    return typeof reporter === 'string' ? null : reporter;
  }

  /** Every branch counts the request, by the credential that its sender has shown or else by the address. */
  private check(request: FastifyRequest): Promise<unknown> {
    const access = accessOf(request);
    switch (access) {
      case 'public':
        return this.callers.admit(request.headers, request.ip);
      case 'device':
        return this.refuseDevice(request);
      case 'metrics':
        return this.isMetricsToken(bearerOf(request.headers))
          ? this.limits.takeCaller(METRICS_CALLER)
          : this.checkUser(request, 'admin');
      case 'viewer':
      case 'admin':
        return this.checkUser(request, access);
    }
  }

  private async refuseDevice(request: FastifyRequest): Promise<never> {
    await this.limits.takeAddress(request.ip);
    await this.shown.requireOne(request.raw, request.ip);
    const key = keyOf(request.headers);
    if (key === undefined)
      return await this.shown.fail(request.ip, `A device key is missing; send it as ${HOW_TO_SHOW}`);
    const reporter = this.keys.check(key, request.raw.socket, Date.now());
    if (reporter === 'live')
      throw forbidden(
        'This key may read the live feed and nothing else; records need one made with --fleet or --driver',
      );
    return await this.shown.fail(
      request.ip,
      KEY_REFUSALS[typeof reporter === 'string' ? reporter : 'unknown'],
    );
  }

  private async checkUser(request: FastifyRequest, access: 'viewer' | 'admin'): Promise<void> {
    const signedIn = await this.callers.read(request.headers, request.ip);
    if (signedIn === null) {
      const key = keyOf(request.headers);
      const reporter = key === undefined ? 'unknown' : this.keys.check(key, request.raw.socket, Date.now());
      if (reporter === 'live') throw forbidden('This key may read the live feed and nothing else');
      if (typeof reporter !== 'string') throw forbidden('A device key may send records and nothing else');
      return this.shown.fail(request.ip, 'Nobody is signed in; sign in at /sign-in');
    }
    if (access === 'admin' && signedIn.user.role !== 'admin')
      throw forbidden(`Only admins may do that; ${signedIn.user.name} is a ${signedIn.user.role}`);
    // The session belongs to a browser, and another site's page may have made that browser send the request.
    if (this.isForeignChange(request)) throw foreignPage();
    request.userName = signedIn.user.name;
  }

  private isForeignChange({ method, headers }: FastifyRequest): boolean {
    return !SAFE_METHODS.includes(method) && !isAllowedOrigin(headers, this.config.ALLOWED_ORIGINS);
  }

  private isMetricsToken(token: string | undefined): boolean {
    return (
      token !== undefined && this.metricsHash !== null && timingSafeEqual(sha256(token), this.metricsHash)
    );
  }
}

const foreignPage = (): ProblemError =>
  forbidden('Pages of this origin may not do that; ALLOWED_ORIGINS names those that may');

/** Everybody may ask for an address that no route serves: the answer is 404. */
const accessOf = (request: FastifyRequest): Access =>
  request.is404 ? 'public' : (request.routeOptions.config.access ?? 'admin');

/**
 * Tells whether a person follows a link to a page for users: a person is sent to the sign-in page, a program is told
 * why it was refused.
 */
const isPageWithoutSession = (error: unknown, request: FastifyRequest): boolean =>
  error instanceof ProblemError &&
  error.problem.status === 401 &&
  request.method === 'GET' &&
  ['viewer', 'admin'].includes(accessOf(request)) &&
  (request.headers.accept ?? '').includes('text/html');

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');
