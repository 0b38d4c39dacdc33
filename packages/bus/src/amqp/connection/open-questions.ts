import type { ChannelModel } from 'amqplib';

/**
 * The questions of one connection that the broker has not answered in time, such as about a queue whose node
 * of the cluster has just died.
 *
 * The channel of such a question cannot be used until the answer comes. So each question stays open only once, and
 * asking it again costs no further channel.
 */
export class OpenQuestions {
  static readonly #ofConnection = new WeakMap<ChannelModel, OpenQuestions>();

  readonly #answers = new Map<string, Promise<void>>();

  static of(model: ChannelModel): OpenQuestions {
    const known = OpenQuestions.#ofConnection.get(model) ?? new OpenQuestions();
    OpenQuestions.#ofConnection.set(model, known);
    return known;
  }

  /** Records a question about an object until it is answered, refused, or the connection is lost; resolves then. */
  add(what: string, question: Promise<unknown>): Promise<void> {
    const end = (): void => void this.#answers.delete(what);
    const answered = question.then(end, end);
    this.#answers.set(what, answered);
    return answered;
  }

  /** Resolves when an open question about the object is answered; `undefined` if there is none. */
  answerAbout(what: string): Promise<void> | undefined {
    return this.#answers.get(what);
  }
}
