import {
  computed,
  readonly,
  type Ref,
  ref,
  type ShallowRef,
  shallowRef,
  type WritableComputedRef,
} from 'vue';
import {
  type DeadLetter,
  type DeadLetterFate,
  fetchDeadLetter,
  fetchDeadLetters,
  resultOf,
  sortDeadLetters,
} from '../../lib/dead-letter.ts';
import { type Problem, problemOf } from '../../lib/problem.ts';
import { fetchOwn } from '../../use/credentials.ts';

/** An action that needs confirmation. */
export interface Intent {
  readonly fate: DeadLetterFate;
  /** The affected dead letters: all that are shown, or one of them. */
  readonly letters: readonly DeadLetter[];
  /** The one whose card has the question; undefined for all that are shown. */
  readonly letter: DeadLetter | undefined;
}

/** The dead letters of the opened queue. */
export interface DeadLetterDesk {
  /** The name of the dead-letter queue; empty while none is open. */
  readonly queue: Readonly<Ref<string>>;
  readonly isOpen: WritableComputedRef<boolean>;
  readonly letters: Readonly<ShallowRef<readonly DeadLetter[]>>;
  readonly problem: Readonly<ShallowRef<Problem | undefined>>;
  readonly isWorking: Readonly<Ref<boolean>>;
  /** The action that waits for confirmation. */
  readonly intent: Readonly<ShallowRef<Intent | undefined>>;
  /** The result of the last action, in a sentence. */
  readonly result: Readonly<Ref<string | undefined>>;
  readonly open: (queue: string) => void;
  /** Asks for confirmation for one dead letter, or for all that are shown. */
  readonly ask: (fate: DeadLetterFate, letter?: DeadLetter) => void;
  readonly cancel: () => void;
  /** Performs the confirmed action, and reloads. */
  readonly confirm: () => Promise<void>;
  /** Loads the whole body of a dead letter. */
  readonly complete: (letter: DeadLetter) => Promise<void>;
}

export function useDeadLetters(): DeadLetterDesk {
  const queue = ref('');
  const letters = shallowRef<readonly DeadLetter[]>([]);
  const { intent, ask, cancel, replace } = useIntent(letters);
  const result = ref<string>();
  const { attempt, ...state } = useAttempt();
  const isOpen = computed({
    get: () => queue.value !== '',
    set: (open) => (queue.value = open ? queue.value : ''),
  });

  async function look(): Promise<void> {
    const asked = queue.value;
    const found = await fetchDeadLetters(asked, fetchOwn);
    if (asked === queue.value) letters.value = found;
  }

  function open(name: string): void {
    queue.value = name;
    letters.value = [];
    intent.value = undefined;
    result.value = undefined;
    void attempt(look);
  }

  async function confirm(): Promise<void> {
    if (intent.value === undefined) return;
    const { fate, letters: meant } = intent.value;
    intent.value = undefined;
    result.value = undefined;
    await attempt(async () => {
      const done = await sortDeadLetters(fate, { queue: queue.value, letters: meant, fetch: fetchOwn });
      result.value = resultOf(fate, meant.length, done);
      await look();
    });
  }

  const complete = (letter: DeadLetter) =>
    attempt(async () => replace(letter, await wholeOf(letter, queue.value)));
  // Not deeply readonly, which would wrap each message in a proxy.
  const shown = { queue: readonly(queue), letters, isOpen, intent, result };
  return { ...shown, ...state, open, ask, cancel, confirm, complete };
}

function wholeOf({ messageId: id }: DeadLetter, queue: string): Promise<DeadLetter | undefined> {
  return fetchDeadLetter({ queue, id, fetch: fetchOwn });
}

/** The question about one or all dead letters. */
function useIntent(letters: ShallowRef<readonly DeadLetter[]>) {
  const intent = shallowRef<Intent>();
  const ask = (fate: DeadLetterFate, letter?: DeadLetter) => {
    intent.value = { fate, letter, letters: letter === undefined ? letters.value : [letter] };
  };
  /** Replaces a dead letter by its complete version; a question on its card stays. */
  const replace = (letter: DeadLetter, whole = letter) => {
    letters.value = letters.value.map((other) => (other === letter ? whole : other));
    if (intent.value?.letter === letter) ask(intent.value.fate, whole);
  };
  return { intent, ask, replace, cancel: () => (intent.value = undefined) };
}

/** Asynchronous work that may fail. */
interface Attempt extends Pick<DeadLetterDesk, 'problem' | 'isWorking'> {
  readonly attempt: (work: () => Promise<void>) => Promise<void>;
}

function useAttempt(): Attempt {
  const problem = shallowRef<Problem>();
  const isWorking = ref(false);
  async function attempt(work: () => Promise<void>): Promise<void> {
    isWorking.value = true;
    try {
      await work();
      problem.value = undefined;
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      isWorking.value = false;
    }
  }
  return { problem: readonly(problem), isWorking: readonly(isWorking), attempt };
}
