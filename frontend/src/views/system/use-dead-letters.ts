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
  fetchDeadLetters,
  sortDeadLetters,
} from '../../lib/dead-letter.ts';
import { type Problem, problemOf } from '../../lib/problem.ts';
import { fetchOwn } from '../../use/credentials.ts';

/** What somebody was asked before it is done; without a letter, it is about all of the queue. */
export interface Intent {
  readonly fate: DeadLetterFate;
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
  readonly intent: ShallowRef<Intent | undefined>;
  readonly open: (queue: string) => void;
  /** Does what was intended, and looks again. */
  readonly confirm: () => Promise<void>;
}

export function useDeadLetters(): DeadLetterDesk {
  const queue = ref('');
  const letters = shallowRef<readonly DeadLetter[]>([]);
  const intent = shallowRef<Intent>();
  const { attempt, ...state } = useAttempt();
  const isOpen = computed({
    get: () => queue.value !== '',
    set: (open) => {
      if (!open) queue.value = '';
    },
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
    void attempt(look);
  }

  async function confirm(): Promise<void> {
    const { fate, letter } = intent.value ?? {};
    intent.value = undefined;
    if (fate === undefined) return;
    await attempt(async () => {
      await sortDeadLetters(fate, {
        queue: queue.value,
        ids: letter && [letter.messageId],
        fetch: fetchOwn,
      });
      await look();
    });
  }

  const shown = { queue: readonly(queue), letters: readonly(letters), isOpen, intent };
  return { ...shown, ...state, open, confirm };
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
