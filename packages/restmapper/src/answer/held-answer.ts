import type { ParameterizedContext } from 'koa';
import { sendProblem } from './answer.ts';
import { AnswerStream, holdToRate } from './answer-stream.ts';
import type { ByteBudget } from '../request/byte-budget.ts';
import type { GatewayLimits } from '../request/limits.ts';
import type { RequestState } from './request-state.ts';
import { whenTaken } from './when-taken.ts';

type Context = ParameterizedContext<RequestState>;

/** Smaller answers are limited only by the number of requests. */
const minCountedBytes = 4096;

export interface HeldAnswerOptions {
  readonly budget: ByteBudget;
  readonly limits: Pick<GatewayLimits, 'minBytesPerSecond'>;
}

/**
 * Counts an answer until its caller has read it, in place of what the request held.
 *
 * A problem that exceeds the budget is replaced by a short one.
 */
export function holdAnswer(context: Context, { budget, limits }: HeldAnswerOptions): void {
  const { state, req, res } = context;
  const bytes = bytesOf(context);
  if (bytes < minCountedBytes) {
    state.held?.release();
    return;
  }
  const held = (state.held ??= budget.open());
  try {
    held.resize(bytes);
  } catch (error) {
    if (!res.headersSent) sendProblem(context, error);
    return;
  }
  const stream = context.body instanceof AnswerStream ? context.body : undefined;
  held.beginTransfer(() => req.socket.destroy());
  whenTaken(req, res, () => {
    held.close();
    // Node does not notify an answer that waits behind another one when the connection closes.
    stream?.destroy();
  });
  if (stream) holdToRate(stream, res, limits.minBytesPerSecond);
}

/** A shared buffer, such as the API description, is not counted. */
function bytesOf({ body, method }: Context): number {
  if (method === 'HEAD') return 0;
  if (body instanceof AnswerStream) return body.length;
  return typeof body === 'string' ? Buffer.byteLength(body) : 0;
}
