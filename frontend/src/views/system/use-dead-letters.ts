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

/** What has to be confirmed before it is done. */
export interface Intent {
  readonly fate: DeadLetterFate;
  /** Those it is about: all that are shown, or one of them. */
  readonly letters: readonly DeadLetter[];
  /** The one whose card it was asked on; undefined for all that are shown. */
  readonly letter: DeadLetter | undefined;
}

/** The dead letters of the queue that somebody looks into. */
export interface DeadLetterDesk {
  /** The name of the dead-letter queue; empty while none is looked into. */
  readonly queue: Readonly<Ref<string>>;
  readonly isOpen: WritableComputedRef<boolean>;
  readonly letters: Readonly<ShallowRef<readonly DeadLetter[]>>;
  readonly problem: Readonly<ShallowRef<Problem | undefined>>;
  readonly isWorking: Readonly<Ref<boolean>>;
  /** What waits for a yes. */
  readonly intent: Readonly<ShallowRef<Intent | undefined>>;
  /** What came of the last yes, in a sentence. */
  readonly result: Readonly<Ref<string | undefined>>;
  readonly open: (queue: string) => void;
  /** Asks about one letter, or about all that are shown. */
  readonly ask: (fate: DeadLetterFate, letter?: DeadLetter) => void;
  readonly cancel: () => void;
  /** Does what was intended, and looks again. */
  readonly confirm: () => Promise<void>;
  /** Gets all of a letter whose body was cut. */
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
  // Not deeply readonly, which would make other objects of the letters.
  const shown = { queue: readonly(queue), letters, isOpen, intent, result };
  return { ...shown, ...state, open, ask, cancel, confirm, complete };
}

function wholeOf({ messageId: id }: DeadLetter, queue: string): Promise<DeadLetter | undefined> {
  return fetchDeadLetter({ queue, id, fetch: fetchOwn });
}

/** What is asked about letters, one or all of them. */
function useIntent(letters: ShallowRef<readonly DeadLetter[]>) {
  const intent = shallowRef<Intent>();
  const ask = (fate: DeadLetterFate, letter?: DeadLetter) => {
    intent.value = { fate, letter, letters: letter === undefined ? letters.value : [letter] };
  };
  /** Puts all of a letter in its place; a question on its card stays there. */
  const replace = (letter: DeadLetter, whole = letter) => {
    letters.value = letters.value.map((other) => (other === letter ? whole : other));
    if (intent.value?.letter === letter) ask(intent.value.fate, whole);
  };
  return { intent, ask, replace, cancel: () => (intent.value = undefined) };
}

/** Work that takes a while and may fail. */
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
